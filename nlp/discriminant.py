"""A small classifier over sentence vectors, fitted in milliseconds on a few hundred examples."""

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder
from nlp.examples import SETS

SHRINKAGE = 0.5
TEMPERATURES = (0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4)
FOLDS = 6

Array = NDArray[np.float32]


class Discriminant:
    """Linear discriminant analysis with a shrunk covariance (Friedman 1989), its temperature cross-validated."""

    def __init__(self, vectors: Array, labels: NDArray[np.int64], classes: tuple[str, ...]) -> None:
        """`vectors` float32 [n, d] with their `labels` [n], indices into `classes`."""
        self.classes = classes
        exact = vectors.astype(np.float64)
        fold = np.random.default_rng(0).permutation(len(labels)) % FOLDS
        held_out = np.empty((len(labels), len(classes)))
        for part in range(FOLDS):
            weights, offsets = _fit(exact[fold != part], labels[fold != part], len(classes))
            held_out[fold == part] = exact[fold == part] @ weights.T + offsets
        temperature = min(TEMPERATURES, key=lambda t: _loss(held_out * t, labels))
        weights, offsets = _fit(exact, labels, len(classes))
        self._weights = np.asarray(weights * temperature, np.float32)
        self._offsets = np.asarray(offsets * temperature, np.float32)

    @classmethod
    def of(cls, encoder: Encoder, name: str) -> "Discriminant":
        """Fit on the examples called `name`, with the vectors shipped beside the encoder, or else computed now."""
        known = SETS[name]()
        vectors = encoder.example_vectors.get(name)
        if vectors is None or len(vectors) != len(known.texts):
            vectors = encoder.encode(known.texts).vectors
        return cls(vectors, known.labels, known.classes)

    def probabilities(self, vectors: Array) -> Array:
        """Return the share of each class, float32 [n, classes], rows sum to 1, of `vectors` [n, d]."""
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
