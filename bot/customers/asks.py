"""What comes to the customers' desk, and how what it says is written into an outbox payload. The contract between the
desk and the platforms is in `bot/customers/desk.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue

from bot.message import Media, Platform


class Addressed(StrEnum):
    """How somebody turned to the bot. Whatever is none of these is not for the desk: in groups the bot stays silent."""

    PRIVATE = "private"  # said in a private chat
    MENTION = "mention"  # the bot is named in a group
    REPLY = "reply"  # an answer to a message of the bot in a group
    ASK = "ask"  # the command /ask, in whatever chat
    CHECK = "check"  # the command /check, in whatever chat
    PERSON = "person"  # the command /human, in whatever chat


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A file where it lies: `ref` is the platform's own reference (Telegram's file_id, WhatsApp's media id); empty for
    what is named but cannot be sent on, such as a place or a contact."""

    platform: Platform
    kind: Media
    ref: str

    def reaches(self, platform: str) -> bool:
        """Whether it can be sent on to a platform. What the team sends from Telegram reaches WhatsApp as well, whose
        channel says so where it will not have it."""
        known = (self.platform, platform) == (Platform.TELEGRAM, Platform.WHATSAPP) or self.platform == platform
        return bool(self.ref) and known


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: `person` is the pseudonym, `address` the raw id of their private chat with the bot (it is stored only
    sealed), `lang` the language that the platform says they use."""

    platform: Platform
    person: str
    address: str
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Something said to the bot.

    `id` makes it unique in its platform and holds no raw identity (an inbox entry's id will do): handling the same ask
    twice sends nothing twice. `group` is the row id of the group in which it was said, None in private. `message` is
    the platform's own id of the message, which an answer in a group quotes. `text` may be empty (a photo alone), and a
    number typed to choose is just text. `forwarded` marks a forwarded message. `heard` says that the consent gate
    admits the person in that group. `about` is the text of the message that a command in a group answers, where that
    message was heard; "" where it was not. `private_url` opens the private chat with the bot.
    """

    id: str
    asker: Asker
    text: str
    addressed: Addressed
    group: int | None = None
    message: str | None = None
    forwarded: bool = False
    media: MediaRef | None = None
    heard: bool = False
    about: str | None = None
    private_url: str | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed, or a choice made from a list: `do` is what the button carried (`Button.do`), unforged."""

    id: str
    asker: Asker
    do: str
    group: int | None = None
    message: str | None = None
    private_url: str | None = None


@dataclass(frozen=True, slots=True)
class TeamSaid:
    """A member of the team answered a message of the bot in the team's chat. `subject` is the outbox subject of that
    message (`CustomerDesk.subject_of`), `actor` the member's pseudonym, who has a role in `channel`."""

    id: str
    actor: str
    channel: str
    subject: str
    text: str
    message: str | None = None
    media: MediaRef | None = None


@dataclass(frozen=True, slots=True)
class TeamPress:
    """A member of the team pressed a button under a message of the desk."""

    id: str
    actor: str
    channel: str
    do: str


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message: `do` comes back as `Press.do` or `TeamPress.do`, unless the button opens `url`."""

    text: str
    do: str = ""
    url: str = ""


def extra(
    buttons: Sequence[Sequence[Button]] = (),
    *,
    reply_to: str | None = None,
    media: MediaRef | None = None,
    purpose: str | None = None,
    number: int | None = None,
) -> dict[str, JsonValue]:
    """Return `Payload.extra` as every channel that carries customers' messages reads it; empty parts are left out.

    `purpose` names the template (config/brand/customers.py) by which WhatsApp asks for a sign of life after its window;
    `number`, which may stand in it, is of the conversation.
    """
    made: dict[str, JsonValue] = {}
    if buttons:
        made["buttons"] = [[{"text": one.text, "do": one.do, "url": one.url} for one in row] for row in buttons]
    if reply_to is not None:
        made["reply_to"] = reply_to
    if media is not None and media.ref:
        made["media"] = {"platform": media.platform, "kind": media.kind, "ref": media.ref}
    if purpose is not None:
        made["purpose"] = purpose
    if number is not None:
        made["number"] = number
    return made
