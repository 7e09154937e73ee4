"""Which of a brand's topics a message is about: the nearest in meaning to what the brand wrote, or none of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder

OTHER = "other"
THRESHOLD = 0.2
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
    """Compares sentence vectors with prototypes of each topic."""

    def __init__(self, encoder: Encoder, topics: Sequence[Topic]) -> None:
        self._ids = [topic.id for topic in topics if topic.id != OTHER]
        texts = [(topic.id, text) for topic in topics if topic.id != OTHER for text in _texts(topic)]
        self._owner = np.array([self._ids.index(owner) for owner, _ in texts], np.int64)
        self._prototypes = encoder.encode([text for _, text in texts]).vectors

    @property
    def empty(self) -> bool:
        """Whether there is no topic to tell."""
        return not self._ids

    def match(self, vector: Array) -> tuple[str | None, float]:
        """Return the topic's id and its similarity; "other" where none is near, None where the brand has no topics."""
        if not self._ids:
            return None, 0.0
        similarities = np.einsum("pd,d->p", self._prototypes, vector)
        scores = np.full(len(self._ids), -1.0, np.float32)
        np.maximum.at(scores, self._owner, similarities)
        best = int(scores.argmax())
        return (self._ids[best] if scores[best] >= THRESHOLD else OTHER), float(scores[best])


def _texts(topic: Topic) -> list[str]:
    clauses = [clause.strip() for clause in _CLAUSES.split(topic.description)]
    return [f"{topic.label}: {topic.description}", *(clause for clause in clauses if len(clause) > 2), *topic.examples]
