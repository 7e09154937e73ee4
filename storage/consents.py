"""Consent records: the only place that writes them. Which of them counts is decided in `bot/consent.py`."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from storage.portable import reserve, table
from storage.tables import Consent, ConsentState

_WRITTEN = "earshot_consents_written"


class Said(NamedTuple):
    """What one record says, without the rest of the row."""

    id: int
    person: str
    chat_id: int | None
    state: ConsentState
    version: str
    at: datetime


def record(
    session: Session,
    brand: str,
    person: str,
    chat_id: int | None,
    state: ConsentState,
    *,
    version: str,
    source: str,
    at: datetime,
) -> Consent:
    """Append one record; without `chat_id` it is about all chats of the brand."""
    consent = Consent(
        id=reserve(session, "consent", 1),
        brand=brand,
        person=person,
        chat_id=chat_id,
        state=state,
        version=version,
        source=source,
        at=at,
    )
    session.add(consent)
    session.flush()
    session.info[_WRITTEN] = session.info.get(_WRITTEN, 0) + 1
    return consent


def written(session: Session) -> int:
    """Return how many records this session has written: while it is not 0, what it reads may yet be rolled back."""
    count: int = session.info.get(_WRITTEN, 0)
    return count


def after(session: Session, brand: str, last_id: int) -> Sequence[Said]:
    """Return the brand's records with a higher id, in the order in which they were recorded."""
    row = table(Consent).c
    columns = (row.id, row.person, row.chat_id, row.state, row.version, row.at)
    rows = session.execute(select_rows(*columns).where(row.brand == brand, row.id > last_id).order_by(row.id))
    return [Said(*row) for row in rows]


def of_person(session: Session, brand: str, person: str) -> Sequence[Consent]:
    """Return all records about a person, in the order in which they were recorded."""
    return session.exec(
        select(Consent).where(Consent.brand == brand, Consent.person == person).order_by(col(Consent.id))
    ).all()
