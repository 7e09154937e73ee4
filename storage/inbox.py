"""The inbox: what was received and has not yet had its effect. An update is put here before it is acknowledged."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from storage.portable import in_chunks, insert_into, row_count, table
from storage.tables import Inbox, Sealed
from storage.vault import Vault


class Entry(NamedTuple):
    """An update as it waits: `payload` is what was received, `attempts` how often handling it has failed."""

    id: int
    source: str
    key: str
    received_at: datetime
    payload: bytes
    attempts: int


def put(
    session: Session,
    vault: Vault,
    brand: str,
    source: str,
    updates: Iterable[tuple[str, bytes]],
    received_at: datetime,
) -> int:
    """Store updates, each with the key that makes it unique in its source, and return how many were new.

    A key that is waiting, kept aside or remembered is ignored: redelivery changes nothing.
    """
    rows = [
        {
            "brand": brand,
            "source": source,
            "key": key,
            "received_at": received_at,
            "payload": vault.seal(payload, Sealed.INBOX_PAYLOAD),
            "attempts": 0,
        }
        for key, payload in updates
    ]
    if not rows:
        return 0
    new = insert_into(session, Inbox).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return row_count(session.execute(new, rows))


def take(
    session: Session, vault: Vault, brand: str, limit: int, after: int = 0, *, source: str | None = None
) -> list[Entry]:
    """Return the oldest waiting updates with an id above `after`, in the order in which they were received; those of
    one source where one is given.

    They stay until `done`: a transaction that fails or a process that dies leaves them to the next one.
    """
    row = table(Inbox).c
    theirs = [row.source == source] if source is not None else []
    rows = session.execute(
        select_rows(row.id, row.source, row.key, row.received_at, row.payload, row.attempts)
        .where(row.brand == brand, row.fault.is_(None), row.done_at.is_(None), row.id > after, *theirs)
        .order_by(row.id)
        .limit(limit)
    )
    return [
        Entry(id_, source, key, at, vault.open(payload, Sealed.INBOX_PAYLOAD), attempts)
        for id_, source, key, at, payload, attempts in rows
    ]


def done(session: Session, ids: Sequence[int], remember_at: datetime | None = None) -> None:
    """Remove updates whose effects are stored, in the transaction that stores them.

    Messages carry their own receipt (`Message.digest`). For updates without one (commands, buttons), give the time:
    the key is then remembered, without the payload, until retention removes it.
    """
    inbox = table(Inbox)
    for chunk in in_chunks(ids):
        if remember_at is None:
            session.execute(inbox.delete().where(inbox.c.id.in_(chunk)))
        else:
            session.execute(inbox.update().where(inbox.c.id.in_(chunk)).values(payload=None, done_at=remember_at))


def failed(session: Session, ids: Sequence[int]) -> None:
    """Count one more failed attempt for updates that stay waiting."""
    inbox = table(Inbox)
    again = inbox.update().where(inbox.c.id == bindparam("id_")).values(attempts=inbox.c.attempts + 1)
    session.execute(again, [{"id_": id_} for id_ in ids])


def keep_aside(session: Session, id_: int, fault: str) -> None:
    """Take an update out of the line, with the reason why it cannot be handled (which must quote nothing of it)."""
    inbox = table(Inbox)
    session.execute(inbox.update().where(inbox.c.id == id_).values(fault=fault, attempts=inbox.c.attempts + 1))


def by_key(session: Session, brand: str, source: str, key: str) -> int | None:
    """Return the id of the update with this key; None when it is not (or no longer) here."""
    row = table(Inbox).c
    found: int | None = session.execute(
        select_rows(row.id).where(row.brand == brand, row.source == source, row.key == key)
    ).scalar_one_or_none()
    return found


def kept_aside(session: Session, brand: str) -> Sequence[Inbox]:
    """Return the updates that were kept aside, oldest first; their payload stays sealed."""
    return session.exec(
        select(Inbox).where(Inbox.brand == brand, col(Inbox.fault).is_not(None)).order_by(col(Inbox.id))
    ).all()


def retry(session: Session, brand: str) -> int:
    """Put all updates that were kept aside back in line, at their old places, and return how many."""
    aside = [entry.id for entry in kept_aside(session, brand)]
    inbox = table(Inbox)
    for chunk in in_chunks(aside):
        session.execute(inbox.update().where(inbox.c.id.in_(chunk)).values(fault=None))
    return len(aside)


def waiting(session: Session, brand: str, source: str | None = None) -> int:
    """Return how many updates wait, of one source where one is given."""
    row = table(Inbox).c
    theirs = [row.source == source] if source is not None else []
    count: int = session.execute(
        select_rows(func.count()).where(row.brand == brand, row.fault.is_(None), row.done_at.is_(None), *theirs)
    ).scalar_one()
    return count
