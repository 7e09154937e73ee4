"""What similarity means in this stream: sentence vectors are centred, and a cosine is judged beside the usual ones."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

_SAMPLE = 256  # earlier messages that a new one is compared with, spread over the memory
_MEMORY = 5_000  # messages over which the mean vector is learnt
_SPREAD_MEMORY = 500
_LANGUAGES = 64
_LANGUAGE_PRIOR = 30.0  # messages that the mean of all languages is worth beside a language's own
_QUANTILES = 1.15  # from the 12.5 % quantile of a normal distribution to its median, in standard deviations


class Background:
    """The running mean of the stream's vectors, and the spread of cosines between unrelated messages.

    Sentence encoders trained by contrast put all texts into a narrow cone; taking the mean away makes cosines speak
    (Mu and Viswanath 2018, "All-but-the-top"). Taking each language's own mean away lets one story in two languages
    meet (Libovicky et al. 2020, "On the language neutrality of pre-trained multilingual representations").
    The spread is read from the lower half of a message's cosines with 256 messages of the last 5,000: related ones are
    in the upper half, so that a burst about one story does not widen it. `seeds` (unit vectors of any texts) give the
    mean a start before the stream has spoken.
    """

    def __init__(self, dimensions: int, seeds: Iterable[Vector] = ()) -> None:
        self.mean: Vector = np.zeros(dimensions, np.float32)
        self.level, self.spread = 0.0, 0.12
        self._langs: dict[str, tuple[Vector, float]] = {}
        self._seen = self._sampled = 0
        self._sample: Vector = np.zeros((_SAMPLE, dimensions), np.float32)
        for seed in seeds:
            self._seen += 1
            self.mean += (seed - self.mean) / np.float32(self._seen)

    def centre(self, vector: Vector, lang: str = "") -> Vector:
        """Return the unit vector of `vector` less the mean of its language; zeros for a vector equal to that mean."""
        mean = self.mean
        if lang in self._langs:
            own, seen = self._langs[lang]
            mean = mean + (own - mean) * np.float32(seen / (seen + _LANGUAGE_PRIOR))
        centred = vector - mean
        norm = float(np.sqrt(np.dot(centred, centred)))
        return centred / np.float32(norm) if norm > 1e-6 else np.zeros_like(centred)

    def learn(self, vector: Vector, lang: str = "") -> Vector:
        """Count a message in, and return its centred unit vector."""
        self._seen += 1
        self.mean += (vector - self.mean) / np.float32(min(self._seen, _MEMORY))
        if lang in self._langs or len(self._langs) < _LANGUAGES:
            own, seen = self._langs.get(lang, (self.mean.copy(), 0.0))
            own += (vector - own) / np.float32(min(seen + 1.0, _MEMORY))
            self._langs[lang] = own, seen + 1.0
        centred = self.centre(vector, lang)
        held = min(self._sampled, _SAMPLE)
        if held >= 32:
            low = held // 8
            cosines = np.partition(self._sample[:held] @ centred, (low, 4 * low))
            usual, lower = float(cosines[4 * low]), float(cosines[low])
            rate = 1.0 / min(self._seen, _SPREAD_MEMORY)
            self.level += rate * (usual - self.level)
            self.spread += rate * (max(usual - lower, 0.02) / _QUANTILES - self.spread)
        if self._seen % max(1, min(self._seen, _MEMORY) // _SAMPLE) == 0:
            self._sample[self._sampled % _SAMPLE] = centred
            self._sampled += 1
        return centred
