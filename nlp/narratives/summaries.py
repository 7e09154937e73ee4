"""From a story in memory to what is told of it: numbers, a title, a representative, quotes."""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import numpy as np
import stopwordsiso
from numpy.typing import NDArray

from nlp.narratives.lexicon import plain
from nlp.narratives.member import Member, Stance
from nlp.narratives.story import Story
from nlp.narratives.summary import NarrativeState, NarrativeSummary

HOUR = 3_600.0
_WINDOW = 3 * HOUR  # of velocity; acceleration compares it with the window before
_SILENT = 12 * HOUR  # a story unheard for so long is fading
_YOUNG = 6  # messages until which a story is emerging
_TITLE_WORDS = 4
_QUOTES = 5
_COPY = 0.8  # cosine of centred vectors from which a second quote says the same again
_USUAL_LANGUAGES = ("en", "fr")  # whose function words turn up in chats of any language


def summarise(
    story: Story, centroid: NDArray[np.float32], idf: Mapping[str, float], now: float, facts: Mapping[str, str]
) -> NarrativeSummary:
    """Return a recognised story in numbers as of `now`; `centroid` is its mean vector, `idf` its words' rarity."""
    if story.narrative is None:
        raise ValueError("a story without a number is not told yet")
    counts = story.counts
    last = max((member.at for member in story.members), default=story.first)
    recent = sum(last - _WINDOW < member.at <= last for member in story.members)
    before = sum(last - 2 * _WINDOW < member.at <= last - _WINDOW for member in story.members)
    hours = _WINDOW / HOUR
    ranked = ranked_members(story, centroid)
    told = sum(counts.sentiments.values()) or 1
    felt = sum(counts.emotions.values()) or 1
    return NarrativeSummary(
        id=story.narrative,
        title=title(story, idf),
        lang=leading(counts.langs) or "",
        representative=ranked[0].key if ranked else story.representative,
        state=state(story, last, now, recent, before),
        first_seen=story.first,
        last_seen=last,
        messages=counts.messages,
        people=len(counts.people),
        chats=tuple(counts.chats),
        platforms=tuple(counts.platforms),
        forwards=counts.forwards,
        langs=dict(counts.langs),
        sentiment={name: round(n / told, 4) for name, n in counts.sentiments.items()},
        emotion={name: round(n / felt, 4) for name, n in counts.emotions.items()},
        stance=dict(counts.stances),
        velocity=recent / hours,
        acceleration=(recent - before) / hours / hours,
        links=tuple(counts.links),
        topic=story.leading_topic(),
        facts=dict(facts),
        quotes=tuple(member.key for member in _quotes(ranked, story)),
        history=tuple(story.history),
        topics={name: round(n / counts.messages, 4) for name, n in counts.topics.items()},
    )


def state(story: Story, last: float, now: float, recent: int, before: int) -> NarrativeState:
    """Return where a story is in its life."""
    if now - last > _SILENT:
        return NarrativeState.FADING
    if story.history and story.history[-1].what == "resurgence":
        return NarrativeState.RESURGING
    times = sorted(member.at for member in story.members[-_YOUNG:])
    if any(later - earlier > 2 * _SILENT for earlier, later in pairwise(times)):
        return NarrativeState.RESURGING
    if story.counts.messages <= _YOUNG:
        return NarrativeState.EMERGING
    return NarrativeState.GROWING if recent >= before else NarrativeState.FADING


def title(story: Story, idf: Mapping[str, float]) -> str:
    """Return the words that set the story apart, as people write them: those first that many of its messages have.

    Words and not a sentence: a title may be shown before enough people tell the story for one of them to be quoted.
    """
    empty = frozenset[str]().union(*(_function_words(lang) for lang in (*_USUAL_LANGUAGES, *story.counts.langs)))
    weights = {
        word: (story.repeated.get(word, 1) + 0.5 * min(story.terms.get(word, 0.0), 1.0)) ** 1.5 * idf[word]
        for word in story.terms | story.repeated
        if len(word) > 2 and not word[0].isdigit() and word not in empty
    }
    best = sorted(weights, key=lambda word: (-weights[word], word))[:_TITLE_WORDS]
    return " · ".join(story.surfaces.get(word, word) for word in best)


@cache
def _function_words(lang: str) -> frozenset[str]:
    """Return the words of a language that tell nothing on their own, as `terms.words` writes them; empty if unknown."""
    known = stopwordsiso.has_lang(lang)
    return frozenset(plain(word) for word in stopwordsiso.stopwords(lang)) if known else frozenset()


def ranked_members(story: Story, centroid: NDArray[np.float32]) -> list[Member]:
    """Return the members whose vectors are kept, the most telling first: near the centre, no question."""
    held = dict(story.vectors)
    members = [member for member in story.members if member.key in held]
    if not members:
        return []
    matrix = np.stack([held[member.key] for member in members]).astype(np.float32)
    centre = centroid / max(float(np.sqrt(np.dot(centroid, centroid))), 1e-6)
    nearness = np.round(matrix @ centre, 4)
    scores = [
        float(near) + 0.2 * member.worth - 0.1 * (member.stance is not Stance.SPREAD)
        for near, member in zip(nearness, members, strict=True)
    ]
    order = sorted(range(len(members)), key=lambda i: (-scores[i], members[i].key))
    return [members[i] for i in order]


def _quotes(ranked: list[Member], story: Story) -> list[Member]:
    """Return at most five members of different people: those that say something new before those that repeat it."""
    held = {key: vector.astype(np.float32) for key, vector in story.vectors}
    new, repeated, people = list[Member](), list[Member](), set[str]()
    for member in ranked:
        if member.person in people:
            continue
        people.add(member.person)
        again = any(round(float(held[member.key] @ held[other.key]), 4) >= _COPY for other in new)
        (repeated if again else new).append(member)
    return (new + repeated)[:_QUOTES]


def leading(table: Mapping[str, int]) -> str | None:
    """Return the key with the largest count, the alphabetically first of equals."""
    return min(table, key=lambda key: (-table[key], key), default=None)
