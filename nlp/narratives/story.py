"""A story in the making: messages that seem to tell the same thing, and their counts."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.member import Member
from nlp.narratives.summary import Change
from nlp.narratives.tales import NOTHING, Tells, added

KEPT_VECTORS = 48
KEPT_MEMBERS = 1_024
_KEPT_LINKS = 64


@dataclass(slots=True)
class Counts:
    """Whole numbers about a story; what was added can be taken away again exactly."""

    messages: int = 0
    forwards: int = 0
    people: dict[str, int] = field(default_factory=dict)
    chats: dict[str, int] = field(default_factory=dict)
    platforms: dict[str, int] = field(default_factory=dict)
    langs: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    sentiments: dict[str, int] = field(default_factory=dict)
    emotions: dict[str, int] = field(default_factory=dict)
    stances: dict[str, int] = field(default_factory=dict)
    links: dict[str, int] = field(default_factory=dict)

    def count(self, member: Member, step: int = 1) -> None:
        """Add a member (step 1) or take it away (step -1)."""
        self.messages += step
        self.forwards += step * (member.forwards > 0)
        for table, key in (
            (self.people, member.person),
            (self.chats, member.chat),
            (self.platforms, member.platform),
            (self.langs, member.lang),
            (self.topics, member.topic),
            (self.sentiments, member.sentiment),
            (self.emotions, member.emotion),
            (self.stances, member.stance.value),
        ):
            if key:
                _step(table, key, step)
        for link in member.links:
            if link in self.links or len(self.links) < _KEPT_LINKS:
                _step(self.links, link, step)

    def merge(self, other: "Counts") -> None:
        """Add another story's counts."""
        self.messages += other.messages
        self.forwards += other.forwards
        for name in ("people", "chats", "platforms", "langs", "topics", "sentiments", "emotions", "stances", "links"):
            mine: dict[str, int] = getattr(self, name)
            for key, value in getattr(other, name).items():
                _step(mine, key, value)


def _step(table: dict[str, int], key: str, step: int) -> None:
    table[key] = table.get(key, 0) + step
    if table[key] <= 0:
        del table[key]


@dataclass(slots=True)
class Story:
    """Messages that seem to tell the same thing.

    `narrative` is its public number once it is recognised as a narrative, `slot` its row in the pool's arrays,
    `tellings` how many conversations, forwards or lone messages told it, `worth` the sum of its members' worths,
    each as heavy as its text says much, `tells` that of what they tell, `weight` the sum of these weights,
    `vectors` the latest members' vectors with their keys, `terms` the sum of their tf vectors, `repeated` how many
    messages have a word, for the words that most have, `surfaces` how people write those words that are compared
    without accents.
    """

    id: int
    slot: int
    narrative: int | None = None
    counts: Counts = field(default_factory=Counts)
    members: list[Member] = field(default_factory=list)
    vectors: list[tuple[int, NDArray[np.float16]]] = field(default_factory=list)
    terms: dict[str, float] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    surfaces: dict[str, str] = field(default_factory=dict)
    tellings: int = 0
    worth: float = 0.0
    tells: Tells = NOTHING
    weight: float = 0.0
    history: list[Change] = field(default_factory=list)
    first: float = 0.0
    representative: int = -1

    def add(self, member: Member, vector: NDArray[np.float16] | None) -> list[Member]:
        """Take a message in, with its centred unit vector unless its text says nothing; return the members dropped."""
        self.first = min(self.first, member.at) if self.members else member.at
        self.members.append(member)
        dropped = self.members[:-KEPT_MEMBERS]
        del self.members[:-KEPT_MEMBERS]
        if vector is not None:
            self.vectors.append((member.key, vector))
            del self.vectors[:-KEPT_VECTORS]
        self.counts.count(member)
        self.worth += member.weight * member.worth
        self.tells = added(self.tells, member.tells, member.weight)
        self.weight += member.weight
        return dropped

    def leading_topic(self) -> str | None:
        """Return the topic of most members."""
        topics = self.counts.topics
        return min(topics, key=lambda topic: (-topics[topic], topic), default=None)

    def centroid(self, dimensions: int) -> NDArray[np.float32]:
        """Return the mean of the vectors kept, zeros for none."""
        if not self.vectors:
            return np.zeros(dimensions, np.float32)
        return np.asarray(np.mean([vector.astype(np.float32) for _, vector in self.vectors], axis=0), np.float32)

    def mean_worth(self) -> float:
        """Return the log-odds that a message of the story tells a story; -3 for texts that say nothing."""
        return self.worth / self.weight if self.weight else -3.0

    def absorb(self, other: "Story") -> list[Member]:
        """Take over the members and counts of another story; return the members dropped."""
        members = sorted(self.members + other.members, key=lambda m: (m.at, m.key))
        dropped, self.members = members[:-KEPT_MEMBERS], members[-KEPT_MEMBERS:]
        self.vectors = sorted(self.vectors + other.vectors, key=lambda held: held[0])[-KEPT_VECTORS:]
        self.counts.merge(other.counts)
        self.worth += other.worth
        self.tells = added(self.tells, other.tells)
        self.weight += other.weight
        self.tellings += other.tellings
        self.first = min(self.first, other.first)
        return dropped
