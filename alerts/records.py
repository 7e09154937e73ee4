"""Alerts and their events in the database: finding the one of a story, and writing down what befell it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from alerts.errors import DeskError
from alerts.life import LIVE, TRANSITIONS, Action, following
from alerts.signals import Kind, Signal
from storage.tables import Alert, AlertEvent, AlertState, Chat, Sealed
from storage.vault import Vault

CLOSED = (AlertState.RESOLVED, AlertState.DISMISSED)
CLOSINGS = (Action.RESOLVE, Action.EXPIRE, Action.DISMISS)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alert is about: a narrative or, for a detector that looks at none, its kind with topic and chat."""

    narrative: int | None
    kind: Kind | None
    topic: str | None
    chat: str | None

    @classmethod
    def of(cls, signal: Signal) -> "Subject":
        """What a signal is about."""
        if signal.narrative is not None:
            return cls(signal.narrative, None, None, None)
        return cls(None, signal.kind, signal.topic, signal.chat)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that befell an alert; `actor` is a pseudonym, None for Earshot itself."""

    id: int
    at: datetime
    action: Action
    actor: str | None
    detail: Mapping[str, JsonValue]

    def number(self, name: str) -> int:
        """A count in the detail; 0 when it was not written down."""
        value = self.detail.get(name)
        return value if isinstance(value, int) else 0


class Records:
    """The alerts of one brand, in the caller's session."""

    def __init__(self, brand: str, vault: Vault) -> None:
        self.brand, self._vault = brand, vault

    def get(self, session: Session, alert: int) -> Alert:
        """An alert by its number. Raises DeskError when the brand has none such."""
        row = session.get(Alert, alert)
        if row is None or row.brand != self.brand:
            raise DeskError(f"There is no alert {alert}; `earshot status` lists those there are.")
        return row

    def live(self, session: Session, subject: Subject | None = None) -> list[Alert]:
        """Alerts that are open, acknowledged or snoozed, oldest first; of one subject there is at most one."""
        query = select(Alert).where(Alert.brand == self.brand, col(Alert.state).in_(LIVE))
        if subject is not None:
            query = self._about(session, query, subject)
        return list(session.exec(query.order_by(col(Alert.id))).all())

    def closed(self, session: Session, subject: Subject) -> Alert | None:
        """The newest resolved or dismissed alert of a subject."""
        query = select(Alert).where(Alert.brand == self.brand, col(Alert.state).in_(CLOSED))
        return session.exec(self._about(session, query, subject).order_by(col(Alert.id).desc())).first()

    def recently_closed(self, session: Session, now: datetime, within: timedelta) -> list[Alert]:
        """Alerts resolved or dismissed not longer than `within` ago."""
        query = select(Alert).where(
            Alert.brand == self.brand, col(Alert.state).in_(CLOSED), col(Alert.resolved_at) > now - within
        )
        return list(session.exec(query.order_by(col(Alert.id))).all())

    def of_narrative(self, session: Session, narrative: int) -> list[Alert]:
        """All alerts of a narrative, oldest first."""
        query = select(Alert).where(Alert.brand == self.brand, Alert.narrative_id == narrative)
        return list(session.exec(query.order_by(col(Alert.id))).all())

    def record(
        self,
        session: Session,
        alert: Alert,
        action: Action,
        now: datetime,
        actor: str | None = None,
        **detail: JsonValue,
    ) -> Event:
        """Write down what befell an alert, and move it where the action leads. Raises DeskError when it may not."""
        if action in TRANSITIONS:
            alert.state = following(alert.id or 0, alert.state, action)
        alert.updated_at = max(alert.updated_at, now)
        session.add(alert)
        session.flush()
        sealed = self._vault.seal_json(detail, Sealed.ALERT_EVENT_DETAIL) if detail else None
        row = AlertEvent(alert_id=alert.id or 0, at=now, action=action, actor=actor, detail=sealed)
        session.add(row)
        session.flush()
        return self._event(row)

    def events(self, session: Session, alert: Alert, actions: Iterable[Action] | None = None) -> list[Event]:
        """What befell an alert, oldest first; only `actions` when given."""
        query = select(AlertEvent).where(AlertEvent.alert_id == alert.id)
        if actions is not None:
            query = query.where(col(AlertEvent.action).in_(tuple(actions)))
        return [self._event(row) for row in session.exec(query.order_by(col(AlertEvent.id))).all()]

    def last(self, session: Session, alert: Alert, *actions: Action) -> Event | None:
        """The newest event of one of the kinds."""
        query = select(AlertEvent).where(AlertEvent.alert_id == alert.id, col(AlertEvent.action).in_(actions))
        row = session.exec(query.order_by(col(AlertEvent.id).desc())).first()
        return self._event(row) if row else None

    def takers(self, session: Session, alert: Alert, closing: Event) -> list[str]:
        """Who acknowledged or snoozed an alert since it was raised, but did not close it: they are told of its end."""
        takers: dict[str, None] = {}
        for event in self.events(session, alert):
            if event.action in (Action.RAISE, Action.RESURGE):
                takers.clear()
            elif event.action in (Action.ACKNOWLEDGE, Action.SNOOZE) and event.actor is not None:
                takers[event.actor] = None
        return [actor for actor in takers if actor != closing.actor]

    def title(self, alert: Alert) -> str | None:
        """The title of an alert; None when what it quoted has been erased."""
        return self._vault.open_text(alert.title, Sealed.ALERT_TITLE) if alert.title is not None else None

    def sealed_title(self, title: str) -> bytes:
        """A title as the table keeps it."""
        return self._vault.seal_text(title, Sealed.ALERT_TITLE)

    def chat(self, session: Session, key: str | None) -> Chat | None:
        """The chat behind a pseudonym."""
        if key is None:
            return None
        return session.exec(select(Chat).where(Chat.brand == self.brand, Chat.key == key)).first()

    def _about(self, session: Session, query: SelectOfScalar[Alert], subject: Subject) -> SelectOfScalar[Alert]:
        if subject.narrative is not None:
            return query.where(Alert.narrative_id == subject.narrative)
        chat = self.chat(session, subject.chat)
        return query.where(
            col(Alert.narrative_id).is_(None),
            Alert.kind == subject.kind,
            Alert.topic == subject.topic,
            Alert.chat_id == (chat.id if chat else None),
        )

    def _event(self, row: AlertEvent) -> Event:
        detail = self._vault.open_json(row.detail, Sealed.ALERT_EVENT_DETAIL) if row.detail is not None else {}
        return Event(row.id or 0, row.at, Action(row.action), row.actor, detail)
