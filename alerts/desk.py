"""The alert desk: signals in, one alert a story out, and its whole life until it is closed.

Everything happens in the caller's session and at the caller's `now`; what the team is to read goes to the outbox in
the same transaction. Every step leaves an event with the pseudonym of who took it.

A resolved alert whose story comes back within `alerts.reopen_within` is reopened, the same row and thread; later, a
story gets a new alert. The group wait and quiet hours delay the telling, never the row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts.errors import DeskError
from alerts.evidence import Evidence
from alerts.herald import Herald
from alerts.intake import Intake
from alerts.life import LIVE, SNOOZE_HOURS, TRANSITIONS, Action, Snooze, following
from alerts.merging import Merging
from alerts.payload import Payload
from alerts.records import CLOSINGS, Event, Records, Subject
from alerts.rounds import Rounds
from alerts.signals import Kind, Signal
from config.brand import Brand
from nlp.narratives.summary import NarrativeSummary
from storage.tables import Alert, AlertState, Chat, Outbox
from storage.vault import Vault

DOUBLE_CLICK = timedelta(minutes=1)
"""The same snooze pressed again within this time is one press; later it prolongs."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a press did: the alert as it is now, and whether anything changed (a second click changes nothing)."""

    alert: Alert
    changed: bool


class Desk:
    """The alert desk of one brand."""

    def __init__(self, brand: Brand, vault: Vault) -> None:
        self.brand = brand
        self._records = Records(brand.slug, vault)
        self.evidence = Evidence(brand, vault, self._records)
        self._herald = Herald(brand, vault, self._records, self.evidence)
        self._merging = Merging(brand, self._records, self.evidence, self._herald)
        self._intake = Intake(brand, self._records, self.evidence, self._herald, self._merging)
        self._rounds = Rounds(brand, self._records, self.evidence, self._herald)

    def consider(
        self,
        session: Session,
        signals: Sequence[Signal],
        summary_of: Callable[[int], NarrativeSummary],
        now: datetime,
        *,
        at_message: int | None = None,
    ) -> list[Alert]:
        """Take signals in; returns the alerts that were opened, reopened or changed. `at_message` is the storage row of
        the message that made the detectors speak (by default the newest of the evidence)."""
        touched = self._intake.consider(session, signals, summary_of, now, at_message)
        for alert in touched:
            summary = summary_of(alert.narrative_id) if alert.narrative_id is not None else None
            self._rounds.tell(session, alert, now, summary)
        return touched

    def tick(self, session: Session, now: datetime) -> list[Alert]:
        """Let time work: group wait and snooze over, repetition, escalation, decay. Returns the alerts that it touched.

        Call it whenever message time has moved by some minutes (replay) or every few seconds (live).
        """
        return self._rounds.make(session, now)

    def merged(self, session: Session, absorbed: int, into: int, now: datetime) -> None:
        """Follow the merge of a narrative into another: of two live alerts one survives, the other closes as merged."""
        self._merging.narratives(session, absorbed, into, now)

    def acknowledge(self, session: Session, alert: int, actor: str, now: datetime) -> Press:
        """Someone takes the alert on. Raises DeskError when its state does not allow it, as all presses do."""
        return self._press(session, alert, Action.ACKNOWLEDGE, actor, now)

    def snooze(self, session: Session, alert: int, actor: str, now: datetime, choice: Snooze) -> Press:
        """Put the alert aside for a time, or until its story has grown (`alerts.life.grown`)."""
        row = self._records.get(session, alert)
        last = self._records.last(session, row, Action.SNOOZE)
        again = row.state is AlertState.SNOOZED and last is not None and last.detail.get("for") == choice
        if again and last is not None and now - last.at < DOUBLE_CLICK:
            return Press(row, changed=False)
        following(alert, row.state, Action.SNOOZE)
        hours = SNOOZE_HOURS[choice]
        row.snoozed_until = now + timedelta(hours=hours) if hours is not None else None
        return self._done(session, row, Action.SNOOZE, actor, now, choice=choice)

    def resolve(self, session: Session, alert: int, actor: str, now: datetime) -> Press:
        """The team is done with the story."""
        return self._press(session, alert, Action.RESOLVE, actor, now)

    def dismiss(self, session: Session, alert: int, actor: str, now: datetime) -> Press:
        """A false alarm: its like must be surer from now on (`alerts/feedback.py`)."""
        return self._press(session, alert, Action.DISMISS, actor, now)

    def reopen(self, session: Session, alert: int, actor: str, now: datetime) -> Press:
        """Open a closed alert again; what its dismissal taught is taken back. Raises DeskError when the story has
        another live alert by now."""
        row = self._records.get(session, alert)
        following(alert, row.state, Action.REOPEN)
        if row.state not in LIVE:
            for other in self._records.live(session, self._subject(session, row)):
                raise DeskError(f"Alert {alert} cannot be reopened: its story has alert {other.id} now. Use that one.")
        return self._press(session, alert, Action.REOPEN, actor, now)

    def replied(self, session: Session, alert: int, actor: str, now: datetime, chats: Sequence[Chat]) -> Press:
        """Record that the brand published a reply in these chats."""
        row = self._records.get(session, alert)
        titles = ", ".join(self.evidence.chat_title(chat) for chat in chats)
        event = self._records.record(session, row, Action.REPLY, now, actor, chats=titles)
        self._show(session, row, event, now)
        return Press(row, changed=True)

    def forgotten(self, session: Session, alerts: Iterable[int], now: datetime) -> None:
        """Follow an erasure: alerts get a new title from their narrative as stored now (store that first), and cards
        sent before are edited, so that what was erased leaves them too. A live alert whose story is gone is closed."""
        for number in alerts:
            row = session.get(Alert, number)
            if row is None:
                continue
            summary = self.evidence.summary(session, row.narrative_id)
            if row.title is None and summary is not None:
                row.title = self._records.sealed_title(summary.title)
            if row.state in LIVE and row.narrative_id is not None and self.evidence.narrative(session, row) is None:
                self._rounds.expire(session, row, now, None)
            else:
                session.add(row)
                self._herald.show(session, row, None, now, summary)

    def redraw(self, session: Session, alerts: Iterable[int], now: datetime) -> None:
        """Show alerts anew where they were shown before: after an erasure their cards must not quote what is gone."""
        for alert in alerts:
            row = self._records.get(session, alert)
            self._herald.show(session, row, None, now, self.evidence.summary(session, row.narrative_id))

    def render(self, session: Session, entry: Outbox, now: datetime) -> Payload | None:
        """The payload of an outbox entry about an alert whose own payload was erased; None when there is none."""
        return self._herald.render(session, entry, now)

    def illustrate(self, session: Session, payload: Payload) -> Payload:
        """The payload with the numbers of its alert's chart as of the card, read now that all messages are stored."""
        if payload.card is None or (alert := session.get(Alert, payload.card.alert)) is None:
            return payload
        return replace(payload, series=self.evidence.series(session, alert, payload.card.at))

    def _press(self, session: Session, alert: int, action: Action, actor: str, now: datetime) -> Press:
        row = self._records.get(session, alert)
        if following(alert, row.state, action) is row.state:
            return Press(row, changed=False)
        row.snoozed_until = None
        row.resolved_at = now if TRANSITIONS[action][row.state] not in LIVE else None
        row.acknowledged_by = actor if action is Action.ACKNOWLEDGE else row.acknowledged_by
        if action is Action.REOPEN:
            row.acknowledged_by = None
        return self._done(session, row, action, actor, now)

    def _done(
        self, session: Session, row: Alert, action: Action, actor: str, now: datetime, choice: Snooze | None = None
    ) -> Press:
        detail = {"for": choice.value} if choice else {}
        people = self.evidence.people(session, row)
        event = self._records.record(session, row, action, now, actor, people=people, **detail)
        self._show(session, row, event, now)
        return Press(row, changed=True)

    def _show(self, session: Session, row: Alert, event: Event, now: datetime) -> None:
        summary = self.evidence.summary(session, row.narrative_id)
        if event.action in CLOSINGS:
            takers = self._records.takers(session, row, event)
            self._herald.close(session, row, event, now, summary, takers)
        else:
            self._herald.show(session, row, event, now, summary)

    def _subject(self, session: Session, row: Alert) -> Subject:
        if row.narrative_id is not None:
            return Subject(row.narrative_id, None, None, None)
        chat = session.get(Chat, row.chat_id) if row.chat_id is not None else None
        return Subject(None, Kind(row.kind), row.topic, chat.key if chat else None)
