"""Which of a brand's topics a message is about, or none of them.

A topic and a message meet in two ways: by the similarity of their vectors, and by the customer subjects that both speak
of (`nlp/examples/subjects.yaml`). What speaks of none is "other". How much each counts, and in which space vectors are
alike, is learnt from brands that do not exist (`nlp/training/topics.py`); on an encoder for which nothing was learnt,
fixed weights stand in.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.discriminant import Discriminant
from nlp.encoder import Encoder
from nlp.errors import WeightsError
from nlp.examples import CHAT

OTHER = "other"
LEARNT = 0.5  # how much what was learnt counts beside the fixed weights: alone, it takes its few brands for all
SIMILARITY_WEIGHT = 5.0
NEAR = 0.2  # a similarity to a topic that speaks neither for nor against it
NAMED = 1.0  # how much (log) a mention of the brand speaks against "other"
UNSURE = 0.02  # a share of subjects under which nothing can be told
SHORTEST_NAME = 4  # "DB" also means other things
PARTS = 5  # cosines with the label, the line, the description and the nearest part of a topic; subjects shared
SIGNS = 3  # of "other": how much the text speaks of what belongs to no brand; a mention of the brand; always one
_CLAUSES = re.compile(r"[,;:.]|\s(?:and|or|et|ou|und|oder|y|o|e)\s")

Array = NDArray[np.float32]
Parameters = Mapping[str, Array]


@dataclass(frozen=True)
class Topic:
    """What people talk about: `label`, `description` and `examples` are in the brand's words."""

    id: str
    label: str
    description: str
    examples: tuple[str, ...] = ()


class Described:
    """The topics of one brand as vectors, not yet in the learnt space, and the subjects that they speak of.

    `lines` float32 [3, topics, d] are the vectors of label, label with description, and description; `parts` [p, d]
    those of each topic's clauses and examples, from `starts` [topics] on.
    """

    def __init__(self, encoder: Encoder, topics: Sequence[Topic], names: Sequence[str] = ()) -> None:
        """`topics` are at least one, "other" not among them; `names` are the brand's name and aliases."""
        self._names = _either({_plain(name) for name in names if len(name) >= SHORTEST_NAME})
        self._subjects = Discriminant.of(encoder, "subjects")
        self._chat = self._subjects.classes.index(CHAT)
        full = [f"{topic.label}: {topic.description}" for topic in topics]
        lines = [*(t.label for t in topics), *full, *(t.description for t in topics)]
        self.lines = encoder.encode(lines).vectors.reshape(3, len(topics), -1)
        parts = [_parts(topic) for topic in topics]
        self.parts = encoder.encode([part for group in parts for part in group]).vectors
        self.starts = np.cumsum([0, *map(len, parts)], dtype=np.int64)[:-1]
        shares = np.add.reduceat(self._subjects.probabilities(self.parts), self.starts)
        shares /= np.array(list(map(len, parts)), np.float32)[:, None]
        shares[:, self._chat] = 0.0
        self._shares = np.asarray(shares / (shares.sum(0) + 0.05), np.float32)

    def spoken(self, text: str, vector: Array) -> tuple[Array, Array]:
        """Return how much (log) a text shares of each topic's subjects, float32 [topics], and its SIGNS of "other"."""
        spoken = self._subjects.probabilities(vector[None])[0]
        named = self._names is not None and self._names.search(_plain(text)) is not None
        signs = np.array([np.log(spoken[self._chat] + UNSURE), float(named), 1.0], np.float32)
        return np.log(np.einsum("tk,k->t", self._shares, spoken) + np.float32(UNSURE)), signs


