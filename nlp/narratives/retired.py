"""Narratives that nobody tells any more: packed small, and found again by what they told."""

from collections import OrderedDict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.member import Member, Stance
from nlp.narratives.state import States
from nlp.narratives.story import Counts, Story
from nlp.narratives.summary import Change

_STATES = States(Change, Counts, Member, Stance, Story)
_ROUNDING = 1e-3  # a product over the whole table may differ in its last bits from one of two vectors


class Retired:
    """The latest stories that left the live index, at most `capacity`; a story comes out as a copy."""

    def __init__(self, dimensions: int, capacity: int) -> None:
        self._capacity = capacity
        self._packed: OrderedDict[int, bytes] = OrderedDict()
        self._people: dict[int, frozenset[str]] = {}
        self._rows: dict[int, int] = {}
        self._free: list[int] = []
        self._units: NDArray[np.float32] = np.zeros((0, dimensions), np.float32)

    def __contains__(self, story: int) -> bool:
        return story in self._packed

    def __getitem__(self, story: int) -> Story:
        """Return a copy of a story. Raises KeyError when it is not here."""
        found: Story = _STATES.unpack(self._packed[story])
        return found

    def put(self, story: Story) -> int | None:
        """Keep a story, or keep it anew; return the number of the oldest one when that has to leave for it."""
        gone = None
        if story.id not in self._packed and len(self._packed) == self._capacity:
            gone = next(iter(self._packed))
            self.drop(gone)
        self._packed[story.id] = _STATES.pack(story)
        self._people[story.id] = frozenset(story.counts.people)
        if story.id not in self._rows:
            self._rows[story.id] = self._row()
        centroid = story.centroid(self._units.shape[1])
        self._units[self._rows[story.id]] = centroid / max(float(np.linalg.norm(centroid)), 1e-6)
        return gone

    def drop(self, story: int) -> None:
        """Forget a story, if it is here."""
        if story in self._packed:
            self._free.append(self._rows.pop(story))
            del self._packed[story], self._people[story]

    def told_by(self, person: str) -> list[Story]:
        """Return copies of the stories in which a person has a part."""
        return [self[story] for story, people in self._people.items() if person in people]

    def near(self, centroid: NDArray[np.float32], least: float) -> Iterator[Story]:
        """Yield copies of the stories whose mean vector is at least this near (a cosine), oldest first."""
        length = float(np.linalg.norm(centroid))
        if not self._packed or length == 0.0:
            return
        cosines = self._units @ (centroid / np.float32(length))
        for story in self._packed:
            if float(cosines[self._rows[story]]) >= least - _ROUNDING:
                yield self[story]

    def _row(self) -> int:
        if not self._free:
            held = len(self._units)
            more = min(max(64, held), self._capacity - held)
            self._units = np.vstack([self._units, np.zeros((more, self._units.shape[1]), np.float32)])
            self._free = list(range(held + more - 1, held - 1, -1))
        return self._free.pop()
