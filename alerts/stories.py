"""The story engine of one brand: what is told, and what of it the team must know. A fold over messages, no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from alerts.detectors.bad_buzz import BadBuzzDetector, complains
from alerts.detectors.base import StoryDetector
from alerts.detectors.hours import Hourly
from alerts.detectors.praise import PraiseDetector
from alerts.detectors.rhythm import HOUR, Rhythm
from alerts.detectors.rumour import RumourDetector
from alerts.detectors.safety import SafetyDetector
from alerts.detectors.scam import ScamDetector
from alerts.detectors.shift import ShiftDetector
from alerts.detectors.surge import SurgeDetector
from alerts.detectors.view import StoryView
from alerts.signals import Kind, Signal
from config.brand import Brand
from config.brand.thresholds import Detector
from nlp.narratives.frame import OTHER_TOPIC, Frame
from nlp.narratives.learner import NarrativeLearner
from nlp.narratives.state import States
from nlp.narratives.summary import Assignment, NarrativeSummary, joined
from nlp.narratives.tales import leading
from nlp.observation import Observation

_STATES = States(Hourly, Rhythm)
_SAME_MATTER = {Kind.SAFETY: 2.4, Kind.RUMOUR: 2.8, Kind.SCAM: 2.8}  # spreads above the usual cosine, of the likest two
_STEADY = 0.15  # how much surer another kind must be before a story changes its kind

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one message changed: its place among the stories, and what the detectors say."""

    assignment: Assignment
    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class Knowledge:
    """What the brand knows, as unit vectors: its facts by id, its topics, its customers' usual questions."""

    facts: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    topics: tuple[NDArray[np.float32], ...] = ()
    questions: tuple[NDArray[np.float32], ...] = ()

    @classmethod
    def of(cls, brand: Brand, embed: Embed) -> "Knowledge":
        """Embed a brand's facts, topics and questions; `embed` gives unit vectors [n, d] of texts."""
        facts = [fact.statement for fact in brand.facts]
        topics = [f"{topic.label}: {topic.description}" for topic in brand.topics if topic.id != OTHER_TOPIC]
        texts = facts + topics + [entry.question for entry in brand.faq]
        vectors = tuple(np.asarray(embed(texts), np.float32)) if texts else ()
        rest = vectors[len(facts) :]
        ids = (fact.id for fact in brand.facts)
        return cls(dict(zip(ids, vectors, strict=False)), rest[: len(topics)], rest[len(topics) :])


