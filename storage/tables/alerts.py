"""What the team was told, and what it did about it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlmodel import JSON, Field, Index, SQLModel

from storage.tables.base import UtcDateTime, choice


class AlertState(StrEnum):
    """Where an alert is in its life; MERGED when its story goes on in another alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    MERGED = "merged"


_LIVE = text("state IN ('open', 'acknowledged', 'snoozed')")


class Alert(SQLModel, table=True):
    """One story, topic or chat that the team is told about; at most one live alert a story, held by the index.

    `opened_at` is the signal's time, `notified_at` when the team was told, `at_message` and `messages` the row ids
    known then. Numbers stay; `title` (sealed) becomes NULL when what it quotes is erased or has reached its term, and
    erased messages leave `messages`.
    """

    __table_args__ = (
        Index("uq_alert_live", "brand", "narrative_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_alert_state", "brand", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    narrative_id: int | None = None
    kind: str
    severity: int
    state: AlertState = Field(default=AlertState.OPEN, sa_type=choice(AlertState))
    sure: float
    topic: str | None = None
    chat_id: int | None = Field(default=None, foreign_key="chat.id")
    opened_at: datetime = Field(sa_type=UtcDateTime)
    notified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    at_message: int | None = None
    messages: list[int] = Field(default_factory=list, sa_type=JSON)
    reasons: list[Any] = Field(default_factory=list, sa_type=JSON)
    fact: str | None = None
    contradicts: bool = False
    title: bytes | None = None
    acknowledged_by: str | None = None
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class AlertEvent(SQLModel, table=True):
    """One thing that happened to an alert; goes with it. `actor` is a pseudonym, None for Earshot itself."""

    __table_args__ = (Index("ix_alertevent_alert", "alert_id"),)

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", ondelete="CASCADE")
    at: datetime = Field(sa_type=UtcDateTime)
    action: str
    actor: str | None = None
    detail: bytes | None = None
