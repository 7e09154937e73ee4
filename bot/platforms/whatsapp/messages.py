"""Reads one message of a delivery: who wrote, where, what, and what came with it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.message import Media
from bot.platforms.whatsapp.events import Chosen, Event, File, Person, Renumbered, Revoked, Said
from bot.platforms.whatsapp.fields import (
    NeedlessError,
    Raw,
    UnreadableError,
    dicts,
    identifier,
    mapping,
    moment,
    name,
    optional,
)

LONGEST = 16_384
"""Characters of a text that are read; WhatsApp's own limit is 4,096."""

_MIME = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
_FILES: Mapping[str, Media] = {
    "image": Media.PHOTO,
    "video": Media.VIDEO,
    "audio": Media.VOICE,
    "sticker": Media.STICKER,
    "document": Media.DOCUMENT,
}
_OTHERS: Mapping[str, Media] = {
    "location": Media.LOCATION,
    "contacts": Media.CONTACT,
    "order": Media.OTHER,
    "ephemeral": Media.OTHER,
    "unsupported": Media.OTHER,
    "unknown": Media.OTHER,
}
_NEEDLESS: Mapping[str, str] = {
    "reaction": "reaction: counted nowhere",
    "request_welcome": "request_welcome: somebody opened the chat",
}


def read(raw: Raw, value: Raw) -> Event:
    """The event of a message in a change's value. Raises NeedlessError or UnreadableError."""
    kind = identifier(raw, "type")
    if kind in _NEEDLESS:
        raise NeedlessError(_NEEDLESS[kind])
    if kind in _SPECIAL:
        return _SPECIAL[kind](raw, value)
    return _said(raw, value, raw, identifier(raw, "id"))


def sender(raw: Raw, value: Raw) -> Person | None:
    """Who wrote a message, by the message and the contacts beside it; None where that cannot be told."""
    phone, bsuid = optional(raw, "from"), optional(raw, "from_user_id")
    if bsuid is None:
        contacts, several = dicts(value.get("contacts")), value.get("messages")
        theirs = [one for one in contacts if phone is not None and optional(one, "wa_id") == phone]
        alone = len(contacts) == 1 and isinstance(several, list) and len(several) == 1
        for contact in theirs or (contacts if alone else []):
            bsuid, phone = optional(contact, "user_id"), phone or optional(contact, "wa_id")
    if phone is not None and "." in phone and bsuid is None:
        phone, bsuid = None, phone  # a BSUID where a number used to be
    return Person(bsuid, phone) if bsuid or phone else None


def participant(raw: Raw) -> Person:
    """Somebody in a list of participants."""
    return Person(optional(raw, "user_id"), optional(raw, "wa_id") or optional(raw, "input"))


def clean(text: str) -> str:
    """The text without lone surrogates, which no database takes, and not endless."""
    return text[:LONGEST].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _author(raw: Raw, value: Raw) -> Person:
    found = sender(raw, value)
    if found is None:
        raise UnreadableError("no sender")
    return found


def _said(raw: Raw, value: Raw, content: Raw, id_: str, *, edited: bool = False) -> Said:
    """A message as said; `content` is where text and files are, which for an edit is inside of it."""
    text, media, file = _content(content)
    context = content.get("context")
    context = context if isinstance(context, dict) else {}
    many = context.get("frequently_forwarded") is True
    metadata = value.get("metadata")
    own = optional(metadata, "display_phone_number") if isinstance(metadata, dict) else None
    forwarded = many or context.get("forwarded") is True
    return Said(
        id_,
        _author(raw, value),
        moment(raw),
        text,
        group=optional(raw, "group_id"),
        media=media,
        file=file,
        forwarded=forwarded,
        forwarded_many=many,
        answers=optional(context, "id"),
        to_bot=own is not None and optional(context, "from") == own,
        edited=edited,
    )


def _content(raw: Raw) -> tuple[str, Media | None, File | None]:
    kind = identifier(raw, "type")
    if kind == "text":
        return _text(mapping(raw.get("text"), "text"), "body"), None, None
    if kind in _FILES:
        file = mapping(raw.get(kind), kind)
        ref = optional(file, "id")
        return (
            _text(file, "caption"),
            _FILES[kind],
            File(ref, _mime(file)) if ref else None,
        )
    if kind in _OTHERS:
        return "", _OTHERS[kind], None
    raise UnreadableError(f"unknown type {name(kind)}")


def _mime(raw: Raw) -> str:
    kind = (optional(raw, "mime_type") or "").partition(";")[0].strip().lower()
    return kind if _MIME.fullmatch(kind) else ""


def _text(raw: Raw, key: str) -> str:
    value = raw.get(key, "")
    if not isinstance(value, str):
        raise UnreadableError(f"{key} is no text")
    return clean(value)


def _edit(raw: Raw, value: Raw) -> Event:
    edit = mapping(raw.get("edit"), "edit")
    return _said(
        raw, value, mapping(edit.get("message"), "message"), identifier(edit, "original_message_id"), edited=True
    )


def _revoke(raw: Raw, value: Raw) -> Event:
    original = identifier(mapping(raw.get("revoke"), "revoke"), "original_message_id")
    return Revoked(original, _author(raw, value), moment(raw), optional(raw, "group_id"))


def _button(raw: Raw, value: Raw) -> Event:
    button = mapping(raw.get("button"), "button")
    return _chosen(raw, value, optional(button, "payload") or "", button.get("text"))


def _interactive(raw: Raw, value: Raw) -> Event:
    interactive = mapping(raw.get("interactive"), "interactive")
    kind = identifier(interactive, "type")
    if kind not in ("button_reply", "list_reply"):
        raise UnreadableError(f"unknown reply {name(kind)}")
    reply = mapping(interactive.get(kind), kind)
    return _chosen(raw, value, identifier(reply, "id"), reply.get("title"))


def _chosen(raw: Raw, value: Raw, data: str, title: Any) -> Event:
    said = clean(title) if isinstance(title, str) else ""
    return Chosen(identifier(raw, "id"), _author(raw, value), moment(raw), data, said, optional(raw, "group_id"))


def _system(raw: Raw, value: Raw) -> Event:
    system = mapping(raw.get("system"), "system")
    kind = identifier(system, "type")
    if kind == "customer_identity_changed":
        raise NeedlessError("customer_identity_changed: a new phone, the same person")
    if kind not in ("user_changed_number", "user_changed_user_id", "customer_changed_number"):
        raise UnreadableError(f"unknown system message {name(kind)}")
    old = Person(optional(raw, "from_user_id"), optional(raw, "from") or optional(system, "customer"))
    new = Person(optional(system, "user_id"), optional(system, "wa_id") or optional(system, "new_wa_id"))
    if not old.ids or not new.ids:
        raise UnreadableError("a change of id without both ids")
    return Renumbered(old, new)


_SPECIAL: Mapping[str, Callable[[Raw, Raw], Event]] = {
    "edit": _edit,
    "revoke": _revoke,
    "button": _button,
    "interactive": _interactive,
    "system": _system,
}
