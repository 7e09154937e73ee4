"""Which entry of a brand's knowledge a text asks for, learnt from questions and the entries that answer them.

A score for each entry: the cosines of the text with the entry's questions, its answers and both together, in a space of
their own (a linear map near the identity, learnt across languages), and the words that they share. From the best scores
and from what the model says of the text two logistic regressions tell how probable it is that the first entry is the
answer, and that the answer is among the first three. Learnt on brands that do not exist (`nlp/training/answers.py`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.analysis import Analysis
from nlp.bm25 import BM25, words
from nlp.encoder import Encoder
from nlp.retrieval import Entry, lexical_weight

CHOICES = 3
COMPARED = 12  # best entries whose scores tell how far the first stands out
HEADS = ("question", "feelings.curiosity", "feelings.confusion", "irony", "offence")
VERBATIM = 0.99
PARTS = 5  # cosines with questions, answers and both; words shared, and the same counting more in a longer text

Array = NDArray[np.float32]
Parameters = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The best entries for a text, best first (at most `CHOICES`); the probabilities that the first is the answer, and
    that the answer is among them; whether these reach the limits that were learnt with them."""

    entries: tuple[str, ...]
    first: float
    among: float
    sure: bool
    maybe: bool


NO_PAIRS = Pairs((), 0.0, 0.0, sure=False, maybe=False)


class Knowledge:
    """The entries of one brand as vectors and words, not yet in the learnt space."""

    def __init__(self, encoder: Encoder, entries: Sequence[Entry]) -> None:
        self.ids = tuple(entry.id for entry in entries)
        # An entry without an answer is what it is asked for.
        groups = [texts for entry in entries for texts in (entry.questions, entry.answers or entry.questions)]
        vectors = encoder.encode([text for texts in groups for text in texts]).vectors
        rows = np.repeat(np.arange(len(groups)) % 2 == 0, [len(texts) for texts in groups])
        self.questions, self.answers = vectors[rows], vectors[~rows]
        self.starts = tuple(_starts([len(texts) for texts in groups[side::2]]) for side in (0, 1))
        self.index = BM25([" \n".join((*entry.questions, *entry.answers)) for entry in entries])


class Pairer:
    """Finds among the entries of one brand. Deterministic; equal scores go by the entries' order."""

    def __init__(self, parameters: Parameters, encoder: Encoder, entries: Sequence[Entry]) -> None:
        """`parameters` are `Encoder.answer_parameters`, learnt on the vectors of `encoder`."""
        self._parameters = parameters
        known = Knowledge(encoder, entries)
        self._ids, self._index, self._starts = known.ids, known.index, known.starts
        self._verbatim = {tuple(words(text)): entry.id for entry in reversed(entries) for text in entry.questions}
        self._questions = mapped(known.questions, parameters["map"])
        self._answers = mapped(known.answers, parameters["map"])
        both = [
            np.add.reduceat(v, s) / np.diff([*s, len(v)])[:, None] if len(s) else v
            for v, s in zip((self._questions, self._answers), self._starts, strict=True)
        ]
        self._both = np.maximum(np.linalg.norm(both[0] + both[1], axis=1), np.float32(1e-9))

    def find(self, text: str, analysis: Analysis) -> Pairs:
        """Return the best entries for a text whose analysis is known; a text with nothing in it finds none."""
        if not self._ids or not analysis.vector.any():
            return NO_PAIRS
        parts = self.parts(text, analysis.vector)
        best = nearest_entries(parts @ self._parameters["weights"])
        features = decision_features(parts, best, self._parameters, text, analysis)
        logits = features @ self._parameters["decision"][:-1] + self._parameters["decision"][-1]
        first, among = (round(1.0 / (1.0 + math.exp(-float(logit))), 4) for logit in logits)
        sure, maybe = (float(limit) for limit in self._parameters["limits"])
        entries = tuple(self._ids[row] for row in best[:CHOICES])
        if entries[0] == self._verbatim.get(tuple(words(text))):  # who asks in its very words means it
            first = among = max(first, among, VERBATIM)
        return Pairs(entries, first, among, sure=first >= sure, maybe=among >= maybe)

    def parts(self, text: str, vector: Array) -> Array:
        """Return what each entry's score is made of, float32 [entries, PARTS]."""
        found = mapped(vector[None], self._parameters["map"])[0]
        # einsum sums in one order whatever the machine's BLAS does with threads
        cosines = [np.einsum("nd,d->n", v, found) for v in (self._questions, self._answers)]
        nearest = [np.maximum.reduceat(c, s) for c, s in zip(cosines, self._starts, strict=True)]
        sums = [np.add.reduceat(c, s) / np.diff([*s, len(c)]) for c, s in zip(cosines, self._starts, strict=True)]
        shared = self._index.scores(text)
        both = (sums[0] + sums[1]) / self._both
        return np.stack([*nearest, both, shared, shared * np.float32(lexical_weight(text))], 1).astype(np.float32)


def mapped(vectors: Array, space: Array) -> Array:
    """Return unit vectors in the learnt space; zero stays zero."""
    found = np.einsum("nd,de->ne", vectors, space, optimize=len(vectors) > 1)
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), np.float32)


def nearest_entries(scores: Array) -> NDArray[np.int64]:
    """Return the rows of the largest scores, best first, at most COMPARED; equal ones in their order."""
    reach = min(len(scores), COMPARED)
    nearest = np.sort(np.argpartition(-scores, reach - 1)[:reach])
    return nearest[np.argsort(-scores[nearest], kind="stable")]


def decision_features(
    parts: Array, best: NDArray[np.int64], parameters: Parameters, text: str, analysis: Analysis
) -> Array:
    """Return what the two regressions see, float32 [f]: the scores of the `best` rows of `parts`, what the first two
    are made of and where the first stands in each part, and what is known of the text.

    A knowledge of few entries is filled up with "usual", the parts of an entry that is not meant.
    """
    weights, usual = parameters["weights"], parameters["usual"]
    known = (parts @ weights)[best]
    filled = np.full(COMPARED - len(best), min(float(usual @ weights), float(known[0])))
    scores = np.sort(np.r_[known, filled])[::-1]
    every = np.vstack([parts, usual[None]]) if len(parts) < 2 else parts
    first, second = parts[best[0]], every[best[1] if len(best) > 1 else -1]
    rivals = np.partition(every, -2, axis=0)[-2]
    ahead = float(scores[0] - np.logaddexp.reduce(scores.astype(np.float64)))
    question = min(max(analysis.scores.get("question", 0.5), 0.001), 0.999)
    moods = [analysis.sentiment_scores.get(mood, 0.0) for mood in ("positive", "negative")]
    heads = [analysis.scores.get(head, 0.0) for head in HEADS[1:]]
    return np.array(
        [
            *first, *second, *(first - rivals), *(parts.max(0) <= first), *parts.mean(0),
            *scores[:3], scores[3:].mean(), ahead, math.log(1.0 - math.exp(min(ahead, -1e-3))),
            math.log(question / (1.0 - question)), float("?" in text), math.log1p(len(words(text))),
            *moods, analysis.claim, *heads,
        ],
        np.float32,
    )  # fmt: skip


def _starts(sizes: Sequence[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *sizes], dtype=np.int64)[: len(sizes)]
