"""Safety: somebody was hurt or ill, or could have been. Few messages are enough."""

import math
from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, chats, keys, people, transmission
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Safety
from nlp.narratives.member import Member

_ANSWERED = 3  # messages that a single person's report must have led to: a mishap told in passing leads to none


class SafetyDetector(StoryDetector):
    """Counts people who report harm or danger at first hand: words of harm and hazard, the brand's own safety topics.

    What is only passed on (forwards, hearsay) is a rumour's matter unless somebody confirms it, so it weighs little.
    """

    kind: ClassVar[Kind] = Kind.SAFETY

    def __init__(self, settings: Safety) -> None:
        self._settings = settings

    def judge(self, story: StoryView) -> Signal | None:
        """Return a critical signal as soon as reports of danger are likely to be real."""
        members = story.since(self._settings.window.total_seconds())
        reports = [(member, weight) for member in members if (weight := _danger(member, story.safety_topics)) > 0.0]
        reporters = people([member for member, _ in reports])
        if reporters < self._settings.min_people or (reporters < 2 and len(members) < _ANSWERED):
            return None
        by_person: dict[str, float] = {}
        for member, weight in reports:
            by_person[member.person] = max(by_person.get(member.person, 0.0), weight)
        danger = sum(by_person.values())
        told = people(members)
        passed_on = math.fsum(transmission(member) for member in members)
        echo = 0.4 * min(told - 1, 4) + 0.4 * min(len(members), 4)
        evidence = -3.4 + 1.6 * min(danger, 4.0) + min(danger, 1.0) * echo - 0.8 * min(passed_on, 3.0)
        return Signal(
            detector="safety",
            kind=self.kind,
            severity=Severity.CRITICAL,
            at=moment(story.now),
            sure=sureness(evidence),
            reasons=(
                Reason("reports", float(len(by_person)), None, round((story.now - members[0].at) / HOUR, 2)),
                Reason("people", float(told)),
                Reason("chats", float(chats(members))),
            ),
            messages=keys(members),
            narrative=story.narrative,
            fact=story.fact,
            contradicts=story.contradicts,
        )


def _danger(member: Member, safety_topics: frozenset[str]) -> float:
    """Return how strongly a message reports danger, 0 to 2."""
    if member.worth < -2.5 or member.weight == 0.0:
        return 0.0
    harm = 1.2 * ("harm" in member.marks) + 0.5 * ("hazard" in member.marks)
    topical = member.topic in safety_topics
    if not harm:
        # A topic alone is weak: it is a guess from few words.
        return 0.25 if topical and member.negative >= 0.6 else 0.0
    told = 0.3 if transmission(member) > 0.0 else 1.0
    return min((harm + 0.4 * topical) * told * (0.6 if member.asks else 1.0), 2.0)
