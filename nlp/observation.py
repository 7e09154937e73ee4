"""One analysed, redacted, pseudonymous message: what narratives and detectors learn from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything the learners may know of a message. It survives storage bit for bit: restarts replay it.

    `key` is the storage row id (grows with arrival), `at` seconds since 1970 UTC, `chat` and `person` are pseudonyms,
    `text` is redacted, `vector` is the unit sentence vector as float16 [d], scores are in 0..1 with four decimals,
    `reply_to` is the row id of the message answered, `thread` the topic of the chat where it has any, `links` are the
    addresses shared (no query secrets).
    """

    key: int
    at: float
    chat: str
    person: str
    platform: str
    lang: str
    text: str
    vector: NDArray[np.float16]
    sentiment: str
    sentiment_scores: Mapping[str, float]
    topic: str | None
    topic_score: float
    intent: str
    claim: float
    scores: Mapping[str, float]
    reply_to: int | None = None
    forwarded: bool = False
    forwarded_many: bool = False
    links: tuple[str, ...] = ()
    media: str | None = None
    thread: str | None = None

    @property
    def about(self) -> float:
        """The probability that the message is about the brand at all, as its chat reader said; 0 where none did."""
        return self.scores.get("about", 0.0)

    @property
    def telling(self) -> float:
        """The probability that the message tells a story worth following rather than talks; 0 where no one said."""
        return self.scores.get("telling", 0.0)
