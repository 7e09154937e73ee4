"""Rumour: a checkable claim that passes from hand to hand."""

import math
from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, chats, keys, people, told_share, transmission
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Rumour
from nlp.narratives.member import Stance

_VOICES = 3  # people who speak of what nobody has passed on yet: two may just be of two opinions


class RumourDetector(StoryDetector):
    """Looks for transmission: forwards, calls to share, hearsay, retelling in other chats, and the doubt it meets.

    Doubt and denial are what rumours meet and complaints do not (Zubiaga et al. 2016, "Analysing how people orient to
    and spread rumours"; Zhao, Resnick and Mei 2015 detect rumours early by such enquiries). A story that is mostly
    questions or denials is weaker. One that contradicts a fact of the brand is stronger.
    """

    kind: ClassVar[Kind] = Kind.RUMOUR

    def __init__(self, settings: Rumour) -> None:
        self._settings = settings

    def judge(self, story: StoryView) -> Signal | None:
        """Return a warning once a claim spreads; critical when passed on many times and told in several chats."""
        members = story.since(self._settings.window.total_seconds())
        passing: dict[str, float] = {}
        for member in members:
            if member.stance is not Stance.DENIAL or member.forwards:
                passing[member.person] = max(passing.get(member.person, 0.0), transmission(member))
        passed = math.fsum(passing.values())
        told = people(members)
        if told < self._settings.min_people or (told < _VOICES and passed <= 0.0):
            return None
        doubting = people(members, lambda m: bool(m.marks & {"doubt", "denial"}) and m.forwards == 0)
        denied = sum(member.stance is Stance.DENIAL for member in members) / len(members)
        places = chats(members)
        evidence = -5.1 + 17.2 * told_share(members, "rumour")
        evidence += (0.8 if story.contradicts else 0.0) - 1.5 * (denied > 0.5)
        wide = passed >= 5.0 and places >= 2
        return Signal(
            detector="rumour",
            kind=self.kind,
            severity=Severity.CRITICAL if wide and told >= 8 else Severity.WARNING,
            at=moment(story.now),
            sure=sureness(evidence),
            reasons=(
                Reason("people", float(told), None, round((story.now - members[0].at) / HOUR, 2)),
                Reason("forwards", float(sum(member.forwards > 0 for member in members))),
                Reason("chats", float(places)),
                Reason("doubts", float(doubting)),
            ),
            messages=keys(members),
            narrative=story.narrative,
            fact=story.fact,
            contradicts=story.contradicts,
        )
