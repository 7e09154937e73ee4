"""What all tables share: times that keep their zone, states as text, and the names under which columns are sealed."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone, kept in UTC and aware when it comes back, also from SQLite, which knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without zone: guessing one would move every statistic by hours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def choice(states: type[StrEnum]) -> Any:
    """Return the column type of a state: its value as text, read back as the enumeration, anything else refused."""
    return Enum(
        states,
        native_enum=False,
        length=16,
        validate_strings=True,
        values_callable=lambda all_: [state.value for state in all_],
    )


class Sealed(StrEnum):
    """The encrypted columns: the `context` under which the vault seals and opens each."""

    CHAT_TITLE = "chat.title"
    CHAT_ADDRESS = "chat.address"
    MESSAGE_CONTENT = "message.content"
    MESSAGE_PLATFORM_ID = "message.platform_id"
    NARRATIVE_TITLE = "narrative.title"
    NARRATIVE_SUMMARY = "narrative.summary"
    ALERT_TITLE = "alert.title"
    ALERT_EVENT_DETAIL = "alertevent.detail"
    INBOX_PAYLOAD = "inbox.payload"
    OUTBOX_ADDRESS = "outbox.address"
    OUTBOX_PAYLOAD = "outbox.payload"
    SNAPSHOT_BLOB = "snapshot.blob"
    MOVED_ORIGIN = "movedchat.origin"
    DRAFT_TEXT = "draft.text"
    CUSTOMER_ADDRESS = "customer.address"
    PENDING_CONTENT = "pending.content"
    QUESTION_TEXT = "question.text"
    GAP_CONTENT = "gap.content"
    KNOWLEDGE_CONTENT = "knowledgeentry.content"
    HANDOVER_LINE_CONTENT = "handoverline.content"
    RUMOUR_CONTENT = "rumour.content"
    RUMOUR_VERDICT = "rumour.verdict"
    VERDICT_CONTENT = "verdict.content"
    SURVEY_COMMENT = "survey.comment"
    MOVED_PERSON_ORIGIN = "movedperson.origin"
    WHATSAPP_MEDIA_CONTENT = "whatsappmedia.content"
