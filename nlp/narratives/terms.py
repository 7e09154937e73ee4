"""Words and how rare they are in the stream: the sparse half of what tells stories apart."""

import math
import re
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.lexicon import plain

_WORD = re.compile(r"#?\w+(?:[.,]\d+)*")
_CELLS = 1 << 18
_MOST_WORDS = 48  # of one message: a pasted article does not cost more than a long message
_LINK = re.compile(r"\S*://\S+|www\.\S+")


def words(text: str) -> dict[str, float]:
    """Return the words of a text with their counts: lower case, no accents, no links, no single letters.

    Numbers stay whole ("1,45"), hashtags lose their sign, languages need no list of stop words: rarity weighs them.
    """
    counts: dict[str, float] = {}
    for token in _WORD.findall(_LINK.sub(" ", plain(text))):
        word = token.lstrip("#_").rstrip("_")
        if len(word) < 2 and not word.isdigit():
            continue
        if word not in counts and len(counts) == _MOST_WORDS:
            break
        counts[word] = counts.get(word, 0.0) + 1.0
    return counts


def surfaces(text: str) -> dict[str, str]:
    """Return how the words of a text that have accents are written there: "etiquette" -> "étiquette"."""
    written = (token.lstrip("#_").rstrip("_") for token in _WORD.findall(_LINK.sub(" ", text.lower())))
    return {bare: word for word in written if (bare := plain(word)) != word}


class Rarity:
    """Document frequencies of words over the recent stream, in a fixed table of hashed cells.

    Counts decay with a half-life in messages, so that a word is rare or common *now*. Cells are shared by words that
    hash alike (2^18 cells, CRC-32, the same in every process); a collision makes a rare word look less rare.
    """

    def __init__(self, half_life: int = 50_000) -> None:
        self._counts: NDArray[np.float32] = np.zeros(_CELLS, np.float32)
        self._growth = 2.0 ** (1.0 / half_life)
        self._unit = 1.0  # what one occurrence adds now: growing units equal decaying counts
        self._messages = 0.0

    def learn(self, counts: Mapping[str, float]) -> None:
        """Count one message's words, each once."""
        self._unit *= self._growth
        self._messages += self._unit
        for word in counts:
            self._counts[_cell(word)] += self._unit
        if self._unit > 2.0**40:
            self._counts /= self._unit
            self._messages /= self._unit
            self._unit = 1.0

    def idf(self, word: str) -> float:
        """Return log(1 + N / n): N messages, n of them with the word."""
        seen = max(float(self._counts[_cell(word)]), self._unit)
        return math.log(1.0 + max(self._messages, self._unit) / seen)

    def weigh(self, counts: Mapping[str, float]) -> dict[str, float]:
        """Return the unit tf-idf vector of a message as word -> weight; empty for no words."""
        weights = {word: self.idf(word) for word in counts}
        norm = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {word: weight / norm for word, weight in weights.items()} if norm else {}


def _cell(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace")) & (_CELLS - 1)
