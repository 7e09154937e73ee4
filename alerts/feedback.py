"""What false alarms teach: an alert like one that was dismissed must be surer than before.

The rule. Each alert that is dismissed now adds a step (`alerts.false_alarm_step`, 0.15) to the sureness that the same
kind of alert on the same topic needs; half a step where the chat is another. A step fades by half every
`alerts.false_alarm_half_life` (14 days). Together they add at most 0.4, and never ask for more than 0.95; critical
alerts feel half of it, because a missed danger costs more than a false one. Reopening a dismissed alert takes its
step back: nothing is stored but the alert's own state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from alerts.life import Action
from alerts.signals import Kind, Severity
from config.brand import Brand
from storage.tables import Alert, AlertEvent, AlertState

MOST_ADDED = 0.4
MOST_NEEDED = 0.95
ELSEWHERE = 0.5
CRITICAL = 0.5
TAKEN_ON = (Action.ACKNOWLEDGE, Action.RESOLVE, Action.REPLY)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What false alarms ask of their like at this moment; `added` comes on top of the detector's own threshold."""

    kind: Kind
    topic: str | None
    chat_id: int | None
    alarms: int
    added: float
    needed: float


@dataclass(frozen=True, slots=True)
class Precision:
    """How alerts of a time were judged: taken on or resolved by someone, dismissed, or never judged."""

    right: int
    false: int
    unjudged: int

    @property
    def share(self) -> float | None:
        """The share of the judged alerts that were right, in 0..1; None before any was judged."""
        judged = self.right + self.false
        return self.right / judged if judged else None


def precision(session: Session, brand: str, since: datetime, until: datetime) -> Precision:
    """How the alerts (not mere information, nor what went on in another alert) opened in a time were judged so far."""
    query = select(Alert).where(
        Alert.brand == brand,
        col(Alert.opened_at) >= since,
        col(Alert.opened_at) < until,
        col(Alert.severity) > Severity.INFORMATION,
        Alert.state != AlertState.MERGED,
    )
    alerts = {alert.id: alert for alert in session.exec(query).all()}
    taken_on = select(AlertEvent.alert_id).where(
        col(AlertEvent.alert_id).in_(alerts), col(AlertEvent.action).in_(TAKEN_ON)
    )
    taken = set(session.exec(taken_on).all())
    false = sum(alert.state is AlertState.DISMISSED for alert in alerts.values())
    right = sum(alert.state is not AlertState.DISMISSED and id_ in taken for id_, alert in alerts.items())
    return Precision(right, false, len(alerts) - right - false)


def needed(
    session: Session,
    brand: Brand,
    kind: Kind,
    severity: Severity,
    topic: str | None,
    chat_id: int | None,
    now: datetime,
) -> float:
    """How sure (0..1) a finding must be to be raised now."""
    weight = CRITICAL if severity is Severity.CRITICAL else 1.0
    return _needed(brand, kind, weight * _added(brand, _dismissed(session, brand), kind, topic, chat_id, now))


def lessons(session: Session, brand: Brand, now: datetime) -> list[Lesson]:
    """Everything false alarms have taught so far and that still adds at least 0.01, for `earshot status`."""
    dismissed = _dismissed(session, brand)
    found: dict[tuple[str, str | None, int | None], int] = {}
    for alert in dismissed:
        key = (alert.kind, alert.topic, alert.chat_id)
        found[key] = found.get(key, 0) + 1
    taught = []
    for (kind, topic, chat_id), alarms in found.items():
        added = _added(brand, dismissed, Kind(kind), topic, chat_id, now)
        if added >= 0.01:
            taught.append(Lesson(Kind(kind), topic, chat_id, alarms, added, _needed(brand, Kind(kind), added)))
    return taught


def _dismissed(session: Session, brand: Brand) -> list[Alert]:
    query = select(Alert).where(Alert.brand == brand.slug, Alert.state == AlertState.DISMISSED)
    return list(session.exec(query.order_by("id")).all())


def _added(
    brand: Brand, dismissed: Iterable[Alert], kind: Kind, topic: str | None, chat_id: int | None, now: datetime
) -> float:
    desk, total = brand.alerts, 0.0
    for alert in dismissed:
        if alert.kind == kind and alert.topic == topic and alert.resolved_at is not None:
            age = max((now - alert.resolved_at) / desk.false_alarm_half_life, 0.0)
            total += desk.false_alarm_step * (1.0 if alert.chat_id == chat_id else ELSEWHERE) * 0.5**age
    return min(total, MOST_ADDED)


def _needed(brand: Brand, kind: Kind, added: float) -> float:
    own: float = getattr(brand.thresholds, kind).sure
    return max(own, min(own + added, MOST_NEEDED))
