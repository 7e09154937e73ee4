"""What can happen on Telegram, as far as Earshot cares, and how it waits in the inbox.

An event holds nothing but its fields: what it has no field for (names of members, the message that a reply answers,
files) is gone once the update has been read (`reading.py`).
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from bot.customers.asks import Addressed
from bot.message import Media, Message

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "message_reaction",
    "callback_query",
    "my_chat_member",
    "chat_member",
)
"""Telegram delivers `message_reaction` and `chat_member` only where the bot is an admin."""


@dataclass(frozen=True, slots=True)
class Place:
    """A chat: its raw id, and whether it is a private one; `topic` is where in it, if it has topics."""

    id: str
    private: bool
    title: str = ""
    topic: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who did it: the raw id, and the language of their Telegram."""

    id: str
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A member of a group said something. `answers_bot` is the bot's message that it replies to, `names_bot` whether it
    mentions the bot, `file` where a file lies: the kind that Telegram gives it, a colon, its id."""

    place: Place
    message: Message
    answers_bot: int | None = None
    lang: str | None = None
    names_bot: bool = False
    file: str | None = None
    event: Literal["said"] = "said"

    @property
    def person(self) -> Person:
        """Who said it."""
        return Person(self.message.sender.id, self.lang)


@dataclass(frozen=True, slots=True)
class Command:
    """A command to the bot. `at` is the command's message; `about` is the author of the message that it replies to,
    and `answers` that message."""

    place: Place
    person: Person
    name: str
    argument: str
    at: int
    about: str | None = None
    answers: str | None = None
    event: Literal["command"] = "command"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks the bot something, in private or in a group: for the customers' desk. `at` is the message,
    `answers` the message that a command answers."""

    place: Place
    person: Person
    text: str
    at: int
    addressed: Addressed
    forwarded: bool = False
    media: Media | None = None
    file: str | None = None
    answers: str | None = None
    event: Literal["asked"] = "asked"


@dataclass(frozen=True, slots=True)
class Reacted:
    """Somebody reacts to the message `at` with `emojis` from now on; with none, no more."""

    place: Place
    person: Person
    at: int
    emojis: tuple[str, ...]
    event: Literal["reacted"] = "reacted"


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the bot was pressed; `query` is answered to the presser alone, `at` is the button's message."""

    place: Place
    person: Person
    query: str
    data: str
    at: int
    event: Literal["press"] = "press"


@dataclass(frozen=True, slots=True)
class Standing:
    """The bot's own place in a chat has changed."""

    place: Place
    present: bool
    was_present: bool
    admin: bool
    may_speak: bool
    lang: str | None = None
    event: Literal["standing"] = "standing"


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Somebody has joined a group; not who."""

    place: Place
    event: Literal["newcomers"] = "newcomers"


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup, whose id is `to`."""

    place: Place
    to: str
    event: Literal["moved"] = "moved"


@dataclass(frozen=True, slots=True)
class Renamed:
    """A group has the title `place.title` now."""

    place: Place
    event: Literal["renamed"] = "renamed"


Event = Said | Command | Asked | Reacted | Press | Standing | Newcomers | Moved | Renamed


@cache
def _adapter() -> TypeAdapter[Event]:
    return TypeAdapter(Event)


def encode(event: Event) -> bytes:
    """The event as it waits in the inbox: JSON."""
    return json.dumps(_adapter().dump_python(event, mode="json"), separators=(",", ":")).encode()


def decode(payload: bytes) -> Event:
    """The event that `encode` wrote. Raises ValueError for anything else."""
    return _adapter().validate_python(json.loads(payload))


def author(payload: bytes) -> str | None:
    """The raw id of whose event it is; None where no single person did it, or where it is none that can be read."""
    try:
        event = decode(payload)
    except ValueError:
        return None
    match event:
        case Said(message=message):
            return message.sender.id
        case Command(person=person) | Asked(person=person) | Reacted(person=person) | Press(person=person):
            return person.id
        case _:
            return None
