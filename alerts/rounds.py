"""The desk's rounds: what time alone brings about. Deterministic in `now` and the database."""

from datetime import datetime, timedelta

from sqlmodel import Session

from alerts.escalation import next_step
from alerts.evidence import Evidence
from alerts.herald import Herald
from alerts.life import Action, grown
from alerts.records import Event, Records
from alerts.signals import Severity
from config.brand import Brand
from nlp.narratives.summary import NarrativeSummary
from storage.tables import Alert, AlertState, Narrative

REFRESH = timedelta(minutes=1)
"""A card follows its story's numbers at most this often: an edit a message would use up every channel's pace."""
LOUD = (Action.RAISE, Action.RESURGE, Action.GROW, Action.WAKE, Action.ABSORB)
"""Events that may leave an alert to be told aloud; the newest names the news on the card."""


class Rounds:
    """Looks after the live alerts of one brand."""

    def __init__(self, brand: Brand, records: Records, evidence: Evidence, herald: Herald) -> None:
        self._brand, self._records, self._evidence, self._herald = brand, records, evidence, herald
        self._tellings: dict[int | None, tuple[datetime, Event | None]] = {}

    def make(self, session: Session, now: datetime) -> list[Alert]:
        """Let every live alert feel the time: decay, snooze over, first telling, repetition, escalation, new numbers.
        Returns those that something happened to."""
        live = self._records.live(session)
        stories = self._evidence.narratives(session, live)
        self._tellings = {alert.id: kept for alert in live if (kept := self._tellings.get(alert.id))}
        return [alert for alert in live if self._visit(session, alert, stories.get(alert.narrative_id), now)]

    def tell(self, session: Session, alert: Alert, now: datetime, summary: NarrativeSummary | None) -> bool:
        """Tell the team of an alert that waits to be told, when its group wait and quiet hours allow."""
        if not self._waits(alert, now):
            return False
        cause = self._records.last(session, alert, *LOUD)
        assert cause is not None, "an alert begins with its raising"
        if summary is not None:  # the story's name has settled since it was raised; later the thread keeps it
            alert.title = self._records.sealed_title(summary.title)
        alert.notified_at = now
        self._records.record(session, alert, Action.NOTIFY, now, people=self._evidence.people(session, alert))
        self._herald.raise_aloud(session, alert, cause, now, summary)
        return True

    def _visit(self, session: Session, alert: Alert, story: Narrative | None, now: datetime) -> bool:
        """Look after one alert. Its story is read, and unsealed, only where there is something to say of it."""
        last_told = max(story.last_seen, alert.updated_at) if story else alert.updated_at
        if now - last_told >= self._brand.alerts.resolve_after:
            return self.expire(session, alert, now, self._summary(session, alert))
        happened = self._wake(session, alert, now)
        if self._waits(alert, now):
            happened |= self.tell(session, alert, now, self._summary(session, alert))
        happened |= self._escalate(session, alert, now)
        return happened or self._repeat(session, alert, now) or self._refresh(session, alert, story, now)

    def _summary(self, session: Session, alert: Alert) -> NarrativeSummary | None:
        return self._evidence.summary(session, alert.narrative_id)

    def expire(self, session: Session, alert: Alert, now: datetime, summary: NarrativeSummary | None) -> bool:
        """Resolve a live alert whose story has gone quiet, and tell those who had taken it on."""
        alert.resolved_at, alert.snoozed_until = now, None
        event = self._records.record(session, alert, Action.EXPIRE, now, people=self._evidence.people(session, alert))
        self._herald.close(session, alert, event, now, summary, self._records.takers(session, alert, event))
        return True

    def _wake(self, session: Session, alert: Alert, now: datetime) -> bool:
        if alert.state is not AlertState.SNOOZED:
            return False
        snooze = self._records.last(session, alert, Action.SNOOZE)
        if alert.snoozed_until is not None:
            over = now >= alert.snoozed_until
        else:
            over = snooze is not None and grown(snooze.number("people"), self._evidence.people(session, alert))
        if over:
            alert.snoozed_until, alert.notified_at = None, None
            self._records.record(session, alert, Action.WAKE, now)
        return over

    def _escalate(self, session: Session, alert: Alert, now: datetime) -> bool:
        channel = next_step(session, self._records, self._brand, alert, now)
        if channel is None:
            return False
        event = self._records.record(session, alert, Action.ESCALATE, now, channel=channel.name)
        self._herald.escalate(session, alert, channel, event, now, self._summary(session, alert))
        return True

    def _repeat(self, session: Session, alert: Alert, now: datetime) -> bool:
        """Say a story again that nobody took on, after the repeat interval, and only if more people tell it."""
        if alert.state is not AlertState.OPEN or alert.notified_at is None or not self._may_tell(alert, now):
            return False
        if now - alert.notified_at < self._brand.alerts.repeat_interval:
            return False
        told = self._last_telling(session, alert)
        people = self._evidence.people(session, alert)
        if told is None or now - told.at < self._brand.alerts.repeat_interval or people <= told.number("people"):
            return False
        event = self._records.record(session, alert, Action.REPEAT, now, people=people)
        self._herald.show(session, alert, event, now, self._summary(session, alert))
        return True

    def _refresh(self, session: Session, alert: Alert, story: Narrative | None, now: datetime) -> bool:
        if alert.notified_at is None or now - alert.updated_at < REFRESH:
            return False
        if story is None or story.last_seen <= alert.updated_at:
            return False
        alert.updated_at = now
        session.add(alert)
        self._herald.show(session, alert, None, now, self._summary(session, alert))
        return True

    def _last_telling(self, session: Session, alert: Alert) -> Event | None:
        """The event by which the team was last told; read anew only when something has befallen the alert since."""
        kept = self._tellings.get(alert.id)
        if kept is None or kept[0] != alert.updated_at:
            kept = alert.updated_at, self._records.last(session, alert, Action.NOTIFY, Action.REPEAT)
            self._tellings[alert.id] = kept
        return kept[1]

    def _waits(self, alert: Alert, now: datetime) -> bool:
        snoozed = alert.state is AlertState.SNOOZED
        return alert.notified_at is None and not snoozed and self._may_tell(alert, now)

    def _may_tell(self, alert: Alert, now: datetime) -> bool:
        if alert.severity >= Severity.CRITICAL:
            return True
        quiet = self._brand.quiet_hours
        if quiet is not None and quiet.covers(now.astimezone(self._brand.time_zone)):
            return False
        return now - alert.opened_at >= self._brand.alerts.group_wait
