"""Retention: what has reached its term goes, every night.

- after `text_days`: the text and vector of messages, and whatever quotes them (narratives, alerts, outbox payloads).
  Their numbers are added to the tallies first;
- after `transcripts_days`: conversations of customers that are over, updates kept aside and the payloads of what was
  sent (or `text_days`, if that is shorter);
- after `numbers_days`: the rows of messages with their pseudonyms and receipts, tallies, narratives, closed alerts.

Consent records stay as long as the brand: they are the proof of what people said. Terms count from when a message was
sent. Hours are purged whole, so that a tally counts each person of its hour once.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_
from sqlalchemy import select as select_rows
from sqlmodel import Session

from config.brand import Retention
from storage import customers
from storage.database import Database
from storage.portable import in_chunks, insert_into, row_count, table
from storage.quotes import empty_payloads, remove_titles
from storage.tables import Alert, AlertState, Inbox, Message, Narrative, Outbox, OutboxState, Tally
from storage.vault import Vault

REMEMBERED = timedelta(days=14)
"""How long the keys of handled updates are kept: WhatsApp delivers again for up to 7 days."""

SOON = timedelta(minutes=1)
"""After the start, which has better to do."""

Tallied = Counter[tuple[int, datetime, str, str]]


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows lost their text or went. `narratives` are ids of living stories that need a new title,
    `shown` subjects of the outbox under which the team was shown what has gone."""

    texts: int
    messages: int
    tallies: int
    inbox: int
    payloads: int
    alerts: int
    narratives: tuple[int, ...]
    conversations: int = 0
    shown: tuple[str, ...] = ()


def purge(session: Session, vault: Vault, brand: str, retention: Retention, now: datetime) -> Purged:
    """Remove what has reached its term at `now`, in the caller's transaction. A second time changes nothing.

    The learner's snapshot is not touched: whoever holds the learner makes it forget old texts and stores a new one.
    """
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    text_term = hour - timedelta(days=retention.text_days)
    payload_term = hour - timedelta(days=min(retention.text_days, retention.transcripts_days))
    numbers_term = hour - timedelta(days=retention.numbers_days)
    texts = _drop_texts(session, brand, text_term)
    narratives = _untitle_narratives(session, brand, texts, text_term)
    _untitle_alerts(session, vault, brand, text_term)
    asked = customers.purge(
        session,
        brand,
        now,
        transcripts=hour - timedelta(days=retention.transcripts_days),
        texts=text_term,
        numbers=numbers_term,
    )
    payloads = empty_payloads(session, brand, texts) + _empty_sent(session, brand, payload_term)
    return Purged(
        texts=len(texts),
        inbox=_drop_inbox(session, brand, hour, hour - timedelta(days=retention.transcripts_days)),
        payloads=payloads,
        narratives=narratives,
        messages=_drop(session, brand, Message, table(Message).c.sent_at < numbers_term),
        tallies=_drop(session, brand, Tally, table(Tally).c.hour < numbers_term),
        alerts=_drop_numbers(session, brand, numbers_term),
        conversations=asked.conversations,
        shown=asked.shown,
    )


def run(
    database: Database,
    vault: Vault,
    brand: str,
    retention: Retention,
    *,
    now: datetime,
    within: Callable[[Session, Purged], None] | None = None,
) -> Purged:
    """Purge in one transaction, then clear the files of what was deleted. `within` runs in the same transaction."""
    with database.transaction() as session:
        purged = purge(session, vault, brand, retention, now)
        if within is not None:
            within(session, purged)
    database.scrub(
        vacuum=any((purged.texts, purged.messages, purged.payloads, purged.inbox, purged.alerts, purged.conversations))
    )
    return purged


def schedule(scheduler: Any, job: Callable[[], object], *, brand: str, now: datetime) -> None:
    """Have an APScheduler run `job` every night, in the scheduler's time zone, and once soon after `now`, the start:
    a process that never runs at night would keep everything.
    """
    scheduler.add_job(
        job,
        "cron",
        hour=3,
        minute=17,  # away from the full hour, when everybody's jobs run
        next_run_time=now + SOON,
        id=f"retention:{brand}",
        replace_existing=True,
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
    )


