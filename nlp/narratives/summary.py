"""What a narrative knows of itself, and what one message changed: the learner's answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NarrativeState(StrEnum):
    """Where a narrative is in its life."""

    EMERGING = "emerging"
    GROWING = "growing"
    FADING = "fading"
    RESURGING = "resurging"


@dataclass(frozen=True, slots=True)
class Change:
    """One structural change of a narrative, kept so that an alert can say what merged: merge, split or resurgence."""

    at: float
    what: str
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """What learning one message changed.

    `narrative` is its story or None; `moved` gives earlier messages (row ids) whose story changed, with the new one
    (a story recognised late takes its seed along; a merge moves the smaller into the larger); `merged` lists
    (absorbed, into) narrative ids.
    """

    narrative: int | None
    moved: Mapping[int, int | None]
    merged: tuple[tuple[int, int], ...] = ()


def joined(first: Assignment, key: int, later: Assignment) -> Assignment:
    """Return what two changes after the message `key` come to."""
    moved = {**first.moved, **later.moved}
    into = dict(later.merged)
    moved = {message: into.get(number, number) if number else number for message, number in moved.items()}
    narrative = moved.pop(key, first.narrative)
    return Assignment(into.get(narrative, narrative) if narrative else None, moved, (*first.merged, *later.merged))


@dataclass(frozen=True, slots=True)
class NarrativeSummary:
    """A narrative in numbers. Times are seconds since 1970 UTC; shares are in 0..1; velocity is messages an hour,
    acceleration its change an hour. `quotes` are row ids of telling messages by different people, best first;
    `facts` maps a brand fact's id to "supports" or "contradicts"; `stance` counts spread, question and denial;
    `topics` are the shares of its messages under each topic of the brand.
    """

    id: int
    title: str
    lang: str
    representative: int
    state: NarrativeState
    first_seen: float
    last_seen: float
    messages: int
    people: int
    chats: tuple[str, ...]
    platforms: tuple[str, ...]
    forwards: int
    langs: Mapping[str, int]
    sentiment: Mapping[str, float]
    emotion: Mapping[str, float]
    stance: Mapping[str, int]
    velocity: float
    acceleration: float
    links: tuple[str, ...]
    topic: str | None
    facts: Mapping[str, str]
    quotes: tuple[int, ...]
    history: tuple[Change, ...]
    topics: Mapping[str, float] = field(default_factory=dict)
