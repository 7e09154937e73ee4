"""A chat that a person exported from WhatsApp: a .txt, or the .zip around it.

What the layouts do not carry: Android writes no seconds; no layout says who answered whom or what was forwarded; the
person who exported the chat appears under their own name; times are the phone's, without a zone.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.message import Chat, Member, Message, Platform
from bot.platforms.transcript.base import MAX_TEXT, Broken, Kind, Transcript, storable
from bot.platforms.transcript.source import Reader, Source
from bot.platforms.transcript.whatsapp.bodies import Content, read_body
from bot.platforms.transcript.whatsapp.dates import DateOrder
from bot.platforms.transcript.whatsapp.heads import Head, parse_head
from bot.platforms.transcript.whatsapp.phrases import normal, reports_event, system_kind
from bot.platforms.transcript.whatsapp.survey import Plan, Survey, bare
from bot.platforms.transcript.whatsapp.wording import System

_LONGEST_NAME = 120  # characters; what stands longer before a colon is a sentence
_RECENT = 8_192  # messages among which equal ones are counted: equal ones stand in the same minute
_FILE_TITLE = re.compile(r".*whats\s?app\b.*?(?:\b(?:with|avec|con|mit|com|met)|[-–])\s(?P<title>.+)", re.IGNORECASE)
_COPY = re.compile(r"\s?\(\d{1,3}\)$")  # a second download of the same file
_PHONE = re.compile(r"\+?[\d\s().\u2011-]+")
_SHORTEST_NUMBER = 6  # digits
_NAMELESS = "(no name)"  # the id of people whose names are nothing but invisible characters


class _Entry(NamedTuple):
    """A message being read: when it was sent, what stands after its head, and its further lines."""

    sent_at: datetime
    rest: str
    more: list[str]


class WhatsAppExport(Transcript):
    """Reads the export's messages. Raises AmbiguousDatesError or UnknownFormatError when made."""

    kind = Kind.WHATSAPP

    def __init__(self, source: Source, *, zone: ZoneInfo, order: DateOrder | None = None, title: str | None = None):
        super().__init__(source)
        self._zone = zone
        survey = Survey()
        with source.open() as reader:
            survey.read(reader.lines())
        self._plan = survey.plan(source.path.name, order)
        named = _FILE_TITLE.fullmatch(_COPY.sub("", source.stem))
        self._title = title or (named["title"].strip() if named else None) or self._plan.title or source.stem
        self._own_names = self._plan.titles | {self._title}
        self._chat = Chat(self._title, Platform.WHATSAPP, title=self._title)

    @property
    def chats(self) -> tuple[Chat, ...]:
        """The one chat."""
        return (self._chat,)

    def _messages(self, reader: Reader) -> Iterator[Message | Broken]:
        numbers, clock = _Numbers(), _Clock(self._plan, self._zone)
        entry: _Entry | None = None
        length, crlf, lost = 0, True, False
        for line in reader.lines():
            head = parse_head(line) if crlf or not self._plan.crlf_ends else None
            crlf = line.endswith("\r\n")
            if head is None or head.shape not in self._plan.orders:
                length += len(line)
                if entry is not None and length <= MAX_TEXT:
                    entry.more.append(line.rstrip("\r\n"))
                elif not lost and line.strip():
                    lost = entry is not None
                    reason = "a message longer than any is" if lost else "text before the first message"
                    yield self._broken(reader.line, reason)
                continue
            if entry and (message := self._message(entry, numbers)):
                yield message
            sent_at = clock.read(head)
            length, lost = len(line), sent_at is None
            entry = _Entry(sent_at, head.rest, []) if sent_at else None
            if sent_at is None:
                yield self._broken(reader.line, "a date that does not exist")
        if entry and (message := self._message(entry, numbers)):
            yield message

    def _message(self, entry: _Entry, numbers: "_Numbers") -> Message | None:
        """The message that was read, or None for a line that is none, counted."""
        sender, body = self._sender(entry)
        content: Content | System
        if sender is None:
            content = system_kind(normal(entry.rest)) or System.OTHER
        else:
            content = read_body(body, from_group=sender.name in self._own_names)
        if sender is None or isinstance(content, System):
            self.skipped[str(content)] += 1
            return None
        return Message(
            id=numbers.of(entry.sent_at, f"{sender.name}: {content.text}"),
            chat=self._chat,
            sender=sender,
            sent_at=entry.sent_at,
            text=content.text,
            media=content.media,
            edited=content.edited,
        )

    def _sender(self, entry: _Entry) -> tuple[Member | None, str]:
        """Who wrote, and what; nobody for a sentence of the app's own."""
        name, colon, body = entry.rest.partition(": ")
        if not colon and entry.rest.rstrip().endswith(":"):
            name, colon, body = entry.rest.rstrip()[:-1], ":", ""
        second = self._plan.colon_names.get(name)
        if second is not None and body.startswith(f"{second}:"):
            name, body = f"{name}: {second}", body.removeprefix(f"{second}:").removeprefix(" ")
        if not colon or (sender := _member(name)) is None:
            return None, entry.rest
        return sender, "\n".join([body, *entry.more]) if entry.more else body


class _Clock:
    """Turns heads into instants, remembering the last date, which most heads repeat."""

    def __init__(self, plan: Plan, zone: ZoneInfo) -> None:
        self._plan = plan
        self._zone = zone
        self._read: tuple[tuple[int, int, int], DateOrder] | None = None
        self._day: date | None = None

    def read(self, head: Head) -> datetime | None:
        """When the message was sent, in UTC; None for a date that does not exist."""
        read = (head.numbers, self._plan.orders[head.shape])
        if read != self._read:
            self._read, self._day = read, read[1].read(read[0])
        if self._day is None:
            return None
        day = self._day
        local = datetime(day.year, day.month, day.day, head.hour, head.minute, head.second, tzinfo=self._zone)
        return local.astimezone(UTC)


class _Numbers:
    """Gives messages ids that a later, longer export of the same chat gives again.

    A digest of instant, sender and words; equal ones are told apart by their order.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, int] = OrderedDict()

    def of(self, sent_at: datetime, said: str) -> str:
        """The id: 20 hexadecimal digits."""
        digest = hashlib.blake2b(f"{sent_at.isoformat()} {said}".encode(), digest_size=10).digest()
        count = self._seen.pop(digest, 0)
        self._seen[digest] = count + 1
        if len(self._seen) > _RECENT:
            self._seen.popitem(last=False)
        return digest.hex() if count == 0 else hashlib.blake2b(digest + count.to_bytes(4), digest_size=10).hexdigest()


@lru_cache(4_096)
def _member(written: str) -> Member | None:
    """A person as the phone shows them: a saved name, `~ one of their own`, or a number, which counts by its digits.

    None when it is no name but the beginning of one of the app's sentences.
    """
    if len(written) > _LONGEST_NAME or reports_event(written):
        return None
    name = bare(storable(written))
    digits = re.sub(r"[^\d+]", "", name)
    if len(digits) >= _SHORTEST_NUMBER and _PHONE.fullmatch(name):
        return Member(digits, name)
    return Member(name or _NAMELESS, name)
