"""Safety: somebody was hurt or ill, or could have been. Few messages are enough."""

from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, chats, keys, people
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Safety
from nlp.narratives.member import Member


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
        if people([member for member, _ in reports]) < self._settings.min_people:
            return None
        by_person: dict[str, float] = {}
        for member, weight in reports:
            by_person[member.person] = max(by_person.get(member.person, 0.0), weight)
        danger = sum(by_person.values())
        told = people(members)
        passed_on = sum(member.forwards > 0 for member in members) / len(members)
        evidence = -3.0 + 1.2 * min(danger, 4.0) + 0.4 * min(told - 1, 4) - 1.5 * passed_on
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
    if member.about < 0.5:
        return 0.0
    harm = 1.2 * ("harm" in member.marks) + 0.8 * ("hazard" in member.marks)
    topical = 0.8 if member.topic in safety_topics and (member.negative >= 0.5 or harm > 0.0) else 0.0
    if not harm and not topical:
        return 0.0
    first_hand = 1.0 if "firsthand" in member.marks or member.media else 0.8
    told = 0.3 if member.forwards or member.marks & {"spread", "hearsay"} else first_hand
    return min((harm + topical) * told * (0.6 if member.asks else 1.0), 2.0)
