"""What a message says among the others of its group: "yes, since Monday" means nothing on its own.

Its intent, its sentiment (as people of a group show it, which is not as tweets do), `about` and `telling` come from
the chat reader (`nlp/chat.py`), which weighs what it replies to and what stood before it. Its topic takes one step of
the forward filter of a hidden Markov model (Rabiner 1989): the topic of a chat persists, the more surely the sooner the
next message comes, and almost surely from a message to its reply. Whether it has a topic of the brand at all is what
the chat reader says of `about`, which topics by themselves know less well.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nlp.analysis import Analysis, chat_scores, likeliest
from nlp.chat import State
from nlp.topics import OTHER, posterior

REPLY = 0.9
"""How surely a reply is about what it replies to."""
NEXT = 0.7
"""How surely the next message of a chat is about the same, when it comes at once."""
FADES = 900.0
"""Seconds in which that fades by a factor e."""
LEANS = 0.5
"""How much (log) a topic is preferred to "other", which is as common as all topics together."""
UNSURE = 0.01
"""No reading is surer than this that a message is about the brand, or that it is not."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message of the same chat: its topic, how probable that was, its intent, when it was sent (seconds).

    `sentiment_scores` and `scores` are those of its analysis; without "about" and "telling" among them, which old
    messages and those without a text lack, it counts for the topic only.
    """

    topic: str | None
    topic_score: float
    intent: str
    at: float
    sentiment_scores: Mapping[str, float] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, analysis: Analysis, at: float) -> "Turn":
        """Return what an analysis, sent at `at`, is to the messages after it."""
        return cls(
            analysis.topic, analysis.topic_score, analysis.intent, at, analysis.sentiment_scores, analysis.scores
        )


def fresh(seconds: float) -> float:
    """Return how much a message still counts `seconds` after it, 0..1."""
    return math.exp(-max(seconds, 0.0) / FADES)


def in_conversation(
    analysis: Analysis, at: float, *, parent: Turn | None = None, previous: Turn | None = None
) -> Analysis:
    """Return `analysis` as of a message in its group, after `parent` and `previous`; without a text, unchanged.

    `at` is when the message was sent, in seconds; `parent` is the message that it replies to, `previous` the one before
    it in its chat. It depends on its arguments alone, so a restart from stored messages finds the same.
    """
    if analysis.reading is None:
        return analysis
    still = fresh(at - previous.at) if previous else 0.0
    told = analysis.reading.after(_state(parent), _state(previous), still)
    topics = _if_about(told.about, analysis.topic_evidence)
    if parent:
        topics = _after(parent, REPLY, topics)
    elif previous:
        topics = _after(previous, NEXT * still, topics)
    placed = posterior(topics) if topics else {}
    topic = likeliest(placed) if placed else None
    return replace(
        analysis,
        topic=topic,
        topic_score=placed[topic] if topic else 0.0,
        intent=told.intent,
        sentiment=likeliest(told.sentiments),
        sentiment_scores=told.sentiments,
        scores={**analysis.scores, **chat_scores(told)},
    )


def _state(turn: Turn | None) -> State | None:
    if turn is None or not {"about", "telling"} <= turn.scores.keys():
        return None
    return State(turn.intent, turn.sentiment_scores, turn.scores["about"], turn.scores["telling"])


def _if_about(about: float, evidence: Mapping[str, float]) -> Mapping[str, float]:
    """Share `about` among the topics by their evidence, and leave the rest to "other", whatever its own evidence."""
    topics = {topic: weight for topic, weight in evidence.items() if topic != OTHER}
    if not topics or OTHER not in evidence:
        return evidence
    about = min(max(about, UNSURE), 1.0 - UNSURE)
    top = max(topics.values())
    total = top + math.log(sum(math.exp(weight - top) for weight in topics.values()))
    shared = {topic: weight - total + math.log(about) for topic, weight in topics.items()}
    return shared | {OTHER: math.log(1.0 - about) - LEANS}


def _after(before: Turn, carries: float, evidence: Mapping[str, float]) -> Mapping[str, float]:
    """Weigh each topic by how likely it is after `before`: a share `carries` goes on, the rest starts anew."""
    if before.topic not in evidence:
        return evidence
    rest = (1.0 - before.topic_score) / max(len(evidence) - 1, 1)
    past = {topic: before.topic_score if topic == before.topic else rest for topic in evidence}
    anew = (1.0 - carries) / len(evidence)
    return {topic: weight + math.log(anew + carries * past[topic]) for topic, weight in evidence.items()}
