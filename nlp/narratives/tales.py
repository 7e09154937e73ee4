"""What kind of story a message tells, if any: the model's word where it gives one, rules of thumb where it does not."""

import math
from collections.abc import Mapping

TALES = ("bad_buzz", "rumour", "safety", "scam", "praise", "benign")
"""The kinds of story, as `scores` of an observation name them after `SCORE`: what is told of the brand that somebody
may have to know (the first four), that does it good, or that is of interest to those who talk."""
ALARMS = TALES[:4]
SCORE = "tells."

Tells = tuple[float, ...]
"""How probably a message tells each of `TALES`, in their order; what is missing to one is talk."""
NOTHING: Tells = (0.0,) * len(TALES)


def added(tells: Tells, more: Tells, weight: float = 1.0) -> Tells:
    """Return the sum of what two tell, the second taken `weight` times."""
    return tuple(one + weight * other for one, other in zip(tells, more, strict=True))


def alike(one: Tells, other: Tells) -> float:
    """Return how alike two mixtures are, 0..1 whatever they add up to (Bhattacharyya 1943); 0.5 for nothing."""
    sums = math.fsum(one) * math.fsum(other)
    if sums <= 0.0:
        return 0.5
    return math.fsum(math.sqrt(a * b) for a, b in zip(one, other, strict=True)) / math.sqrt(sums)


def leading(tells: Tells) -> str:
    """Return the kind of story that is told most."""
    return TALES[tells.index(max(tells))]


def told(scores: Mapping[str, float]) -> Tells | None:
    """Return what the chat reader of the model found, or None where there is none."""
    if SCORE + TALES[0] not in scores:
        return None
    return tuple(scores.get(SCORE + tale, 0.0) for tale in TALES)


def guessed(
    worth: float,
    marks: frozenset[str],
    *,
    negative: float,
    positive: float,
    claim: float,
    forwards: int,
    imitates: bool,
) -> Tells:
    """Return what a model without a chat reader leaves to guess: `worth`, the log-odds that a message tells any story,
    shared out by its words (categories of `lexicon.yaml`), its mood, and whether it is passed on."""
    weights = (
        2.0 * negative,
        1.5 * bool(marks & {"hearsay", "spread"}) + 1.0 * bool(marks & {"doubt", "denial"}) + 0.8 * forwards + claim,
        3.0 * ("harm" in marks) + 1.5 * ("hazard" in marks),
        3.0 * imitates + 2.0 * ("fraud" in marks) + 1.5 * bool(marks & {"secret", "lure"}),
        2.0 * positive,
        0.5,
    )
    powers = [math.exp(weight) for weight in weights]
    share = 1.0 / (1.0 + math.exp(-worth)) / math.fsum(powers)
    return tuple(round(share * power, 4) for power in powers)


def log_odds(tells: Tells) -> float:
    """Return the log-odds that a message tells any story, within 7 either way."""
    probability = min(max(math.fsum(tells), 1e-3), 1.0 - 1e-3)
    return round(math.log(probability / (1.0 - probability)), 4)
