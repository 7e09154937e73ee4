"""The live stories as arrays: which of them could a message belong to, and how alike are they?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.cells import Cells
from nlp.narratives.terms import Rarity

Vector = NDArray[np.float32]
Slots = NDArray[np.int64]

_EXACT = 2_048  # up to so many live stories each is compared; beyond, only those that an index proposes
_RECENT = 64
_STRONGEST = 256  # of the stories that share words with a message, those that share most
_POSTINGS = 48  # stories remembered for a word, the latest ones
_TERMS = 64  # words remembered of a story, the weightiest ones
_DRIFT = 64.0  # members that weigh on a story's vector: older ones fade


@dataclass(slots=True)
class Likeness:
    """Candidates and their likeness to a message: `dense` cosines of centred vectors, `sparse` tf-idf cosines."""

    slots: Slots
    dense: Vector
    sparse: Vector


class Pool:
    """Rows of arrays, one a live story; a row is used again when its story leaves.

    `vectors` are means of centred unit vectors, `norms` their lengths, `lengths` those of their tf-idf vectors,
    `weights` decayed member counts as of `last`, `worths` the stories' mean worths.
    """

    def __init__(self, dimensions: int) -> None:
        self.vectors: Vector = np.zeros((64, dimensions), np.float32)
        self.norms: Vector = np.ones(64, np.float32)
        self.weights: NDArray[np.float64] = np.zeros(64)
        self.counts: NDArray[np.float64] = np.zeros(64)
        self.last: NDArray[np.float64] = np.zeros(64)
        self.worths: NDArray[np.float64] = np.zeros(64)
        self.lengths: NDArray[np.float64] = np.zeros(64)
        self.alive: NDArray[np.bool_] = np.zeros(64, np.bool_)
        self.owners: NDArray[np.int64] = np.full(64, -1, np.int64)
        self._top = 0
        self._live = 0
        self._free: list[int] = []
        self._postings: dict[str, dict[int, float]] = {}
        self._recent: list[int] = []
        self._cells: Cells | None = None

    def __len__(self) -> int:
        return self._live

    def take(self, owner: int) -> int:
        """Return an empty row for a story."""
        if self._free:
            slot = self._free.pop()
        else:
            if self._top == len(self.alive):
                self._grow()
            slot, self._top = self._top, self._top + 1
        self.vectors[slot] = 0.0
        self.norms[slot], self.weights[slot], self.counts[slot] = 1.0, 0.0, 0.0
        self.worths[slot] = self.lengths[slot] = 0.0
        self.alive[slot], self.owners[slot] = True, owner
        self._live += 1
        return slot

    def release(self, slot: int, terms: Mapping[str, float]) -> None:
        """Give a row back; `terms` are the words of the story that held it."""
        self.alive[slot] = False
        self.owners[slot] = -1
        self._live -= 1
        self._free.append(slot)
        self._drop_postings(slot, terms)
        if slot in self._recent:
            self._recent.remove(slot)

    def touch(self, slot: int) -> None:
        """Renew what depends on a row's vector: its length and its place in the index."""
        vector = self.vectors[slot]
        self.norms[slot] = max(float(np.sqrt(np.dot(vector, vector))), 1e-3)
        if slot in self._recent:
            self._recent.remove(slot)
        self._recent.append(slot)
        del self._recent[:-_RECENT]
        if self._cells is not None:
            self._cells.place(slot, vector / self.norms[slot])
        elif self._live > _EXACT:
            self._cells = Cells.over(self._units(np.flatnonzero(self.alive)))
            for other in np.flatnonzero(self.alive):
                self._cells.place(int(other), self._units(np.array([other]))[0])

    def absorb(self, slot: int, vector: Vector, weight: float, count: float = 1.0) -> None:
        """Let a row's mean vector take in `vector` that stands for `count` members of total weight `weight`."""
        held = min(float(self.counts[slot]), _DRIFT)
        share = min(count, _DRIFT) * weight / (held + min(count, _DRIFT) * weight) if held else 1.0
        self.vectors[slot] += np.float32(share) * (vector - self.vectors[slot])
        self.counts[slot] += count

    def index(self, slot: int, terms: dict[str, float], added: Mapping[str, float], rarity: Rarity) -> None:
        """Add a message's or a story's words to a story's `terms` and keep the weightiest."""
        for word, weight in added.items():
            terms[word] = terms.get(word, 0.0) + weight
        idf = {word: rarity.idf(word) for word in terms}
        if len(terms) > _TERMS + 32:
            ranked = sorted(terms, key=lambda word: (-terms[word] * idf[word], word))
            self._drop_postings(slot, dict.fromkeys(ranked[_TERMS:], 0.0))
            for word in ranked[_TERMS:]:
                del terms[word]
        for word in added:
            if word not in terms:
                continue
            holders = self._postings.setdefault(word, {})
            holders.pop(slot, None)
            holders[slot] = terms[word]
            if len(holders) > _POSTINGS:
                del holders[next(iter(holders))]
        self.lengths[slot] = math.sqrt(sum((weight * idf[word]) ** 2 for word, weight in terms.items()))

    def _drop_postings(self, slot: int, terms: Mapping[str, float]) -> None:
        for word in terms:
            holders = self._postings.get(word)
            if holders is not None:
                holders.pop(slot, None)
                if not holders:
                    del self._postings[word]

    def likeness(self, centred: Vector, weights: Mapping[str, float], rarity: Rarity) -> Likeness:
        """Return the stories worth comparing with a message and how alike they are.

        `centred` is the message's centred unit vector, `weights` its unit tf-idf vector.
        """
        dots: dict[int, float] = {}
        for word, weight in weights.items():
            holders = self._postings.get(word)
            if holders:
                strength = weight * rarity.idf(word)
                for slot, held in holders.items():
                    dots[slot] = dots.get(slot, 0.0) + strength * held
        sharing = np.fromiter(dots, np.int64, len(dots))
        shared = np.fromiter(dots.values(), np.float64, len(dots))
        slots = self._candidates(centred, sharing, shared)
        # Where all stories are compared, multiplying the whole array is cheaper than copying its live rows.
        every = self._cells is None
        products = (self.vectors[: self._top] @ centred)[slots] if every else self.vectors[slots] @ centred
        dense = products / self.norms[slots]
        sparse = np.zeros(len(slots), np.float32)
        if len(slots) and len(sharing):
            places = np.minimum(np.searchsorted(slots, sharing), len(slots) - 1)
            lengths = self.lengths[sharing]
            known = np.flatnonzero((slots[places] == sharing) & (lengths > 0.0))
            sparse[places[known]] = shared[known] / lengths[known]
        return Likeness(slots, np.round(dense, 5), np.round(sparse, 5))

    def _candidates(self, centred: Vector, sharing: Slots, shared: NDArray[np.float64]) -> Slots:
        if self._cells is None:
            return np.flatnonzero(self.alive[: self._top])
        strongest = sharing[np.lexsort((sharing, -shared))[:_STRONGEST]]
        near = self._cells.near(centred)
        near = near[self.alive[near]]
        return np.unique(np.concatenate([near, strongest, np.array(self._recent, np.int64)]))

    def _units(self, slots: Slots) -> Vector:
        units: Vector = self.vectors[slots] / self.norms[slots][:, None]
        return units

    def _grow(self) -> None:
        size = 2 * len(self.alive)
        for name in ("vectors", "norms", "weights", "counts", "last", "worths", "lengths", "alive", "owners"):
            array = getattr(self, name)
            grown = np.zeros((size, *array.shape[1:]), array.dtype)
            grown[: len(array)] = array
            setattr(self, name, grown)
