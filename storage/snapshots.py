"""Snapshots of what a learner holds in memory, so that a restart replays only the messages stored since."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from storage.portable import insert_into, table
from storage.tables import Sealed
from storage.tables import Snapshot as Row
from storage.vault import Vault

LAYOUT = 3
"""Of the blobs: raise it when a learner can no longer load what an earlier version dumped."""


class Snapshot(NamedTuple):
    """A learner's state as it was after message row `upto`."""

    upto: int
    blob: bytes


def keep(session: Session, vault: Vault, brand: str, name: str, upto: int, blob: bytes, now: datetime) -> None:
    """Store a snapshot in place of the last one of that name."""
    sealed = vault.seal_large(blob, Sealed.SNAPSHOT_BLOB)
    del blob  # tens of megabytes: not to be held while the database takes its own copy
    values = {"upto": upto, "version": LAYOUT, "blob": sealed, "created_at": now}
    row = table(Row).c
    session.execute(
        insert_into(session, Row)
        .values(brand=brand, name=name, **values)
        .on_conflict_do_update(index_elements=[row.brand, row.name], set_=values)
    )


def newest(session: Session, vault: Vault, brand: str, name: str) -> Snapshot | None:
    """Return the stored snapshot, or None when this program's layout has none: then all messages are to be replayed."""
    row = table(Row).c
    query = table(Row).select().with_only_columns(row.upto, row.blob)
    found = session.execute(query.where(row.brand == brand, row.name == name, row.version == LAYOUT)).one_or_none()
    return None if found is None else Snapshot(found.upto, vault.open(found.blob, Sealed.SNAPSHOT_BLOB))


def drop(session: Session, brand: str) -> int:
    """Remove all snapshots of a brand and return how many there were."""
    row = table(Row)
    names = session.execute(row.delete().where(row.c.brand == brand).returning(row.c.name)).all()
    return len(names)
