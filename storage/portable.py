"""The few statements that SQLite and PostgreSQL share but SQLAlchemy spells a dialect at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, Result, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from storage.tables import Counter

Insert = sqlite.Insert | postgresql.Insert


def table(model: type[SQLModel]) -> Table:
    """Return the Core table of a model, for statements over many rows."""
    found = model.metadata.tables[str(model.__tablename__)]
    assert isinstance(found, Table)
    return found


def insert_into(session: Session, model: type[SQLModel]) -> Insert:
    """Return an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table(model)) if dialect == "postgresql" else sqlite.insert(table(model))


def reserve(session: Session, name: str, count: int) -> int:
    """Give out `count` consecutive numbers under a name and return the first.

    Unlike a database sequence this rolls back with the transaction, so that a killed and repeated batch gets the same
    numbers; and unlike max + 1 it never gives a number again whose row was erased.
    """
    row = table(Counter)
    claim = insert_into(session, Counter).values(name=name, last=count)
    claim = claim.on_conflict_do_update(index_elements=[row.c.name], set_={"last": row.c.last + claim.excluded.last})
    last: int = session.execute(claim.returning(row.c.last)).scalar_one()
    return last - count + 1


def row_count(result: Result[Any]) -> int:
    """Return how many rows a statement inserted, changed or deleted."""
    assert isinstance(result, CursorResult)
    return result.rowcount


def in_chunks(values: Sequence[Any], size: int = 500) -> list[Sequence[Any]]:
    """Cut a list of bound values for `IN (...)`: engines limit how many one statement may hold."""
    return [values[start : start + size] for start in range(0, len(values), size)]