def _drop_texts(session: Session, brand: str, term: datetime) -> list[int]:
    """Tally the messages that reached their term, then empty them; returns their row ids."""
    message = table(Message)
    row = message.c
    query = (
        select_rows(row.id, row.chat_id, row.sent_at, row.topic, row.sentiment, row.person)
        .where(row.brand == brand, row.sent_at < term, row.content.is_not(None))
        .order_by(row.sent_at)
        .execution_options(yield_per=500)
    )
    ids, counts, people = [], Tallied(), defaultdict[tuple[int, datetime, str, str], set[str]](set)
    for id_, chat_id, sent_at, topic, sentiment, person in session.execute(query):
        key = (chat_id, sent_at.replace(minute=0, second=0, microsecond=0), topic or "", sentiment)
        counts[key] += 1
        people[key].add(person)
        ids.append(id_)
    _tally(session, brand, counts, {key: len(distinct) for key, distinct in people.items()})
    for chunk in in_chunks(ids):
        session.execute(message.update().where(row.id.in_(chunk)).values(content=None, platform_id=None))
    return ids


def _tally(session: Session, brand: str, counts: Tallied, people: dict[tuple[int, datetime, str, str], int]) -> None:
    if not counts:
        return
    row = table(Tally).c
    insert = insert_into(session, Tally)
    insert = insert.on_conflict_do_update(  # a message that arrived after its hour was purged: its author counts again
        index_elements=[row.brand, row.chat_id, row.hour, row.topic, row.sentiment],
        set_={"messages": row.messages + insert.excluded.messages, "people": row.people + insert.excluded.people},
    )
    session.execute(
        insert,
        [
            {
                "brand": brand,
                "chat_id": key[0],
                "hour": key[1],
                "topic": key[2],
                "sentiment": key[3],
                "messages": count,
                "people": people[key],
            }
            for key, count in counts.items()
        ],
    )


def _untitle_narratives(session: Session, brand: str, emptied: list[int], term: datetime) -> tuple[int, ...]:
    """Empty the narratives that are over, and the titles that words of an emptied message may stand in."""
    narrative = table(Narrative)
    row = narrative.c
    worded = and_(row.brand == brand, or_(row.title.is_not(None), row.summary.is_not(None)))
    over = narrative.update().where(worded, row.last_seen < term)
    session.execute(over.values(title=None, summary=None, representative=None))
    stale = [
        id_
        for chunk in in_chunks(emptied)
        for (id_,) in session.execute(select_rows(row.id).where(worded, row.representative.in_(chunk)))
    ]
    for chunk in in_chunks(stale):
        session.execute(
            narrative.update().where(row.brand == brand, row.id.in_(chunk)).values(title=None, summary=None)
        )
    return tuple(sorted(stale))


def _untitle_alerts(session: Session, vault: Vault, brand: str, term: datetime) -> None:
    row = table(Alert).c
    old = select_rows(row.id).where(row.brand == brand, row.updated_at < term, row.title.is_not(None))
    remove_titles(session, vault, session.execute(old).scalars().all())


def _empty_sent(session: Session, brand: str, term: datetime) -> int:
    outbox = table(Outbox)
    row = outbox.c
    finished = row.state.in_((OutboxState.SENT, OutboxState.DEAD))
    worded = or_(row.payload.is_not(None), row.address.is_not(None))
    old = session.execute(
        outbox.update()
        .where(row.brand == brand, finished, row.created_at < term, worded)
        .values(payload=None, address=None, messages=[])
        .returning(row.id)
    ).all()
    return len(old)


def _drop_inbox(session: Session, brand: str, now: datetime, aside_term: datetime) -> int:
    row = table(Inbox).c
    aside = and_(row.fault.is_not(None), row.received_at < aside_term)
    return _drop(session, brand, Inbox, or_(aside, row.done_at < now - REMEMBERED))


def _drop_numbers(session: Session, brand: str, term: datetime) -> int:
    """Delete narratives, closed alerts (with their events) and sent entries; returns the number of alerts."""
    outbox, alert = table(Outbox).c, table(Alert).c
    _drop(session, brand, Narrative, table(Narrative).c.last_seen < term)
    _drop(
        session, brand, Outbox, and_(outbox.state.in_((OutboxState.SENT, OutboxState.DEAD)), outbox.created_at < term)
    )
    closed = alert.state.in_((AlertState.RESOLVED, AlertState.DISMISSED, AlertState.MERGED))
    return _drop(session, brand, Alert, and_(closed, alert.updated_at < term))


def _drop(session: Session, brand: str, model: type[Any], old: ColumnElement[bool]) -> int:
    rows = table(model)
    return row_count(session.execute(delete(rows).where(rows.c.brand == brand, old)))
