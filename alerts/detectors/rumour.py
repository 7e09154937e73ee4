"""Rumour: a checkable claim that passes from hand to hand."""

from typing import ClassVar

from alerts.detectors.base import StoryDetector, moment, sureness
from alerts.detectors.rhythm import HOUR
from alerts.detectors.view import StoryView, chats, keys, people
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Rumour
from nlp.narratives.member import Member, Stance


def claims(member: Member) -> bool:
    """Return whether a message states something about the brand that it does not know first-hand."""
    return member.about >= 0.5 and (member.forwards > 0 or bool(member.marks & {"hearsay", "spread"}))


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
        passing = [member for member in members if claims(member) and member.stance is not Stance.DENIAL]
        told = people(members)
        if not passing or told < self._settings.min_people:
            return None
        forwarded = sum(min(member.forwards, 2) for member in passing)
        doubting = people(members, lambda m: bool(m.marks & {"doubt", "denial"}) and m.forwards == 0)
        claiming = sum(member.claim >= self._settings.claim for member in members) / len(members)
        denied = sum(member.stance is Stance.DENIAL for member in members) / len(members)
        places = chats(members)
        evidence = -3.0 + 0.9 * min(forwarded, 3) + 0.5 * min(people(passing), 4) + 0.7 * min(doubting, 3)
        evidence += 0.5 * (places - 1) + 1.0 * claiming + (1.2 if story.contradicts else 0.0) - 1.5 * (denied > 0.5)
        wide = forwarded >= 3 and places >= 2
        return Signal(
            detector="rumour",
            kind=self.kind,
            severity=Severity.CRITICAL if wide and people(passing) >= 5 else Severity.WARNING,
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
