"""A message as its story remembers it: small, without its text, with what it says about the story."""

import math
from dataclasses import dataclass
from enum import StrEnum

from nlp.narratives.frame import Frame
from nlp.narratives.lexicon import marks
from nlp.narratives.tales import TALES, Tells, guessed, log_odds, told
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
    """One message of a story. `about` is how probably it concerns the brand, `tells` how probably it tells each kind of
    story (in the order of `TALES`), `worth` the log-odds that it tells any and is no everyday talk, `weight` how much
    its text says (0 for none, 1 from six words on).

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
    tells: Tells
    worth: float
    weight: float
    named: bool
    imitates: bool
    forwards: int
    media: bool
    links: tuple[str, ...]
    asks: bool

    def tale(self, name: str) -> float:
        """Return how probably the message tells a story of this kind, one of `TALES`."""
        return self.tells[TALES.index(name)]


_EMOTION = "emotion."
OFTEN = 0.5  # a story tells itself in more messages than a reader of single ones dares to say


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
        about=1.0 if named or imitates else seen.scores.get("about", _near_to_topics(likeness)),
        tells=(),
        worth=0.0,
        weight=min(1.0, word_count / 6.0),
        named=named,
        imitates=imitates,
        forwards=2 if seen.forwarded_many else int(seen.forwarded),
        media=seen.media is not None,
        links=seen.links,
        asks=asks,
    )
    member.tells = told(seen.scores) or guessed(
        _worth(member, likeness, word_count),
        found,
        negative=negative,
        positive=positive,
        claim=seen.claim,
        forwards=member.forwards,
        imitates=imitates,
    )
    member.worth = round(log_odds(member.tells) + OFTEN, 4)
    return member


def _near_to_topics(likeness: Likeness) -> float:
    return round(1.0 / (1.0 + math.exp(1.2 - 0.8 * max(likeness.fact, likeness.topic))), 4)


def _worth(member: Member, likeness: Likeness, word_count: int) -> float:
    """Return the log-odds, rule of thumb, that a message tells a story of the brand and is no everyday talk.

    For models without a chat reader: what is near to the brand's facts and topics, claims, complains, warns, and says
    enough to be told again.
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
