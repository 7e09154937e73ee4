"""What WhatsApp needs to be remembered: other ids of a person, open windows, how sendings ended, downloaded files."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.tables.base import UtcDateTime, choice


class DeliveryState(StrEnum):
    """How far a message of the brand came, in this order; FAILED is the end."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class MovedPerson(SQLModel, table=True):
    """That the person with pseudonym `key` is one known by another id; `origin` (sealed) is that first id, `person` its
    pseudonym. Kept only of people who agreed to something: without it a new phone number would make strangers of them.
    """

    __table_args__ = (Index("ix_movedperson_person", "brand", "person"),)

    brand: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    person: str
    origin: bytes


class WhatsAppWindow(SQLModel, table=True):
    """Until when a lane may be written to freely. The row goes when that is over: who wrote last month is not kept.

    `noticed` is whether the notice was shown in this window, `knocked_at` when a template last asked for a sign of
    life; with that the row stays a while longer (`storage.whatsapp.KNOCK_AGAIN`).
    """

    brand: str = Field(primary_key=True)
    lane: str = Field(primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime)
    noticed: bool = False
    knocked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WhatsAppStatus(SQLModel, table=True):
    """What WhatsApp reported of a sending; `ref` is `Outbox.sent_ref`. A report may come before the sending is marked,
    so `settled` says whether it has had its effect. Goes after `storage.whatsapp.STATUS_KEPT`.
    """

    __table_args__ = (Index("ix_whatsappstatus_open", "brand", "settled"),)

    brand: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    state: DeliveryState = Field(sa_type=choice(DeliveryState))
    code: int | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    settled: bool = False


class WhatsAppMedia(SQLModel, table=True):
    """A downloaded file (sealed) of a person who agreed; only where the brand file says so. Goes with retention."""

    __table_args__ = (Index("ix_whatsappmedia_person", "brand", "person"),)

    brand: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    person: str
    mime: str
    content: bytes
    stored_at: datetime = Field(sa_type=UtcDateTime)
