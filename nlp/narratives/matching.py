"""How evidence adds up: is this message, or this story, another telling of that story?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.background import Background
from nlp.narratives.pool import Pool
from nlp.narratives.story import Story
from nlp.narratives.terms import Rarity

DAY = 86_400.0


@dataclass(frozen=True)
class Weights:
    """The one configuration. Cosines of centred vectors count in spreads above the usual (`Background`), so that the
    numbers do not depend on the encoder; `sparse` weighs a tf-idf cosine of 1 and `size` a story's ln(1 + messages).
    """

    sparse: float = 8.5
    size: float = 0.43
    join: float = 6.5
    merge: float = 11.0
    talk_join: float = 6.5
    topic_same: float = 1.0
    topic_other: float = -1.5
    worth: float = 6.0
    worth_level: float = 0.4
    person: float = 1.0
    half_life: float = 3 * DAY


@dataclass(frozen=True, slots=True)
class Query:
    """What is compared: a centred unit vector and a unit tf-idf vector, when it was said; in conversations also its
    topic (number, -1 for none), how much of a story it tells, and who told it."""

    centred: NDArray[np.float32]
    terms: Mapping[str, float]
    at: float
    talks: bool
    topic: int = -1
    worth: float = 0.0
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A story's row and how strongly the evidence is for it."""

    slot: int
    score: float


class Matcher:
    """Finds the live stories that a message or another story may tell again."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def matches(
        self, query: Query, pool: Pool, background: Background, rarity: Rarity, owners: Mapping[int, Story]
    ) -> list[Match]:
        """Return the best few stories, strongest evidence first."""
        w = self.weights
        found = pool.likeness(query.centred, background.mean, query.terms, rarity)
        slots = found.slots
        score = (found.dense - background.level) / background.spread + w.sparse * found.sparse
        age = np.maximum(query.at - pool.last[slots], 0.0)
        score = score + w.size * np.log1p(pool.weights[slots] * 0.5 ** (age / w.half_life))
        if query.talks:
            theirs = pool.topics[slots]
            if query.topic >= 0:
                score += np.where(theirs == query.topic, w.topic_same, np.where(theirs >= 0, w.topic_other, 0.0))
            score += w.worth * (np.sqrt(query.worth * pool.worths[slots]) - w.worth_level)
        best = np.argsort(-score, kind="stable")[:6].tolist()
        matches = [
            Match(int(slots[i]), float(score[i]) + self._known(query, owners[int(pool.owners[slots[i]])])) for i in best
        ]
        return sorted(matches, key=lambda match: (-match.score, match.slot))

    def _known(self, query: Query, story: Story) -> float:
        return self.weights.person if query.talks and any(p in story.counts.people for p in query.people) else 0.0


def unit_terms(terms: Mapping[str, float], rarity: Rarity) -> dict[str, float]:
    """Return a story's words as a unit tf-idf vector."""
    weights = {word: weight * rarity.idf(word) for word, weight in terms.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}
