"""Exported chats as a source of messages: WhatsApp, Telegram Desktop, JSON lines; told apart by content."""

from pathlib import Path
from zoneinfo import ZoneInfo

from bot.platforms.transcript.base import Broken, Groups, Kind, Transcript
from bot.platforms.transcript.errors import (
    AmbiguousDatesError,
    TranscriptError,
    UnknownFormatError,
    UnreadableFileError,
)
from bot.platforms.transcript.jsonl import JsonLines
from bot.platforms.transcript.sniff import recognise
from bot.platforms.transcript.source import locate
from bot.platforms.transcript.telegram.export import TelegramExport
from bot.platforms.transcript.whatsapp.dates import DateOrder
from bot.platforms.transcript.whatsapp.export import WhatsAppExport

__all__ = [
    "AmbiguousDatesError",
    "Broken",
    "DateOrder",
    "Groups",
    "Kind",
    "Transcript",
    "TranscriptError",
    "UnknownFormatError",
    "UnreadableFileError",
    "open_transcript",
]

_UTC = ZoneInfo("UTC")


def open_transcript(
    path: Path,
    *,
    date_order: str | None = None,
    zone: ZoneInfo = _UTC,
    title: str | None = None,
    groups: Groups | None = None,
) -> Transcript:
    """Open an exported chat: plain, in a .gz, or in the .zip that WhatsApp makes.

    `date_order` ("dmy", "mdy" or "ymd") is needed where a WhatsApp export leaves it open. `zone` is that of times
    written without one. `title` names the chat; `groups` tells platform and title of a brand's groups by their ids.
    Raises UnreadableFileError, UnknownFormatError or AmbiguousDatesError, all of them a TranscriptError.
    """
    source, head = locate(path)
    kind = recognise(path, head, source.encoding)
    if kind is Kind.WHATSAPP:
        if date_order is not None and date_order not in list(DateOrder):
            raise TranscriptError(f"--date-order {date_order}: must be one of {', '.join(DateOrder)}")
        order = DateOrder(date_order) if date_order else None
        return WhatsAppExport(source, zone=zone, order=order, title=title)
    reader = TelegramExport if kind is Kind.TELEGRAM else JsonLines
    return reader(source, zone=zone, groups=groups, title=title)