class TopicMatcher:
    """Weighs a message against each topic of one brand."""

    def __init__(
        self,
        encoder: Encoder,
        topics: Sequence[Topic],
        names: Sequence[str] = (),
        parameters: Parameters | None = None,
    ) -> None:
        """`names` are the brand's name and aliases: a message with one of them is hardly about something else.

        `parameters` (`Encoder.topic_parameters` unless others are given) are what was learnt; empty: nothing was.
        Raises WeightsError where they were learnt on another encoder.
        """
        topics = [topic for topic in topics if topic.id != OTHER]
        self.ids = tuple(topic.id for topic in topics)
        self._learnt = encoder.topic_parameters if parameters is None else parameters
        found = {name: values.shape for name, values in self._learnt.items()}
        if self._learnt and found != shapes(encoder.dimensions):
            raise WeightsError(
                f"the topic choice of {encoder.name} {encoder.version} has the arrays {found}; with this encoder they "
                f"would be {shapes(encoder.dimensions)}: fit it anew (python -m nlp.training topics --weights FOLDER)"
            )
        if not topics:
            return
        self._described = described = Described(encoder, topics, names)
        self._owner = np.array([*range(len(topics)), *(i for i, t in enumerate(topics) for _ in t.examples)], np.int64)
        examples = encoder.encode([text for topic in topics for text in topic.examples]).vectors
        self._prototypes = np.concatenate([described.lines[1], examples])
        if self._learnt:
            self._lines, self._parts = mapped(described.lines, self._learnt), mapped(described.parts, self._learnt)

    def evidence(self, text: str, vector: Array) -> Mapping[str, float]:
        """Return the log-likelihood of each topic and of "other"; nothing where the brand has no topics."""
        if not self.ids:
            return {}
        subjects, signs = self._described.spoken(text, vector)
        weights = self._fixed(vector, subjects, signs)
        if self._learnt:
            weights = (1.0 - LEARNT) * weights + LEARNT * self._chosen(vector, subjects, signs)
        return {topic: round(float(w), 4) for topic, w in zip((*self.ids, OTHER), weights, strict=True)}

    def _chosen(self, vector: Array, subjects: Array, signs: Array) -> Array:
        found = mapped(vector, self._learnt)
        # einsum sums in one order whatever the machine's BLAS does with threads
        lines = np.einsum("ltd,d->lt", self._lines, found)
        nearest = np.maximum.reduceat(np.einsum("pd,d->p", self._parts, found), self._described.starts)
        topics = np.einsum("p,pt->t", self._learnt["weights"], np.stack([*lines, nearest, subjects]))
        other = np.einsum("s,s->", signs, self._learnt["signs"]) + np.einsum("d,d->", vector, self._learnt["other"])
        return np.append(topics, other)

    def _fixed(self, vector: Array, subjects: Array, signs: Array) -> Array:
        similarities = np.full(len(self.ids), -1.0, np.float32)
        np.maximum.at(similarities, self._owner, np.einsum("pd,d->p", self._prototypes, vector))
        other = signs[0] + SIMILARITY_WEIGHT * NEAR - NAMED * signs[1]
        return np.append(subjects + SIMILARITY_WEIGHT * similarities, other)


def shapes(dimensions: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array of topics.npz for an encoder whose vectors have so many dimensions."""
    return {"map": (dimensions, dimensions), "weights": (PARTS,), "signs": (SIGNS,), "other": (dimensions,)}


def mapped(vectors: Array, parameters: Parameters) -> Array:
    """Return unit vectors [..., d] in the learnt space; zero stays zero."""
    found = np.einsum("...d,de->...e", vectors, parameters["map"])
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-9), np.float32)


def posterior(weights: Mapping[str, float]) -> dict[str, float]:
    """Return the probabilities, to four decimals, that log-likelihoods give to topics that were equally likely before.

    >>> posterior({"price": -1.0, "other": -4.0})
    {'price': 0.9526, 'other': 0.0474}
    """
    top = max(weights.values())
    powers = {topic: math.exp(weight - top) for topic, weight in weights.items()}
    total = sum(powers.values())
    return {topic: round(power / total, 4) for topic, power in powers.items()}


def _parts(topic: Topic) -> list[str]:
    clauses = [clause.strip() for clause in _CLAUSES.split(topic.description)]
    return [*(clause for clause in clauses if len(clause) > 2), topic.label, *topic.examples]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _either(names: set[str]) -> re.Pattern[str] | None:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)") if names else None
