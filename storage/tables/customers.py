"""What customers asked, what the team said to them, and what the brand learnt to answer."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Index, SQLModel

from storage.tables.base import UtcDateTime, choice


class HandoverState(StrEnum):
    """Whether a conversation with the team goes on."""

    OPEN = "open"
    CLOSED = "closed"


class GapState(StrEnum):
    """Whether a missing entry is still missing."""

    OPEN = "open"
    FILLED = "filled"


class RumourState(StrEnum):
    """Whether the team has said what is true."""

    OPEN = "open"
    ANSWERED = "answered"
    DROPPED = "dropped"


class SurveyKind(StrEnum):
    """What was asked: satisfaction (1 to 5) with a conversation, or how likely a recommendation is (0 to 10)."""

    SATISFACTION = "satisfaction"
    RECOMMENDATION = "recommendation"


class Customer(SQLModel, table=True):
    """Somebody who agreed that what they ask is kept: the row is that consent, and goes with its withdrawal.

    `address` (sealed) is the raw id of the private chat. `version` names the notice they said yes to, `source` how.
    """

    __table_args__ = (UniqueConstraint("brand", "person"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    platform: str
    person: str
    address: bytes
    lang: str
    version: str
    source: str
    agreed_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    surveyed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Pending(SQLModel, table=True):
    """What the desk has asked somebody and waits to be told, at most until `expires_at`: which entry they mean, whether
    their question may be kept. `content` (sealed) is all that is needed to go on. `lane` is where it was asked and of
    whom; it holds no raw identity.
    """

    brand: str = Field(primary_key=True)
    lane: str = Field(primary_key=True)
    kind: str
    content: bytes
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Question(SQLModel, table=True):
    """That something was asked and what it got. `person` and `text` (sealed, redacted) only of who agreed."""

    __table_args__ = (
        UniqueConstraint("brand", "key"),
        Index("ix_question_at", "brand", "at"),
        Index("ix_question_gap", "gap_id"),
        Index("ix_question_person", "brand", "person"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    key: str
    at: datetime = Field(sa_type=UtcDateTime)
    platform: str
    in_group: bool
    kind: str
    lang: str
    score: float
    faq: str | None = None
    fact: str | None = None
    helpful: bool | None = None
    person: str | None = None
    text: bytes | None = None
    gap_id: int | None = Field(default=None, foreign_key="gap.id", ondelete="SET NULL")


class Gap(SQLModel, table=True):
    """A missing entry: questions of the same meaning that nothing answered. `content` (sealed) is the newest wording of
    theirs and the mean of their vectors; both go when the last question goes that holds words.
    """

    __table_args__ = (Index("ix_gap_brand", "brand", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    state: GapState = Field(default=GapState.OPEN, sa_type=choice(GapState))
    lang: str
    content: bytes | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)


class KnowledgeEntry(SQLModel, table=True):
    """A question with its answer that came after the brand file: imported, or saved from a conversation (`source`).
    `content` (sealed): question, answer, where it is from. An id of the brand file is the brand file's."""

    __table_args__ = (UniqueConstraint("brand", "faq"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    faq: str
    lang: str
    source: str
    content: bytes
    actor: str | None = None
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Handover(SQLModel, table=True):
    """A conversation between a customer and the team; goes with the customer, or when it has reached its term.

    `waiting_since` is when the customer began to wait for the team, None when it is their turn; `escalated` counts the
    channels told since.
    """

    __table_args__ = (Index("ix_handover_state", "brand", "state"), Index("ix_handover_customer", "customer_id"))

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    customer_id: int = Field(foreign_key="customer.id", ondelete="CASCADE")
    state: HandoverState = Field(default=HandoverState.OPEN, sa_type=choice(HandoverState))
    channel: str
    lang: str
    sentiment: str
    question_id: int | None = None
    assigned_to: str | None = None
    opened_at: datetime = Field(sa_type=UtcDateTime)
    waiting_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    escalated: int = 0
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HandoverLine(SQLModel, table=True):
    """One message of a conversation. `content` (sealed): text, redacted when it is the customer's, and where a file
    lies. `actor` is the pseudonym of the team's member who wrote it, None for the customer."""

    __table_args__ = (Index("ix_handoverline_handover", "handover_id"),)

    id: int | None = Field(default=None, primary_key=True)
    handover_id: int = Field(foreign_key="handover.id", ondelete="CASCADE")
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str | None = None
    content: bytes


class Rumour(SQLModel, table=True):
    """Something that people asked to be checked and nothing answered. `content` (sealed): the text first asked,
    redacted, its vector and links; `verdict` (sealed): what the team published, with evidence, once it did."""

    __table_args__ = (Index("ix_rumour_state", "brand", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    state: RumourState = Field(default=RumourState.OPEN, sa_type=choice(RumourState))
    lang: str
    content: bytes | None = None
    verdict: bytes | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RumourAsker(SQLModel, table=True):
    """That a person asked; `told_at` once they were told the answer. `customer_id` is where; without one they asked in
    a group and are only counted."""

    __table_args__ = (Index("ix_rumourasker_person", "person"),)

    rumour_id: int = Field(primary_key=True, foreign_key="rumour.id", ondelete="CASCADE")
    person: str = Field(primary_key=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", ondelete="CASCADE")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Verdict(SQLModel, table=True):
    """What the brand published about a story (`alert_id`): its own public words. `content` (sealed): the text and its
    links. What the story says is read from the narrative, so that it goes when that goes."""

    __table_args__ = (Index("ix_verdict_brand", "brand"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    alert_id: int | None = Field(default=None, foreign_key="alert.id", ondelete="SET NULL")
    narrative_id: int | None = None
    lang: str
    content: bytes
    published_at: datetime = Field(sa_type=UtcDateTime)


class Survey(SQLModel, table=True):
    """A question of a survey and what it got. Without `customer_id` only the number is left. `comment` is sealed."""

    __table_args__ = (Index("ix_survey_kind", "brand", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    kind: SurveyKind = Field(sa_type=choice(SurveyKind))
    customer_id: int | None = Field(default=None, foreign_key="customer.id", ondelete="CASCADE")
    sent_at: datetime = Field(sa_type=UtcDateTime)
    score: int | None = None
    comment: bytes | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
