"""The digest, daily or weekly: what was told, how the mood of each topic moved, what nobody answered, and how right the
alerts have been. From the database alone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, case, distinct, exists, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from alerts.card import Quote
from alerts.feedback import Precision, precision
from alerts.life import LIVE
from config.brand import Brand
from storage.customers import Asked, MissingEntry, asked_between, missing_entries
from storage.messages import by_id
from storage.portable import table
from storage.tables import Alert, Message, Narrative, Sealed
from storage.vault import Vault

STORIES, TOPICS, EXAMPLES = 5, 6, 3
LEAST_FOR_A_MOOD = 5
"""Messages in a period from which on a topic's mood is worth a line."""
TIME_TO_ANSWER = timedelta(hours=1)
JUDGED_OVER = timedelta(days=90)


class Period(StrEnum):
    """How often."""

    DAILY = "daily"
    WEEKLY = "weekly"


LENGTH = {Period.DAILY: timedelta(days=1), Period.WEEKLY: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Totals:
    """What was heard."""

    messages: int
    people: int
    chats: int


@dataclass(frozen=True, slots=True)
class Told:
    """A story by what was said of it in the period; `negative` is a share in 0..1, `alert` the state of its alert."""

    title: str
    messages: int
    people: int
    chats: int
    negative: float
    alert: str | None


@dataclass(frozen=True, slots=True)
class Mood:
    """The share of a topic's messages that are negative, in this period and in the one before (None: too few)."""

    topic: str
    messages: int
    negative: float
    before: float | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Questions about a topic that nobody replied to; `examples` only where enough people asked."""

    topic: str
    questions: int
    examples: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """All of it; `end` is when it was made, `before` what was heard in the period before, `asked` what customers asked
    the bot, `missing` what of it nothing answers."""

    period: Period
    end: datetime
    heard: Totals
    before: Totals
    stories: tuple[Told, ...]
    moods: tuple[Mood, ...]
    unanswered: tuple[Unanswered, ...]
    alerts: Precision
    asked: Asked
    missing: tuple[MissingEntry, ...]


class Digester:
    """Makes the digests of one brand."""

    def __init__(self, brand: Brand, vault: Vault) -> None:
        self._brand, self._vault = brand, vault
        self._row = table(Message).c
        self._labels = {topic.id: topic.label for topic in brand.topics if topic.id != "other"}

    def make(self, session: Session, period: Period, end: datetime) -> Digest:
        """The digest of the period that ends at `end`."""
        start, length = end - LENGTH[period], LENGTH[period]
        return Digest(
            period=period,
            end=end,
            heard=self._totals(session, start, end),
            before=self._totals(session, start - length, start),
            stories=self._stories(session, start, end),
            moods=self._moods(session, start, end),
            unanswered=self._unanswered(session, start, end),
            alerts=precision(session, self._brand.slug, end - JUDGED_OVER, end),
            asked=asked_between(session, self._brand.slug, start, end),
            missing=tuple(
                missing_entries(
                    session,
                    self._vault,
                    self._brand.slug,
                    least=self._brand.privacy.min_people_for_quotes,
                    since=start,
                    limit=TOPICS,
                )
            ),
        )

    def _within(self, start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
        return self._row.brand == self._brand.slug, self._row.sent_at >= start, self._row.sent_at < end

    def _totals(self, session: Session, start: datetime, end: datetime) -> Totals:
        row = self._row
        counts = func.count(), func.count(distinct(row.person)), func.count(distinct(row.chat_id))
        return Totals(*session.execute(select_columns(*counts).where(*self._within(start, end))).one())

    def _stories(self, session: Session, start: datetime, end: datetime) -> tuple[Told, ...]:
        row = self._row
        people = func.count(distinct(row.person))
        negative = func.sum(case((row.sentiment == "negative", 1), else_=0))
        told = session.execute(
            select_columns(row.narrative_id, func.count(), people, func.count(distinct(row.chat_id)), negative)
            .where(*self._within(start, end), row.narrative_id.is_not(None))
            .group_by(row.narrative_id)
            # A title may be somebody's words: the same crowd is asked for as for quotes.
            .having(people >= self._brand.privacy.min_people_for_quotes)
            .order_by(people.desc(), func.count().desc(), row.narrative_id)
            .limit(STORIES)
        ).all()
        return tuple(
            Told(
                self._title(session, number), messages, people, chats, negative / messages, self._alert(session, number)
            )
            for number, messages, people, chats, negative in told
        )

    def _title(self, session: Session, narrative: int) -> str:
        row = session.get(Narrative, (self._brand.slug, narrative))
        return self._vault.open_text(row.title, Sealed.NARRATIVE_TITLE) if row and row.title is not None else ""

    def _alert(self, session: Session, narrative: int) -> str | None:
        query = select(Alert).where(Alert.brand == self._brand.slug, Alert.narrative_id == narrative)
        alerts = session.exec(query.order_by(col(Alert.id).desc())).all()
        newest = next((alert for alert in alerts if alert.state in LIVE), alerts[0] if alerts else None)
        return newest.state if newest else None

    def _moods(self, session: Session, start: datetime, end: datetime) -> tuple[Mood, ...]:
        now = self._shares(session, start, end)
        before = self._shares(session, start - (end - start), start)
        moods = [
            Mood(self._labels[topic], messages, negative, before[topic][1] if topic in before else None)
            for topic, (messages, negative) in now.items()
        ]
        return tuple(sorted(moods, key=lambda mood: (-mood.messages, mood.topic))[:TOPICS])

    def _shares(self, session: Session, start: datetime, end: datetime) -> dict[str, tuple[int, float]]:
        """Messages of each topic of the brand, and the share of them that is negative."""
        row = self._row
        query = select_columns(row.topic, row.sentiment, func.count()).where(*self._within(start, end))
        counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for topic, sentiment, count in session.execute(query.group_by(row.topic, row.sentiment)).all():
            if topic in self._labels:
                counts[topic][sentiment] = count
        totals = {topic: sum(moods.values()) for topic, moods in counts.items()}
        return {
            topic: (total, counts[topic].get("negative", 0) / total)
            for topic, total in totals.items()
            if total >= LEAST_FOR_A_MOOD
        }

    def _unanswered(self, session: Session, start: datetime, end: datetime) -> tuple[Unanswered, ...]:
        row, reply = self._row, table(Message).alias().c
        answered = exists().where(reply.reply_to == row.id, reply.person != row.person)
        asked = session.execute(
            select_columns(row.topic, row.id, row.person)
            .where(*self._within(start, end - TIME_TO_ANSWER), row.intent == "question", row.topic.in_(self._labels))
            .where(~answered)
            .order_by(row.id.desc())
        ).all()
        by_topic: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for topic, id_, person in asked:
            by_topic[topic].append((id_, person))
        ranked = sorted(by_topic.items(), key=lambda item: (-len(item[1]), item[0]))[:TOPICS]
        return tuple(Unanswered(self._labels[t], len(asked), self._examples(session, asked)) for t, asked in ranked)

    def _examples(self, session: Session, asked: list[tuple[int, str]]) -> tuple[Quote, ...]:
        """The newest question of each of up to three people, where enough people asked."""
        newest = {person: id_ for id_, person in reversed(asked)}
        if len(newest) < self._brand.privacy.min_people_for_quotes:
            return ()
        rows = by_id(session, self._vault, sorted(newest.values(), reverse=True)[:EXAMPLES])
        return tuple(Quote(row.id, row.text, row.lang) for _, row in sorted(rows.items()) if row.text)
