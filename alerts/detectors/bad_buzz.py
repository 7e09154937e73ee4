"""Bad buzz: a negative story that outgrows what the chats usually complain of."""

import math
from collections.abc import Sequence
from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.hours import Hourly
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, keys, of_the_brand
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import BadBuzz
from nlp.narratives.member import Member, Stance


def complains(member: Member) -> bool:
    """Return whether a message is negative and tells something of the brand."""
    return member.negative >= 0.5 and member.worth > -1.5


def angry_people(members: Sequence[Member]) -> dict[str, float]:
    """Return how probably each person complains, for those of whom it is at least doubtful; questions count half."""
    anger: dict[str, float] = {}
    for member in members:
        probable = member.negative * (0.5 + 0.5 * member.about) * (0.5 if member.stance is Stance.QUESTION else 1.0)
        if probable >= 0.25 and member.weight > 0.0:
            anger[member.person] = max(anger.get(member.person, 0.0), probable)
    return anger


_UNUSUAL = 1.0  # -log10 p: below one chance in ten, this is how the chats always are
_ONE_STORY = 0.25  # of those who usually complain, so many tell the same story


class BadBuzzDetector(StoryDetector):
    """Counts distinct people who complain in one story, beside the usual number of complaining people.

    The usual number is learnt by hour of the day with over-dispersion (`rhythm.py`), each person counted once a window.
    One person repeating himself is one person; an exchange of two is no buzz. Independent tellings (other
    conversations, other chats) weigh more than agreement in one conversation, and a quarrel about none of the brand's
    topics weighs little.
    """

    kind: ClassVar[Kind] = Kind.BAD_BUZZ

    def __init__(self, settings: BadBuzz, complaints: Hourly) -> None:
        """`complaints` counts those who complain, by chat."""
        self._settings, self._complaints = settings, complaints

    def judge(self, story: StoryView) -> Signal | None:
        """Return a warning once enough people complain unusually much; critical for a wave of them."""
        window = self._settings.window.total_seconds()
        members = story.since(window)
        anger = angry_people(members)
        angry = round(math.fsum(anger.values()))
        share = math.fsum(member.negative for member in members) / max(len(members), 1)
        if len(anger) < self._settings.min_people or share < 0.8 * self._settings.negative_share:
            return None
        complaining = [member for member in members if member.person in anger]
        start = min(member.at for member in complaining)
        subjects = tuple(dict.fromkeys(member.chat for member in complaining))
        between = min(start, story.now - HOUR), story.now
        surprise, usual = self._complaints.usual(subjects, angry, *between, share=_ONE_STORY)
        if surprise < _UNUSUAL:
            return None
        places = len(subjects)
        evidence = 0.9 * (math.fsum(anger.values()) - self._settings.min_people) + 0.8 * (places - 1)
        evidence += 0.25 * math.log2(max(story.tellings, 1)) + 0.8 * min(surprise, 5.0) - 3.0
        evidence += 5.0 * (of_the_brand(complaining) - 0.6)
        return Signal(
            detector="bad_buzz",
            kind=self.kind,
            severity=Severity.CRITICAL if angry >= 15 and surprise > 4.0 else Severity.WARNING,
            at=moment(story.now),
            sure=sureness(evidence),
            reasons=(
                Reason("people", float(angry), round(usual, 2), round((story.now - start) / HOUR, 2)),
                Reason("negative_share", round(share, 4), self._settings.negative_share, window / HOUR),
                Reason("chats", float(places)),
            ),
            messages=keys(members),
            narrative=story.narrative,
            fact=story.fact,
            contradicts=story.contradicts,
        )
