"""What every kind of exported chat has in common."""

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.message import Chat, Message, Platform
from bot.platforms.transcript.source import Reader, Source

Groups = Mapping[str, tuple[Platform, str]]
"""The brand file's groups by id: where each one is, and its title."""

MAX_TEXT = 1 << 18  # characters: four times the longest WhatsApp message; beyond it a file is not what it seems

_LAST_SECOND = 4_102_444_800  # 2100-01-01
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Kind(StrEnum):
    """The kinds of exported chat that are recognised, by content."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    JSONL = "jsonl"


class Broken(NamedTuple):
    """A line that could not be read: the file's name, the line's number from 1, and why. Never the text itself."""

    where: str
    line: int
    reason: str


class RecordError(Exception):
    """One record lacks what a message needs; says what. Never leaves this package: it ends as a `Broken`."""


class Transcript(ABC):
    """An exported chat, read as a stream in bounded memory. Every iteration starts anew and gives the same.

    `skipped` counts, by kind, what is in the file but is no message (system lines, deleted messages, private chats).
    """

    kind: Kind

    def __init__(self, source: Source) -> None:
        self.source = source
        self.skipped: Counter[str] = Counter()
        self._reader: Reader | None = None
        self._bytes_read = 0

    @property
    def path(self) -> Path:
        """The file."""
        return self.source.path

    @property
    def size(self) -> int:
        """How far `bytes_read` will come: bytes of the file, or of the chat inside a .zip."""
        return self.source.size

    @property
    def bytes_read(self) -> int:
        """How far the current or last iteration is, of `size`."""
        return self._reader.position if self._reader else self._bytes_read

    @property
    @abstractmethod
    def chats(self) -> tuple[Chat, ...]:
        """The chats known without reading the whole file; empty when none is."""

    @abstractmethod
    def _messages(self, reader: Reader) -> Iterator[Message | Broken]:
        """Read the opened file from its beginning."""

    def __iter__(self) -> Iterator[Message | Broken]:
        self.skipped.clear()
        with self.source.open() as reader:
            self._reader = reader
            try:
                yield from self._messages(reader)
                if reader.fault:
                    yield self._broken(reader.line, f"{reader.fault}; what follows cannot be read")
            finally:
                if self._reader is reader:  # else a newer iteration has begun
                    self._bytes_read = reader.position
                    self._reader = None

    def _broken(self, line: int, reason: str) -> Broken:
        return Broken(self.source.path.name, line, reason)


def storable(text: str) -> str:
    """`text` without what no database takes: NUL is left out, half a surrogate pair becomes U+FFFD."""
    if not _UNSTORABLE.search(text):
        return text
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def instant(stamp: object, zone: ZoneInfo) -> datetime | None:
    """The instant that epoch seconds or an ISO 8601 time name, in UTC; `zone` is a time's that names none.

    None when it is neither, or not between 1970 and 2100: seconds and milliseconds cannot be mistaken for each other.
    """
    if isinstance(stamp, str):
        try:
            named = datetime.fromisoformat(stamp)
            stamp = (named if named.tzinfo else named.replace(tzinfo=zone)).timestamp()
        except (ValueError, OverflowError):
            return None
    if isinstance(stamp, bool) or not isinstance(stamp, int | float) or not 0 <= stamp < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(stamp, UTC)
