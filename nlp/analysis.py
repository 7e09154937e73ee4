"""Everything the model says of a message, in one pass: read `Analyser.analyse`."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder
from nlp.intents import intent_of
from nlp.language import UNDETERMINED, USUAL, detect
from nlp.normalise import normalise
from nlp.topics import OTHER, Topic, TopicMatcher

SENTIMENTS = ("negative", "neutral", "positive")
CACHE = 20_000  # analyses kept for exact copies: about 40 MB


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one text says.

    `lang` is an ISO 639-1 code or "und"; `sentiment_scores` are calibrated probabilities of negative, neutral and
    positive that sum to 1, and `sentiment` the likeliest; `topic` is a topic's id, "other", or None without a brand,
    and `topic_score` its similarity in -1..1; `intent` is one of question, complaint, praise, claim, chitchat, other;
    `claim` is the probability that the text states something that could be checked; `scores` are the model's other
    heads, "emotion.joy" or "irony" to a probability; `vector` float32 [d] has unit length (all zero for an empty text);
    `model` is the version of the weights.
    """

    lang: str
    sentiment: str
    sentiment_scores: Mapping[str, float]
    topic: str | None
    topic_score: float
    intent: str
    claim: float
    scores: Mapping[str, float] = field(default_factory=dict)
    vector: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32), compare=False)
    model: str = ""


class Analyser:
    """Texts to analyses. Copies of a text are free: the last `cache` distinct ones are remembered.

    Safe to call from several threads. The answer for a text does not depend on the others beside it.
    """

    def __init__(
        self,
        encoder: Encoder,
        topics: Sequence[Topic] = (),
        *,
        languages: Sequence[str] = USUAL,
        cache: int = CACHE,
    ) -> None:
        """`languages` are those expected in the groups, for texts too short to tell."""
        self.encoder = encoder
        self.model = f"{encoder.name}/{encoder.version}"
        self._languages = tuple(languages)
        self._topics = TopicMatcher(encoder, topics)
        self._cache: OrderedDict[tuple[str, str | None], Analysis] = OrderedDict()
        self._capacity = cache
        self._lock = threading.Lock()

    def analyse(self, texts: Sequence[str], langs: Sequence[str | None] | None = None) -> list[Analysis]:
        """Return one analysis a text, in their order; the model reads each distinct new text once.

        `langs` are the languages where known, as long as `texts`; None entries are detected.
        """
        keys = list(zip(map(normalise, texts), langs or [None] * len(texts), strict=True))
        known: dict[tuple[str, str | None], Analysis] = {}
        with self._lock:
            for key in keys:
                if key in self._cache:
                    self._cache.move_to_end(key)
                    known[key] = self._cache[key]
        new = [key for key in dict.fromkeys(keys) if key not in known]
        known.update(zip(new, self._read(new), strict=True))
        with self._lock:
            self._cache.update((key, known[key]) for key in new)
            while len(self._cache) > self._capacity:
                self._cache.popitem(last=False)
        return [known[key] for key in keys]

    def _read(self, keys: Sequence[tuple[str, str | None]]) -> list[Analysis]:
        if not keys:
            return []
        encoded = self.encoder.encode([text for text, _ in keys])
        return [
            self._one(text, lang, encoded.vectors[row], {name: logits[row] for name, logits in encoded.logits.items()})
            for row, (text, lang) in enumerate(keys)
        ]

    def _one(
        self, text: str, lang: str | None, vector: NDArray[np.float32], logits: Mapping[str, NDArray[np.float32]]
    ) -> Analysis:
        lang = lang or detect(text, self._languages)
        if not text:
            sentiments = {"negative": 0.0, "neutral": 1.0, "positive": 0.0}
            topic = None if self._topics.empty else OTHER
            return Analysis(UNDETERMINED, "neutral", sentiments, topic, 0.0, "other", 0.0, {}, vector, self.model)
        group = self.encoder.language_groups.get(lang, "default")
        scores = {name: head.scores(logits[name], group) for name, head in self.encoder.heads.items()}
        sentiments = scores.pop("sentiment")
        sentiment = max(SENTIMENTS, key=lambda label: sentiments[label])
        claim = _only(scores.pop("claim", {"claim": 0.0}))
        question = _only(scores["question"]) if "question" in scores else None
        topic, nearness = self._topics.match(vector)
        intent = intent_of(
            text, sentiment=sentiment, about_brand=topic not in (None, OTHER), claim=claim, question=question
        )
        return Analysis(
            lang, sentiment, sentiments, topic, nearness, intent, claim, dict(_flat(scores)), vector, self.model
        )


def _only(scores: Mapping[str, float]) -> float:
    return next(iter(scores.values()))


def _flat(scores: Mapping[str, Mapping[str, float]]) -> list[tuple[str, float]]:
    """Name the labels of the other heads: "irony" where there is one label, "emotion.joy" where there are several."""
    return [
        (head if len(labels) == 1 else f"{head}.{label}", score)
        for head, labels in scores.items()
        for label, score in labels.items()
    ]
