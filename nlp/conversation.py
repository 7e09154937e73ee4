"""What a message is about, given what was said before it: "yes, since Monday" means nothing on its own.

One step of the forward filter of a hidden Markov model (Rabiner 1989): the topic of a chat persists, the more surely
the sooner the next message comes, and almost surely from a message to its reply.
"""

import math
from dataclasses import dataclass, replace

from nlp.analysis import Analysis
from nlp.intents import intent_of
from nlp.topics import OTHER, likeliest

REPLY = 0.9
"""How surely a reply is about what it replies to."""
NEXT = 0.7
"""How surely the next message of a chat is about the same, when it comes at once."""
FADES = 900.0
"""Seconds in which that fades by a factor e."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message of the same chat: its topic, how probable that was, when it was sent (seconds)."""

    topic: str | None
    topic_score: float
    at: float


def in_conversation(
    analysis: Analysis, at: float, *, parent: Turn | None = None, previous: Turn | None = None
) -> Analysis:
    """Return `analysis` with topic, topic score and intent as they are after `parent`, or else after `previous`.

    `at` is when the message was sent, in seconds; `parent` is the message that it replies to, `previous` the one before
    it in its chat. It depends on its arguments alone, so a restart from stored messages finds the same topics.
    """
    evidence = analysis.topic_evidence
    before = parent or previous
    if not evidence or before is None or before.topic not in evidence:
        return analysis
    carries = REPLY if parent else NEXT * math.exp(-max(at - before.at, 0.0) / FADES)
    rest = (1.0 - before.topic_score) / max(len(evidence) - 1, 1)
    prior = {
        topic: (1.0 - carries) / len(evidence) + carries * (before.topic_score if topic == before.topic else rest)
        for topic in evidence
    }
    topic, score = likeliest({topic: weight + math.log(prior[topic]) for topic, weight in evidence.items()})
    intent = intent_of(
        asks=analysis.asks, sentiment=analysis.sentiment, claim=analysis.claim, about_brand=topic != OTHER
    )
    return replace(analysis, topic=topic, topic_score=score, intent=intent)
