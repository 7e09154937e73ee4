"""Safety: somebody was hurt or ill, or could have been. Few messages are enough."""

from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, chats, keys, people, told_share
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Safety

_ANSWERED = 3  # messages that a single person's report must have led to: a mishap told in passing leads to none
_REPORTS = 0.15  # how probably a message tells of danger, from which it counts as a report


class SafetyDetector(StoryDetector):
    """Counts people who report harm or danger at first hand, as the model reads them."""

    kind: ClassVar[Kind] = Kind.SAFETY

    def __init__(self, settings: Safety) -> None:
        self._settings = settings

    def judge(self, story: StoryView) -> Signal | None:
        """Return a critical signal as soon as reports of danger are likely to be real."""
        members = story.since(self._settings.window.total_seconds())
        reports = [member for member in members if member.tale("safety") >= _REPORTS and member.weight > 0.0]
        reporters = people(reports)
        if reporters < self._settings.min_people or (reporters < 2 and len(members) < _ANSWERED):
            return None
        evidence = -5.1 + 23.0 * told_share(members, "safety")
        return Signal(
            detector="safety",
            kind=self.kind,
            severity=Severity.CRITICAL,
            at=moment(story.now),
            sure=sureness(evidence),
            reasons=(
                Reason("reports", float(reporters), None, round((story.now - members[0].at) / HOUR, 2)),
                Reason("people", float(people(members))),
                Reason("chats", float(chats(members))),
            ),
            messages=keys(members),
            narrative=story.narrative,
            fact=story.fact,
            contradicts=story.contradicts,
        )
