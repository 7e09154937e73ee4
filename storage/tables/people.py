"""Where people talk, and what each of them agreed to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Index, SQLModel

from storage.tables.base import UtcDateTime, choice


class ChatState(StrEnum):
    """Whether a chat is heard: only ACTIVE ones are."""

    WAITING = "waiting"
    ACTIVE = "active"
    LEFT = "left"


class ChatMode(StrEnum):
    """Whose messages are heard: who agreed, who did not object, or (replays only) everybody."""

    OPT_IN = "opt_in"
    NOTICE = "notice"
    ASSUMED = "assumed"


class ConsentState(StrEnum):
    """What a person said."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Chat(SQLModel, table=True):
    """A chat that the bot was added to, or that an export shows. Stays until the brand is removed.

    `key` is the pseudonym of the platform's id; `address` (sealed) is that id itself, to send there. `dropped` is
    the only trace of messages that the consent gate turned away.
    """

    __table_args__ = (UniqueConstraint("brand", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    platform: str
    key: str
    kind: str
    title: bytes | None = None
    address: bytes | None = None
    state: ChatState = Field(default=ChatState.WAITING, sa_type=choice(ChatState))
    mode: ChatMode = Field(default=ChatMode.OPT_IN, sa_type=choice(ChatMode))
    language: str | None = None
    dropped: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)


class Consent(SQLModel, table=True):
    """One thing a person (a pseudonym) said about being heard, in one chat or, without `chat_id`, everywhere.

    Append-only: `bot/consent.py` decides which row counts. `version` names the notice shown, `source` how it was said
    (button, command, file, ...). Erasing a person leaves one withdrawn row, so that the refusal is kept.
    """

    __table_args__ = (Index("ix_consent_person", "brand", "person"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    person: str
    chat_id: int | None = Field(default=None, foreign_key="chat.id")
    state: ConsentState = Field(sa_type=choice(ConsentState))
    version: str
    source: str
    at: datetime = Field(sa_type=UtcDateTime)
