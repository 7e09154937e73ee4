"""Probabilities that mean what they say, and the points from which a label is said or "don't know" is the answer."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from nlp.heads import HeadSpec

Floats = NDArray[np.float32]
Score = Callable[[NDArray[np.bool_], NDArray[np.bool_]], float]
BINS = 15
UNSURE_ACCURACY = 0.5
GRID = np.round(np.arange(0.05, 0.951, 0.01), 2)


def fit_temperature(head: HeadSpec, logits: Floats, targets: Floats) -> float:
    """Return the temperature in 0.2..5 with the lowest negative log-likelihood (Guo et al. 2017).

    `logits` and `targets` are [N, labels]; targets are one-hot for a softmax head, 0 or 1 for a sigmoid head.
    """

    def loss(log_temperature: float) -> float:
        tempered = HeadSpec(head.kind, head.labels, {"default": float(np.exp(log_temperature))})
        probabilities = np.clip(tempered.probabilities(logits).astype(np.float64), 1e-7, 1 - 1e-7)
        likelihood = targets * np.log(probabilities)
        if head.kind == "sigmoid":
            likelihood = likelihood + (1 - targets) * np.log(1 - probabilities)
        return float(-likelihood.sum(-1).mean())

    best = minimize_scalar(loss, bounds=(np.log(0.2), np.log(5.0)), method="bounded")
    return round(float(np.exp(best.x)), 3)


def calibration_error(head: HeadSpec, probabilities: Floats, targets: Floats) -> float:
    """Return the expected calibration error (Naeini et al. 2015), 15 bins of equal width, 0..1.

    For a softmax head it is that of the label chosen, for a sigmoid head that of every label's yes-or-no.
    """
    if head.kind == "softmax":
        chosen = probabilities.argmax(-1)
        sure, right = probabilities.max(-1), targets[np.arange(len(targets)), chosen]
    else:
        said = probabilities.reshape(-1) >= 0.5
        sure = np.where(said, probabilities.reshape(-1), 1 - probabilities.reshape(-1))
        right = (targets.reshape(-1) >= 0.5) == said
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(float(sure[bins == b].sum()) - float(right[bins == b].sum())) for b in range(BINS)]
    return float(sum(gaps) / len(sure))


def crossed_error(head: HeadSpec, logits: Floats, targets: Floats) -> tuple[float, float]:
    """Return the calibration error before and after scaling, the temperature fitted on the other half each time."""
    halves = [np.arange(len(logits)) % 2 == half for half in (0, 1)]
    before = calibration_error(head, HeadSpec(head.kind, head.labels).probabilities(logits), targets)
    after = 0.0
    for fitted, tested in (halves, halves[::-1]):
        temperature = fit_temperature(head, logits[fitted], targets[fitted])
        scaled = HeadSpec(head.kind, head.labels, {"default": temperature}).probabilities(logits[tested])
        after += calibration_error(head, scaled, targets[tested]) / 2
    return before, after


def best_threshold(probabilities: Floats, truth: NDArray[np.bool_], score: Score) -> float:
    """Return the probability [0.05..0.95] from which saying yes scores best: the middle of the best plateau."""
    points = GRID.tolist()  # compared with float32 as answers are in use: numpy widens them to its own float64 scalars
    scores = np.asarray([score(truth, probabilities >= point) for point in points])
    best = GRID[scores >= scores.max() - 1e-9]
    return round(float(best[len(best) // 2]), 2)


def unsure_below(probabilities: Floats, targets: Floats) -> float:
    """Return the top probability below which a softmax head is right at most half the time (0.0 if never).

    Answers are gone through from the least sure in windows of a twentieth; the first window in which more than half
    are right holds it at its middle.
    """
    top, chosen = probabilities.max(-1), probabilities.argmax(-1)
    order = np.argsort(top, kind="stable")
    right = targets[np.arange(len(targets)), chosen][order]
    size = max(10, len(order) // 20)
    for start in range(0, len(order) - size + 1, size // 2):
        if right[start : start + size].mean() > UNSURE_ACCURACY:
            return round(float(top[order[start + size // 2]]), 2) if start else 0.0
    return round(float(top.max()), 2)
