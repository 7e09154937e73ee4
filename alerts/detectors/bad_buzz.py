"""Bad buzz: a negative story that outgrows what the chats usually complain of."""

import math
from collections.abc import Callable
from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, chats, keys, people
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import BadBuzz
from nlp.narratives.member import Member

Usual = Callable[[tuple[str, ...], int, float, float], tuple[float, float]]
"""Given chats, a count of people and a window (start, end): how surprising it is (-log10 p), and how many are usual."""


def complains(member: Member) -> bool:
    """Return whether a message is negative about the brand."""
    return member.negative >= 0.5 and member.about >= 0.5


class BadBuzzDetector(StoryDetector):
    """Counts distinct people who complain in one story, beside the usual number of complaining people.

    The usual number is learnt by hour of the day with over-dispersion (`rhythm.py`). One person repeating himself is
    one person; an exchange of two is no buzz. Independent tellings (other conversations, other chats) weigh more than
    agreement in one conversation.
    """

    kind: ClassVar[Kind] = Kind.BAD_BUZZ

    def __init__(self, settings: BadBuzz, usual: Usual) -> None:
        self._settings, self._usual = settings, usual

    def judge(self, story: StoryView) -> Signal | None:
        """Return a warning once enough people complain unusually much; critical for a wave of them."""
        window = self._settings.window.total_seconds()
        members = story.since(window)
        complaining = [member for member in members if complains(member)]
        angry = people(complaining)
        share = len(complaining) / len(members) if members else 0.0
        if angry < self._settings.min_people or share < self._settings.negative_share:
            return None
        start = min(member.at for member in complaining)
        surprise, usual = self._usual(
            tuple(dict.fromkeys(m.chat for m in complaining)), angry, min(start, story.now - HOUR), story.now
        )
        places = chats(complaining)
        evidence = (
            0.9 * (angry - self._settings.min_people) + 0.6 * (places - 1) + 0.5 * math.log2(max(story.tellings, 1))
        )
        evidence += 0.5 * min(surprise, 6.0) - 2.2
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
