"""What can happen on WhatsApp, as far as Earshot cares. `reading.py` finds these in deliveries.

An event holds nothing but its fields: profile names, contact cards, places and prices are gone once it has been read.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from bot.message import Media
from storage.tables import DeliveryState


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, by the ids that came along: the business-scoped user id (`bsuid`), the phone number, or both."""

    bsuid: str | None = None
    phone: str | None = None

    @property
    def raw(self) -> str:
        """The id by which they are known where nothing else is known of them."""
        return self.bsuid or self.phone or ""

    @property
    def address(self) -> str:
        """Where they are written to: the phone number where one came along, because Meta goes on telling numbers only
        of people who are written to by number (docs/decisions/0007)."""
        return self.phone or self.bsuid or ""

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that came along, the business-scoped one first."""
        return tuple(id_ for id_ in (self.bsuid, self.phone) if id_)


@dataclass(frozen=True, slots=True)
class File:
    """A picture, voice note or document, by WhatsApp's reference."""

    ref: str
    mime: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote, in private or in a group (`group` is its raw id). `answers` is the message that they answer and
    `to_bot` whether that was the brand's; `edited` marks a new wording of message `id`."""

    id: str
    person: Person
    at: datetime
    text: str = ""
    group: str | None = None
    media: Media | None = None
    file: File | None = None
    forwarded: bool = False
    forwarded_many: bool = False
    answers: str | None = None
    to_bot: bool = False
    edited: bool = False
    event: Literal["said"] = "said"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody pressed a button or chose from a list: `data` is what it carried, `title` what it said."""

    id: str
    person: Person
    at: datetime
    data: str
    title: str = ""
    group: str | None = None
    event: Literal["chosen"] = "chosen"


@dataclass(frozen=True, slots=True)
class Revoked:
    """Somebody took back message `id`."""

    id: str
    person: Person
    at: datetime
    group: str | None = None
    event: Literal["revoked"] = "revoked"


@dataclass(frozen=True, slots=True)
class Renumbered:
    """Somebody has other ids from now on."""

    before: Person
    after: Person
    event: Literal["renumbered"] = "renumbered"


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a message of the brand; `code` is WhatsApp's error."""

    id: str
    state: DeliveryState
    at: datetime
    code: int | None = None
    event: Literal["reported"] = "reported"


@dataclass(frozen=True, slots=True)
class GroupMade:
    """A group of the number was made; `request` is what asked for it."""

    group: str
    at: datetime
    title: str = ""
    request: str = ""
    invite: str = ""
    event: Literal["group_made"] = "group_made"


@dataclass(frozen=True, slots=True)
class GroupGone:
    """A group was deleted, or its making failed."""

    group: str
    event: Literal["group_gone"] = "group_gone"


@dataclass(frozen=True, slots=True)
class GroupRenamed:
    """A group has another title."""

    group: str
    title: str
    event: Literal["group_renamed"] = "group_renamed"


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody joined a group; not who."""

    group: str
    at: datetime
    event: Literal["joined"] = "joined"


@dataclass(frozen=True, slots=True)
class Left:
    """People left a group, or were removed."""

    group: str
    people: tuple[Person, ...] = ()
    event: Literal["left"] = "left"


@dataclass(frozen=True, slots=True)
class AsksToJoin:
    """Somebody asks to join a group; not who: the team sees that where it decides."""

    group: str
    at: datetime
    event: Literal["asks_to_join"] = "asks_to_join"


@dataclass(frozen=True, slots=True)
class Warned:
    """WhatsApp says something of the number, the account or a template: `kind` names the text that tells the team."""

    kind: str
    details: dict[str, str] = field(default_factory=dict)
    event: Literal["warned"] = "warned"


Event = (
    Said
    | Chosen
    | Revoked
    | Renumbered
    | Reported
    | GroupMade
    | GroupGone
    | GroupRenamed
    | Joined
    | Left
    | AsksToJoin
    | Warned
)


@cache
def _adapter() -> TypeAdapter[Event]:
    return TypeAdapter(Event)


def encode(event: Event) -> bytes:
    """The event as it waits in the inbox: JSON."""
    return json.dumps(_adapter().dump_python(event, mode="json"), separators=(",", ":")).encode()


def decode(payload: bytes) -> Event:
    """The event that `encode` wrote. Raises ValueError for anything else."""
    return _adapter().validate_python(json.loads(payload))


def author(event: Event) -> Person | None:
    """Whose event it is; None where no single person did it."""
    match event:
        case Said(person=person) | Chosen(person=person) | Revoked(person=person) | Renumbered(before=person):
            return person
        case _:
            return None
