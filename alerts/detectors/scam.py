"""Scam: somebody uses the brand's name to get money or secrets from its customers."""

from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, chats, keys, people, told_share
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Scam

_SAYS = 0.15  # how probably a message tells of a scam, from which its writer counts
_IMITATES, _WARNED = 1.0, 0.4  # what an address that imitates the brand's adds, and each person who warns


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
        warned = people(members, lambda m: "fraud" in m.marks)
        posting = people(members, lambda m: m.tale("scam") >= _SAYS)
        if posting < self._settings.min_people or not any(member.named or member.imitates for member in members):
            return None
        imitated = any(member.imitates for member in members)
        evidence = -6.1 + 25.0 * told_share(members, "scam") + _IMITATES * imitated + _WARNED * min(warned, 3)
        return Signal(
            detector="scam",
            kind=self.kind,
            severity=Severity.CRITICAL,
            at=moment(story.now),
            sure=sureness(evidence),
            reasons=(
                Reason("people", float(people(members)), None, round((story.now - members[0].at) / HOUR, 2)),
                Reason("warnings", float(warned)),
                Reason("lookalike_links", float(sum(member.imitates for member in members))),
                Reason("chats", float(chats(members))),
            ),
            messages=keys(members),
            narrative=story.narrative,
            fact=story.fact,
            contradicts=story.contradicts,
        )
