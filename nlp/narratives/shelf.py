"""The stories that the learner knows: live ones in the pool, numbered ones, and those that nobody tells any more."""

import math
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.member import Member
from nlp.narratives.pool import Pool
from nlp.narratives.retired import Retired
from nlp.narratives.story import Story
from nlp.narratives.summary import Change
from nlp.narratives.tales import NOTHING, added
from nlp.narratives.terms import Rarity

DAY = 86_400.0
_LONE_DAYS, _TOLD_DAYS = 3.0, 7.0  # of silence, until a story in the making, or a narrative, leaves the live index
_MOST_LIVE = 250_000
_MOST_RETIRED = 2_000
_REPEATED = 64  # words of a story of which is known how many messages have them


@dataclass(slots=True)
class Effects:
    """What learning one message changes beside its own place: see `Assignment`."""

    moved: dict[int, int | None] = field(default_factory=dict)
    merged: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is added to a story with a message: its centred unit vector and its words, None and {} for an empty text."""

    centred: NDArray[np.float32] | None
    terms: dict[str, float]
    surfaces: dict[str, str]


_WORDLESS = Reading(None, {}, {})


class Shelf:
    """Keeps stories, their rows in the pool, their numbers, and where each message is.

    Memory is bounded: stories leave after days of silence, at most 250,000 are live and 2,000 retired ones are kept.
    """

    def __init__(self, dimensions: int, half_life: float) -> None:
        self.pool = Pool(dimensions)
        self.stories: dict[int, Story] = {}
        self.retired = Retired(dimensions, _MOST_RETIRED)
        self.where: dict[int, int] = {}
        self.touched: dict[int, None] = {}
        self._half_life = half_life
        self._numbers: dict[int, int] = {}
        self._lone: OrderedDict[int, None] = OrderedDict()
        self._told: OrderedDict[int, None] = OrderedDict()
        self._next_story = self._next_number = 0

    def of(self, key: int | None) -> Story | None:
        """Return the live story of a message, by its row id."""
        story = self.where.get(key) if key is not None else None
        return None if story is None else self.stories[story]  # a message that its story has dropped is nowhere

    def owner(self, slot: int) -> Story:
        """Return the story that holds a row of the pool."""
        return self.stories[int(self.pool.owners[slot])]

    def numbered(self, number: int) -> Story:
        """Return the story behind a narrative's number, live or retired. Raises KeyError when there is none."""
        story = self._numbers[number]
        return self.stories[story] if story in self.stories else self.retired[story]

    def knows(self, number: int) -> bool:
        """Return whether a narrative of this number still has messages, live or retired."""
        story = self._numbers.get(number)
        return story is not None and (story in self.stories or story in self.retired)

    def begin(self) -> Story:
        """Return a new story without messages."""
        self._next_story += 1
        story = Story(self._next_story, self.pool.take(self._next_story))
        self.stories[story.id] = story
        return story

    def add(self, story: Story, member: Member, reading: Reading, rarity: Rarity) -> None:
        """Put a message into a story."""
        pool, slot = self.pool, story.slot
        dropped = story.add(member, None if reading.centred is None else reading.centred.astype(np.float16))
        self.where[member.key] = story.id
        self._lose(dropped)
        if reading.centred is not None:
            pool.absorb(slot, reading.centred, member.weight)
            story.surfaces.update(reading.surfaces)
            known = (word for word in reading.terms if word in story.terms or word in story.repeated)
            story.repeated |= {word: story.repeated.get(word, 1) + 1 for word in known}
            pool.index(slot, story.terms, reading.terms, rarity)
            pool.touch(slot)
        age = max(member.at - float(pool.last[slot]), 0.0)
        pool.weights[slot] = float(pool.weights[slot]) * 0.5 ** (age / self._half_life) + 1.0
        pool.last[slot] = max(float(pool.last[slot]), member.at)
        self._renew(story)

    def merge(self, one: Story, other: Story, rarity: Rarity, effects: Effects, now: float) -> tuple[Story, Story]:
        """Merge two live stories and return (what remains, what is gone): a narrative absorbs what is none, then the
        larger the smaller, then the older the younger."""
        into, gone = sorted((one, other), key=lambda s: (s.narrative is None, -s.counts.messages, s.id))
        pool = self.pool
        pool.absorb(into.slot, pool.vectors[gone.slot].copy(), 1.0, float(pool.counts[gone.slot]))
        for word in gone.terms | gone.repeated:
            if word in into.terms or word in into.repeated:
                into.repeated[word] = into.repeated.get(word, 1) + gone.repeated.get(word, 1)
            elif word in gone.repeated:
                into.repeated[word] = gone.repeated[word]
        pool.index(into.slot, into.terms, gone.terms, rarity)
        pool.weights[into.slot] += pool.weights[gone.slot]
        pool.last[into.slot] = max(float(pool.last[into.slot]), float(pool.last[gone.slot]))
        for member in gone.members:
            self.where[member.key] = into.id
            if into.narrative is not None:
                effects.moved[member.key] = into.narrative
        into.surfaces = gone.surfaces | into.surfaces
        self._lose(into.absorb(gone))
        if gone.narrative is not None and into.narrative is not None:
            effects.merged.append((gone.narrative, into.narrative))
            into.history.append(Change(now, "merge", gone.narrative))
            for number, story in self._numbers.items():
                if story == gone.id:
                    self._numbers[number] = into.id
        self._remove(gone)
        pool.touch(into.slot)
        self._renew(into)
        return into, gone

    def number(self, story: Story, effects: Effects, earlier: Story | None, now: float) -> None:
        """Make a story a narrative; with an `earlier`, retired story it goes on under that one's number."""
        if earlier is None or earlier.narrative is None:
            self._next_number += 1
            story.narrative = self._next_number
        else:
            story.narrative = earlier.narrative
            self.retired.drop(earlier.id)
            self._lose(story.absorb(earlier))
            story.history = [*earlier.history, Change(now, "resurgence")]
            for number, owner in self._numbers.items():
                if owner == earlier.id:
                    self._numbers[number] = story.id
        self._numbers[story.narrative] = story.id
        for member in story.members:
            if self.where.get(member.key) == story.id:
                effects.moved[member.key] = story.narrative
        self._renew(story)

    def expire(self, now: float) -> None:
        """Let stories leave the live index that nobody has told for days."""
        for queue, days in ((self._lone, _LONE_DAYS), (self._told, _TOLD_DAYS)):
            while queue:
                story = self.stories[next(iter(queue))]
                crowded = queue is self._lone and len(self.pool) > _MOST_LIVE
                if now - float(self.pool.last[story.slot]) < days * DAY and not crowded:
                    break
                self._retire(story)

    def without(self, story: Story, person: str) -> set[int]:
        """Take a person's messages out of a story, and return their row ids; an empty story is gone."""
        keys = {member.key for member in story.members if member.person == person}
        self._take_out(story, keys)
        story.counts.messages -= story.counts.people.pop(person, 0)
        self._settle(story)
        return keys

    def split(
        self, story: Story, keys: Collection[int], readings: Mapping[int, Reading], rarity: Rarity, effects: Effects
    ) -> Story:
        """Move messages of a live story into a new one, which has no number yet; `readings` are those of messages whose
        words are known again."""
        held = dict(story.vectors)
        new = self.begin()
        leaving = [member for member in story.members if member.key in keys]
        self._take_out(story, keys)
        self._settle(story)
        for member in leaving:
            vector, known = held.get(member.key), readings.get(member.key, _WORDLESS)
            centred = None if vector is None else vector.astype(np.float32)
            self.add(new, member, replace(known, centred=centred), rarity)
            effects.moved[member.key] = None
        return new

    def _lose(self, dropped: Sequence[Member]) -> None:
        for member in dropped:
            self.where.pop(member.key, None)

    def _take_out(self, story: Story, keys: Collection[int]) -> None:
        for member in story.members:
            if member.key in keys:
                story.counts.count(member, -1)
                self.where.pop(member.key, None)
        story.members = [member for member in story.members if member.key not in keys]
        story.vectors = [(key, vector) for key, vector in story.vectors if key not in keys]
        story.worth = math.fsum(member.weight * member.worth for member in story.members)
        story.weight = math.fsum(member.weight for member in story.members)
        story.tells = NOTHING
        for member in story.members:
            story.tells = added(story.tells, member.tells, member.weight)

    def _settle(self, story: Story) -> None:
        """Bring what depends on a story's members up to date after some have left; an empty story is gone."""
        if not story.members:
            self._discard(story)
        elif story.id in self.retired:
            self.retired.put(story)
        else:
            self.pool.vectors[story.slot] = story.centroid(self.pool.vectors.shape[1])
            self.pool.touch(story.slot)
            self._renew(story)

    def told_by(self, person: str) -> Sequence[Story]:
        """Return the stories, live and retired, in which a person has a part."""
        live = [story for story in self.stories.values() if person in story.counts.people]
        return live + self.retired.told_by(person)

    def _renew(self, story: Story) -> None:
        self.pool.worths[story.slot] = story.mean_worth()
        if len(story.repeated) > _REPEATED + 32:
            ranked = sorted(story.repeated, key=lambda word: (-story.repeated[word], word))[:_REPEATED]
            story.repeated = {word: story.repeated[word] for word in ranked}
        written = story.terms.keys() | story.repeated.keys()
        story.surfaces = {word: story.surfaces[word] for word in sorted(written) if word in story.surfaces}
        queue, other = (self._lone, self._told) if story.narrative is None else (self._told, self._lone)
        other.pop(story.id, None)
        queue[story.id] = None
        queue.move_to_end(story.id)
        self.touched[story.id] = None

    def _retire(self, story: Story) -> None:
        for member in story.members:
            self.where.pop(member.key, None)
        self._remove(story)
        if story.narrative is None:
            return
        gone = self.retired.put(story)
        if gone is not None:
            self._unnumber(gone)

    def _remove(self, story: Story) -> None:
        self.pool.release(story.slot, story.terms)
        for table in (self.stories, self.touched, self._lone, self._told):
            table.pop(story.id, None)

    def _discard(self, story: Story) -> None:
        if story.id in self.stories:
            self._remove(story)
        self.retired.drop(story.id)
        self._unnumber(story.id)

    def _unnumber(self, story: int) -> None:
        self._numbers = {number: owner for number, owner in self._numbers.items() if owner != story}
