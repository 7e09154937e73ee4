"""A chat, or all of an account's groups, as Telegram Desktop exports it in the format "Machine-readable JSON".

Facts from Telegram Desktop's own writer, export_output_json.cpp. Ids are turned into the Bot API's, so that a person
and a chat are the same here and live.
"""

import re
from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.message import Chat, ChatKind, Forward, Media, Member, Message, Platform
from bot.platforms.transcript.base import MAX_TEXT, Broken, Groups, Kind, RecordError, Transcript, instant, storable
from bot.platforms.transcript.source import Reader, Source
from bot.platforms.transcript.telegram.json_stream import JsonError, JsonStream

_PRIVATE = ("personal_chat", "bot_chat", "saved_messages", "replies", "verify_codes")
_MEDIA = {
    "sticker": Media.STICKER,
    "video_message": Media.VIDEO,
    "voice_message": Media.VOICE,
    "animation": Media.VIDEO,
    "video_file": Media.VIDEO,
    "audio_file": Media.OTHER,
}
_MEDIA_KEYS = (
    ("photo", Media.PHOTO),
    ("contact_information", Media.CONTACT),
    ("location_information", Media.LOCATION),
    ("place_name", Media.LOCATION),
    ("poll", Media.POLL),
    ("file", Media.DOCUMENT),
    ("game_title", Media.OTHER),
    ("invoice_information", Media.OTHER),
)
_ACTION = re.compile(r"[a-z_]{1,40}")
_SECONDS = re.compile(r"\d{1,12}")
_PEER = re.compile(r"(user|chat|channel)(\d{1,20})")

_NEXT_MESSAGE = re.compile(r'\{\s*"id"\s*:\s*-?\d+\s*,\s*"type"\s*:\s*"')
_NEXT_CHAT = re.compile(
    r'\{\s*(?:"name"\s*:\s*(?:null|"(?:[^"\\]|\\.)*+")\s*,\s*)?"type"\s*:\s*"[a-z_]+"\s*,\s*"id"\s*:\s*-?\d+\s*,\s*"messages"'
)


