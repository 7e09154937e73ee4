"""From signals to alerts: one open alert a story, named by its strongest signal, and silence where it is due.

A signal about a story with a live alert updates it. Otherwise it is dropped when a live story already covers it
(`alerts/merging.py`), when it is not sure enough (`alerts/feedback.py`), or when the team closed the story and little
has changed since; else it reopens the story's alert or opens one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alerts.evidence import Evidence, encode_reasons
from alerts.feedback import needed
from alerts.herald import Herald
from alerts.life import Action, grown
from alerts.merging import Merging
from alerts.records import CLOSINGS, Records, Subject
from alerts.signals import Kind, Severity, Signal
from config.brand import Brand
from config.texts import texts
from nlp.narratives.summary import NarrativeSummary
from storage.tables import Alert, AlertState

SummaryOf = Callable[[int], NarrativeSummary]

GRAVITY = (Kind.PRAISE, Kind.SURGE, Kind.SHIFT, Kind.BAD_BUZZ, Kind.RUMOUR, Kind.SCAM, Kind.SAFETY)
"""Which kind names the alert when signals are equally severe and sure: the last of these."""
CLEARLY_SURER = 0.1
"""A live alert changes its kind, at the same severity, only for a signal this much surer: names must not flap."""
ALARMING_GROWTH = 3
"""A story dismissed as a false alarm comes back when this many times as many people tell it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """All that was said at once about one subject; `signal` is the strongest."""

    subject: Subject
    signals: tuple[Signal, ...]
    summary: NarrativeSummary | None
    now: datetime
    at_message: int | None

    @property
    def signal(self) -> Signal:
        """The strongest signal."""
        return max(self.signals, key=strength)

    @property
    def people(self) -> int:
        """How many people tell it."""
        counted = (round(reason.value) for reason in self.signal.reasons if reason.name == "people")
        return self.summary.people if self.summary else next(counted, 0)


def strength(signal: Signal) -> tuple[int, float, int]:
    """Signals in the order of what should name an alert: severity, then sureness, then gravity of the kind."""
    return signal.severity, signal.sure, GRAVITY.index(signal.kind)


