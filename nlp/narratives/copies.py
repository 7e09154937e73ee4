"""Exact and near-exact copies of a text: forwarded warnings keep their words, even when a detail was changed."""

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.lexicon import plain

_SHINGLE = 3  # words
_MIN_WORDS = 8  # shorter texts repeat by chance ("happy birthday!")
_HASHES, _BANDS = 32, 8
_PRIME = (1 << 31) - 1


def _parameters() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    generator = np.random.default_rng(20_250_312)
    return generator.integers(1, _PRIME, _HASHES, np.int64), generator.integers(0, _PRIME, _HASHES, np.int64)


_A, _B = _parameters()


class Copies:
    """Finds the earlier message that a text copies, whole or in part.

    MinHash over shingles of three words (Broder 1997), 32 hashes in 8 bands: two texts that share half of their
    shingles meet with probability 0.40, those that share 80 % with 0.99; the estimate from all 32 decides.
    Keeps the last `capacity` texts of eight words or more.
    """

    def __init__(self, capacity: int = 10_000) -> None:
        self._capacity = capacity
        self._signatures: OrderedDict[int, NDArray[np.int32]] = OrderedDict()
        self._bands: dict[int, list[int]] = {}

    def find(self, key: int, text: str) -> tuple[int, float] | None:
        """Remember the text under `key`; return (key of the best earlier copy, estimated Jaccard >= 0.5) or None."""
        signature = _signature(plain(text).split())
        if signature is None:
            return None
        bands = _bands(signature)
        best: tuple[int, float] | None = None
        for earlier in dict.fromkeys(other for band in bands for other in self._bands.get(band, ())):
            share = float(np.mean(self._signatures[earlier] == signature))
            if share >= 0.5 and (best is None or share > best[1]):
                best = earlier, share
        self._signatures[key] = signature
        for band in bands:
            holders = self._bands.setdefault(band, [])
            holders.append(key)
            if len(holders) > 8:
                del holders[1]  # keep the first and the latest ones
        while len(self._signatures) > self._capacity:
            self.drop([next(iter(self._signatures))])
        return best

    def drop(self, keys: Collection[int]) -> None:
        """Forget the texts of these messages."""
        for key in keys:
            signature = self._signatures.pop(key, None)
            if signature is None:
                continue
            for band in _bands(signature):
                holders = self._bands.get(band, [])
                if key in holders:
                    holders.remove(key)
                if not holders:
                    self._bands.pop(band, None)


def _signature(words: Sequence[str]) -> NDArray[np.int32] | None:
    if len(words) < _MIN_WORDS:
        return None
    shingles = {" ".join(words[i : i + _SHINGLE]) for i in range(min(len(words), 400) - _SHINGLE + 1)}
    hashed = (
        np.fromiter(
            (
                int.from_bytes(hashlib.blake2s(s.encode("utf-8", "replace"), digest_size=4).digest())
                for s in sorted(shingles)
            ),
            np.int64,
        )
        % _PRIME
    )
    signature: NDArray[np.int64] = ((hashed[:, None] * _A + _B) % _PRIME).min(axis=0)
    return signature.astype(np.int32)


def _bands(signature: NDArray[np.int32]) -> list[int]:
    """Return a number for each band of a signature: equal where two signatures have that band in common."""
    rows = _HASHES // _BANDS
    bands = (bytes([band]) + signature[band * rows : (band + 1) * rows].tobytes() for band in range(_BANDS))
    return [int.from_bytes(hashlib.blake2b(band, digest_size=7).digest()) for band in bands]
