"""Customers: what is missing in the knowledge, erasing somebody who asked, and what has reached its term.

What a customer said stands in five places: `question.text`, the wording of a `gap`, the lines of a `handover`, the
text of a `rumour`, and the outbox entries that show these to the team.
"""

import base64
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, distinct, func, or_
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from storage.portable import in_chunks, table
from storage.tables import (
    Customer,
    Gap,
    GapState,
    Handover,
    HandoverState,
    Outbox,
    OutboxState,
    Pending,
    Question,
    Rumour,
    RumourAsker,
    RumourState,
    Sealed,
    Survey,
)
from storage.vault import Vault

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MissingEntry:
    """A question that nothing answers: how often it was asked, by how many people, and in its newest wording, which is
    empty where too few asked for it to be shown, or where it was erased."""

    id: int
    text: str
    lang: str
    questions: int
    people: int
    last_at: datetime


def missing_entries(
    session: Session, vault: Vault, brand: str, *, least: int, since: datetime | None = None, limit: int = 50
) -> list[MissingEntry]:
    """Return the missing entries asked since a time, most people first; worded where at least `least` people asked."""
    row = table(Question).c
    people = func.count(distinct(row.person))
    query = (
        select_rows(row.gap_id, func.count(), people, func.max(row.at))
        .where(row.brand == brand, row.gap_id.is_not(None), *([row.at >= since] if since is not None else []))
        .group_by(row.gap_id)
        .order_by(people.desc(), func.count().desc(), row.gap_id)
    )
    found = []
    for gap_id, questions, askers, _ in session.execute(query).all():
        gap = session.get(Gap, gap_id)
        if gap is None or gap.state is not GapState.OPEN:
            continue
        text = ""
        if askers >= least and gap.content is not None:
            text = vault.open_json(gap.content, Sealed.GAP_CONTENT)["text"]
        found.append(MissingEntry(gap_id, text, gap.lang, questions, askers, gap.last_at))
        if len(found) == limit:
            break
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """How many questions were put to the bot, how many it answered from what it knows, and how many conversations with
    the team began."""

    questions: int
    answered: int
    conversations: int


