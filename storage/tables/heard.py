"""What was heard, the stories it tells, and the numbers that outlive it."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import JSON, Field, Index, SQLModel

from storage.tables.base import UtcDateTime


class Message(SQLModel, table=True):
    """One message that passed the consent gate, redacted and analysed; `id` grows with arrival, never used twice.

    `content` (sealed: redacted text, shared links, float16 vector) and `platform_id` (sealed: some platforms' message
    ids hold a phone number) become NULL after `retention.text_days`; the row goes after `retention.numbers_days`, or
    when its author is erased. `digest` is the receipt that makes a redelivery harmless. `reply_to` is a row id; that
    row may be gone. `thread` is the topic of the chat in which it was said, where the chat has any.
    """

    __table_args__ = (
        UniqueConstraint("brand", "digest"),
        Index("ix_message_person", "brand", "person"),
        Index("ix_message_narrative", "brand", "narrative_id"),
        Index("ix_message_sent_at", "brand", "sent_at"),
        Index("ix_message_chat", "brand", "chat_id", "thread", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    chat_id: int = Field(foreign_key="chat.id")
    person: str
    platform_id: bytes | None = None
    digest: bytes
    sent_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    lang: str
    sentiment: str
    sentiment_scores: dict[str, float] = Field(sa_type=JSON)
    topic: str | None = None
    topic_score: float
    intent: str
    claim: float
    scores: dict[str, float] = Field(sa_type=JSON)
    model: str
    reply_to: int | None = None
    thread: str | None = None
    forwarded: bool = False
    forwarded_many: bool = False
    media: str | None = None
    edited: bool = False
    content: bytes | None = None
    narrative_id: int | None = None


class Reaction(SQLModel, table=True):
    """The emojis with which a person (a pseudonym) who is heard reacts to a stored message; goes with either."""

    __table_args__ = (Index("ix_reaction_person", "brand", "person"),)

    message_id: int = Field(primary_key=True, foreign_key="message.id", ondelete="CASCADE")
    person: str = Field(primary_key=True)
    brand: str
    emojis: list[str] = Field(sa_type=JSON)
    at: datetime = Field(sa_type=UtcDateTime)


class Narrative(SQLModel, table=True):
    """A story as last stored; `id` is the learner's own number, unique in its brand.

    `title` and `summary` (sealed) become NULL when the person behind the representative message is erased or when
    that message's text has reached its term; the caller that owns the learner writes them anew. The numbers stay.
    """

    __table_args__ = (Index("ix_narrative_last_seen", "brand", "last_seen"),)

    brand: str = Field(primary_key=True)
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    title: bytes | None = None
    summary: bytes | None = None
    representative: int | None = None
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime)
    messages: int
    people: int
    state: str
    merged_into: int | None = None


class Tally(SQLModel, table=True):
    """How many messages and people a chat had in one hour (UTC) on one topic with one sentiment.

    Written when message rows reach `retention.numbers_days`, from those rows; holds no person and stays.
    """

    brand: str = Field(primary_key=True)
    chat_id: int = Field(primary_key=True, foreign_key="chat.id", sa_column_kwargs={"autoincrement": False})
    hour: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    topic: str = Field(primary_key=True)
    sentiment: str = Field(primary_key=True)
    messages: int
    people: int


class Snapshot(SQLModel, table=True):
    """The learner's whole state (sealed) as it was after message `upto`; only the newest of a name is kept.

    Goes when a person is erased: the caller writes a new one without them.
    """

    __table_args__ = (UniqueConstraint("brand", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    name: str
    upto: int
    version: int
    blob: bytes
    created_at: datetime = Field(sa_type=UtcDateTime)


class Setting(SQLModel, table=True):
    """A small fact that the program keeps about itself or a brand (`brand` empty: the installation)."""

    brand: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: Any = Field(sa_type=JSON)


class Counter(SQLModel, table=True):
    """The last number given out under a name. Rolls back with its transaction, so a rerun gives the same numbers."""

    name: str = Field(primary_key=True)
    last: int
