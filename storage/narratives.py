"""Narratives as last told by the story engine: numbers in the open, title and summary sealed."""
# ruff: noqa: D102

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from storage.portable import insert_into, table
from storage.tables import Message, Narrative, Sealed
from storage.vault import Vault


class Summarised(Protocol):
    """A narrative in numbers; the fields are explained in `nlp/narratives/summary.py`."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def representative(self) -> int: ...
    @property
    def first_seen(self) -> float: ...
    @property
    def last_seen(self) -> float: ...
    @property
    def messages(self) -> int: ...
    @property
    def people(self) -> int: ...
    @property
    def state(self) -> str: ...


@dataclass(frozen=True, slots=True)
class StoredNarrative:
    """A narrative as stored; `summary` holds the fields of its summary as JSON, empty once it was erased."""

    id: int
    title: str
    state: str
    first_seen: datetime
    last_seen: datetime
    messages: int
    people: int
    summary: Mapping[str, Any]


def store(session: Session, vault: Vault, brand: str, told: Iterable[tuple[Summarised, Mapping[str, Any]]]) -> None:
    """Write narratives, each with its summary as JSON-able fields, over what was stored of them."""
    rows = [
        {
            "brand": brand,
            "id": summary.id,
            "title": vault.seal_text(summary.title, Sealed.NARRATIVE_TITLE),
            "summary": vault.seal_json(fields, Sealed.NARRATIVE_SUMMARY),
            "representative": summary.representative,
            "first_seen": datetime.fromtimestamp(summary.first_seen, UTC),
            "last_seen": datetime.fromtimestamp(summary.last_seen, UTC),
            "messages": summary.messages,
            "people": summary.people,
            "state": str(summary.state),
        }
        for summary, fields in told
    ]
    if not rows:
        return
    insert = insert_into(session, Narrative)
    changed = {name: insert.excluded[name] for name in rows[0] if name not in ("brand", "id")}
    keys = [table(Narrative).c.brand, table(Narrative).c.id]
    session.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def merge(session: Session, brand: str, absorbed: int, into: int) -> None:
    """Record that one narrative went into another, and give it the messages that were stored under the first."""
    narrative, message = table(Narrative), table(Message)
    session.execute(
        narrative.update().where(narrative.c.brand == brand, narrative.c.id == absorbed).values(merged_into=into)
    )
    session.execute(
        message.update().where(message.c.brand == brand, message.c.narrative_id == absorbed).values(narrative_id=into)
    )


def ids(session: Session, brand: str) -> list[int]:
    """Return the ids of the narratives that were not merged into another."""
    row = table(Narrative).c
    return list(
        session.execute(
            select_rows(row.id).where(row.brand == brand, row.merged_into.is_(None)).order_by(row.id)
        ).scalars()
    )


def remove(session: Session, brand: str, ids: Iterable[int]) -> None:
    """Delete narratives that nobody tells any more."""
    narrative = table(Narrative)
    for id_ in ids:
        session.execute(narrative.delete().where(narrative.c.brand == brand, narrative.c.id == id_))


def live(session: Session, vault: Vault, brand: str) -> Iterator[StoredNarrative]:
    """Yield the narratives that were not merged into another, the biggest first."""
    rows = session.exec(
        select(Narrative)
        .where(Narrative.brand == brand, col(Narrative.merged_into).is_(None))
        .order_by(col(Narrative.people).desc(), col(Narrative.messages).desc(), col(Narrative.id))
    )
    for row in rows:
        yield StoredNarrative(
            id=row.id,
            title=vault.open_text(row.title, Sealed.NARRATIVE_TITLE) if row.title else "",
            state=row.state,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            messages=row.messages,
            people=row.people,
            summary=vault.open_json(row.summary, Sealed.NARRATIVE_SUMMARY) if row.summary else {},
        )
