"""What is read from a message's text, before it finds its story."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.shelf import Reading
from nlp.narratives.terms import surfaces


@dataclass(frozen=True, slots=True)
class Text:
    """Words with counts, unit tf-idf weights, the centred unit vector; empty and zero for a text that says nothing."""

    counts: Mapping[str, float]
    weights: Mapping[str, float]
    centred: NDArray[np.float32]

    def reading(self, text: str) -> Reading:
        """Return what a story takes in of it."""
        if not self.counts:
            return Reading(None, {}, {})
        scale = 1.0 / math.sqrt(len(self.counts))
        return Reading(self.centred, {word: n * scale for word, n in self.counts.items()}, surfaces(text))
