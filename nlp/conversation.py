"""What a message is about and wants, given what was said before it: "yes, since Monday" means nothing on its own.

One step of the forward filter of a hidden Markov model (Rabiner 1989). The topic of a chat persists, the more surely
the sooner the next message comes, and almost surely from a message to its reply. So does what people do: a question is
answered, a claim discussed, praise joined in, chat goes on.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nlp.analysis import Analysis
from nlp.intents import likeliest_intent
from nlp.topics import OTHER, posterior

REPLY = 0.9
"""How surely a reply is about what it replies to."""
NEXT = 0.7
"""How surely the next message of a chat is about the same, when it comes at once."""
FADES = 900.0
"""Seconds in which that fades by a factor e."""
FOLLOWS = {
    ("question", "other"): 3.0,
    ("question", "chitchat"): 0.5,
    ("complaint", "complaint"): 1.5,
    ("praise", "praise"): 2.5,
    ("claim", "claim"): 3.0,
    ("chitchat", "chitchat"): 1.5,
    ("chitchat", "other"): 0.5,
}
"""How many times likelier than otherwise an intent is right after another."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message of the same chat: its topic, how probable that was, its intent, when it was sent (seconds)."""

    topic: str | None
    topic_score: float
    intent: str
    at: float


def in_conversation(
    analysis: Analysis, at: float, *, parent: Turn | None = None, previous: Turn | None = None
) -> Analysis:
    """Return `analysis` with topic, topic score and intent as they are after `parent`, or else after `previous`.

    `at` is when the message was sent, in seconds; `parent` is the message that it replies to, `previous` the one before
    it in its chat. It depends on its arguments alone, so a restart from stored messages finds the same.
    """
    before = parent or previous
    if before is None or not analysis.intent_evidence:
        return analysis
    fresh = 1.0 if parent else math.exp(-max(at - before.at, 0.0) / FADES)
    topics = _after(before, REPLY if parent else NEXT * fresh, analysis.topic_evidence)
    told = posterior(topics) if topics else {}
    topic = max(told, key=told.__getitem__, default=None)
    intents = {
        intent: weight + fresh * math.log(FOLLOWS.get((before.intent, intent), 1.0))
        for intent, weight in analysis.intent_evidence.items()
    }
    return replace(
        analysis,
        topic=topic,
        topic_score=told[topic] if topic else 0.0,
        intent=likeliest_intent(intents, told.get(OTHER)),
    )


def _after(before: Turn, carries: float, evidence: Mapping[str, float]) -> Mapping[str, float]:
    """Weigh each topic by how likely it is after `before`: a share `carries` goes on, the rest starts anew."""
    if before.topic not in evidence:
        return evidence
    rest = (1.0 - before.topic_score) / max(len(evidence) - 1, 1)
    past = {topic: before.topic_score if topic == before.topic else rest for topic in evidence}
    anew = (1.0 - carries) / len(evidence)
    return {topic: weight + math.log(anew + carries * past[topic]) for topic, weight in evidence.items()}
