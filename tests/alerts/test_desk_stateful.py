"""The desk against a small model: whatever happens, in whatever order.

The model knows only the table of transitions and who pressed what. It is held against the rows and events that the
desk leaves behind.
"""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from desk_world import BRAND, NOON, World
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import select

from alerts.errors import DeskError
from alerts.life import LIVE, TRANSITIONS, Action, Snooze
from alerts.signals import Kind, Severity
from config.brand import Brand
from storage.database import Database
from storage.tables import Alert, AlertEvent, AlertState, Outbox
from storage.vault import Vault

STORIES = st.integers(1, 4)
ACTORS = st.sampled_from(["p_anna", "p_ben"])
PRESSES = st.sampled_from([Action.ACKNOWLEDGE, Action.RESOLVE, Action.DISMISS, Action.REOPEN])


class DeskMachine(RuleBasedStateMachine):
    database: Database
    vault: Vault

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        session = self.stack.enter_context(self.database.transaction())
        self.world = World(Brand.model_validate(BRAND), self.database, self.vault, session)
        self.world.chat("c_a", "Les buveurs")
        self.gone: set[int] = set()
        self.pressed: list[tuple[int, Action, str]] = []

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.world.session.rollback()
            self.stack.pop_all()
            self.world.session.close()

    def alerts(self) -> list[Alert]:
        return list(self.world.session.exec(select(Alert).order_by("id")).all())

    def events(self, alert: int | None = None) -> list[AlertEvent]:
        query = select(AlertEvent).order_by("id")
        return list(
            self.world.session.exec(query if alert is None else query.where(AlertEvent.alert_id == alert)).all()
        )

    @rule(
        story=STORIES,
        people=st.integers(1, 6),
        kind=st.sampled_from([Kind.BAD_BUZZ, Kind.RUMOUR, Kind.SAFETY, Kind.PRAISE]),
        severity=st.sampled_from(Severity),
        sure=st.sampled_from([0.4, 0.6, 0.8, 0.95]),
        signals=st.booleans(),
    )
    def told(self, story: int, people: int, kind: Kind, severity: Severity, sure: float, signals: bool) -> None:
        """More people tell a story, and perhaps a detector speaks."""
        if story in self.gone:
            return
        known = self.world.stories[story].people if story in self.world.stories else 0
        self.world.story(story, known + people)
        if not signals:
            return
        before = {alert.id: (alert.state, alert.severity) for alert in self.alerts()}
        touched = self.world.consider(self.world.signal(story, kind=kind, severity=severity, sure=sure))
        assert len(touched) <= 1
        for alert in touched:
            assert alert.narrative_id == story
            state, earlier = before.get(alert.id, (None, 0))
            if state in LIVE:
                assert alert.severity == max(earlier, severity)

    @rule(topic=st.sampled_from(["quality", "delivery"]))
    def busy(self, topic: str) -> None:
        """A topic is talked of more than usual."""
        surge = {"narrative": None, "kind": Kind.SURGE, "severity": Severity.INFORMATION, "topic": topic}
        self.world.consider(self.world.signal(**surge))

    @precondition(lambda self: self.alerts())
    @rule(which=st.integers(0, 99), action=PRESSES, actor=ACTORS, twice=st.booleans())
    def press(self, which: int, action: Action, actor: str, twice: bool) -> None:
        """Someone presses a button, perhaps twice."""
        alert = self.alerts()[which % len(self.alerts())]
        expected = TRANSITIONS[action].get(alert.state)
        taken = action is Action.REOPEN and alert.state not in LIVE and self.live_of(alert)
        self.check(alert, action, actor, None if taken else expected, lambda: self.button(action)(alert.id, actor))
        if twice and expected is not None and not taken:
            events = len(self.events())
            assert not self.button(action)(alert.id, actor).changed
            assert len(self.events()) == events

    @precondition(lambda self: self.alerts())
    @rule(which=st.integers(0, 99), choice=st.sampled_from(Snooze), actor=ACTORS)
    def snooze(self, which: int, choice: Snooze, actor: str) -> None:
        alert = self.alerts()[which % len(self.alerts())]
        press = lambda: self.world.desk.snooze(self.world.session, alert.id, actor, self.world.now, choice)  # noqa: E731
        self.check(alert, Action.SNOOZE, actor, TRANSITIONS[Action.SNOOZE].get(alert.state), press)
        if alert.state is AlertState.SNOOZED:
            assert not press().changed

    def button(self, action: Action):
        press = getattr(self.world.desk, action.value)
        return lambda alert, actor: press(self.world.session, alert, actor, self.world.now)

    def check(self, alert: Alert, action: Action, actor: str, expected: AlertState | None, press) -> None:
        state, events = alert.state, len(self.events())
        if expected is None:
            with pytest.raises(DeskError):
                press()
            assert (alert.state, len(self.events())) == (state, events)
        elif press().changed:
            self.pressed.append((alert.id or 0, action, actor))
            assert alert.state == expected
        else:
            assert (alert.state, len(self.events())) == (state, events) == (expected, events)

    def live_of(self, alert: Alert) -> bool:
        same = [
            other for other in self.alerts()
            if other.narrative_id == alert.narrative_id
            and (alert.narrative_id is not None or (other.kind, other.topic) == (alert.kind, alert.topic))
        ]  # fmt: skip
        return any(other.state in LIVE for other in same)

    @rule(one=STORIES, two=STORIES)
    def merge(self, one: int, two: int) -> None:
        """The learner finds that two stories are one."""
        if one == two or not {one, two} <= self.world.stories.keys() or {one, two} & self.gone:
            return
        live = [alert for alert in self.alerts() if alert.narrative_id in (one, two) and alert.state in LIVE]
        self.gone.add(one)
        self.world.desk.merged(self.world.session, one, two, self.world.now)
        left = [alert for alert in live if alert.state in LIVE]
        assert len(left) == min(len(live), 1)
        assert [alert.id for alert in left] == [alert.id for alert in live[:1]]
        assert {alert.narrative_id for alert in live} <= {two}

    @rule(minutes=st.sampled_from([1, 5, 20, 70, 300, 1500, 6 * 1440]))
    def wait(self, minutes: int) -> None:
        self.world.wait(minutes=minutes)
        self.world.tick()
        again = self.world.tick()
        # A second look at the same moment finds nothing to do but the next step of an escalation.
        steps = [e for e in self.events() if e.action == Action.ESCALATE and e.at == self.world.now]
        assert len(again) <= len(steps)

    @invariant()
    def one_live_alert_a_story(self) -> None:
        if not hasattr(self, "world"):
            return
        live = [a.narrative_id or (a.kind, a.topic) for a in self.alerts() if a.state in LIVE]
        assert len(live) == len(set(live))

    @invariant()
    def the_events_tell_the_whole_life(self) -> None:
        """Folding an alert's events over the table of transitions gives its state: none is lost, none is made up."""
        if not hasattr(self, "world"):
            return
        for alert in self.alerts():
            state = AlertState.OPEN
            for event in self.events(alert.id):
                state = TRANSITIONS.get(Action(event.action), {state: state})[state]
            assert state == alert.state
            assert (alert.resolved_at is None) == (alert.state in LIVE)
            assert alert.snoozed_until is None or alert.state is AlertState.SNOOZED
        presses = {(e.alert_id, e.action, e.actor) for e in self.events() if e.actor is not None}
        assert set(self.pressed) <= presses

    @invariant()
    def whoever_is_told_is_told_once_a_reason(self) -> None:
        if not hasattr(self, "world"):
            return
        keys = [row.dedupe for row in self.world.session.exec(select(Outbox)).all()]
        assert len(keys) == len(set(keys))
        told = [a for a in self.alerts() if a.notified_at is not None and a.severity >= Severity.WARNING]
        spoken = {row.subject for row in self.world.session.exec(select(Outbox).where(Outbox.kind == "alert")).all()}
        assert {f"alert:{alert.id}" for alert in told} <= spoken
        assert all(alert.notified_at <= NOON + timedelta(days=9999) for alert in told if alert.notified_at)


def test_whatever_happens(shelf: Database, vault: Vault) -> None:
    DeskMachine.database, DeskMachine.vault = shelf, vault
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        DeskMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=checks,
            phases=(Phase.reuse, Phase.generate, Phase.shrink),
        ),
    )
