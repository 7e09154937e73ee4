"""Shift: the mood of a chat that turns."""

import math

from alerts.detectors.base import moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Shift
from nlp.narratives.member import Member

_LEARNING_DAYS = 3.0
_MEMORY = 0.98  # of a person's mood, when the window has gone past it


class ShiftDetector:
    """Compares the mean mood of a chat's people in the window with the chat's earlier mood.

    Mood is 0 (negative) to 1 (positive), one mean a person, so that nobody counts twice; messages not about the brand
    do not count. The difference is judged by Welch's t statistic (Welch 1947) as well as by its size.
    """

    def __init__(self, settings: Shift) -> None:
        self._settings = settings
        self.recent: dict[str, list[tuple[float, str, float, int]]] = {}
        self.earlier: dict[str, list[float]] = {}
        self.begun: dict[str, float] = {}

    def observe(self, member: Member, now: float) -> Signal | None:
        """Count a message; return information when its chat's mood has fallen."""
        if member.about < 0.5:
            return None
        window = self._settings.window.total_seconds()
        self.begun.setdefault(member.chat, member.at)
        recent = self.recent.setdefault(member.chat, [])
        recent.append((member.at, member.person, round(0.5 + (member.positive - member.negative) / 2, 4), member.key))
        weight, total, squares = self.earlier.get(member.chat, [0.0, 0.0, 0.0])
        while recent and recent[0][0] <= now - window:
            mood = recent.pop(0)[2]
            weight, total, squares = weight * _MEMORY + 1.0, total * _MEMORY + mood, squares * _MEMORY + mood * mood
        self.earlier[member.chat] = [weight, total, squares]
        people = self._moods(recent)
        if (
            len(people) < self._settings.min_people
            or weight < 20
            or now - self.begun[member.chat] < _LEARNING_DAYS * 24 * HOUR
        ):
            return None
        before, spread = total / weight, max(squares / weight - (total / weight) ** 2, 0.01)
        mean = sum(people.values()) / len(people)
        varied = sum((mood - mean) ** 2 for mood in people.values()) / max(len(people) - 1, 1)
        statistic = (before - mean) / math.sqrt(max(varied, 0.01) / len(people) + spread / weight)
        if before - mean < self._settings.drop or statistic < 3.0:
            return None
        return Signal(
            detector="shift",
            kind=Kind.SHIFT,
            severity=Severity.INFORMATION,
            at=moment(now),
            sure=sureness(statistic - 3.0),
            reasons=(
                Reason("mood", round(mean, 4), round(before, 4), round(window / HOUR, 2)),
                Reason("people", float(len(people))),
            ),
            messages=tuple(key for _, _, _, key in recent),
            chat=member.chat,
        )

    def forget(self, person: str) -> None:
        """Remove a person's recent moods; the earlier mood of a chat knows no one."""
        for chat, moods in self.recent.items():
            self.recent[chat] = [mood for mood in moods if mood[1] != person]

    def _moods(self, recent: list[tuple[float, str, float, int]]) -> dict[str, float]:
        sums: dict[str, list[float]] = {}
        for _, person, mood, _ in recent:
            kept = sums.setdefault(person, [0.0, 0.0])
            kept[0] += mood
            kept[1] += 1.0
        return {person: total / count for person, (total, count) in sums.items()}
