"""Praise worth passing on: information for the team, never an alarm."""

from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, chats, keys, people
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Praise


class PraiseDetector(StoryDetector):
    """Counts distinct people who speak well of the same thing."""

    kind: ClassVar[Kind] = Kind.PRAISE

    def __init__(self, settings: Praise) -> None:
        self._settings = settings

    def judge(self, story: StoryView) -> Signal | None:
        """Return information once enough people praise."""
        members = story.since(self._settings.window.total_seconds())
        praising = [member for member in members if member.positive >= 0.5 and member.about >= 0.5]
        happy, share = people(praising), len(praising) / len(members) if members else 0.0
        if happy < self._settings.min_people or share < self._settings.positive_share:
            return None
        return Signal(
            detector="praise",
            kind=self.kind,
            severity=Severity.INFORMATION,
            at=moment(story.now),
            sure=sureness(0.5 * (happy - self._settings.min_people) + 4.0 * (share - self._settings.positive_share)),
            reasons=(
                Reason("people", float(happy), None, round((story.now - members[0].at) / HOUR, 2)),
                Reason("positive_share", round(share, 4), self._settings.positive_share),
                Reason("chats", float(chats(members))),
            ),
            messages=keys(members),
            narrative=story.narrative,
        )
