"""A coarse index of unit vectors, so that a message meets only the stories near it."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

_CELLS = 1_024
_ROOM = 128  # rows remembered a cell, the latest ones
_PROBES = 6


class Cells:
    """An inverted file over coarse cells (IVF: Sivic and Zisserman 2003, Jegou et al. 2011), fixed once made.

    Pivots are vectors of the stream itself. Each cell remembers its latest 128 rows in a ring: memory and cost per
    look-up are bounded whatever the number of rows.
    """

    def __init__(self, pivots: Vector, rows: int = 4_096) -> None:
        self.pivots = pivots
        self._rings: NDArray[np.int32] = np.full((len(pivots), _ROOM), -1, np.int32)
        self._heads: NDArray[np.int64] = np.zeros(len(pivots), np.int64)
        self._cell_of: NDArray[np.int32] = np.full(rows, -1, np.int32)

    @classmethod
    def over(cls, vectors: Vector) -> "Cells":
        """Return an empty index whose pivots are drawn evenly from `vectors` [n, d]."""
        chosen = np.linspace(0, len(vectors) - 1, min(_CELLS, len(vectors))).astype(np.int64)
        return cls(np.ascontiguousarray(vectors[chosen]))

    def place(self, row: int, vector: Vector) -> None:
        """Put a row into the cell of its vector, unless it is there already."""
        if row >= len(self._cell_of):
            grown = np.full(2 * max(row, len(self._cell_of)), -1, np.int32)
            grown[: len(self._cell_of)] = self._cell_of
            self._cell_of = grown
        cell = int((self.pivots @ vector).argmax())
        if self._cell_of[row] == cell:
            return
        self._cell_of[row] = cell
        self._rings[cell, self._heads[cell] % _ROOM] = row
        self._heads[cell] += 1

    def near(self, vector: Vector) -> NDArray[np.int64]:
        """Return the rows in the six cells nearest to a vector, without repeats, in ascending order."""
        scores = self.pivots @ vector
        count = min(_PROBES, len(scores))
        probed = np.sort(np.argpartition(scores, len(scores) - count)[-count:])
        rows = self._rings[probed]
        valid = (rows >= 0) & (self._cell_of[np.maximum(rows, 0)] == probed[:, None])
        return np.unique(rows[valid]).astype(np.int64)
