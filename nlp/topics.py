"""Which of a brand's topics a message is about, or none of them.

A topic's line and a message meet in two ways: by the similarity of their vectors, and by the customer subjects that
both speak of (`nlp/examples/subjects.yaml`). What speaks of none is "other".
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
from nlp.examples import CHAT

OTHER = "other"
SIMILARITY_WEIGHT = 5.0
NEAR = 0.2  # a similarity to a topic that speaks neither for nor against it
NAMED = 1.0  # how much (log) a mention of the brand speaks against "other"
UNSURE = 0.02  # a share of subjects under which nothing can be told
SHORTEST_NAME = 4  # "DB" also means other things
_CLAUSES = re.compile(r"[,;:.]|\s(?:and|or|et|ou|und|oder|y|o|e)\s")

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Topic:
    """What people talk about: `label`, `description` and `examples` are in the brand's words."""

    id: str
    label: str
    description: str
    examples: tuple[str, ...] = ()


class TopicMatcher:
    """Weighs a message against each topic of one brand."""

    def __init__(self, encoder: Encoder, topics: Sequence[Topic], names: Sequence[str] = ()) -> None:
        """`names` are the brand's name and aliases: a message with one of them is hardly about something else."""
        topics = [topic for topic in topics if topic.id != OTHER]
        self.ids = tuple(topic.id for topic in topics)
        self._names = _either({_plain(name) for name in names if len(name) >= SHORTEST_NAME})
        if not topics:
            return
        self._subjects = Discriminant.of(encoder, "subjects")
        self._chat = self._subjects.classes.index(CHAT)
        lines = [f"{topic.label}: {topic.description}" for topic in topics]
        self._owner = np.array([*range(len(topics)), *(i for i, t in enumerate(topics) for _ in t.examples)], np.int64)
        self._prototypes = encoder.encode([*lines, *(text for t in topics for text in t.examples)]).vectors
        shares = np.stack([self._subjects.probabilities(encoder.encode(_parts(t)).vectors).mean(0) for t in topics])
        shares[:, self._chat] = 0.0
        self._shares = np.asarray(shares / (shares.sum(0) + 0.05), np.float32)

    def evidence(self, text: str, vector: Array) -> Mapping[str, float]:
        """Return the log-likelihood of each topic and of "other"; nothing where the brand has no topics."""
        if not self.ids:
            return {}
        spoken = self._subjects.probabilities(vector[None])[0]
        similarities = np.full(len(self.ids), -1.0, np.float32)
        np.maximum.at(similarities, self._owner, np.einsum("pd,d->p", self._prototypes, vector))
        topics = np.log(np.einsum("tk,k->t", self._shares, spoken) + UNSURE) + SIMILARITY_WEIGHT * similarities
        other = np.log(spoken[self._chat] + UNSURE) + SIMILARITY_WEIGHT * NEAR
        if self._names and self._names.search(_plain(text)):
            other -= NAMED
        weights = [*map(float, topics), float(other)]
        return {topic: round(weight, 4) for topic, weight in zip((*self.ids, OTHER), weights, strict=True)}


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
