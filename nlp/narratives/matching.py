"""How evidence adds up: is this message, or this story, another telling of that story?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.background import Background
from nlp.narratives.member import Member
from nlp.narratives.pool import Pool
from nlp.narratives.story import Story
from nlp.narratives.summaries import leading
from nlp.narratives.tales import NOTHING, Tells, alike
from nlp.narratives.terms import Rarity

DAY = 86_400.0
_BEARS = 2.0  # spreads above the usual from which a text bears on a fact of the brand


@dataclass(frozen=True)
class Weights:
    """The one configuration. Cosines of centred vectors count in spreads above the usual (`Background`), so that the
    numbers do not depend on the encoder.

    Feeds: `sparse` weighs a tf-idf cosine of 1, `size` a story's ln(1 + messages) as they fade; `join`, `merge` and
    `again` are what a message, a live narrative and a retired one need to be taken for the same.
    Conversations: log-odds that two exchanges tell the same story, fitted to the stories of `bench/scenarios`. `dense`
    weighs the likeness to the whole story, `nearest` to its likest message, `known` that a person told both, `late`
    ln(1 + hours) of silence, `says` and `tells` how much of a story the message and the story tell (within
    `least_worth` and `most_worth`), `alike` that they tell the same kinds of tale, `heard` ln(1 + messages),
    `same_fact` and `other_fact` that they bear on one fact of the brand or on two, `topic` the share of the story that
    is of the message's topic; `retold` is, in the unit of `merge`, what two narratives of conversations need to be
    taken for the same.
    """

    sparse: float = 8.5
    size: float = 0.43
    join: float = 7.0
    merge: float = 10.5
    again: float = 14.0
    half_life: float = 3 * DAY
    same: float = -9.05
    dense: float = 0.38
    nearest: float = 0.69
    known: float = 2.1
    other_language: float = 1.3
    late: float = -0.22
    says: float = 0.72
    tells: float = 0.81
    alike: float = 4.8
    least_worth: float = -3.0
    most_worth: float = 1.5
    heard: float = -0.53
    same_fact: float = 1.0
    other_fact: float = -0.8
    topic: float = 0.84
    retold: float = 8.0


@dataclass(frozen=True, slots=True)
class Query:
    """What is compared: a centred unit vector and a unit tf-idf vector, when it was said; in conversations also how
    much of a story it tells (log-odds) and of which kinds, in which language, who told it, under which topic."""

    centred: NDArray[np.float32]
    terms: Mapping[str, float]
    at: float
    talks: bool
    worth: float = 0.0
    lang: str = ""
    people: tuple[str, ...] = ()
    topic: str | None = None
    tells: Tells = NOTHING

    @classmethod
    def of_message(
        cls, member: Member, centred: NDArray[np.float32], terms: Mapping[str, float], talks: bool
    ) -> "Query":
        """Ask for the story that a message tells."""
        people = (member.person,)
        return cls(centred, terms, member.at, talks, member.worth, member.lang, people, member.topic, member.tells)

    @classmethod
    def of_story(cls, story: Story, pool: Pool, rarity: Rarity, talks: bool) -> "Query":
        """Ask for the story that another tells again."""
        slot, lang = story.slot, leading(story.counts.langs) or ""
        centred, terms = pool.vectors[slot] / pool.norms[slot], unit_terms(story.terms, rarity)
        people, at = tuple(story.counts.people), float(pool.last[slot])
        return cls(centred, terms, at, talks, story.mean_worth(), lang, people, story.leading_topic(), story.tells)


@dataclass(frozen=True, slots=True)
class Match:
    """A story's row and how strongly the evidence is for it."""

    slot: int
    score: float


