"""A made-up brand and made-up messages for the story engine's tests."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.stories import Knowledge, StoryEngine
from config.brand import Brand, parse_brand
from nlp.observation import Observation

DIMENSIONS = 128
START = 1_750_000_000.0
BRAND = parse_brand(
    """
brand: {name: Orvelle, aliases: [Orvelle], sector: mobile telephony, languages: [en, fr]}
topics:
  - {id: network, label: Network, description: "Coverage, calls, data"}
  - {id: safety, label: Safety, description: "Overheating phones, burns, recalls"}
  - {id: other, label: Other, description: "Anything else"}
facts:
  - {id: f1, statement: "Orvelle masts are measured every year.", evidence_url: "https://www.orvelle.example/masts"}
"""
)


def direction(name: str) -> NDArray[np.float32]:
    """A unit vector that belongs to a name."""
    seed = int.from_bytes(name.encode()[:8].ljust(8, b"."), "big") % (2**32)
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def engine(brand: Brand = BRAND) -> StoryEngine:
    """An engine that knows the brand's facts and topics."""
    knowledge = Knowledge({"f1": direction("masts")}, (direction("network"), direction("phones")), ())
    return StoryEngine(brand, knowledge, dimensions=DIMENSIONS)


def said(key: int, text: str, subject: str, **over: Any) -> Observation:
    """A message about a subject; `minutes` after the start."""
    mixed = direction(subject) + 0.5 * direction(f"{key}-noise") + 0.8 * direction("common")
    fields: dict[str, Any] = {
        "key": key,
        "at": START + 60.0 * over.pop("minutes", key),
        "chat": "north",
        "person": f"person-{key % 7}",
        "platform": "telegram",
        "lang": "en",
        "text": text,
        "vector": np.asarray(mixed / np.linalg.norm(mixed), np.float16),
        "sentiment": "neutral",
        "sentiment_scores": {"negative": 0.2, "neutral": 0.6, "positive": 0.2},
        "topic": "other",
        "topic_score": 0.0,
        "intent": "other",
        "claim": 0.2,
        "scores": {},
    }
    return Observation(**(fields | over))


def angry(key: int, text: str, subject: str, **over: Any) -> Observation:
    """A complaint about the brand."""
    scores = {"negative": 0.9, "neutral": 0.08, "positive": 0.02}
    defaults: dict[str, Any] = {
        "sentiment": "negative",
        "sentiment_scores": scores,
        "claim": 0.6,
        "topic": "network",
        "intent": "complaint",
    }
    return said(key, text, subject, **(defaults | over))


def chatter(first: int = 1, count: int = 60, minutes: float = 0.0) -> list[Observation]:
    """Small talk of eight people in two chats."""
    texts = ("good morning all", "happy birthday!", "who watches the match", "what a goal", "see you", "rain again")
    return [
        said(
            first + i,
            texts[i % 6],
            f"talk{i % 6}",
            chat=("north", "south")[i % 2],
            person=f"neighbour-{i % 8}",
            minutes=minutes + 15 * i,
        )
        for i in range(count)
    ]


def buzz(first: int, minutes: float, people: int = 7) -> list[Observation]:
    """A complaint about the network that spreads over three chats."""
    texts = (
        "Orvelle network down again, no calls since this morning",
        "same here no Orvelle network at all, no calls",
        "I pay Orvelle 40 a month and the network is down again",
        "no network no answer from Orvelle, calls fail since the morning",
    )
    return [
        angry(
            first + i,
            texts[i % 4],
            "network",
            chat=("north", "south", "east")[i % 3],
            person=f"customer-{i}",
            minutes=minutes + 11 * i,
        )
        for i in range(people)
    ]
