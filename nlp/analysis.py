"""Everything the model says of a text, in one pass: read `Analyser.analyse`.

A text is read on its own here: its sentiment is what the head says that learnt from tweets, which is how `earshot
analyse` scores on public sets. What a message of a brand's group says among the others, its sentiment included, is read
by `nlp/conversation.py` from the `reading` that an analysis carries.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlp.chat import SENTIMENTS, ChatReader, Reading, Told
from nlp.encoder import Encoder
from nlp.intents import ExampleReader
from nlp.language import UNDETERMINED, USUAL, detect
from nlp.narratives.tales import SCORE
from nlp.normalise import normalise
from nlp.topics import OTHER, Topic, TopicMatcher, posterior

SILENCE = {"negative": 0.0, "neutral": 1.0, "positive": 0.0}
CACHE = 5_000  # analyses kept for exact copies: about 20 MB


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one text says.

    `lang` is an ISO 639-1 code or "und"; `sentiment_scores` are calibrated probabilities of negative, neutral and
    positive that sum to 1, and `sentiment` the likeliest; `topic` is a topic's id, "other", or None without a brand,
    and `topic_score` its probability; `intent` is one of question, complaint, praise, claim, chitchat, other;
    `claim` is the probability that the text states something that could be checked; `scores` are probabilities: the
    model's other heads, "emotion.joy" or "irony", and the chat reader's "complaint" (the intent), "about" (it is about
    the brand) and "telling" (it tells a story worth following); `vector` float32 [d] has unit length (all zero for an
    empty text); `model` is the name and version of the weights. With `topic_evidence` (log-likelihoods) and `reading`
    (None for an empty text) `nlp/conversation.py` reads the message anew in its chat.
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
    topic_evidence: Mapping[str, float] = field(default_factory=dict)
    reading: Reading | None = field(default=None, compare=False)

    @property
    def about(self) -> float:
        """The probability that the text is about the brand at all; 0 where nobody has read it."""
        return self.scores.get("about", 0.0)

    @property
    def telling(self) -> float:
        """The probability that the text tells a story worth following; 0 where nobody has read it."""
        return self.scores.get("telling", 0.0)


class Analyser:
    """Texts to analyses. Copies of a text are free: the last `cache` distinct ones are remembered.

    Safe to call from several threads. The answer for a text does not depend on the others beside it.
    """

    def __init__(
        self,
        encoder: Encoder,
        topics: Sequence[Topic] = (),
        *,
        names: Sequence[str] = (),
        languages: Sequence[str] = USUAL,
        cache: int = CACHE,
    ) -> None:
        """`names` are the brand's name and aliases, `languages` those expected where a text is too short to tell."""
        self.encoder = encoder
        self.model = f"{encoder.name}/{encoder.version}"
        self._languages = tuple(languages)
        self._topics = TopicMatcher(encoder, topics, names)
        self._chat = ChatReader(encoder.chat_parameters, encoder, names) if encoder.chat_parameters else None
        self._examples = None if self._chat else ExampleReader(encoder)
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
        if not text:
            topic = OTHER if self._topics.ids else None
            return Analysis(UNDETERMINED, "neutral", SILENCE, topic, 1.0, "other", 0.0, {}, vector, self.model)
        lang = lang or detect(text, self._languages)
        group = self.encoder.language_groups.get(lang, "default")
        scores = {name: head.scores(logits[name], group) for name, head in self.encoder.heads.items()}
        sentiments = scores.pop("sentiment")
        sentiment = max(SENTIMENTS, key=sentiments.__getitem__)
        claim = _only(scores.pop("claim", {"claim": 0.0}))
        topics = self._topics.evidence(text, vector)
        placed: Mapping[str, float] = posterior(topics) if topics else {}
        topic = max(placed, key=placed.__getitem__, default=None)
        if self._chat:
            reading = self._chat.read(text, vector, logits)
        else:
            assert self._examples
            reading = self._examples.read(text, vector, sentiments, claim, placed.get(OTHER))
        told = reading.outside()
        return Analysis(
            lang=lang,
            sentiment=sentiment,
            sentiment_scores=sentiments,
            topic=topic,
            topic_score=placed[topic] if topic else 0.0,
            intent=told.intent,
            claim=claim,
            scores=_flat(scores) | chat_scores(told),
            vector=vector,
            model=self.model,
            topic_evidence=topics,
            reading=reading,
        )


def likeliest(shares: Mapping[str, float]) -> str:
    """Return the name with the largest share, the first of equals."""
    return max(shares, key=shares.__getitem__)


def chat_scores(told: Told) -> dict[str, float]:
    """Return what the chat reader adds to the scores of an analysis."""
    tells = {SCORE + tale: share for tale, share in told.tells.items()}
    return {"complaint": told.intents["complaint"], "about": told.about, "telling": told.telling, **tells}


def _only(scores: Mapping[str, float]) -> float:
    return next(iter(scores.values()))


def _flat(scores: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Name the labels of the other heads: "irony" where there is one label, "emotion.joy" where there are several."""
    return {
        (head if len(labels) == 1 else f"{head}.{label}"): score
        for head, labels in scores.items()
        for label, score in labels.items()
    }
