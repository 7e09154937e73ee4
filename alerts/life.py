"""The life of an alert: its states, what may be done in each, and what that leads to. No clock, no database.

open ──acknowledge──> acknowledged          snoozed ──wake──> open
  open, acknowledged ──snooze──> snoozed    open, acknowledged, snoozed ──resolve, expire──> resolved
  any but merged ──dismiss──> dismissed     resolved, dismissed ──reopen──> open
  any but merged ──merge──> merged (for good: the story goes on in another alert)
"""

import math
from collections.abc import Mapping
from enum import StrEnum

from alerts.errors import DeskError
from storage.tables import AlertState

LIVE = (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED)
"""The states of which a story has at most one alert; the table's partial unique index names the same."""


class Action(StrEnum):
    """Everything that can befall an alert; each leaves an event. Those in PRESSED are a person's to do."""

    RAISE = "raise"
    NOTIFY = "notify"
    GROW = "grow"
    REPEAT = "repeat"
    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    WAKE = "wake"
    RESOLVE = "resolve"
    EXPIRE = "expire"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    RESURGE = "resurge"
    MERGE = "merge"
    ABSORB = "absorb"
    ESCALATE = "escalate"
    REPLY = "reply"


PRESSED = (Action.ACKNOWLEDGE, Action.SNOOZE, Action.RESOLVE, Action.DISMISS, Action.REOPEN)

TRANSITIONS: Mapping[Action, Mapping[AlertState, AlertState]] = {
    Action.RAISE: dict.fromkeys(LIVE, AlertState.OPEN),
    Action.ACKNOWLEDGE: dict.fromkeys(LIVE, AlertState.ACKNOWLEDGED),
    Action.SNOOZE: dict.fromkeys(LIVE, AlertState.SNOOZED),
    Action.WAKE: {AlertState.SNOOZED: AlertState.OPEN},
    Action.RESOLVE: dict.fromkeys((*LIVE, AlertState.RESOLVED), AlertState.RESOLVED),
    Action.EXPIRE: dict.fromkeys(LIVE, AlertState.RESOLVED),
    Action.DISMISS: dict.fromkeys((*LIVE, AlertState.RESOLVED, AlertState.DISMISSED), AlertState.DISMISSED),
    Action.REOPEN: dict.fromkeys((AlertState.OPEN, AlertState.RESOLVED, AlertState.DISMISSED), AlertState.OPEN),
    Action.RESURGE: {AlertState.RESOLVED: AlertState.OPEN, AlertState.DISMISSED: AlertState.OPEN},
    Action.MERGE: dict.fromkeys((*LIVE, AlertState.RESOLVED, AlertState.DISMISSED), AlertState.MERGED),
}
"""For each action that moves an alert: from which state to which. An action into the state that already is changes
nothing (a button pressed twice). The other actions leave the state as it is."""


class Snooze(StrEnum):
    """How long an alert is put aside."""

    ONE_HOUR = "1h"
    FOUR_HOURS = "4h"
    UNTIL_GROWS = "grows"


SNOOZE_HOURS: Mapping[Snooze, float | None] = {Snooze.ONE_HOUR: 1.0, Snooze.FOUR_HOURS: 4.0, Snooze.UNTIL_GROWS: None}


def following(alert: int, state: AlertState, action: Action) -> AlertState:
    """The state after `action`. Raises DeskError naming what the state allows instead."""
    after = TRANSITIONS[action].get(state)
    if after is None:
        allowed = ", ".join(available(state)) or "nothing: its story goes on in another alert"
        raise DeskError(f"Alert {alert} is {state}: cannot {action} it. What can be done: {allowed}.")
    return after


def available(state: AlertState) -> tuple[Action, ...]:
    """What a person can do with an alert in this state and that would change something, in the order of the buttons."""
    return tuple(
        action
        for action in PRESSED
        if state in TRANSITIONS[action] and (TRANSITIONS[action][state] != state or action is Action.SNOOZE)
    )


def grown(before: int, people: int) -> bool:
    """Whether a story has grown enough to be worth a new look: by half, and by at least three people."""
    return people >= before + max(3, math.ceil(before / 2))
