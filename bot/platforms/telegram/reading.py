"""Reads the events in updates of the Bot API: https://core.telegram.org/bots/api#update."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.message import Chat, ChatKind, Forward, Media, Member, Message, Platform
from bot.platforms.telegram.events import (
    Command,
    Event,
    Moved,
    Newcomers,
    Person,
    Place,
    Press,
    Reacted,
    Renamed,
    Said,
    Standing,
)

PRESENT = ("member", "administrator", "creator")
_GROUPS = ("group", "supergroup")
_MEDIA: Mapping[str, Media] = {
    "photo": Media.PHOTO,
    "video": Media.VIDEO,
    "animation": Media.VIDEO,
    "video_note": Media.VIDEO,
    "voice": Media.VOICE,
    "audio": Media.VOICE,
    "sticker": Media.STICKER,
    "document": Media.DOCUMENT,
    "contact": Media.CONTACT,
    "location": Media.LOCATION,
    "venue": Media.LOCATION,
    "poll": Media.POLL,
    "dice": Media.OTHER,
    "paid_media": Media.OTHER,
    "story": Media.OTHER,
    "checklist": Media.OTHER,
}

FILES = ("photo", "animation", "video", "video_note", "voice", "audio", "sticker", "document")
"""Kinds of files that the bot can send on; an animation is a document, too."""
OTHER_EMOJI = "✳️"
"""Stands for reactions that are pictures of their own, or paid for."""


def read(update: Mapping[str, Any], bot_id: int, bot_name: str) -> Event | None:
    """The event that an update tells of; None when it is none of Earshot's business.

    Raises KeyError, TypeError or ValueError when the update is not as the Bot API describes it.
    """
    for kind, reader in _READERS.items():
        if kind in update:
            return reader(update[kind], bot_id, bot_name)
    return None


def _message(raw: Mapping[str, Any], bot_id: int, bot_name: str) -> Event | None:
    place = _place(raw["chat"])
    if raw.get("is_topic_message"):
        place = replace(place, topic=int(raw["message_thread_id"]))
    if "migrate_to_chat_id" in raw:
        return Moved(place, str(raw["migrate_to_chat_id"]))
    if "migrate_from_chat_id" in raw:
        return Moved(Place(str(raw["migrate_from_chat_id"]), False), place.id)
    if "new_chat_title" in raw:
        return Renamed(Place(place.id, place.private, _clean(raw["new_chat_title"])))
    if any(not member["is_bot"] for member in raw.get("new_chat_members", ())):
        return Newcomers(place)
    sender = raw.get("from")
    # Posts of a linked channel and of anonymous admins have no author who could agree.
    if sender is None or sender["is_bot"] or "sender_chat" in raw:
        return None
    return _command(raw, place, bot_id, bot_name) or _said(raw, place, bot_id, bot_name)


def _command(raw: Mapping[str, Any], place: Place, bot_id: int, bot_name: str) -> Command | None:
    text = raw.get("text", "")
    if not text.startswith("/") or "forward_origin" in raw:
        return None
    head, _, argument = _clean(text).partition(" ")
    name, _, addressed = head[1:].partition("@")
    if addressed and addressed.casefold() != bot_name.casefold():
        return None
    about = raw.get("reply_to_message", {}).get("from", {})
    return Command(
        place,
        _person(raw["from"]),
        name.lower(),
        argument.strip(),
        int(raw["message_id"]),
        str(about["id"]) if about and about["id"] != bot_id else None,
        str(raw["reply_to_message"]["message_id"]) if about else None,
    )


def _said(raw: Mapping[str, Any], place: Place, bot_id: int, bot_name: str) -> Said | None:
    media = next((medium for key, medium in _MEDIA.items() if key in raw), None)
    text = _clean(raw.get("text") or raw.get("caption") or _poll(raw.get("poll")))
    if not text and media is None:
        return None  # a service message: somebody left, a photo of the group was changed ...
    answered = raw.get("reply_to_message")
    if answered is not None and "forum_topic_created" in answered:
        answered = None  # in a forum every message answers the one that opened its topic
    to_bot = answered is not None and answered.get("from", {}).get("id") == bot_id
    message = Message(
        id=str(raw["message_id"]),
        chat=Chat(place.id, Platform.TELEGRAM, ChatKind.PRIVATE if place.private else ChatKind.GROUP, place.title),
        sender=Member(str(raw["from"]["id"])),
        sent_at=datetime.fromtimestamp(raw["date"], UTC),
        text=_with_links(text, raw),
        reply_to=str(answered["message_id"]) if answered is not None and not to_bot else None,
        forward=Forward(origin=str(raw["forward_origin"]["type"])) if "forward_origin" in raw else None,
        media=media,
        edited="edit_date" in raw,
        thread=str(place.topic) if place.topic is not None else None,
    )
    at_bot = int(answered["message_id"]) if answered is not None and to_bot else None
    named = f"@{bot_name}".casefold() in text.casefold().split()
    return Said(place, message, at_bot, raw["from"].get("language_code"), named, _file(raw))


def _file(raw: Mapping[str, Any]) -> str | None:
    """Where a file lies: by its id the bot can send it on without fetching it."""
    for kind in FILES:
        # A photo comes in several sizes, the largest last.
        found = raw.get(kind, ())[-1:] if kind == "photo" else [raw[kind]] if kind in raw else []
        if found and "file_id" in found[0]:
            return f"{kind}:{found[0]['file_id']}"
    return None


def _with_links(text: str, raw: Mapping[str, Any]) -> str:
    """The text with the addresses that lie hidden behind its words."""
    hidden = [entity["url"] for entity in raw.get("entities", raw.get("caption_entities", ())) if "url" in entity]
    return " ".join([text, *dict.fromkeys(map(_clean, hidden))])


def _poll(raw: Mapping[str, Any] | None) -> str:
    return "\n".join([raw["question"], *(option["text"] for option in raw["options"])]) if raw else ""


def _reacted(raw: Mapping[str, Any], bot_id: int, bot_name: str) -> Reacted | None:
    """The reactions of a person; channels and anonymous admins have nobody who could agree."""
    if "user" not in raw or raw["user"]["is_bot"]:
        return None
    emojis = tuple(OTHER_EMOJI if one["type"] != "emoji" else _clean(one["emoji"]) for one in raw["new_reaction"])
    return Reacted(_place(raw["chat"]), _person(raw["user"]), int(raw["message_id"]), emojis)


def _press(raw: Mapping[str, Any], bot_id: int, bot_name: str) -> Event | None:
    if "message" not in raw or "data" not in raw:
        return None
    at = raw["message"]
    return Press(_place(at["chat"]), _person(raw["from"]), str(raw["id"]), _clean(raw["data"]), int(at["message_id"]))


def _own_standing(raw: Mapping[str, Any], bot_id: int, bot_name: str) -> Event | None:
    if raw["chat"]["type"] not in _GROUPS:
        return None
    now = raw["new_chat_member"]
    return Standing(
        _place(raw["chat"]),
        present=_present(now),
        was_present=_present(raw["old_chat_member"]),
        admin=now["status"] == "administrator",
        may_speak=now["status"] != "restricted" or bool(now["can_send_messages"]),
        lang=raw["from"].get("language_code"),
    )


def _others_standing(raw: Mapping[str, Any], bot_id: int, bot_name: str) -> Event | None:
    now = raw["new_chat_member"]
    came = _present(now) and not _present(raw["old_chat_member"]) and not now["user"]["is_bot"]
    return Newcomers(_place(raw["chat"])) if came else None


def _present(member: Mapping[str, Any]) -> bool:
    return member["status"] in PRESENT or (member["status"] == "restricted" and bool(member["is_member"]))


def _place(raw: Mapping[str, Any]) -> Place:
    return Place(str(raw["id"]), raw["type"] == "private", _clean(raw.get("title", "")))


def _person(raw: Mapping[str, Any]) -> Person:
    return Person(str(raw["id"]), raw.get("language_code"))


def _clean(text: str) -> str:
    """The text without lone surrogates, which no database takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_READERS: Mapping[str, Callable[[Mapping[str, Any], int, str], Event | None]] = {
    "message": _message,
    "edited_message": _message,
    "message_reaction": _reacted,
    "callback_query": _press,
    "my_chat_member": _own_standing,
    "chat_member": _others_standing,
}
