"""Finds what happened in a delivery of WhatsApp's webhook, tolerantly: one malformed part costs nothing but itself.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components. A delivery may hold many entries, changes,
messages and reports; each becomes a `Piece`: an event, or a reason why it is none. `messages.py` beside this file reads
single messages. Known and needless kinds are passed over; unknown or malformed ones are to be kept aside.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.platforms.whatsapp import messages, news
from bot.platforms.whatsapp.events import (
    AsksToJoin,
    Event,
    GroupGone,
    GroupMade,
    GroupRenamed,
    Joined,
    Left,
    Person,
    Renumbered,
    Reported,
    Warned,
)
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
from storage.tables import DeliveryState

NEEDLESS_FIELDS = {
    "account_review_update": "reviews of the account",
    "business_status_update": "state of the business",
    "calls": "calls",
    "flows": "flows",
    "history": "history of the WhatsApp Business app",
    "message_echoes": "what the brand wrote itself",
    "message_template_components_update": "wording of templates",
    "messaging_handovers": "handover between apps",
    "partner_solutions": "partners",
    "payment_configuration_update": "payments",
    "smb_app_state_sync": "contacts of the WhatsApp Business app",
    "smb_message_echoes": "what the brand wrote itself",
    "tracking_events": "tracking",
    "user_preferences": "marketing, which Earshot never sends",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a delivery. `key` makes it unique. Without an `event`, `reason` says why; `aside` tells what must be
    looked at from what is needless. `raw` is the part as a delivery of its own; `group` where it was said, `person` by
    whom, as far as that can be told."""

    key: tuple[str, ...]
    event: Event | None = None
    reason: str = ""
    aside: bool = False
    raw: bytes = b""
    group: str | None = None
    person: Person | None = None


def read(body: bytes) -> list[Piece]:
    """Return everything that a delivery tells, in its order. Never raises."""
    try:
        delivery = json.loads(body)
    except (ValueError, RecursionError):
        return [_whole(body, "no JSON")]
    if not isinstance(delivery, dict) or not isinstance(delivery.get("entry"), list):
        return [_whole(body, "no entry")]
    pieces: list[Piece] = []
    for entry in delivery["entry"]:
        changes = entry.get("changes") if isinstance(entry, dict) else None
        if not isinstance(changes, list):
            pieces.append(_piece(("entry",), entry, "entry without changes"))
            continue
        for change in changes:
            pieces.extend(_change(change))
    return pieces


def _change(change: Any) -> Iterator[Piece]:
    if not isinstance(change, dict) or not isinstance(change.get("value"), dict):
        yield _piece(("change",), change, "change without value")
        return
    field, value = name(change.get("field")), change["value"]
    if field in _READERS:
        yield from _READERS[field](field, value)
    elif field in NEEDLESS_FIELDS:
        yield Piece(_key(field, value), reason=f"{field}: {NEEDLESS_FIELDS[field]}")
    else:
        yield _piece(("field", field), change, f"unknown field {field}")


def _one(
    field: str, value: Raw, part: str, raw: Any, key: Callable[[], tuple[str, ...]], reader: Callable[[], Event]
) -> Piece:
    """One part of a change: its event, or why it is none."""
    try:
        return Piece(key(), reader())
    except NeedlessError as passed:
        return Piece(_key(field, raw), reason=str(passed))
    except (UnreadableError, RecursionError) as error:
        reason = str(error) if isinstance(error, UnreadableError) else "nested too deeply"
        alone = {key_: item for key_, item in value.items() if not isinstance(item, list) or key_ == "contacts"}
        inner = value if raw is value else alone | {part: [raw]}
        delivery = {"entry": [{"changes": [{"field": field, "value": inner}]}]}
        found = raw if isinstance(raw, dict) else {}
        return Piece(
            _key(field, raw),
            reason=f"{part}: {reason}",
            aside=True,
            raw=_bytes(delivery),
            group=optional(found, "group_id"),
            person=messages.sender(found, value),
        )


def _messages(field: str, value: Raw) -> Iterator[Piece]:
    parts: Sequence[tuple[str, Callable[[Any], tuple[str, ...]], Callable[[Any], Event]]] = (
        ("messages", _message_key, partial(_message, value)),
        ("statuses", _status_key, _status),
    )
    found = False
    for part, key, reader in parts:
        items = value.get(part)
        for raw in items if isinstance(items, list) else ():
            found = True
            yield _one(field, value, part, raw, partial(key, raw), partial(reader, raw))
    if not found:
        yield _piece((field,), {"field": field, "value": value}, f"{field} without messages or statuses")


def _message(value: Raw, raw: Any) -> Event:
    return messages.read(mapping(raw), value)


def _message_key(raw: Any) -> tuple[str, ...]:
    return ("message", identifier(mapping(raw), "id"))


def _status_key(raw: Any) -> tuple[str, ...]:
    status = mapping(raw)
    whose = optional(status, "recipient_participant_user_id") or optional(status, "recipient_participant_id") or ""
    return ("status", identifier(status, "id"), identifier(status, "status"), whose)


