"""A message as its story remembers it: small, without its text, with what it says about the story."""

import math
from dataclasses import dataclass
from enum import StrEnum

from nlp.narratives.frame import Frame
from nlp.narratives.lexicon import marks
from nlp.observation import Observation


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a message is to the brand's nearest fact and topic, in spreads above the usual cosine (0: unknown)."""

    fact: float = 0.0
    topic: float = 0.0


class Stance(StrEnum):
    """What a message does with the story it tells."""

    SPREAD = "spread"
    QUESTION = "question"
    DENIAL = "denial"


@dataclass(slots=True)
class Member:
    """One message of a story. `about` is how probably it concerns the brand, `worth` the log-odds that it tells a story
    and not everyday talk, `weight` how much its text says (0 for none, 1 from six words on).

    `negative`, `positive`, `claim` and `complaint` are the model's scores; `marks` are categories of `lexicon.yaml`;
    `forwards` is 0, 1 (forwarded) or 2 (forwarded many times); `named` says that it names the brand.
    """

    key: int
    at: float
    chat: str
    person: str
    platform: str
    lang: str
    topic: str | None
    sentiment: str
    negative: float
    positive: float
    claim: float
    complaint: float
    emotion: str
    stance: Stance
    marks: frozenset[str]
    about: float
    worth: float
    weight: float
    named: bool
    imitates: bool
    forwards: int
    media: bool
    links: tuple[str, ...]
    asks: bool


_EMOTION = "emotion."


def member_of(seen: Observation, frame: Frame, likeness: Likeness, word_count: int) -> Member:
    """Return what a story keeps of a message of `word_count` distinct words."""
    found = marks(seen.text)
    named = frame.mentioned_in(seen.text) or any(frame.owns(link) for link in seen.links)
    imitates = any(frame.imitates(link) for link in seen.links)
    negative = seen.sentiment_scores.get("negative", float(seen.sentiment == "negative"))
    positive = seen.sentiment_scores.get("positive", float(seen.sentiment == "positive"))
    complaint = seen.scores.get("complaint", float(seen.intent == "complaint"))
    asks = seen.intent == "question" or "?" in seen.text or "doubt" in found
    emotions = [(score, name) for name, score in sorted(seen.scores.items()) if name.startswith(_EMOTION)]
    if "denial" in found and "doubt" not in found:
        stance = Stance.DENIAL
    else:
        stance = Stance.QUESTION if asks and not seen.forwarded else Stance.SPREAD
    member = Member(
        key=seen.key,
        at=seen.at,
        chat=seen.chat,
        person=seen.person,
        platform=seen.platform,
        lang=seen.lang,
        topic=seen.topic,
        sentiment=seen.sentiment,
        negative=negative,
        positive=positive,
        claim=seen.claim,
        complaint=complaint,
        emotion=max(emotions)[1].removeprefix(_EMOTION) if emotions else "",
        stance=stance,
        marks=found,
        about=1.0 if named or imitates else _sigmoid(0.8 * max(likeness.fact, likeness.topic) - 1.2),
        worth=0.0,
        weight=min(1.0, word_count / 6.0),
        named=named,
        imitates=imitates,
        forwards=2 if seen.forwarded_many else int(seen.forwarded),
        media=seen.media is not None,
        links=seen.links,
        asks=asks,
    )
    member.worth = round(_worth(member, likeness, word_count), 4)
    return member


def _sigmoid(x: float) -> float:
    return round(1.0 / (1.0 + math.exp(-x)), 4)


def _worth(member: Member, likeness: Likeness, word_count: int) -> float:
    """Return the log-odds that a message tells a story of the brand and is no everyday talk.

    A logistic model with weights in round numbers: what is near to the brand's facts and topics, claims, complains,
    warns, and says enough to be told again.
    """
    found = member.marks
    return (
        -3.3
        + 0.7 * max(likeness.fact, 0.65 * likeness.topic)
        + 0.7 * member.claim
        + 0.75 * member.negative
        + 0.45 * math.log1p(word_count)
        + 0.7 * member.named
        + 2.0 * member.imitates
        + 0.5 * bool(found & {"secret", "lure"})
        + 0.9 * bool(found & {"harm", "hazard", "fraud"})
        + 1.3 * bool(found & {"denial", "hearsay", "spread", "doubt"})
        + 0.5 * member.forwards
        - 1.0 * ("greeting" in found)
    )
