"""The team's chats and who may do what there, and what a platform needs to remember about a chat."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import JSON, Field, SQLModel

from storage.tables.base import UtcDateTime, choice


class Role(StrEnum):
    """What a member of the team may do: agents work on alerts, owners also say who is in the team."""

    OWNER = "owner"
    AGENT = "agent"


class DraftState(StrEnum):
    """Where a reply of the brand is; only WRITING ones can be changed, and only ASKED ones published."""

    WRITING = "writing"
    ASKED = "asked"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class TeamLink(SQLModel, table=True):
    """Which chat a team channel of the brand file is; alerts come without a sound until `muted_until`."""

    brand: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    chat_id: int = Field(foreign_key="chat.id")
    muted_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AlertThread(SQLModel, table=True):
    """The topic in which an alert is told, where the team's chat has topics."""

    lane: str = Field(primary_key=True)
    alert_id: int = Field(primary_key=True, foreign_key="alert.id", ondelete="CASCADE")
    brand: str
    thread: int


class TeamCode(SQLModel, table=True):
    """A code that links a chat or gives a role, once and for a short time. Only its digest is kept."""

    __table_args__ = (UniqueConstraint("brand", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    channel: str
    role: Role = Field(sa_type=choice(Role))
    digest: bytes
    expires_at: datetime = Field(sa_type=UtcDateTime)


class TeamMember(SQLModel, table=True):
    """The role of a person (a pseudonym) in a team channel."""

    brand: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    role: Role = Field(sa_type=choice(Role))
    since: datetime = Field(sa_type=UtcDateTime)


class Activation(SQLModel, table=True):
    """Since when the bot is in a chat, and when it last showed which version of the notice there.

    `hint` names what it last told the admin to change, so that it says so once.
    """

    chat_id: int = Field(primary_key=True, foreign_key="chat.id", sa_column_kwargs={"autoincrement": False})
    brand: str
    since: datetime = Field(sa_type=UtcDateTime)
    noticed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    notice_version: str | None = None
    hint: str | None = None


class MovedChat(SQLModel, table=True):
    """That the chat with pseudonym `key` is one that had another id before; `origin` (sealed) is that first id."""

    brand: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    origin: bytes


class Draft(SQLModel, table=True):
    """A reply of the brand to the groups `chats` (row ids), as the team writes it. `text` (sealed) goes at the end."""

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    channel: str
    alert_id: int = Field(foreign_key="alert.id", ondelete="CASCADE")
    text: bytes | None = None
    chats: list[int] = Field(default_factory=list, sa_type=JSON)
    state: DraftState = Field(default=DraftState.WRITING, sa_type=choice(DraftState))
    updated_at: datetime = Field(sa_type=UtcDateTime)