class Matcher:
    """Finds the live stories that a message or another story may tell again."""

    def __init__(self, weights: Weights, facts: NDArray[np.float32]) -> None:
        self.weights, self.facts = weights, facts

    def matches(
        self, query: Query, pool: Pool, background: Background, rarity: Rarity, owners: Mapping[int, Story]
    ) -> list[Match]:
        """Return the best few stories, strongest evidence first. A positive score is enough, in conversations and feeds
        alike."""
        w = self.weights
        found = pool.likeness(query.centred, query.terms, rarity)
        slots = found.slots
        near = (found.dense - background.level) / background.spread
        hours = np.maximum(query.at - pool.last[slots], 0.0) / 3_600.0
        size = np.log1p(pool.weights[slots] * 0.5 ** (hours * 3_600.0 / w.half_life))
        if not query.talks:
            return _best(slots, near + w.sparse * found.sparse + w.size * size - w.join, 6)
        score = w.same + w.dense * near + w.late * np.log1p(hours) + w.heard * size
        score += w.says * float(np.clip(query.worth, w.least_worth, w.most_worth))
        score += w.tells * np.clip(pool.worths[slots], w.least_worth, w.most_worth)
        mine = _leaning(self.facts, query.centred, background)
        closer = []
        for match in _best(slots, score, 12):
            story = owners[int(pool.owners[match.slot])]
            theirs = _leaning(self.facts, pool.vectors[match.slot] / pool.norms[match.slot], background)
            facts = self._facts(mine, theirs)
            closer.append(Match(match.slot, match.score + facts + self._closer(query, story, background)))
        return sorted(closer, key=lambda match: (-match.score, match.slot))

    def alike(
        self,
        vectors: tuple[NDArray[np.float32], NDArray[np.float32]],
        stories: tuple[Story, Story],
        background: Background,
    ) -> float:
        """Return the evidence, in the unit of `Weights.merge`, that two stories of these mean vectors are the same."""
        (one, other), (a, b) = vectors, stories
        lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
        cosine = float(np.dot(one, other)) / lengths if lengths else 0.0
        shared = sum(weight * b.terms.get(word, 0.0) for word, weight in a.terms.items())
        norms = math.sqrt(sum(w * w for w in a.terms.values()) * sum(w * w for w in b.terms.values()))
        sparse = shared / norms if norms else 0.0
        return (cosine - background.level) / background.spread + self.weights.sparse * sparse

    def _facts(self, mine: tuple[int, float], theirs: tuple[int, float]) -> float:
        if min(mine[1], theirs[1]) <= _BEARS:
            return 0.0
        return self.weights.same_fact if mine[0] == theirs[0] else self.weights.other_fact

    def _closer(self, query: Query, story: Story, background: Background) -> float:
        """Return the evidence that needs a look into the story: its likest message, people, languages and topics."""
        w = self.weights
        nearest = 0.0
        if story.vectors:
            vectors = np.stack([vector for _, vector in story.vectors]).astype(np.float32)
            nearest = (float(np.max(vectors @ query.centred)) - background.level) / background.spread
        known = any(person in story.counts.people for person in query.people)
        foreign = bool(query.lang) and query.lang not in story.counts.langs
        topics = story.counts.topics
        shared = topics.get(query.topic, 0) / max(sum(topics.values()), 1) if query.topic else 0.0
        evidence = w.nearest * nearest + w.known * known + w.other_language * foreign + w.topic * shared
        return evidence + w.alike * alike(query.tells, story.tells)


def _leaning(facts: NDArray[np.float32], unit: NDArray[np.float32], background: Background) -> tuple[int, float]:
    """Return the number of the fact nearest to a centred unit vector, and its cosine in spreads; (0, 0) for none."""
    if not len(facts):
        return 0, 0.0
    cosines = facts @ unit
    best = int(np.argmax(cosines))
    return best, round(float(cosines[best]) / background.spread, 4)


def _best(slots: NDArray[np.int64], scores: NDArray[np.float64], count: int) -> list[Match]:
    order = np.argsort(-scores, kind="stable")[:count].tolist()
    return [Match(int(slots[i]), float(scores[i])) for i in order]


def unit_terms(terms: Mapping[str, float], rarity: Rarity) -> dict[str, float]:
    """Return a story's words as a unit tf-idf vector."""
    weights = {word: weight * rarity.idf(word) for word, weight in terms.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}