def _status(given: Any) -> Event:
    raw = mapping(given)
    state = identifier(raw, "status")
    if state == "played":
        state = DeliveryState.READ
    if state not in tuple(DeliveryState):
        raise UnreadableError(f"unknown status {name(state)}")
    errors = dicts(raw.get("errors"))
    code = errors[0].get("code") if errors else None
    return Reported(identifier(raw, "id"), DeliveryState(state), moment(raw), code if isinstance(code, int) else None)


def _groups(field: str, value: Raw) -> Iterator[Piece]:
    items = value.get("groups")
    if not isinstance(items, list) or not items:
        yield _piece((field,), {"field": field, "value": value}, f"{field} without groups")
        return
    for raw in items:
        yield _one(field, value, "groups", raw, partial(_key, field, raw), partial(_group, raw))


def _group(given: Any) -> Event:
    raw = mapping(given)
    kind, group = identifier(raw, "type"), identifier(raw, "group_id")
    failed = bool(dicts(raw.get("errors")))
    if dicts(raw.get("removed_participants")):  # Meta's example of a removal says "group_create"
        return Left(group, tuple(messages.participant(one) for one in dicts(raw["removed_participants"])))
    match kind:
        case "group_create":
            if failed:
                return Warned("group_failed", {"group": optional(raw, "subject") or ""})
            title, request = optional(raw, "subject") or "", optional(raw, "request_id") or ""
            return GroupMade(group, moment(raw), title, request, optional(raw, "invite_link") or "")
        case "group_delete":
            return Warned("group_failed", {"group": ""}) if failed else GroupGone(group)
        case "group_settings_update":
            subject = raw.get("group_subject") or raw.get("subject")
            named = subject.get("text") if isinstance(subject, dict) else subject
            if not isinstance(named, str) or not named:
                raise NeedlessError("group settings: nothing but its title is of use")
            return GroupRenamed(group, messages.clean(named))
        case "group_add_participants" | "group_participants_add":
            if not dicts(raw.get("added_participants")):
                raise NeedlessError("group participants: nobody was added")
            return Joined(group, moment(raw))
        case "group_join_request_created":
            return AsksToJoin(group, moment(raw))
        case "group_join_request_revoked" | "group_remove_participants" | "group_participants_remove":
            raise NeedlessError(f"{kind}: nobody left or came")
        case "group_suspend":
            return Warned("group_suspended", {"group": ""})
        case "group_suspend_cleared":
            raise NeedlessError("group_suspend_cleared: the group works again")
        case _:
            raise UnreadableError(f"unknown kind {name(kind)}")


def _new_ids(field: str, value: Raw) -> Iterator[Piece]:
    items = value.get("user_id_update")
    if not isinstance(items, list) or not items:
        yield _piece((field,), {"field": field, "value": value}, f"{field} without updates")
        return
    for raw in items:
        yield _one(field, value, field, raw, partial(_key, field, raw), partial(_new_id, raw))


def _new_id(given: Any) -> Event:
    raw = mapping(given)
    ids = mapping(raw.get("user_id"), "user_id")
    phone = optional(raw, "wa_id")
    return Renumbered(Person(identifier(ids, "previous"), phone), Person(identifier(ids, "current"), phone))


def _news(field: str, value: Raw) -> Iterator[Piece]:
    yield _one(field, value, field, value, partial(_key, field, value), partial(news.read, field, value))


def _whole(body: bytes, reason: str) -> Piece:
    return Piece(("body", hashlib.sha256(body).hexdigest()), reason=reason, aside=True, raw=body)


def _piece(key: tuple[str, ...], raw: Any, reason: str) -> Piece:
    """A part that cannot be read at all, to be kept aside."""
    entry = raw if key == ("entry",) else {"changes": [raw]}
    return Piece((*key, _digest(raw)), reason=reason, aside=True, raw=_bytes({"entry": [entry]}))


def _key(field: str, raw: Any) -> tuple[str, ...]:
    """What makes a part unique that has no id: all of it."""
    return (field, _digest(raw))


def _digest(raw: Any) -> str:
    return hashlib.sha256(_bytes(raw)).hexdigest()


def _bytes(raw: Any) -> bytes:
    try:
        return json.dumps(raw, sort_keys=True, separators=(",", ":")).encode()
    except (RecursionError, TypeError):  # keys of mixed kinds cannot come from JSON
        return b"{}"


_READERS: Mapping[str, Callable[[str, Raw], Iterator[Piece]]] = {
    "messages": _messages,
    "group_lifecycle_update": _groups,
    "group_settings_update": _groups,
    "group_participants_update": _groups,
    "group_participant_update": _groups,  # as Meta's specification spells it
    "group_status_update": _groups,
    "user_id_update": _new_ids,
} | dict.fromkeys(news.FIELDS, _news)