class TelegramExport(Transcript):
    """Reads the export's messages. In an account's export private chats are passed over, and counted."""

    kind = Kind.TELEGRAM

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
        stream = JsonStream(reader.read)
        try:
            yield from self._export(stream)
        except JsonError as fault:
            reader.line = stream.line
            if reader.fault is None:
                reason = "the file ends too early" if fault.ended else "not JSON; what follows cannot be read"
                yield self._broken(stream.line, reason)

    def _export(self, stream: JsonStream) -> Iterator[Message | Broken]:
        about: dict[str, Any] = {}
        for key in stream.members():
            if key == "messages" and stream.peek() == "[":
                yield from self._chat_messages(stream, self._chat(about))
            elif key in ("chats", "left_chats") and stream.peek() == "{":
                for inner in stream.members():
                    if inner == "list" and stream.peek() == "[":
                        yield from self._chat_list(stream)
                    else:
                        stream.skip()
            elif key in ("name", "type", "id"):
                about[key] = stream.value()
            else:
                stream.skip()

    def _chat_list(self, stream: JsonStream) -> Iterator[Message | Broken]:
        for _ in stream.items():
            at_chat = True
            while at_chat:
                try:
                    at_chat = yield from self._listed_chat(stream)
                except JsonError as fault:
                    if fault.ended:
                        raise
                    yield self._broken(stream.line, "a chat that is not JSON")
                    if stream.find(_NEXT_CHAT) is None:
                        raise JsonError(ended=True) from fault

    def _listed_chat(self, stream: JsonStream) -> Generator[Message | Broken, None, bool]:
        """Read one chat of an account's. Returns whether a fault led to the beginning of another."""
        about: dict[str, Any] = {}
        for key in stream.members():
            if key == "messages" and about.get("type") in _PRIVATE:
                self.skipped["private chat"] += 1
                stream.skip()
            elif key == "messages" and (yield from self._chat_messages(stream, self._chat(about))):
                return True
            elif key in ("name", "type", "id"):
                about[key] = stream.value()
            elif key != "messages":
                stream.skip()
        return False

    def _chat_messages(self, stream: JsonStream, chat: Chat) -> Generator[Message | Broken, None, bool]:
        """Read one chat's messages. Returns whether a fault led to the beginning of another chat."""
        items = stream.items()
        while True:
            try:
                for _ in items:
                    record = stream.value()
                    try:
                        message = self._message(chat, record)
                    except RecordError as fault:
                        yield self._broken(stream.line, str(fault))
                    else:
                        if message:
                            yield message
                return False
            except JsonError as fault:
                if fault.ended:
                    raise
                yield self._broken(stream.line, "a message that is not JSON")
                if (found := stream.find(_NEXT_MESSAGE, _NEXT_CHAT)) is None:
                    raise JsonError(ended=True) from fault
                if found == 1:
                    return True
                items = stream.rest("]")

    def _chat(self, about: dict[str, Any]) -> Chat:
        kind, number = about.get("type"), str(about.get("id", "unknown"))
        title = self._title or (about["name"] if isinstance(about.get("name"), str) else "")
        prefix = "" if kind in _PRIVATE else "-" if kind == "private_group" else "-100"
        known = next((key for key in (prefix + number, number) if key in self._groups), prefix + number)
        chat = Chat(
            storable(known),
            Platform.TELEGRAM,
            ChatKind.PRIVATE if kind in _PRIVATE else ChatKind.GROUP,
            storable(title or self._groups.get(known, (None, ""))[1]),
        )
        self._chats[chat.id] = chat
        return chat

    def _message(self, chat: Chat, record: Any) -> Message | None:
        if not isinstance(record, dict) or not isinstance(record.get("id"), int | str):
            raise RecordError("a message without an id")
        if record.get("type") != "message":
            self.skipped[_skipped_as(record)] += 1
            return None
        text, media = _text(record), _media(record)
        if len(text) > MAX_TEXT:
            raise RecordError("a message longer than any is")
        reply = record.get("reply_to_message_id")
        elsewhere = "reply_to_peer_id" in record
        forwarded = record.get("forwarded_from")
        return Message(
            id=storable(str(record["id"])),
            chat=chat,
            sender=_sender(record, chat),
            sent_at=self._sent_at(record),
            text=text,
            reply_to=str(reply) if isinstance(reply, int) and not elsewhere else None,
            forward=Forward(origin=storable(str(forwarded)) if forwarded else None)
            if "forwarded_from" in record
            else None,
            media=media,
            edited="edited" in record or "edited_unixtime" in record,
        )

    def _sent_at(self, record: dict[str, Any]) -> datetime:
        stamp = record.get("date_unixtime")
        sent_at = instant(int(stamp), self._zone) if isinstance(stamp, str) and _SECONDS.fullmatch(stamp) else None
        if sent_at is None and (sent_at := instant(record.get("date"), self._zone)) is None:
            raise RecordError("a message without a date")
        return sent_at


def _skipped_as(record: dict[str, Any]) -> str:
    if record.get("type") == "unsupported":
        return "message not in the export"
    action = record.get("action")
    return f"service: {action}" if isinstance(action, str) and _ACTION.fullmatch(action) else "service"


def _sender(record: dict[str, Any], chat: Chat) -> Member:
    """Who wrote. Without an id: the chat itself for channel posts and anonymous admins, as in the Bot API."""
    name = record.get("from") or record.get("author")
    shown = storable(name) if isinstance(name, str) else ""
    found = _PEER.fullmatch(str(record.get("from_id", "")))
    if found is None:
        return Member(f"name:{shown}" if record.get("from") and shown else chat.id, shown)
    return Member({"user": "", "chat": "-", "channel": "-100"}[found[1]] + found[2], shown)


def _text(record: dict[str, Any]) -> str:
    """The text; a link that hides behind words follows them in brackets. Of a poll, its question and answers."""
    text = record.get("text") or record.get("text_entities") or ""
    parts = text if isinstance(text, list) else [text]
    words = "".join(_part(part) for part in parts)
    poll = record.get("poll")
    if isinstance(poll, dict):
        answers = poll.get("answers")
        asked = (
            [poll.get("question"), *(a.get("text") for a in answers if isinstance(a, dict))]
            if isinstance(answers, list)
            else []
        )
        words = "\n".join(filter(None, [words, *(_part(line) for line in asked)]))
    return storable(words).strip()


def _part(part: Any) -> str:
    if isinstance(part, dict):
        words, link = part.get("text"), part.get("href")
        words = words if isinstance(words, str) else ""
        return f"{words} ({link})" if isinstance(link, str) and link not in words else words
    return part if isinstance(part, str) else ""


def _media(record: dict[str, Any]) -> Media | None:
    kind = record.get("media_type")
    if isinstance(kind, str):
        return _MEDIA.get(kind, Media.OTHER)
    return next((media for key, media in _MEDIA_KEYS if key in record), None)
