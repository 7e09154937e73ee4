"""Reading stories and alerts for the report, with the messages behind their numbers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col
from sqlmodel import select as select_model

from alerts.document import cut
from alerts.evidence import UNTOLD, Evidence, decode_reasons
from alerts.life import Action
from alerts.records import Records
from alerts.signals import Kind, Severity
from bot.report.data import AlertLine, Happening, Mix, Quote, Story, Trace, Verified
from bot.report.numbers import mix_of
from bot.report.periods import Period
from config.brand import Brand
from nlp.narratives.summary import NarrativeSummary
from storage.messages import StoredMessage, by_id
from storage.portable import in_chunks, table
from storage.tables import Alert, AlertState, Message, Narrative
from storage.vault import Vault

MOST_STORIES = 30
"""Stories without an alert that are shown; those with one always are."""
MOST_ROWS = 200
QUOTES = 3
QUOTE_UNITS = 280
_FEWEST_PEOPLE, _FEWEST_MESSAGES = 2, 4  # fewer than either is small talk, not a story to show
_ROW = table(Message).c
_UNTOLD = (Action.RAISE, *UNTOLD)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one brand's stories and alerts; `chats` are the titles by chat row."""

    session: Session
    vault: Vault
    brand: Brand
    evidence: Evidence
    records: Records
    chats: Mapping[int, str]
    period: Period

    def alerts(self) -> tuple[AlertLine, ...]:
        """The alerts in the order they were opened. Those merged into another are told by that one."""
        query = select_model(Alert).where(Alert.brand == self.brand.slug, col(Alert.state) != AlertState.MERGED)
        rows = self.session.exec(query.order_by(col(Alert.opened_at), col(Alert.id))).all()
        return tuple(self._alert(number, row) for number, row in enumerate(rows, start=1))

    def stories(self, alerts: Sequence[AlertLine]) -> tuple[tuple[Story, ...], int]:
        """The stories to show, the most important first, and how many others there are."""
        alerted = {alert.story for alert in alerts if alert.story is not None}
        narrative = table(Narrative).c
        live = (narrative.brand == self.brand.slug, narrative.merged_into.is_(None))
        told = (narrative.people >= _FEWEST_PEOPLE, narrative.messages >= _FEWEST_MESSAGES)
        biggest = select(narrative.id).where(*live, *told)
        biggest = biggest.order_by(narrative.people.desc(), narrative.messages.desc(), narrative.id)
        shown = alerted | set(self.session.scalars(biggest.limit(MOST_STORIES + len(alerted))))
        total = self.session.execute(select(func.count()).where(*live)).scalar_one()
        stories = self._stories(sorted(shown), alerts)
        stories.sort(key=lambda story: story.weight, reverse=True)
        return tuple(stories), max(total - len(stories), 0)

    def _alert(self, number: int, row: Alert) -> AlertLine:
        summary = self.evidence.summary(self.session, row.narrative_id)
        known = sorted(by_id(self.session, self.vault, row.messages).values(), key=lambda message: message.id)
        kind = Kind(row.kind)
        first = set(summary.quotes) if summary else set()
        telling = sorted(known, key=lambda one: (one.id not in first, one.sentiment != "negative", one.id))
        topics = {topic.id: topic.label for topic in self.brand.topics}
        return AlertLine(
            number=number,
            id=row.id or 0,
            kind=kind,
            severity=Severity(row.severity),
            state=row.state,
            title=self.records.title(row) or "",
            story=row.narrative_id,
            topic=topics.get(row.topic, row.topic) if row.topic else None,
            chat=self.chats.get(row.chat_id) if row.chat_id is not None else None,
            opened_at=row.opened_at,
            sure=row.sure,
            reasons=decode_reasons(row.reasons),
            mix=mix_of(Counter(message.sentiment for message in known)),
            quotes=self._quotes(telling, kind, len({message.person for message in known})),
            fact=self._fact(row.fact, row.contradicts),
            life=tuple(
                Happening(event.at, event.action)
                for event in self.records.events(self.session, row)
                if event.action not in _UNTOLD
            ),
            known=self._trace_of(known) if known else None,
        )

    def _stories(self, ids: Sequence[int], alerts: Sequence[AlertLine]) -> list[Story]:
        raised = defaultdict[int | None, list[AlertLine]](list)
        for alert in alerts:
            raised[alert.story].append(alert)
        traces, lives = self._traces(ids), self._lives(ids)
        stories = []
        for id_ in ids:
            summary = self.evidence.summary(self.session, id_)
            if summary is not None and id_ in traces:
                stories.append(self._story(summary, raised[id_], traces[id_], lives[id_]))
        return stories

    def _story(
        self, summary: NarrativeSummary, alerts: Sequence[AlertLine], trace: Trace, life: tuple[Mix, ...]
    ) -> Story:
        kind = alerts[-1].kind if alerts else None
        found = by_id(self.session, self.vault, summary.quotes)
        telling = [found[row] for row in summary.quotes if row in found]
        fact = min(summary.facts, key=lambda fact: (summary.facts[fact] != "contradicts", fact), default=None)
        return Story(
            id=summary.id,
            title=summary.title,
            lang=summary.lang,
            state=summary.state,
            kind=kind,
            alerts=tuple(alert.number for alert in alerts),
            mix=sum(life, Mix()),
            forwards=summary.forwards,
            langs=dict(sorted(summary.langs.items(), key=lambda item: (-item[1], item[0]))),
            stance=dict(summary.stance),
            life=life,
            quotes=self._quotes(telling, kind, trace.people),
            fact=self._fact(fact, fact is not None and summary.facts[fact] == "contradicts"),
            trace=trace,
        )

    def _traces(self, ids: Sequence[int]) -> dict[int, Trace]:
        by_story = self._rows_of(ids)
        columns = (func.count(), func.count(_ROW.person.distinct()), func.min(_ROW.sent_at), func.max(_ROW.sent_at))
        traces = {}
        for chunk in in_chunks(ids):
            here = (_ROW.brand == self.brand.slug, _ROW.narrative_id.in_(chunk))
            shared = defaultdict[int, list[tuple[int, str]]](list)
            pairs = select(_ROW.narrative_id, _ROW.chat_id, _ROW.model).where(*here).distinct()
            for id_, chat, model in self.session.execute(pairs.order_by(_ROW.chat_id, _ROW.model)):
                shared[id_].append((chat, model))
            counted = select(_ROW.narrative_id, *columns).where(*here).group_by(_ROW.narrative_id)
            for id_, messages, people, first, last in self.session.execute(counted):
                chats = tuple(dict.fromkeys(self.chats.get(chat, "") for chat, _ in shared[id_]))
                models = tuple(dict.fromkeys(model for _, model in shared[id_]))
                traces[id_] = Trace(messages, people, chats, first, last, models, by_story[id_])
        return traces

    def _rows_of(self, ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
        ours = select(_ROW.id).where(_ROW.brand == self.brand.slug).order_by(_ROW.id).limit(MOST_ROWS)
        return {id_: tuple(self.session.scalars(ours.where(_ROW.narrative_id == id_))) for id_ in ids}

    def _lives(self, ids: Sequence[int]) -> dict[int, tuple[Mix, ...]]:
        counts = defaultdict[tuple[int, int], Counter[str]](Counter)
        bucket = self.period.bucket()
        keys = (_ROW.narrative_id, bucket, _ROW.sentiment)
        for chunk in in_chunks(ids):
            counted = select(*keys, func.count()).where(_ROW.brand == self.brand.slug, _ROW.narrative_id.in_(chunk))
            for id_, start, sentiment, count in self.session.execute(counted.group_by(*keys)):
                counts[id_, self.period.number(start)][sentiment] += count
        return {id_: tuple(mix_of(counts[id_, at]) for at in range(self.period.length)) for id_ in ids}

    def _trace_of(self, messages: Sequence[StoredMessage]) -> Trace:
        ids = [message.id for message in messages]
        models = set[str]()
        for chunk in in_chunks(ids):
            models.update(self.session.scalars(select(_ROW.model).where(_ROW.id.in_(chunk)).distinct()))
        return Trace(
            messages=len(messages),
            people=len({message.person for message in messages}),
            chats=tuple(dict.fromkeys(self.chats.get(message.chat_id, "") for message in messages)),
            first=min(message.sent_at for message in messages),
            last=max(message.sent_at for message in messages),
            models=tuple(sorted(models)),
            rows=tuple(ids[:MOST_ROWS]),
        )

    def _quotes(self, telling: Sequence[StoredMessage], kind: Kind | None, people: int) -> tuple[Quote, ...] | None:
        """The first few by different people in different words, oldest first; None where too few tell it."""
        if kind is not Kind.SAFETY and people < self.brand.privacy.min_people_for_quotes:
            return None
        kept: dict[str, StoredMessage] = {}
        words = set[str]()
        for message in telling:
            told = " ".join((message.text or "").casefold().split())[:80]
            if told and message.person not in kept and told not in words:
                kept[message.person] = message
                words.add(told)
        return tuple(self._quote(message) for message in sorted(list(kept.values())[:QUOTES], key=lambda one: one.id))

    def _quote(self, message: StoredMessage) -> Quote:
        return Quote(
            text=cut(message.text or "", QUOTE_UNITS),
            lang=message.lang,
            at=message.sent_at,
            chat=self.chats.get(message.chat_id, ""),
            sentiment=message.sentiment,
            forwarded=message.forwarded,
        )

    def _fact(self, wanted: str | None, contradicted: bool) -> Verified | None:
        fact = next((fact for fact in self.brand.facts if fact.id == wanted), None)
        return Verified(fact.statement, fact.evidence_url, contradicted) if fact else None
