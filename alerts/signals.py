"""What a detector says: a `Signal`, with the numbers that made it speak."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """What a signal or an alert is about."""

    BAD_BUZZ = "bad_buzz"
    RUMOUR = "rumour"
    SAFETY = "safety"
    SCAM = "scam"
    SURGE = "surge"
    SHIFT = "shift"
    PRAISE = "praise"


class Severity(IntEnum):
    """How much it presses; only CRITICAL ignores quiet hours."""

    INFORMATION = 1
    WARNING = 2
    CRITICAL = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """One number behind a signal beside what would be normal, e.g. ("people", 7, 1.2, 24.0)."""

    name: str
    value: float
    baseline: float | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A detector's finding about one narrative (or one topic or chat, for surges and shifts).

    `sure` is in 0..1. `messages` are storage row ids of the evidence, oldest first, at the time of the finding.
    `fact` is the id of the brand's fact that the story bears on, `contradicts` whether it denies it.
    """

    detector: str
    kind: Kind
    severity: Severity
    at: datetime
    sure: float
    reasons: tuple[Reason, ...]
    messages: tuple[int, ...]
    narrative: int | None = None
    topic: str | None = None
    chat: str | None = None
    fact: str | None = None
    contradicts: bool = False
