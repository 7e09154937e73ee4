"""A message as Earshot knows it: the same whatever the platform, frozen, and still holding raw identities.

Nothing here is stored as it stands. The consent gate drops it or replaces people by pseudonyms
(`bot/identity.py`), and redaction replaces personal data in the text (`nlp/redact.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Platform(StrEnum):
    """Where a message was written."""

    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    OTHER = "other"


class ChatKind(StrEnum):
    """What a chat is for."""

    GROUP = "group"
    PRIVATE = "private"
    TEAM = "team"


class Media(StrEnum):
    """What came with, or instead of, the text."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    STICKER = "sticker"
    DOCUMENT = "document"
    CONTACT = "contact"
    LOCATION = "location"
    POLL = "poll"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation on a platform. `id` is the platform's own."""

    id: str
    platform: Platform
    kind: ChatKind = ChatKind.GROUP
    title: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """Who wrote. `id` and `name` are raw: they never pass the consent gate."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Forward:
    """That a message was forwarded; `many` when the platform says it was passed on many times."""

    many: bool = False
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `id` is unique in its chat, `sent_at` has a zone, `text` may be empty (a sticker, a voice note).

    `thread` is the topic in which it was said, where the chat has topics.
    """

    id: str
    chat: Chat
    sender: Member
    sent_at: datetime
    text: str = ""
    reply_to: str | None = None
    forward: Forward | None = None
    media: Media | None = None
    edited: bool = False
    thread: str | None = None

    def __post_init__(self) -> None:
        if self.sent_at.tzinfo is None:
            raise ValueError("Message.sent_at needs a time zone")