class Intake:
    """Turns the signals of one brand into alert rows."""

    def __init__(self, brand: Brand, records: Records, evidence: Evidence, herald: Herald, merging: Merging) -> None:
        self._brand, self._records, self._evidence = brand, records, evidence
        self._herald, self._merging = herald, merging

    def consider(
        self, session: Session, signals: Sequence[Signal], summary_of: SummaryOf, now: datetime, at_message: int | None
    ) -> list[Alert]:
        """The alerts that these signals opened, reopened or changed; stories first, for they cover topics and chats."""
        groups: dict[Subject, list[Signal]] = {}
        for signal in sorted(signals, key=lambda one: one.narrative is None):
            groups.setdefault(Subject.of(signal), []).append(signal)
        touched = []
        for subject, group in groups.items():
            summary = summary_of(subject.narrative) if subject.narrative is not None else None
            alert = self._hear(session, Finding(subject, tuple(group), summary, now, at_message))
            if alert is not None:
                self._merging.absorb_covered(session, alert, now, summary)
                touched.append(alert)
        return touched

    def _hear(self, session: Session, finding: Finding) -> Alert | None:
        live = self._records.live(session, finding.subject)
        if live:
            self._update(session, live[0], finding)
            return live[0]
        signal, now = finding.signal, finding.now
        chat_id = self._chat_id(session, finding)
        bar = needed(session, self._brand, signal.kind, signal.severity, signal.topic, chat_id, now)
        if signal.sure < bar or self._merging.covered(session, signal, now):
            return None
        closed = self._records.closed(session, finding.subject)
        if closed and closed.resolved_at and now - closed.resolved_at <= self._brand.alerts.reopen_within:
            return self._resurge(session, closed, finding)
        alert = Alert(
            brand=self._brand.slug,
            narrative_id=finding.subject.narrative,
            kind=signal.kind,
            severity=signal.severity,
            sure=signal.sure,
            chat_id=chat_id,
            opened_at=signal.at,
            updated_at=now,
            title=self._records.sealed_title(self._title(session, finding)),
        )
        self._raise(session, alert, finding)
        return alert

    def _raise(self, session: Session, alert: Alert, finding: Finding) -> None:
        signal = finding.signal
        _take_over(alert, finding, afresh=True)
        alert.opened_at, alert.notified_at, alert.messages = signal.at, None, list(signal.messages)
        at_message = finding.at_message
        alert.at_message = at_message if at_message is not None else max(signal.messages, default=None)
        alert.acknowledged_by = alert.snoozed_until = None
        self._records.record(session, alert, Action.RAISE, finding.now, people=finding.people)

    def _update(self, session: Session, alert: Alert, finding: Finding) -> None:
        severity, kind, now = alert.severity, alert.kind, finding.now
        if severity == Severity.INFORMATION < finding.signal.severity:
            # What was worth knowing becomes an alarm: for the team it is raised now.
            self._raise(session, alert, finding)
            return
        _take_over(alert, finding, afresh=False)
        event = None
        if (alert.severity, alert.kind) != (severity, kind):
            event = self._records.record(session, alert, Action.GROW, now, severity=alert.severity, kind=alert.kind)
        if alert.severity > severity:
            alert.notified_at = None  # aloud again, as soon as the clocks allow
            if alert.state is AlertState.SNOOZED:
                alert.snoozed_until = None
                self._records.record(session, alert, Action.WAKE, now)
        elif alert.notified_at is not None:
            self._herald.show(session, alert, event, now, finding.summary)
        alert.updated_at = max(alert.updated_at, now)
        session.add(alert)

    def _resurge(self, session: Session, alert: Alert, finding: Finding) -> Alert | None:
        if not self._news_again(session, alert, finding):
            return None
        _take_over(alert, finding, afresh=True)
        alert.notified_at = alert.resolved_at = alert.snoozed_until = alert.acknowledged_by = None
        self._records.record(session, alert, Action.RESURGE, finding.now, people=finding.people)
        return alert

    def _news_again(self, session: Session, alert: Alert, finding: Finding) -> bool:
        """Whether a closed story is news again: graver than it was, or told by many more people than at its closing.
        A topic or chat, which has no story to grow, is news again after a repeat interval, unless dismissed."""
        if finding.signal.severity > alert.severity:
            return True
        if finding.summary is None:
            rested = alert.resolved_at is None or finding.now - alert.resolved_at >= self._brand.alerts.repeat_interval
            return rested and alert.state is AlertState.RESOLVED
        closing = self._records.last(session, alert, *CLOSINGS)
        before = closing.number("people") if closing else 0
        alarming = alert.state is AlertState.RESOLVED or finding.people >= ALARMING_GROWTH * before
        return alarming and grown(before, finding.people)

    def _chat_id(self, session: Session, finding: Finding) -> int | None:
        key = finding.signal.chat
        if key is None and finding.summary is not None and len(finding.summary.chats) == 1:
            key = finding.summary.chats[0]
        chat = self._records.chat(session, key)
        return chat.id if chat else None

    def _title(self, session: Session, finding: Finding) -> str:
        if finding.summary is not None:
            return finding.summary.title
        say, signal = texts(self._brand.team.language), finding.signal
        topic = next((topic.label for topic in self._brand.topics if topic.id == signal.topic), signal.topic or "")
        chat = self._records.chat(session, signal.chat)
        known = f"alert-title-{signal.kind}"
        return say.say(
            known if known in say else "alert-title-other",
            topic=topic,
            chat=self._evidence.chat_title(chat) if chat else "",
        )


def _take_over(alert: Alert, finding: Finding, *, afresh: bool) -> None:
    """Take kind, sureness and numbers from the signal that names the alert, and the fact from whichever knows one.
    Severity only rises while the alert lives; raised `afresh`, it is the finding's own."""
    strongest = finding.signal
    surer = strongest.severity == alert.severity and strongest.sure >= alert.sure + CLEARLY_SURER
    naming: Signal | None = strongest
    if not (afresh or surer or strongest.severity > alert.severity):
        same = [signal for signal in finding.signals if signal.kind == alert.kind]
        naming = max(same, key=strength) if same else None
    if naming is not None:
        alert.kind, alert.sure, alert.reasons = naming.kind, naming.sure, encode_reasons(naming.reasons)
    alert.severity = strongest.severity if afresh else max(alert.severity, strongest.severity)
    alert.topic = alert.topic or strongest.topic
    bearing = [signal for signal in finding.signals if signal.fact is not None]
    if bearing:
        fact = max(bearing, key=lambda signal: (signal.contradicts, strength(signal)))
        if alert.fact is None or fact.contradicts or not alert.contradicts:
            alert.fact, alert.contradicts = fact.fact, fact.contradicts
