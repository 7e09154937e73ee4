"""Which entry of a brand's knowledge a text asks for, and how sure that is; the text may be in another language.

Vectors may be compared in a space of their own: a linear map, learnt from texts and what answers them
(`nlp/training/search.py`), stretches what tells claims and questions apart and shrinks what only tells how they are
put. It gains much within a language, and loses a little between two.

An entry is one unit vector, the mean of its ways of being asked and of its answer, and one document of the lexical
index. A text scores with each entry by the cosine of their vectors and, the longer the text the more, by the words they
share: in a short question few words are evidence, in a forwarded message many are.

How sure a match is cannot be read from the best score, which is high in a knowledge that is all about bread, and low in
one of mixed subjects. So the usual level of the next best entries is taken away, as in cross-domain similarity local
scaling (Conneau et al. 2018, "Word Translation Without Parallel Data"). That makes one pair of thresholds fit brands
never seen; `bench/answers.py` measures it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.bm25 import BM25, words
from nlp.encoder import Encoder

HALF = 20  # words at which shared words count half as much as at most
NEIGHBOURS = 10  # entries that tell the usual level
LEVEL = 0.6  # how much of that level is taken away

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be asked for: `questions` are ways of asking, in any languages; `answers` may be missing."""

    id: str
    questions: tuple[str, ...]
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """The best entries for a text, best first, and how far the first stands out (`confidence`, about -0.2 to 1.5)."""

    entries: tuple[str, ...]
    confidence: float


NOTHING = Match((), 0.0)


class Retriever:
    """Searches the `entries` of one brand. Deterministic, also in batches; equal scores go by the entries' order."""

    def __init__(self, encoder: Encoder, entries: Sequence[Entry], *, mapped: float = 1.0) -> None:
        """`mapped` is how much the space of search counts in a cosine, 0..1, beside the sentence vectors themselves."""
        self._encoder, self._mapped = encoder, mapped
        self.ids = tuple(entry.id for entry in entries)
        self._vectors = self._prototypes(entries)
        self._index = BM25([" \n".join((*entry.questions, *entry.answers)) for entry in entries])

    def match(self, texts: Sequence[str], *, limit: int = 3) -> list[Match]:
        """Return one match a text, of at most `limit` entries; a text with nothing in it matches none."""
        vectors = self._encoder.encode(texts).vectors
        return [self.match_vector(text, vector, limit=limit) for text, vector in zip(texts, vectors, strict=True)]

    def match_vector(self, text: str, vector: Array, *, limit: int = 3) -> Match:
        """Return the match of a text whose `vector` (float32 [d], unit length) is known."""
        if not self.ids or not vector.any():
            return NOTHING
        scores = self.dense(vector) + lexical_weight(text) * self.lexical(text)
        reach = min(len(self.ids), max(limit, NEIGHBOURS + 1))
        nearest = np.sort(np.argpartition(-scores, reach - 1)[:reach])
        best = nearest[np.argsort(-scores[nearest], kind="stable")]
        others = scores[best[1 : NEIGHBOURS + 1]]
        level = float(others.mean()) if len(others) else 0.0
        confidence = round(float(scores[best[0]]) - LEVEL * level, 4)
        return Match(tuple(self.ids[row] for row in best[:limit]), confidence)

    def dense(self, vector: Array) -> Array:
        """Return the cosine of each entry, float32 [entries]."""
        # einsum sums in one order whatever the machine's BLAS does with threads
        return np.asarray(np.einsum("ed,d->e", self._vectors, self._for_search(vector[None])[0]), np.float32)

    def lexical(self, text: str) -> Array:
        """Return the share of the text's words, by weight, that each entry has, float32 [entries]."""
        return self._index.scores(text)

    def _for_search(self, vectors: Array) -> Array:
        """Return unit vectors whose dot products are the cosines of search; texts with nothing in them stay zero."""
        search, mapped = self._encoder.search_map, np.float32(self._mapped)
        if search is None or not mapped or not len(vectors):
            return vectors
        found = np.einsum("nd,de->ne", vectors, search[:-1], optimize=len(vectors) > 1) + search[-1]
        found = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        found = np.where(vectors.any(axis=1, keepdims=True), found, 0.0)
        if mapped < 1:
            found = np.hstack([np.sqrt(1 - mapped) * vectors, np.sqrt(mapped) * found])
        return np.asarray(found, np.float32)

    def _prototypes(self, entries: Sequence[Entry]) -> Array:
        texts = [text for entry in entries for text in (*entry.questions, *entry.answers)]
        vectors = self._for_search(self._encoder.encode(texts).vectors)
        prototypes, read = np.zeros((len(entries), vectors.shape[1]), np.float32), iter(vectors)
        for row, entry in enumerate(entries):
            for part in (entry.questions, entry.answers):
                if part:
                    prototypes[row] += np.mean([next(read) for _ in part], axis=0)
        return np.asarray(prototypes / np.maximum(np.linalg.norm(prototypes, axis=1, keepdims=True), 1e-9), np.float32)


def lexical_weight(text: str) -> float:
    """Return how much shared words count beside a cosine: 0 without words, towards 1 for a long text.

    >>> lexical_weight("one two three four five six seven eight nine ten " * 2)
    0.5
    """
    count = len(words(text))
    return count / (count + HALF)
