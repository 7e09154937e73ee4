"""What detectors have in common: their interface, and how evidence becomes sureness."""

import math
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import ClassVar

from alerts.detectors.view import StoryView
from alerts.signals import Kind, Signal


class StoryDetector(ABC):
    """Judges one story at a time; returns a signal when it finds what it looks for, else None."""

    kind: ClassVar[Kind]

    @abstractmethod
    def judge(self, story: StoryView) -> Signal | None:
        """Return the finding about a story as of its latest message, or None."""


def sureness(evidence: float) -> float:
    """Return evidence in natural log-odds as a probability with four decimals (a logistic curve), at most 0.99: no rule
    of ours is surer than that."""
    return min(round(1.0 / (1.0 + math.exp(-max(min(evidence, 30.0), -30.0))), 4), 0.99)


def moment(seconds: float) -> datetime:
    """Return seconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
