"""Which examples a step learns from: a mixture of sources, from broad to narrow, in batches of like length."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.training.prepare import Prepared

# Share of the examples drawn from each source at the start and at the end: first a broad schooling, then what counts.
BROAD: Mapping[str, float] = {
    "sentiment": 0.40, "subtitles": 0.13, "feelings": 0.10, "offence": 0.10, "emotion": 0.06, "irony": 0.05,
    "hate": 0.015, "claims": 0.07, "debates": 0.01, "questions": 0.045, "statements": 0.02,
}  # fmt: skip
NARROW: Mapping[str, float] = {
    "sentiment": 0.58, "subtitles": 0.03, "feelings": 0.03, "offence": 0.10, "emotion": 0.06, "irony": 0.05,
    "hate": 0.0, "claims": 0.06, "debates": 0.0, "questions": 0.06, "statements": 0.03,
}  # fmt: skip
POOL = 16  # batches drawn together, so that each can hold texts of like length and little padding is computed


class Mixture:
    """Draws batches of row numbers; every source is gone through in full before any of its rows comes again."""

    def __init__(self, prepared: Prepared, batch_size: int, seed: int, *, narrow: bool = False) -> None:
        self._lengths = prepared.lengths
        self._batch_size = batch_size
        self._broad = NARROW if narrow else BROAD
        self._random = np.random.default_rng(seed)
        self._rows = {s: np.flatnonzero(prepared.source == i) for i, s in enumerate(prepared.sources)}
        self._queues: dict[str, NDArray[np.int64]] = {s: np.empty(0, np.int64) for s in prepared.sources}
        self._pending: list[NDArray[np.int64]] = []

    def shares(self, progress: float) -> NDArray[np.float64]:
        """Return each source's share at `progress` 0..1 of the run, in the order of `prepared.sources`."""
        broad, narrow = (np.asarray([mix.get(s, 0.0) for s in self._rows]) for mix in (self._broad, NARROW))
        shares = broad + (narrow - broad) * min(1.0, progress / 0.9)
        return np.asarray(shares / shares.sum())

    def state(self) -> dict[str, Any]:
        """Return what `restore` needs to go on with the same draws."""
        return {"queues": self._queues, "pending": self._pending, "random": self._random.bit_generator.state}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        self._queues, self._pending = dict(state["queues"]), list(state["pending"])
        self._random.bit_generator.state = state["random"]

    def draw(self, progress: float) -> NDArray[np.int64]:
        """Return the row numbers of the next batch, sorted by length; batches of like length are drawn together."""
        if not self._pending:
            counts = self._random.multinomial(POOL * self._batch_size, self.shares(progress))
            rows = np.concatenate([self._take(s, int(n)) for s, n in zip(self._rows, counts, strict=True)])
            rows = self._random.permutation(rows)
            rows = rows[np.argsort(self._lengths[rows], kind="stable")]
            batches = np.split(rows, POOL)
            self._pending = [batches[i] for i in self._random.permutation(POOL)]
        return self._pending.pop()

    def _take(self, source: str, count: int) -> NDArray[np.int64]:
        queue = self._queues[source]
        while len(queue) < count:
            queue = np.concatenate([queue, self._random.permutation(self._rows[source])])
        self._queues[source] = queue[count:]
        return queue[:count]
