"""What is normal here: counts an hour, over-dispersed and seasonal, and how surprising a new count is."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

HOUR = 3_600.0
_HOURS = 24
_MEMORY_DAYS = 28.0
_SPREAD = 0.25  # of its neighbours' experience, an hour of the day counts so much as its own


@dataclass(slots=True)
class Rhythm:
    """Counts an hour of something in one place, learnt hour by hour of the day.

    The rate of each hour of the day has a gamma distribution, a count is Poisson given the rate; so a new count follows
    a negative binomial (Gelman et al. 2013, "Bayesian Data Analysis", 2.6), whose tail says how surprising it is.
    Unlike a z-score it is sound for small counts and short histories. Old days fade with a half-life of four weeks.

    `shape` and `hours` are the prior: `shape / hours` events an hour, known as if from `hours` hours.
    """

    shape: float
    hours: float
    events: list[float] = field(default_factory=lambda: [0.0] * _HOURS)
    exposure: list[float] = field(default_factory=lambda: [0.0] * _HOURS)
    started: float | None = None
    closed: float = 0.0

    def learn(self, hour_start: float, count: float) -> None:
        """Learn the count of one whole hour that began at `hour_start` (seconds since 1970)."""
        if self.started is None:
            self.started = hour_start
        fade = 0.5 ** (1.0 / _MEMORY_DAYS)
        slot = int(hour_start // HOUR) % _HOURS
        self.events[slot] = self.events[slot] * fade + count
        self.exposure[slot] = self.exposure[slot] * fade + 1.0
        self.closed = hour_start + HOUR

    def days(self) -> float:
        """Return how many days have been learnt."""
        return 0.0 if self.started is None else (self.closed - self.started) / (HOUR * _HOURS)

    def moments(self, start: float, end: float) -> tuple[float, float]:
        """Return mean and variance of the expected count between two times."""
        mean = variance = 0.0
        for slot, share in _slots(start, end):
            shape, rate = self._posterior(slot)
            mean += share * shape / rate
            variance += share * share * shape / (rate * rate)
        return mean, variance

    def _posterior(self, slot: int) -> tuple[float, float]:
        """Return shape and rate of an hour of the day; neighbouring hours teach a little, all hours the prior."""
        usual = (self.shape + sum(self.events)) / (self.hours + sum(self.exposure))
        near = ((slot - 1) % _HOURS, (slot + 1) % _HOURS)
        events = self.events[slot] + _SPREAD * sum(self.events[n] for n in near)
        exposure = self.exposure[slot] + _SPREAD * sum(self.exposure[n] for n in near)
        return self.shape + events, self.shape / usual + exposure


def surprise(count: int, mean: float, variance: float) -> float:
    """Return -log10 P(X >= count) for a Poisson count whose rate has a gamma distribution of this mean and variance."""
    if count <= 0 or mean <= 0.0:
        return 0.0
    shape = mean * mean / max(variance, 1e-9)
    p = shape / (shape + mean)
    below = 0.0
    log_p, log_q = math.log(p), math.log1p(-p)
    for k in range(count):
        below += math.exp(math.lgamma(k + shape) - math.lgamma(k + 1) - math.lgamma(shape) + shape * log_p + k * log_q)
    return -math.log10(max(1.0 - below, 1e-12))


def _slots(start: float, end: float) -> Iterable[tuple[int, float]]:
    """Yield the hours of the day between two times with how much of each lies between."""
    at = start
    while at < end:
        edge = min((at // HOUR + 1.0) * HOUR, end)
        yield int(at // HOUR) % _HOURS, (edge - at) / HOUR
        at = edge