def asked_between(session: Session, brand: str, start: datetime, end: datetime) -> Asked:
    """Return what was asked in a period."""
    row, handover = table(Question).c, table(Handover).c
    within = (row.brand == brand, row.at >= start, row.at < end)
    questions = session.execute(select_rows(func.count()).where(*within)).scalar_one()
    known = or_(row.faq.is_not(None), row.fact.is_not(None))
    answered = session.execute(select_rows(func.count()).where(*within, known)).scalar_one()
    began = (handover.brand == brand, handover.opened_at >= start, handover.opened_at < end)
    conversations = session.execute(select_rows(func.count()).where(*began)).scalar_one()
    return Asked(questions, answered, conversations)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Conversations that are open, those in which the customer waits (the oldest since when), and rumours to check."""

    conversations: int
    waiting: int
    oldest: datetime | None
    rumours: int


def unfinished(session: Session, brand: str) -> Unfinished:
    """Return what the team has not finished."""
    since = col(Handover.waiting_since)
    open_ = select(func.count(), func.count(since), func.min(since)).where(
        Handover.brand == brand, Handover.state == HandoverState.OPEN
    )
    conversations, waiting, oldest = session.exec(open_).one()
    rumours = select(func.count()).where(Rumour.brand == brand, Rumour.state == RumourState.OPEN)
    return Unfinished(conversations, waiting, oldest, session.exec(rumours).one())


def is_known(session: Session, brand: str, person: str, lane_tag: str) -> bool:
    """Return whether anything is stored of a person who asked, be it for an hour; `lane_tag` is by what their lane is
    known."""
    mine = [
        select(Pending.lane).where(Pending.brand == brand, col(Pending.lane).endswith(f":{lane_tag}")),
        select(Customer.id).where(Customer.brand == brand, Customer.person == person),
        select(Question.id).where(Question.brand == brand, Question.person == person),
        select(Rumour.id).join(RumourAsker).where(Rumour.brand == brand, RumourAsker.person == person),
    ]
    return any(session.exec(query).first() is not None for query in mine)


def forget(session: Session, brand: str, person: str, lane_tag: str) -> tuple[str, ...]:
    """Erase what somebody asked, in the caller's transaction; returns the outbox subjects under which the team was
    shown it, whose messages are to be taken back. `lane_tag` is by what their lane is known.

    Open conversations end with it. Rumours that others asked as well go on, without this person's words where those
    were the ones shown.
    """
    customer = session.exec(select(Customer).where(Customer.brand == brand, Customer.person == person)).one_or_none()
    subjects: list[str] = []
    if customer is not None:
        rows = session.exec(select(Handover.id).where(Handover.customer_id == customer.id)).all()
        subjects += [f"{kind}:{id_}" for id_ in rows for kind in ("handover", "entry")]
    subjects += _leave_rumours(session, brand, person)
    _leave_gaps(session, brand, person)
    shown = _take_back(session, brand, subjects)
    pending = table(Pending)
    session.execute(pending.delete().where(pending.c.brand == brand, pending.c.lane.like(f"%:{lane_tag}")))
    if customer is not None:
        session.delete(customer)  # conversations, lines, surveys and askings go with it
    session.flush()
    return shown


def _leave_gaps(session: Session, brand: str, person: str) -> None:
    question, gap = table(Question), table(Gap)
    theirs = (question.c.brand == brand) & (question.c.person == person)
    touched = set(
        session.execute(select_rows(question.c.gap_id).where(theirs, question.c.gap_id.is_not(None))).scalars()
    )
    session.execute(question.update().where(theirs).values(person=None, text=None, gap_id=None))
    for id_ in touched:
        # The newest wording may be theirs, and the mean holds their vector: only the count goes on.
        left = select_rows(func.count()).where(question.c.gap_id == id_)
        if session.execute(left).scalar_one():
            session.execute(gap.update().where(gap.c.id == id_).values(content=None))
        else:
            session.execute(gap.delete().where(gap.c.id == id_))


def _leave_rumours(session: Session, brand: str, person: str) -> list[str]:
    """Take a person out of the rumours they asked about; returns the subjects of those that carried their words."""
    asked = session.exec(
        select(Rumour, RumourAsker).join(RumourAsker).where(Rumour.brand == brand, RumourAsker.person == person)
    ).all()
    subjects = []
    for rumour, asker in asked:
        first = session.exec(
            select(RumourAsker.person)
            .where(RumourAsker.rumour_id == rumour.id)
            .order_by(col(RumourAsker.asked_at), col(RumourAsker.person))
        ).first()
        others = session.exec(select(func.count()).where(RumourAsker.rumour_id == rumour.id)).one() - 1
        session.delete(asker)
        if first == person or not others:
            subjects.append(f"rumour:{rumour.id}")
            rumour.content = None
            if not others and rumour.state is RumourState.OPEN:
                rumour.state = RumourState.DROPPED
            session.add(rumour)
    session.flush()
    return subjects


def _take_back(session: Session, brand: str, subjects: list[str]) -> tuple[str, ...]:
    """Empty what the team was shown under these subjects and under their lines, and withdraw what waits to be shown;
    returns the subjects that were shown."""
    outbox, shown = table(Outbox), set[str]()
    for subject in subjects:
        about = and_(outbox.c.brand == brand, or_(outbox.c.subject == subject, outbox.c.subject.like(f"{subject}:%")))
        unsent = outbox.c.state.in_((OutboxState.WAITING, OutboxState.DEAD))
        session.execute(outbox.delete().where(about, unsent))
        rows = session.execute(outbox.update().where(about).values(payload=None).returning(outbox.c.subject)).scalars()
        shown.update(rows)
    return tuple(sorted(shown))


@dataclass(frozen=True, slots=True)
class CustomersPurged:
    """How many rows lost their words or went; `shown` are the outbox subjects under which the team was shown some of
    it, whose messages are to be taken back."""

    questions: int
    conversations: int
    rumours: int
    shown: tuple[str, ...]


def purge(
    session: Session, brand: str, now: datetime, *, transcripts: datetime, texts: datetime, numbers: datetime
) -> CustomersPurged:
    """Remove what has reached its term: conversations that ended before `transcripts`, words of questions and rumours
    asked before `texts`, numbers older than `numbers`, and whatever waited for an answer that did not come."""
    pending, handover, question = table(Pending), table(Handover), table(Question)
    session.execute(pending.delete().where(pending.c.brand == brand, pending.c.expires_at < now))
    over = (
        session.execute(
            select_rows(handover.c.id).where(
                handover.c.brand == brand, handover.c.state == HandoverState.CLOSED, handover.c.closed_at < transcripts
            )
        )
        .scalars()
        .all()
    )
    shown = _take_back(session, brand, [f"{kind}:{id_}" for id_ in over for kind in ("handover", "entry")])
    for chunk in in_chunks(over):
        session.execute(handover.delete().where(handover.c.id.in_(chunk)))
    old = and_(question.c.brand == brand, question.c.at < texts, question.c.person.is_not(None))
    emptied = (
        session.execute(question.update().where(old).values(person=None, text=None).returning(question.c.gap_id))
        .scalars()
        .all()
    )
    _empty_gaps(session, brand, texts)
    session.execute(question.delete().where(question.c.brand == brand, question.c.at < numbers))
    rumours, shown_rumours = _purge_rumours(session, brand, texts)
    _purge_people(session, brand, transcripts)
    return CustomersPurged(len(emptied), len(over), rumours, (*shown, *shown_rumours))


def _empty_gaps(session: Session, brand: str, term: datetime) -> None:
    gap = table(Gap)
    session.execute(gap.delete().where(gap.c.brand == brand, gap.c.last_at < term))


def _purge_rumours(session: Session, brand: str, texts: datetime) -> tuple[int, tuple[str, ...]]:
    rumour = table(Rumour)
    old: ColumnElement[bool] = and_(rumour.c.brand == brand, rumour.c.created_at < texts)
    ids = session.execute(select_rows(rumour.c.id).where(old)).scalars().all()
    shown = _take_back(session, brand, [f"rumour:{id_}" for id_ in ids])
    for chunk in in_chunks(ids):
        session.execute(rumour.delete().where(rumour.c.id.in_(chunk)))
    return len(ids), shown


def _purge_people(session: Session, brand: str, transcripts: datetime) -> None:
    survey, customer = table(Survey), table(Customer)
    stale = and_(survey.c.brand == brand, survey.c.sent_at < transcripts)
    session.execute(survey.update().where(stale).values(comment=None, customer_id=None))
    # Who has asked nothing for so long and has no conversation is not on record any more.
    busy = select_rows(table(Handover).c.customer_id)
    session.execute(
        customer.delete().where(
            customer.c.brand == brand,
            customer.c.last_at < transcripts,
            or_(customer.c.surveyed_at.is_(None), customer.c.surveyed_at < transcripts),
            customer.c.id.not_in(busy),
        )
    )


def packed(vector: Array) -> str:
    """Return a vector as text: float16, base64."""
    return base64.b64encode(vector.astype(np.float16).tobytes()).decode()


def unpacked(text: str) -> Array:
    """Return the vector that `packed` was given, rounded to float16 and of unit length again."""
    vector = np.frombuffer(base64.b64decode(text), np.float16).astype(np.float32)
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
