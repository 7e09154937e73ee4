"""Messages as JSON lines, one object a line; everything but `text` is optional, and unknown keys are ignored.

    {"id": "m1", "t": "2025-03-12T06:34:01+01:00", "group": "g2", "sender": "u21", "text": "...", "reply_to": null,
     "forwarded": false, "forwarded_many": false, "media": null}

`id` defaults to the record's number from 0, `t` (ISO 8601, or seconds since 1970) to a minute after the record before,
`group` to the file's name, and `sender` to somebody new on each line. `text` may be missing where `media` is given.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.message import Chat, Forward, Media, Member, Message, Platform
from bot.platforms.transcript.base import MAX_TEXT, Broken, Groups, Kind, RecordError, Transcript, instant, storable
from bot.platforms.transcript.source import MAX_LINE, Reader, Source

_FIRST = datetime(2024, 1, 1, tzinfo=UTC)  # when messages without a time begin
_STEP = timedelta(minutes=1)
_MEDIA = {media.value: media for media in Media}
_MAX_CHATS = 10_000  # kept; beyond it they are made anew each time


class JsonLines(Transcript):
    """Reads the messages. `groups` tells each one's platform and title."""

    kind = Kind.JSONL

    def __init__(
        self, source: Source, *, zone: ZoneInfo, groups: Groups | None = None, title: str | None = None
    ) -> None:
        super().__init__(source)
        self._zone = zone
        self._groups = groups or {}
        self._title = title
        self._chats: dict[str, Chat] = {}

    @property
    def chats(self) -> tuple[Chat, ...]:
        """The chats met so far; none before the first iteration."""
        return tuple(self._chats.values())

    def _messages(self, reader: Reader) -> Iterator[Message | Broken]:
        number, last = 0, _FIRST - _STEP
        for line in reader.lines():
            if not line.strip():
                continue
            try:
                message = self._message(_record(line), number, last + _STEP)
            except RecordError as fault:
                yield self._broken(reader.line, str(fault))
            else:
                last = message.sent_at
                yield message
            number += 1

    def _message(self, record: dict[str, Any], number: int, otherwise_at: datetime) -> Message:
        sent_at = instant(record["t"], self._zone) if record.get("t") is not None else otherwise_at
        if sent_at is None:
            raise RecordError("“t” is neither an ISO 8601 time nor seconds since 1970")
        text, media = record.get("text"), _media(record.get("media"))
        if not isinstance(text, str) and (text is not None or media is None):
            raise RecordError("no “text”, or one that is no string")
        if text and len(text) > MAX_TEXT:
            raise RecordError("“text” is longer than any message")
        many = record.get("forwarded_many") is True
        sender = _name(record, "sender")
        return Message(
            id=_name(record, "id") or str(number),
            chat=self._chat(_name(record, "group") or self.source.stem),
            sender=Member(sender, sender) if sender else Member(f"unknown-{number}"),
            sent_at=sent_at,
            text=storable(text or ""),
            reply_to=_name(record, "reply_to"),
            forward=Forward(many) if many or record.get("forwarded") is True else None,
            media=media,
        )

    def _chat(self, group: str) -> Chat:
        if chat := self._chats.get(group):
            return chat
        platform, title = self._groups.get(group, (Platform.OTHER, self._title or group))
        chat = Chat(group, platform, title=title)
        if len(self._chats) < _MAX_CHATS:
            self._chats[group] = chat
        return chat


def _record(line: str) -> dict[str, Any]:
    if len(line) >= MAX_LINE:
        raise RecordError("a line longer than any message")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise RecordError("not JSON") from None
    if not isinstance(record, dict):
        raise RecordError("JSON, but no object")
    return record


def _name(record: dict[str, Any], key: str) -> str | None:
    """A name or number that identifies something; None when it is missing or empty."""
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RecordError(f"“{key}” is neither a string nor a whole number")
    try:
        return storable(str(value)) or None
    except ValueError:  # a number of more digits than Python turns into text
        raise RecordError(f"“{key}” is too long a number") from None


def _media(value: object) -> Media | None:
    if value is None or value == "":
        return None
    return _MEDIA.get(value, Media.OTHER) if isinstance(value, str) else Media.OTHER
