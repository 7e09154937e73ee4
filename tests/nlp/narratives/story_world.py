"""Made-up messages for the narrative tests: vectors with directions of their own, invented people."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.observation import Observation

DIMENSIONS = 128
START = 1_750_000_000.0


def direction(name: str) -> NDArray[np.float32]:
    """A unit vector that belongs to a name."""
    seed = int.from_bytes(name.encode()[:8].ljust(8, b"."), "big") % (2**32)
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def vector(subject: str, key: int, noise: float = 0.6) -> NDArray[np.float16]:
    """A message's vector: its subject, some noise of its own, and what all vectors share."""
    mixed = direction(subject) + noise * direction(f"{key}-noise") + 0.8 * direction("common")
    return np.asarray(mixed / np.linalg.norm(mixed), np.float16)


def said(key: int, text: str, subject: str, **over: Any) -> Observation:
    """A message about a subject; `minutes` after the start unless `at` is given."""
    minutes = over.pop("minutes", key)
    fields: dict[str, Any] = {
        "key": key,
        "at": START + 60.0 * minutes,
        "chat": "north",
        "person": f"p{key % 7}",
        "platform": "telegram",
        "lang": "en",
        "text": text,
        "vector": vector(subject, key),
        "sentiment": "neutral",
        "sentiment_scores": {"negative": 0.2, "neutral": 0.6, "positive": 0.2},
        "topic": None,
        "topic_score": 0.0,
        "intent": "other",
        "claim": 0.2,
        "scores": {},
    }
    return Observation(**(fields | over))


def angry(key: int, text: str, subject: str, **over: Any) -> Observation:
    """A complaint."""
    scores = {"negative": 0.9, "neutral": 0.08, "positive": 0.02}
    return said(key, text, subject, sentiment="negative", sentiment_scores=scores, claim=0.6, **over)


def feed(subjects: Sequence[str], repeats: int) -> list[Observation]:
    """A feed of unrelated senders in which each subject is told `repeats` times, in turn."""
    messages = []
    for turn in range(repeats):
        for number, subject in enumerate(subjects):
            key = turn * len(subjects) + number + 1
            text = f"{subject} happened again near {subject}ville number {turn} says witness{key}"
            messages.append(said(key, text, subject, chat="feed", person=f"sender{key}", minutes=3 * key))
    return messages
