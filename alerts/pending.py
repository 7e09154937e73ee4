"""Which outbox entry may leave next, and what becomes of it: the database side of sending."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, exists, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from alerts.payload import Sending
from storage.portable import table
from storage.tables import Outbox, OutboxState

PATIENCE = 5
"""Failures for which a lane waits behind an entry; then the entry steps aside."""
MOST_ATTEMPTS = 60
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)
WAIT_ASKED = "retry_after"
"""The fault of an entry whose platform asked to wait: until then its whole lane rests."""
RELEASED = "released"
"""Set on an entry that is being sent when its lane is let go: should the platform ask to wait, that is out of date."""

_PENDING = (OutboxState.WAITING, OutboxState.SENDING)


@dataclass(frozen=True, slots=True)
class Head:
    """The entry of a lane that may leave now."""

    id: int
    channel: str
    lane: str
    priority: int


def heads(session: Session, brand: str, channels: Collection[str], now: datetime) -> list[Head]:
    """For each lane that does not rest, the entry that may leave now, if it has one.

    Not in line are: an entry behind an earlier one about the same subject, one that was scheduled for later, and one
    that has stepped aside. A lane rests while one of its entries is being sent, or as long as its platform asked.
    """
    outbox = table(Outbox)
    entry, earlier = outbox.c, outbox.alias().c
    behind = exists().where(
        earlier.brand == brand,
        earlier.subject == entry.subject,
        earlier.channel == entry.channel,
        earlier.lane == entry.lane,
        earlier.state.in_(_PENDING),
        earlier.id < entry.id,
    )
    sending = entry.state == OutboxState.SENDING
    asked = func.coalesce(entry.last_fault, "") == WAIT_ASKED
    later = and_(entry.state == OutboxState.WAITING, entry.not_before.is_not(None), entry.not_before > now)
    aside = and_(later, ~asked, or_(entry.attempts == 0, entry.attempts >= PATIENCE))
    lane = (entry.channel, entry.lane)
    in_line = (
        select_columns(
            *(entry.id, *lane, entry.priority, entry.not_before),
            func.max(case((or_(sending, asked), entry.not_before))).over(partition_by=lane).label("rests"),
            func.row_number().over(partition_by=lane, order_by=(entry.priority, entry.id)).label("place"),
        )
        .where(entry.brand == brand, entry.state.in_(_PENDING), entry.channel.in_(channels))
        .where(or_(~behind, sending), ~aside)
        .subquery()
    ).c
    free = [or_(column.is_(None), column <= now) for column in (in_line.rests, in_line.not_before)]
    first = select_columns(in_line.id, in_line.channel, in_line.lane, in_line.priority).where(in_line.place == 1, *free)
    return [Head(*row) for row in session.execute(first.order_by(in_line.id)).all()]


def claim(session: Session, ids: Sequence[int], until: datetime) -> list[Outbox]:
    """Mark entries as being sent, under a lease; returns those that are still pending. One whose lease ran out before
    it was marked counts as failed once: should it bring the process down, it steps aside in the end."""
    rows = session.exec(select(Outbox).where(col(Outbox.id).in_(ids), col(Outbox.state).in_(_PENDING))).all()
    for row in rows:
        if row.state is OutboxState.SENDING:
            row.attempts, row.last_fault = row.attempts + 1, "killed"
        row.state, row.not_before = OutboxState.SENDING, until
        session.add(row)
    return list(rows)


def release(session: Session, ids: Sequence[int]) -> None:
    """Put back entries that were claimed and not tried."""
    for row in session.exec(select(Outbox).where(col(Outbox.id).in_(ids))).all():
        row.state, row.not_before = OutboxState.WAITING, None
        session.add(row)


def set_back(session: Session, brand: str, by: timedelta) -> None:
    """Move waits and leases back with a clock that was set back; what was scheduled for a moment keeps it."""
    later = select(Outbox).where(Outbox.brand == brand, col(Outbox.not_before).is_not(None))
    for row in session.exec(later.where(col(Outbox.state).in_(_PENDING))).all():
        if row.not_before is not None and (row.attempts or row.last_fault or row.state is OutboxState.SENDING):
            row.not_before -= by
            session.add(row)


def succeeded(session: Session, id_: int, ref: str | None, now: datetime) -> None:
    """Mark an entry as sent; `ref` is the platform's reference."""
    row = _being_sent(session, id_)
    if row is not None:
        row.state, row.sent_ref, row.sent_at, row.not_before, row.last_fault = OutboxState.SENT, ref, now, None, None
        _forget_addressee(row)
        session.add(row)


