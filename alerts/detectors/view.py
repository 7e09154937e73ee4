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
    that bears on it, `contradicts` whether the story denies it. `safety_topics` are the brand's topics about danger.
    """

    narrative: int
    members: Sequence[Member]
    now: float
    tellings: int
    fact: str | None = None
    contradicts: bool = False
    safety_topics: frozenset[str] = frozenset()

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


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the messages of a story say together of one kind of tale.

    `mean` is how probably a message tells it, on the average over those that say something; `people` the number of
    people who tell it: the sum, over all, of how probably each did at his clearest.
    """

    mean: float
    people: float


def evidence_of(members: Sequence[Member], tale: str) -> Evidence:
    """Return what `members` say together of one of `nlp.narratives.tales.TALES`."""
    by_person: dict[str, float] = {}
    for member in members:
        by_person[member.person] = max(by_person.get(member.person, 0.0), member.tale(tale))
    told = math.fsum(member.tale(tale) for member in members)
    return Evidence(told / max(len(members), 1), math.fsum(by_person.values()))
