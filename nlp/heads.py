"""What a head answers: its kind, its labels, and how its logits become calibrated probabilities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class HeadSpec:
    """One question put to a text.

    `softmax` heads choose one of `labels`; `sigmoid` heads say yes or no to each label on its own.
    `temperatures` divide the logits before the softmax or sigmoid, by language group ("default" always counts);
    `thresholds` hold, for a sigmoid label, the probability from which it is said, and for a softmax head, under
    "unsure", the top probability below which the honest answer is "don't know".
    """

    kind: Literal["softmax", "sigmoid"]
    labels: tuple[str, ...]
    temperatures: Mapping[str, float] = field(default_factory=lambda: {"default": 1.0})
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def probabilities(self, logits: NDArray[np.float32], group: str = "default") -> NDArray[np.float32]:
        """Return calibrated probabilities, float32 of the shape of `logits` [..., labels].

        `group` is the text's language group; one without a temperature of its own takes the default's.

        Temperature scaling: Guo et al. 2017, "On Calibration of Modern Neural Networks".
        """
        scaled = logits / np.float32(self.temperatures.get(group, self.temperatures.get("default", 1.0)))
        if self.kind == "sigmoid":
            return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scaled, -80.0, 80.0))), np.float32)
        powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)

    def scores(self, logits: NDArray[np.float32], group: str = "default") -> dict[str, float]:
        """Return the probability of each label for one text's logits [labels], to four decimals."""
        return {
            label: round(float(value), 4)
            for label, value in zip(self.labels, self.probabilities(logits, group), strict=True)
        }
