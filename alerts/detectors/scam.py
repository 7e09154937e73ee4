"""Scam: somebody uses the brand's name to get money or secrets from its customers."""

from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, chats, keys, people
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Scam
from nlp.narratives.member import Member


class ScamDetector(StoryDetector):
    """Looks for the bait in the brand's name (an address that imitates the brand's, a lure, an ask for secrets) and for
    people who report it.

    Spam that does not use the brand's name is not the brand's matter.
    """

    kind: ClassVar[Kind] = Kind.SCAM

    def __init__(self, settings: Scam) -> None:
        self._settings = settings

    def judge(self, story: StoryView) -> Signal | None:
        """Return a critical signal once bait and reactions make a scam likely."""
        members = story.since(self._settings.window.total_seconds())
        bait = max((_bait(member) for member in members), default=0.0)
        warned = people(members, lambda m: "fraud" in m.marks)
        secrets = people(members, lambda m: "secret" in m.marks)
        named = any(member.named or member.imitates for member in members)
        if not bait and not (named and warned and secrets):
            return None
        posting = people(members, lambda m: _bait(m) > 0.0 or bool(m.marks & {"fraud", "secret"}))
        if posting < self._settings.min_people:
            return None
        told = people(members)
        evidence = -3.2 + bait + 0.9 * min(warned, 3) + 0.7 * min(secrets, 3) + 0.3 * min(told - 1, 3)
        return Signal(
            detector="scam",
            kind=self.kind,
            severity=Severity.CRITICAL,
            at=moment(story.now),
            sure=sureness(evidence),
            reasons=(
                Reason("people", float(told), None, round((story.now - members[0].at) / HOUR, 2)),
                Reason("warnings", float(warned)),
                Reason("lookalike_links", float(sum(member.imitates for member in members))),
                Reason("chats", float(chats(members))),
            ),
            messages=keys(members),
            narrative=story.narrative,
            fact=story.fact,
            contradicts=story.contradicts,
        )


def _bait(member: Member) -> float:
    """Return how much a message looks like bait in the brand's name, 0 to 3."""
    if not member.named and not member.imitates:
        return 0.0
    score = 1.5 * member.imitates + 0.8 * ("lure" in member.marks) + 0.8 * ("secret" in member.marks)
    linked = bool(member.links) and not member.imitates
    return min(score + 0.4 * (member.forwards > 0) + 0.3 * linked, 3.0) if score >= 1.5 else 0.0
