"""Bad buzz: a negative story that outgrows what the chats usually complain of."""

import math
from collections.abc import Sequence
from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.hours import Hourly
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, keys, people, told_share
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import BadBuzz
from nlp.narratives.member import Member, Stance
from nlp.narratives.tales import ALARMS

_SAYS = 0.15  # how probably a message tells a complaint, from which its writer counts among those who do
_COMPLAINS = 0.25  # and how probably its intent is to complain
_VOICES = 3  # people in one exchange; two who complain to each other have to be plain to be a buzz
_EACH = 0.3  # what each complainer more adds: in a long story, those who only pass by thin out the share
_TWO = 2.5  # evidence that they lack, who are only two in one exchange
_UNUSUAL = 1.0  # -log10 p: below one chance in ten, this is how the chats always are
_ONE_STORY = 0.25  # of those who usually complain, so many tell the same story


def complains(member: Member) -> bool:
    """Return whether a message complains of the brand: it tells bad news of it more probably than not."""
    return math.fsum(member.tale(tale) for tale in ALARMS) >= 0.5 and member.tale("bad_buzz") >= _SAYS


def complaining(members: Sequence[Member]) -> list[Member]:
    """Return the messages that complain and tell bad news, not those that only ask, or joke about it."""
    return [
        m
        for m in members
        if m.tale("bad_buzz") >= _SAYS
        and m.complaint >= _COMPLAINS
        and m.weight > 0.0
        and m.stance is not Stance.QUESTION
    ]


class BadBuzzDetector(StoryDetector):
    """Counts distinct people who complain in one story, in however calm words, beside the usual number of complainers.

    The usual number is learnt by hour of the day with over-dispersion (`rhythm.py`), each person counted once a window.
    One person repeating himself is one person. The weights of the evidence were fitted to the stories of
    `bench/scenarios`.
    """

    kind: ClassVar[Kind] = Kind.BAD_BUZZ

    def __init__(self, settings: BadBuzz, complaints: Hourly) -> None:
        """`complaints` counts those who complain, by chat."""
        self._settings, self._complaints = settings, complaints

    def judge(self, story: StoryView) -> Signal | None:
        """Return a warning once enough people complain unusually much; critical for a wave of them."""
        window = self._settings.window.total_seconds()
        members = story.since(window)
        telling = complaining(members)
        angry = people(telling)
        if angry < self._settings.min_people:
            return None
        start = min(member.at for member in telling)
        subjects = tuple(dict.fromkeys(member.chat for member in telling))
        between = min(start, story.now - HOUR), story.now
        surprise, usual = self._complaints.usual(subjects, angry, *between, share=_ONE_STORY)
        share = math.fsum(member.negative for member in members) / len(members)
        if surprise < _UNUSUAL or share < self._settings.negative_share:
            return None
        alone = people(members) < _VOICES and story.tellings < 2
        evidence = -3.8 + 13.7 * told_share(members, "bad_buzz") + _EACH * max(angry - _VOICES, 0) - _TWO * alone
        return Signal(
            detector="bad_buzz",
            kind=self.kind,
            severity=Severity.CRITICAL if angry >= 15 and surprise > 4.0 else Severity.WARNING,
            at=moment(story.now),
            sure=sureness(evidence),
            reasons=(
                Reason("people", float(angry), round(usual, 2), round((story.now - start) / HOUR, 2)),
                Reason("negative_share", round(share, 4), self._settings.negative_share, window / HOUR),
                Reason("chats", float(len(subjects))),
            ),
            messages=keys(members),
            narrative=story.narrative,
            fact=story.fact,
            contradicts=story.contradicts,
        )