def asked_to_wait(session: Session, id_: int, until: datetime) -> None:
    """Put an entry back; its lane rests until then, unless it was released meanwhile. The attempt is not counted."""
    row = _being_sent(session, id_)
    if row is not None:
        released = row.last_fault == RELEASED
        row.state, row.not_before = OutboxState.WAITING, None if released else until
        row.last_fault = None if released else WAIT_ASKED
        session.add(row)


def release_lane(session: Session, brand: str, channel: str, lane: str) -> None:
    """Let what waits in a lane because the platform asked to leave at once: its reason has gone."""
    outbox = table(Outbox)
    here = (outbox.c.brand == brand) & (outbox.c.channel == channel) & (outbox.c.lane == lane)
    waiting = (outbox.c.state == OutboxState.WAITING) & (outbox.c.last_fault == WAIT_ASKED)
    session.execute(outbox.update().where(here, waiting).values(not_before=None, last_fault=None))
    sending = outbox.c.state == OutboxState.SENDING
    session.execute(outbox.update().where(here, sending).values(last_fault=RELEASED))


def failed(session: Session, id_: int, fault: str, now: datetime, *, for_good: bool) -> None:
    """Count a failure: the entry waits for its next attempt, or is dead."""
    row = _being_sent(session, id_)
    if row is None:
        return
    row.attempts, row.last_fault = row.attempts + 1, fault
    if for_good or row.attempts >= MOST_ATTEMPTS:
        row.state, row.not_before = OutboxState.DEAD, None
        _forget_addressee(row)
    else:
        row.state, row.not_before = OutboxState.WAITING, now + backoff(id_, row.attempts)
    session.add(row)


def backoff(id_: int, attempts: int) -> timedelta:
    """How long to wait after the n-th failure: doubled each time, up to ten minutes, less a random part of up to half.
    The same entry always waits the same (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015)."""
    longest: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return longest * (1 - random.Random(f"{id_}:{attempts}").random() / 2)  # noqa: S311 - spreads load, guards nothing


def reference(session: Session, entry: Outbox) -> str | None:
    """What an edit replaces: the reference of the newest card sent about its subject in its lane."""
    sent = select(Outbox.sent_ref).where(
        Outbox.brand == entry.brand,
        Outbox.subject == entry.subject,
        Outbox.channel == entry.channel,
        Outbox.lane == entry.lane,
        Outbox.kind == Sending.ALERT,
        Outbox.state == OutboxState.SENT,
    )
    return session.exec(sent.order_by(col(Outbox.id).desc())).first()


def sent_since(session: Session, brand: str, since: datetime) -> list[tuple[str, str, datetime]]:
    """Channel, lane and time of what was sent lately, oldest first: what the pace must remember over a restart."""
    query = select(Outbox.channel, Outbox.lane, Outbox.sent_at).where(Outbox.brand == brand)
    recent = session.exec(query.where(col(Outbox.sent_at) > since).order_by(col(Outbox.sent_at))).all()
    return [(channel, lane, at) for channel, lane, at in recent if at is not None]


def _being_sent(session: Session, id_: int) -> Outbox | None:
    """The entry, unless someone else has marked or erased it since: each is marked exactly once."""
    row = session.get(Outbox, id_)
    return row if row is not None and row.state is OutboxState.SENDING else None


def _forget_addressee(row: Outbox) -> None:
    """Keep of an answer only that it was sent."""
    if row.kind == Sending.ANSWER:
        row.payload, row.address, row.sent_ref = None, None, None
        row.lane = row.lane.partition(":")[0]
