"""A message as its story remembers it: small, without its text, with what it says about the story."""

from dataclasses import dataclass
from enum import StrEnum

from nlp.narratives.frame import OTHER_TOPIC, Frame
from nlp.narratives.lexicon import marks
from nlp.observation import Observation


class Stance(StrEnum):
    """What a message does with the story it tells."""

    SPREAD = "spread"
    QUESTION = "question"
    DENIAL = "denial"


@dataclass(slots=True)
class Member:
    """One message of a story. `about` says how much it concerns the brand, `worth` how much of a story it tells (0..1).

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
    named: bool
    imitates: bool
    forwards: int
    media: bool
    links: tuple[str, ...]
    asks: bool


EMOTIONS = frozenset(("anger", "disgust", "fear", "sadness", "joy", "surprise", "love", "annoyance", "disappointment"))


def member_of(seen: Observation, frame: Frame, word_count: int) -> Member:
    """Return what a story keeps of a message of `word_count` distinct words."""
    found = marks(seen.text)
    named = frame.mentioned_in(seen.text) or any(frame.owns(link) for link in seen.links)
    imitates = any(frame.imitates(link) for link in seen.links)
    negative = seen.sentiment_scores.get("negative", float(seen.sentiment == "negative"))
    positive = seen.sentiment_scores.get("positive", float(seen.sentiment == "positive"))
    complaint = seen.scores.get("complaint", float(seen.intent == "complaint"))
    asks = seen.intent == "question" or "?" in seen.text or "doubt" in found
    on_topic = seen.topic is not None and seen.topic != OTHER_TOPIC
    about = max(1.0 if named or imitates else 0.0, 0.85 if on_topic else 0.15)
    emotions = [(seen.scores[name], name) for name in sorted(EMOTIONS & seen.scores.keys())]
    if "denial" in found and "doubt" not in found:
        stance = Stance.DENIAL
    else:
        stance = Stance.QUESTION if asks and not seen.forwarded else Stance.SPREAD
    return Member(
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
        emotion=max(emotions)[1] if emotions else "",
        stance=stance,
        marks=found,
        about=about,
        worth=about * _says(seen, found, negative, positive, complaint, asks, word_count),
        named=named,
        imitates=imitates,
        forwards=2 if seen.forwarded_many else int(seen.forwarded),
        media=seen.media is not None,
        links=seen.links,
        asks=asks,
    )


def _says(
    seen: Observation,
    found: frozenset[str],
    negative: float,
    positive: float,
    complaint: float,
    asks: bool,
    word_count: int,
) -> float:
    """Return how much a text says that could be told again: a complaint, a claim, a warning, praise; 0..1."""
    if "greeting" in found and word_count < 8:
        return 0.0
    alarm = 0.9 if found & {"harm", "hazard", "fraud", "spread"} else 0.0
    hear = 0.6 if found & {"hearsay", "denial"} else 0.0
    told = (0.0, 0.7, 1.0)[2 if seen.forwarded_many else int(seen.forwarded)]
    opinion = max(negative, complaint, 0.8 * positive * float(seen.intent == "praise" or positive > 0.6))
    said = max(alarm, hear, told, opinion, 0.8 * seen.claim)
    if asks and not told and negative < 0.5 and not alarm:
        said *= 0.5
    return said * min(1.0, word_count / 4)
