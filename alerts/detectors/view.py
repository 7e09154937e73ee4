"""What a detector sees of a story: its recent members, its counts, what the brand knows about it."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from nlp.narratives.member import Member


@dataclass(frozen=True, slots=True)
class StoryView:
    """A narrative at the moment of its latest message.

    `members` are in time order, the latest 1,024 at most; `now` is the time of the latest message of the stream.
    `tellings` counts the conversations, forwards and lone messages that told the story. `fact` is the brand's fact
    that bears on it, `contradicts` whether the story denies it.
    """

    narrative: int
    members: Sequence[Member]
    now: float
    tellings: int
    fact: str | None = None
    contradicts: bool = False

    def since(self, seconds: float) -> list[Member]:
        """Return the members of the last `seconds`."""
        return [member for member in self.members if member.at > self.now - seconds]


def people(members: Collection[Member], which: Callable[[Member], bool] = lambda member: True) -> int:
    """Return how many distinct people wrote the members that pass a test."""
    return len({member.person for member in members if which(member)})


def chats(members: Collection[Member]) -> int:
    """Return in how many chats the members stand."""
    return len({member.chat for member in members})


def keys(members: Sequence[Member]) -> tuple[int, ...]:
    """Return the members' row ids, oldest first."""
    return tuple(member.key for member in sorted(members, key=lambda member: (member.at, member.key)))


def transmission(member: Member) -> float:
    """Return how much a message passes on what its writer does not know first-hand, 0 to 3."""
    found = member.marks
    return min(
        0.8 * member.forwards + 0.4 * (member.forwards > 1) + ("spread" in found) + 0.7 * ("hearsay" in found), 3.0
    )


def told_share(members: Sequence[Member], tale: str) -> float:
    """Return how much of what `members` say is one of `nlp.narratives.tales.TALES`, at least 0 and below 1: the mean of
    the messages and of one more that tells nothing, so that two messages prove less than ten alike."""
    return math.fsum(member.tale(tale) for member in members) / (len(members) + 1)
