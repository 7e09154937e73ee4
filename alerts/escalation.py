"""A critical alert that nobody acknowledges goes to the next channel, each channel once."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alerts.life import Action
from alerts.records import Records
from alerts.signals import Severity
from config.brand import Brand, Channel
from storage.tables import Alert, AlertState


@dataclass(frozen=True, slots=True)
class Escalation:
    """That an alert is due to be passed on to `channel`."""

    alert: Alert
    channel: Channel


def due(session: Session, records: Records, brand: Brand, now: datetime) -> list[Escalation]:
    """The critical, open, sent alerts whose time without acknowledgement has passed, each with its next channel: the
    n-th of `team.escalation` is due n times `alerts.escalate_after` after the alert was sent."""
    found = []
    for alert in records.live(session):
        step = next_step(session, records, brand, alert, now)
        if step is not None:
            found.append(Escalation(alert, step))
    return found


def next_step(session: Session, records: Records, brand: Brand, alert: Alert, now: datetime) -> Channel | None:
    """The channel to which an alert is to be passed on now, if any. Every raising of the alert begins anew."""
    if not brand.team.escalation or alert.severity < Severity.CRITICAL:
        return None
    if alert.state is not AlertState.OPEN or alert.notified_at is None:
        return None
    began = records.last(session, alert, Action.RAISE, Action.RESURGE)
    taken = sum(
        1 for event in records.events(session, alert, (Action.ESCALATE,)) if began is None or event.id > began.id
    )
    if taken >= len(brand.team.escalation) or now < alert.notified_at + (taken + 1) * brand.alerts.escalate_after:
        return None
    name = brand.team.escalation[taken]
    return next(channel for channel in brand.team.channels if channel.name == name)
