"""What the report shows, as plain data in no language: `gather.py` reads it, `page.py` turns it into HTML.

Times have a zone, shares are in 0..1. People are counted, never named; a quote is redacted text without its author.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.life import Action
from alerts.signals import Kind, Reason, Severity
from bot.platforms.transcript.base import Broken
from nlp.narratives.summary import NarrativeState
from storage.tables import AlertState, ChatMode


@dataclass(frozen=True, slots=True)
class Mix:
    """Messages by the mood of their writers toward what they talk about."""

    negative: int = 0
    neutral: int = 0
    positive: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.negative + self.neutral + self.positive

    def __add__(self, other: "Mix") -> "Mix":
        return Mix(self.negative + other.negative, self.neutral + other.neutral, self.positive + other.positive)

    def share(self, mood: str) -> float:
        """The part of one mood; 0 when there are no messages."""
        part: int = getattr(self, mood)
        return part / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bar of the timeline: the messages of `Timeline.width` from `start` on, and how many people wrote them."""

    start: datetime
    mix: Mix
    people: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The period in equal buckets, oldest first, without gaps."""

    width: timedelta
    buckets: tuple[Bucket, ...]

    @property
    def start(self) -> datetime:
        """Where the first bucket begins."""
        return self.buckets[0].start

    @property
    def end(self) -> datetime:
        """Where the last bucket ends."""
        return self.buckets[-1].start + self.width

    def place(self, at: datetime) -> float:
        """Where a time lies in the period, 0 at its start and 1 at its end."""
        return min(max((at - self.start) / (self.end - self.start), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Trace:
    """Which messages a number counts: how many, by how many people, where, when, read by which models.

    `rows` are the first storage rows, oldest first; there may be more of them than are named.
    """

    messages: int
    people: int
    chats: tuple[str, ...]
    first: datetime
    last: datetime
    models: tuple[str, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A redacted message that tells a story."""

    text: str
    lang: str
    at: datetime
    chat: str
    sentiment: str
    forwarded: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """A fact of the brand that a story bears on; `contradicted` when the story denies it."""

    statement: str
    evidence_url: str
    contradicted: bool


@dataclass(frozen=True, slots=True)
class Story:
    """A narrative. `life` is its part in each bucket of the timeline, `alerts` are the numbers of its alerts.

    `quotes` are None when too few people tell it to quote anyone. `title` is empty when its words have been erased.
    """

    id: int
    title: str
    lang: str
    state: NarrativeState
    kind: Kind | None
    alerts: tuple[int, ...]
    mix: Mix
    forwards: int
    langs: Mapping[str, int]
    stance: Mapping[str, int]
    life: tuple[Mix, ...]
    quotes: tuple[Quote, ...] | None
    fact: Verified | None
    trace: Trace

    @property
    def weight(self) -> tuple[int, int, int]:
        """What makes a story important, for sorting: alerts first, then people, then messages."""
        return (len(self.alerts), self.trace.people, self.trace.messages)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that befell an alert after it was raised and sent."""

    at: datetime
    action: Action


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert. `number` counts from 1 in the order they were opened; `reasons` are the newest that were measured.

    `known` traces the messages known when it was raised, `mix` is their mood and `quotes` are among them, None when too
    few people had told it to quote anyone.
    """

    number: int
    id: int
    kind: Kind
    severity: Severity
    state: AlertState
    title: str
    story: int | None
    topic: str | None
    chat: str | None
    opened_at: datetime
    sure: float
    reasons: tuple[Reason, ...]
    mix: Mix
    quotes: tuple[Quote, ...] | None
    fact: Verified | None
    life: tuple[Happening, ...]
    known: Trace | None


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic of the brand file, and how people talk about it."""

    id: str
    label: str
    mix: Mix
    people: int


@dataclass(frozen=True, slots=True)
class ChatLine:
    """A chat: what was heard there, and how many messages the consent gate dropped unread."""

    title: str
    platform: str
    mode: ChatMode
    mix: Mix
    people: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Run:
    """What only the run that read the inputs knows: how many lines could not be read, the first of them, and how many
    entries are no messages (notices of the group, deleted messages).
    """

    broken_lines: int = 0
    broken: tuple[Broken, ...] = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything on the page. `timeline` is None when nothing was heard.

    `untold` counts narratives too small to show; `models` and `langs` count messages; `quorum` is the least number of
    people who must tell a story before anyone is quoted.
    """

    brand: str
    time_zone: str
    made_at: datetime
    version: str
    quorum: int
    people: int
    mix: Mix
    intents: Mapping[str, int]
    langs: Mapping[str, int]
    models: Mapping[str, int]
    chats: tuple[ChatLine, ...]
    timeline: Timeline | None
    alerts: tuple[AlertLine, ...]
    stories: tuple[Story, ...]
    untold: int
    topics: tuple[TopicLine, ...]
    redacted: Mapping[str, int]
    run: Run | None = None

    @property
    def dropped(self) -> int:
        """Messages dropped unread for lack of consent."""
        return sum(chat.dropped for chat in self.chats)

    @property
    def assumed(self) -> bool:
        """Whether consent was assumed, not given, in any chat."""
        return any(chat.mode is ChatMode.ASSUMED for chat in self.chats)
