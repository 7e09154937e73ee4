"""What came in and is not yet dealt with, and what must go out."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, text
from sqlmodel import JSON, Field, Index, SQLModel

from storage.tables.base import UtcDateTime, choice

_WAITING = text("fault IS NULL AND done_at IS NULL")


class OutboxState(StrEnum):
    """Where a sending is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class Inbox(SQLModel, table=True):
    """An update as it was received (sealed), stored before it is acknowledged; goes when its effects are stored.

    With a `fault` it is kept aside, for a person to look at, until `retention.transcripts_days`. With `done_at` only
    the key is left, as a receipt against redelivery. `key` must hold no raw identity: use `Identity.receipt`.
    """

    __table_args__ = (
        UniqueConstraint("brand", "source", "key"),
        Index("ix_inbox_waiting", "brand", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    source: str
    key: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    payload: bytes | None
    attempts: int = 0
    fault: str | None = None
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Outbox(SQLModel, table=True):
    """Something to send, stored before it is sent; `dedupe` makes sure that it is stored once.

    `lane` names the address without telling it ("team:oncall", "chat:12"): order, pacing and waits are kept a lane.
    `subject` is what it is about (an alert's id: newer edits replace older ones). `messages` are the row ids quoted in
    `payload` and `person` the pseudonym of whom it is addressed to: erasing one of them, or retention, sets `payload`
    to NULL, and whoever sends a waiting entry without payload renders it anew from its subject. `sent_ref` is the
    platform's id of what was sent, or its receipt where that id would hold a raw identity.
    """

    __table_args__ = (
        UniqueConstraint("brand", "dedupe"),
        Index("ix_outbox_lane", "state", "channel", "lane"),
        Index("ix_outbox_subject", "brand", "subject"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    channel: str
    lane: str
    address: bytes | None = None
    kind: str
    priority: int = 0
    subject: str | None = None
    dedupe: str
    person: str | None = None
    messages: list[int] = Field(default_factory=list, sa_type=JSON)
    payload: bytes | None = None
    state: OutboxState = Field(default=OutboxState.WAITING, sa_type=choice(OutboxState))
    attempts: int = 0
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_ref: str | None = None
    last_fault: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