class StoryEngine:
    """Learner and detectors of one brand; deterministic, its time is the messages' own."""

    def __init__(self, brand: Brand, knowledge: Knowledge | None = None, *, dimensions: int = 384) -> None:
        self._brand = brand
        self._knowledge = knowledge or Knowledge()
        self.learner = NarrativeLearner(dimensions, _frame(brand, self._knowledge))
        thresholds = brand.thresholds
        self._complaints = Hourly(int(thresholds.bad_buzz.window.total_seconds() // HOUR) + 1, shape=0.5, hours=6.0)
        self._surge = SurgeDetector(thresholds.surge)
        self._shift = ShiftDetector(thresholds.shift)
        built: list[tuple[Detector, StoryDetector]] = [
            (thresholds.scam, ScamDetector(thresholds.scam)),
            (thresholds.safety, SafetyDetector(thresholds.safety)),
            (thresholds.rumour, RumourDetector(thresholds.rumour)),
            (thresholds.bad_buzz, BadBuzzDetector(thresholds.bad_buzz, self._complaints)),
            (thresholds.praise, PraiseDetector(thresholds.praise)),
        ]
        self._detectors = [(settings.sure, detector) for settings, detector in built if settings.enabled]
        self._said: dict[int, tuple[str, int, int]] = {}
        self._clock = float("-inf")

    def observe(self, seen: Observation) -> Outcome:
        """Learn one message, and return what it changed."""
        self._clock = max(self._clock, seen.at)
        assignment = self.learner.learn_one(seen)
        member = self.learner.member(seen.key)
        self._complaints.advance(self._clock)
        if complains(member):
            self._complaints.count_once(member.chat, member.person, member.at)
        signals = self._findings(assignment)
        for signal in signals:
            if (same := self._same_matter(signal)) is not None and signal.narrative is not None:
                assignment = joined(assignment, seen.key, self.learner.unite(signal.narrative, same))
                signals = self._findings(assignment)
                break
        settings = self._brand.thresholds
        for enabled, bar, other in (
            (settings.surge.enabled, settings.surge.sure, self._surge.observe(member, self._clock)),
            (settings.shift.enabled, settings.shift.sure, self._shift.observe(member, self._clock)),
        ):
            if enabled and other is not None and other.sure >= bar:
                signals.append(other)
        return Outcome(assignment, tuple(signals))

    def summary(self, narrative: int) -> NarrativeSummary:
        """Return a narrative in numbers; raises KeyError for a number that was never given."""
        return self.learner.summary(narrative)

    def knows(self, narrative: int) -> bool:
        """Whether a narrative of this number is still told, live or retired."""
        return self.learner.knows(narrative)

    def forget(self, person: str) -> frozenset[int]:
        """Remove a person from every story, quote and count; return the row ids of their messages."""
        self._complaints.forget(person)
        self._surge.hourly.forget(person)
        self._shift.forget(person)
        return self.learner.forget(person)

    def dump(self) -> bytes:
        """Return the whole state; `load` gives it back exactly."""
        shift = self._shift
        rest = _STATES.dump(
            {
                "complaints": self._complaints,
                "surge": self._surge.hourly,
                "shift": [shift.recent, shift.earlier, shift.begun],
                "said": self._said,
                "clock": self._clock,
            }
        )
        return b"".join([len(rest).to_bytes(4, "big"), rest, self.learner.dump()])

    def load(self, blob: bytes) -> None:
        """Take over a state from `dump`. Raises ValueError when the bytes hold none of this version."""
        end = 4 + int.from_bytes(blob[:4], "big")
        state = _STATES.load(blob[4:end])
        self.learner.load(blob[end:])
        complaints: Hourly = state["complaints"]
        self._complaints.rhythms, self._complaints.open = complaints.rhythms, complaints.open
        self._complaints.now = complaints.now
        self._surge.hourly = state["surge"]
        self._shift.recent, self._shift.earlier, self._shift.begun = state["shift"]
        self._said, self._clock = state["said"], state["clock"]

    def _findings(self, assignment: Assignment) -> list[Signal]:
        numbers = dict.fromkeys((assignment.narrative, *assignment.moved.values()))
        return [signal for number in numbers if number is not None for signal in self._judge(number)]

    def _same_matter(self, signal: Signal) -> int | None:
        """Return the other narrative of the danger, rumour or fraud that a new one probably tells of as well, from
        another conversation.

        Two dangers of one brand in one week are so much rarer than two reports of one danger that little likeness is
        enough, and so with rumours and frauds; told of as one, the second is loud news on the first's alert. Both must
        tell of the same kind first of all, so that a rumour which frightens does not swallow a report.
        """
        kind, new = signal.kind, signal.narrative
        if kind not in _SAME_MATTER or new is None or not self._tells(new, kind):
            return None
        others = [number for number in self._said if number != new and self._tells(number, kind)]
        likeness = {number: self.learner.nearest(new, number) for number in others}
        best = max(likeness, key=lambda number: (likeness[number], -number), default=None)
        return best if best is not None and likeness[best] >= _SAME_MATTER[kind] else None

    def _tells(self, number: int, kind: Kind) -> bool:
        if not self.learner.knows(number):
            return False
        story = self.learner.story(number)
        return story.narrative == number and leading(story.tells) == kind.value

    def _judge(self, number: int) -> list[Signal]:
        """Return the one finding about a story, when there is one and it is news."""
        story = self.learner.story(number)
        if story.narrative != number:
            return []
        fact, contradicts = self.learner.bearing(story)
        view = StoryView(number, story.members, self._clock, story.tellings, fact, contradicts)
        found = [
            signal
            for bar, detector in self._detectors
            if (signal := detector.judge(view)) is not None and signal.sure >= bar
        ]
        if not found:
            return []
        signal = self._one(number, found)
        people, messages = len(story.counts.people), story.counts.messages
        said = self._said.get(number)
        if said is not None and said[0] == signal.kind.value and people <= said[1] and messages < 1.25 * said[2]:
            return []
        self._said[number] = (signal.kind.value, people, messages)
        return [signal]

    def _one(self, number: int, found: list[Signal]) -> Signal:
        """Choose the kind of a story: fraud, danger and rumour before anger, anger before praise; names hold."""
        groups = ((Kind.SCAM, Kind.SAFETY, Kind.RUMOUR), (Kind.BAD_BUZZ,), (Kind.PRAISE,))
        best = next(group for kinds in groups if (group := [s for s in found if s.kind in kinds]))
        chosen = max(best, key=lambda signal: signal.sure)
        said = self._said.get(number)
        held = [s for s in best if said is not None and s.kind.value == said[0]]
        return held[0] if held and chosen.sure < held[0].sure + _STEADY else chosen


def _frame(brand: Brand, knowledge: Knowledge) -> Frame:
    hosts = [urlsplit(fact.evidence_url).hostname or "" for fact in brand.facts]
    names = (brand.brand.name, *brand.brand.aliases)
    return Frame(
        names,
        tuple(dict.fromkeys(host for host in hosts if host)),
        knowledge.facts,
        knowledge.topics,
        knowledge.questions,
    )
