"""The desk's rounds: what time alone brings about. Deterministic in `now` and the database."""

from datetime import datetime, timedelta

from sqlmodel import Session

from alerts.escalation import next_step
from alerts.evidence import Evidence
from alerts.herald import Herald
from alerts.life import Action, grown
from alerts.records import Records
from alerts.signals import Severity
from config.brand import Brand
from nlp.narratives.summary import NarrativeSummary
from storage.tables import Alert, AlertState

REFRESH = timedelta(minutes=1)
"""A card follows its story's numbers at most this often: an edit a message would use up every channel's pace."""
LOUD = (Action.RAISE, Action.RESURGE, Action.GROW, Action.WAKE, Action.ABSORB)
"""Events that may leave an alert to be told aloud; the newest names the news on the card."""


class Rounds:
    """Looks after the live alerts of one brand."""

    def __init__(self, brand: Brand, records: Records, evidence: Evidence, herald: Herald) -> None:
        self._brand, self._records, self._evidence, self._herald = brand, records, evidence, herald

    def make(self, session: Session, now: datetime) -> list[Alert]:
        """Let every live alert feel the time: decay, snooze over, first telling, repetition, escalation, new numbers.
        Returns those that something happened to."""
        return [alert for alert in self._records.live(session) if self._visit(session, alert, now)]

    def tell(self, session: Session, alert: Alert, now: datetime, summary: NarrativeSummary | None) -> bool:
        """Tell the team of an alert that waits to be told, when its group wait and quiet hours allow."""
        if alert.notified_at is not None or alert.state is AlertState.SNOOZED or not self._may_tell(alert, now):
            return False
        cause = self._records.last(session, alert, *LOUD)
        assert cause is not None, "an alert begins with its raising"
        if summary is not None:  # the story's name has settled since it was raised; later the thread keeps it
            alert.title = self._records.sealed_title(summary.title)
        alert.notified_at = now
        self._records.record(session, alert, Action.NOTIFY, now, people=self._evidence.people(session, alert))
        self._herald.raise_aloud(session, alert, cause, now, summary)
        return True

    def _visit(self, session: Session, alert: Alert, now: datetime) -> bool:
        summary = self._evidence.summary(session, alert.narrative_id)
        if now - self._last_told(session, alert) >= self._brand.alerts.resolve_after:
            return self.expire(session, alert, now, summary)
        happened = self._wake(session, alert, now)
        happened |= self.tell(session, alert, now, summary)
        happened |= self._escalate(session, alert, now, summary)
        return happened or self._repeat(session, alert, now, summary) or self._refresh(session, alert, now, summary)

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

    def _escalate(self, session: Session, alert: Alert, now: datetime, summary: NarrativeSummary | None) -> bool:
        channel = next_step(session, self._records, self._brand, alert, now)
        if channel is None:
            return False
        event = self._records.record(session, alert, Action.ESCALATE, now, channel=channel.name)
        self._herald.escalate(session, alert, channel, event, now, summary)
        return True

    def _repeat(self, session: Session, alert: Alert, now: datetime, summary: NarrativeSummary | None) -> bool:
        """Say a story again that nobody took on, after the repeat interval, and only if more people tell it."""
        if alert.state is not AlertState.OPEN or alert.notified_at is None or not self._may_tell(alert, now):
            return False
        told = self._records.last(session, alert, Action.NOTIFY, Action.REPEAT)
        people = self._evidence.people(session, alert)
        if told is None or now - told.at < self._brand.alerts.repeat_interval or people <= told.number("people"):
            return False
        event = self._records.record(session, alert, Action.REPEAT, now, people=people)
        self._herald.show(session, alert, event, now, summary)
        return True

    def _refresh(self, session: Session, alert: Alert, now: datetime, summary: NarrativeSummary | None) -> bool:
        if alert.notified_at is None or now - alert.updated_at < REFRESH:
            return False
        narrative = self._evidence.narrative(session, alert)
        if narrative is None or narrative.last_seen <= alert.updated_at:
            return False
        alert.updated_at = now
        session.add(alert)
        self._herald.show(session, alert, None, now, summary)
        return True

    def _may_tell(self, alert: Alert, now: datetime) -> bool:
        if alert.severity >= Severity.CRITICAL:
            return True
        quiet = self._brand.quiet_hours
        if quiet is not None and quiet.covers(now.astimezone(self._brand.time_zone)):
            return False
        return now - alert.opened_at >= self._brand.alerts.group_wait

    def _last_told(self, session: Session, alert: Alert) -> datetime:
        """When the story was last told or anything last befell the alert."""
        narrative = self._evidence.narrative(session, alert)
        return max(narrative.last_seen, alert.updated_at) if narrative else alert.updated_at
