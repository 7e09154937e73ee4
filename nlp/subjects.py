"""What customers of any brand talk about: a classifier over the invented messages of `subjects.yaml`.

A brand describes a topic in a line; its customers never use those words. Both are read here as mixtures of the same two
dozen subjects, and meet there.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from nlp.encoder import Encoder

FILE = Path(__file__).parent / "subjects.yaml"
CHAT = "chat"
SHRINKAGE = 0.5
TEMPERATURES = (0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4)
FOLDS = 6

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Examples:
    """`texts[i]` speaks of subject `subjects[labels[i]]`; the subject "chat" belongs to no brand."""

    subjects: tuple[str, ...]
    texts: tuple[str, ...]
    labels: NDArray[np.int64]


@cache
def examples() -> Examples:
    """Read `subjects.yaml`."""
    raw = yaml.safe_load(FILE.read_text("utf-8"))
    pairs = [(name, text) for name, words in raw["brand"].items() for text in (*words["says"], *words["names"])]
    pairs += [(CHAT, text) for texts in raw["chat"].values() for text in texts]
    subjects = (*raw["brand"], CHAT)
    labels = np.array([subjects.index(name) for name, _ in pairs], np.int64)
    return Examples(subjects, tuple(text for _, text in pairs), labels)


class SubjectClassifier:
    """Linear discriminant analysis with a shrunk covariance (Friedman 1989), its temperature cross-validated."""

    def __init__(self, vectors: Array, labels: NDArray[np.int64], subjects: tuple[str, ...]) -> None:
        """`vectors` float32 [n, d] with their `labels` [n], indices into `subjects`."""
        self.subjects = subjects
        exact = vectors.astype(np.float64)
        fold = np.random.default_rng(0).permutation(len(labels)) % FOLDS
        held_out = np.empty((len(labels), len(subjects)))
        for part in range(FOLDS):
            weights, offsets = _fit(exact[fold != part], labels[fold != part], len(subjects))
            held_out[fold == part] = exact[fold == part] @ weights.T + offsets
        temperature = min(TEMPERATURES, key=lambda t: _loss(held_out * t, labels))
        weights, offsets = _fit(exact, labels, len(subjects))
        self._weights = np.asarray(weights * temperature, np.float32)
        self._offsets = np.asarray(offsets * temperature, np.float32)

    @classmethod
    def of(cls, encoder: Encoder) -> "SubjectClassifier":
        """Fit on the examples' vectors: those shipped with the encoder, or else computed now (seconds)."""
        known = examples()
        vectors = encoder.subject_vectors
        if vectors is None or len(vectors) != len(known.texts):
            vectors = encoder.encode(known.texts).vectors
        return cls(vectors, known.labels, known.subjects)

    def probabilities(self, vectors: Array) -> Array:
        """Return the share of each subject, float32 [n, subjects], rows sum to 1, of `vectors` [n, d]."""
        logits = np.einsum("nd,kd->nk", vectors, self._weights) + self._offsets
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def _fit(
    vectors: NDArray[np.float64], labels: NDArray[np.int64], classes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    means = np.stack([vectors[labels == label].mean(0) for label in range(classes)])
    residuals = vectors - means[labels]
    covariance = residuals.T @ residuals / len(vectors)
    sphere = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
    weights = np.linalg.solve((1 - SHRINKAGE) * covariance + SHRINKAGE * sphere, means.T).T
    return weights, -0.5 * (weights * means).sum(1)


def _loss(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    top = logits.max(1)
    total = top + np.log(np.exp(logits - top[:, None]).sum(1))
    return float((total - logits[np.arange(len(labels)), labels]).mean())
