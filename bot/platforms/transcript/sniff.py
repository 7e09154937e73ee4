"""Which kind of exported chat a file is: by its content, never by its name."""

import codecs
import json
import re
from pathlib import Path

from bot.platforms.transcript.base import Kind
from bot.platforms.transcript.errors import UnknownFormatError
from bot.platforms.transcript.whatsapp.heads import parse_head

EXPECTED = (
    "expected a chat exported from WhatsApp (.txt, or the .zip around it), Telegram Desktop's result.json, "
    "or JSON lines with a text each"
)

_LINES = 20  # looked at for one JSON object that is a message
_MESSAGE_KEYS = {"text", "media"}
_EXPORT_KEYS = re.compile(r'"(?:messages|chats|left_chats|personal_information)"\s*:\s*[\[{]')
_ARRAY = re.compile(r'\[\s*[{\["]')  # a line of an iPhone starts with "[" as well, but a digit follows
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a database; a WhatsApp backup is not an exported chat"),
    (b"PK\x03\x04", "an archive inside an archive"),
    (b"\x1f\x8b", "an archive inside an archive"),
)


def recognise(path: Path, head: bytes, encoding: str) -> Kind:
    """Say what kind of chat begins with `head`. Raises UnknownFormatError, which says what was seen instead."""
    for magic, seen in _MAGIC:
        if head.startswith(magic):
            raise _unknown(path, seen)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    if _binary(text):
        raise _unknown(path, "binary data")
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return _json_kind(path, start)
    if _ARRAY.match(start):
        raise _unknown(path, "a JSON array; write one object a line")
    if any(parse_head(line) for line in text.splitlines()):
        return Kind.WHATSAPP
    if start.startswith("<"):
        raise _unknown(path, "a web page; in Telegram Desktop choose the format “Machine-readable JSON”")
    raise _unknown(path, "text without a dated line")


def _json_kind(path: Path, start: str) -> Kind:
    for line in start.splitlines()[:_LINES]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict) and _MESSAGE_KEYS & record.keys():
            return Kind.JSONL
    if _EXPORT_KEYS.search(start):
        return Kind.TELEGRAM
    raise _unknown(path, "JSON with neither the messages of a Telegram export nor a text on each line")


def _binary(text: str) -> bool:
    strange = sum(1 for c in text if c == "\ufffd" or (c < " " and c not in "\t\r\n\f\v"))
    return strange > len(text) // 10


def _unknown(path: Path, seen: str) -> UnknownFormatError:
    return UnknownFormatError(f"{path.name}: {EXPECTED}; found {seen}")
