"""Safety: somebody was hurt or ill, or could have been. Few messages are enough."""

from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, chats, evidence_of, keys, people
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Safety
from nlp.narratives.member import Member

_ANSWERED = 3  # messages that a single person's report must have led to: a mishap told in passing leads to none
_REPORTS = 0.15  # how probably a message tells of danger, from which it counts as a report
_HARM, _HAZARD, _TOPIC = 0.4, 0.3, 0.3  # what words of harm and of hazard, and the brand's safety topics, add


class SafetyDetector(StoryDetector):
    """Counts people who report harm or danger at first hand: what the model reads as such, words of harm and hazard,
    the brand's own safety topics.
    """

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
        told = evidence_of(members, "safety")
        evidence = -4.8 + 22.0 * told.mean + _words(members, story.safety_topics)
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


def _words(members: list[Member], safety_topics: frozenset[str]) -> float:
    """Return what the words of those who write, and the brand's topics, add to the evidence."""
    harmed = people(members, lambda m: "harm" in m.marks)
    endangered = people(members, lambda m: "hazard" in m.marks)
    topical = people(members, lambda m: m.topic in safety_topics)
    return _HARM * min(harmed, 3) + _HAZARD * min(endangered, 3) + _TOPIC * min(topical, 3)
