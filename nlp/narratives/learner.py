"""Learns narratives one message at a time: which story does this message tell, if any?"""

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.background import Background
from nlp.narratives.cells import Cells
from nlp.narratives.conversations import Conversation, Conversations, Manner
from nlp.narratives.copies import Copies
from nlp.narratives.frame import Frame
from nlp.narratives.matching import DAY, Matcher, Query, Weights, unit_terms
from nlp.narratives.member import Likeness, Member, Stance, member_of
from nlp.narratives.pool import Pool
from nlp.narratives.state import States
from nlp.narratives.story import Counts, Story
from nlp.narratives.summaries import leading, summarise
from nlp.narratives.summary import Assignment, Change, NarrativeSummary
from nlp.narratives.terms import Rarity, surfaces, words
from nlp.observation import Observation

_STATES = States(
    Background, Cells, Conversation, Conversations, Manner, Copies, Member, Stance, Pool, Counts, Story, Change, Rarity
)
_TEXTUAL = 3  # distinct words from which a message of a conversation can be compared by content
_CONSOLIDATE_EVERY = 32
_ALARMS = frozenset(("harm", "hazard", "fraud", "secret", "spread"))  # categories of `lexicon.yaml`
_TELLS = -1.2  # worth (log-odds) from which a message counts as a telling ...
_TOLD = -0.8  # ... and a story's mean worth, from which it is more than talk
_TOLD_ONCE = -0.3
_BEARS = 3.5  # spreads above the usual cosine from which a story bears on a fact
_LONE_DAYS, _STORY_DAYS = 3.0, 7.0  # of silence, until a story leaves the live index


@dataclass(slots=True)
class _Effects:
    """What learning one message changes beside its own place."""

    moved: dict[int, int | None] = field(default_factory=dict)
    merged: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Text:
    """What is read from a message's text: words with counts, unit tf-idf weights, its centred unit vector."""

    counts: Mapping[str, float]
    weights: Mapping[str, float]
    centred: NDArray[np.float32]


class NarrativeLearner:
    """Online story detection over conversations and feeds.

    A message first finds its conversation (replies, neighbours in its chat), its copies (forwards), or, where nobody
    converses, stands alone; then the story that its content tells again. Stories in the making get a number, and their
    messages a narrative, once enough people tell enough of them (`_recognise`); all else stays talk.
    Time is the messages' own; the same messages in the same order give the same narratives, with or without a
    `dump` and `load` between.
    """

    def __init__(self, dimensions: int = 384, frame: Frame | None = None, weights: Weights | None = None) -> None:
        self.frame = frame or Frame()
        self._matcher = Matcher(
            weights or Weights(),
            self.frame.prototypes[: len(self.frame.facts)],
        )
        self._background = Background(dimensions, (*self.frame.topics, *self.frame.questions))
        self._rarity = Rarity()
        self._copies = Copies()
        self._conversations = Conversations()
        self._pool = Pool(dimensions)
        self._stories: OrderedDict[int, Story] = OrderedDict()
        self._numbers: dict[int, int] = {}
        self._retired: OrderedDict[int, Story] = OrderedDict()
        self._where: dict[int, int] = {}
        self._touched: OrderedDict[int, None] = OrderedDict()
        self._next_story = self._next_narrative = self._seen = 0
        self._clock = float("-inf")

    @property
    def live(self) -> int:
        """How many stories, in the making or recognised, are in the live index."""
        return len(self._pool)

    def learn_one(self, seen: Observation) -> Assignment:
        """Learn one message, and return its narrative and what else changed."""
        self._seen += 1
        self._clock = max(self._clock, seen.at)
        effects = _Effects()
        text = self._read(seen)
        member = member_of(seen, self.frame, self._likeness(text), len(text.counts))
        talks = self._conversations.converses(seen.chat)
        story = self._place(seen, member, text, talks)
        self._conversations.observe(seen)
        if talks and story.tellings == 1 and story.counts.messages > 1 and len(text.counts) >= _TEXTUAL:
            story = self._link(story, member, effects)
        self._recognise(story, effects, talks)
        if self._seen % _CONSOLIDATE_EVERY == 0:
            self._consolidate(effects)
        self._expire()
        effects.moved.pop(seen.key, None)
        return Assignment(self._stories[self._where[seen.key]].narrative, effects.moved, tuple(effects.merged))

    def summary(self, narrative: int) -> NarrativeSummary:
        """Return a narrative in numbers as of the latest message; a merged one answers as what it went into.

        Raises KeyError for a number that was never given.
        """
        story = self.story(narrative)
        idf = {word: self._rarity.idf(word) for word in story.terms}
        centroid = self._pool.vectors[story.slot] if story.id in self._stories else _mean(story)
        fact, contradicts = self.bearing(story)
        facts = {fact: "contradicts" if contradicts else "supports"} if fact else {}
        return summarise(story, centroid, idf, self._clock, facts)

    def knows(self, narrative: int) -> bool:
        """Whether a narrative of this number still has messages, live or retired."""
        number = self._numbers.get(narrative)
        return number is not None and (number in self._stories or number in self._retired)

    def story(self, narrative: int) -> Story:
        """Return the story behind a narrative's number, live or retired. It belongs to the learner: only read it."""
        number = self._numbers[narrative]
        return self._stories[number] if number in self._stories else self._retired[number]

    def member(self, key: int) -> Member:
        """Return what is kept of a live message, by its row id. Raises KeyError when it is not live."""
        members = self._stories[self._where[key]].members
        return next(member for member in reversed(members) if member.key == key)

    def bearing(self, story: Story) -> tuple[str | None, bool]:
        """Return the brand's fact that a story bears on, if any, and whether the story contradicts it."""
        if not self.frame.facts or story.id not in self._stories:
            return None, False
        cosines = self.frame.prototypes[: len(self.frame.facts)] @ self._pool.vectors[story.slot]
        best = int(np.argmax(cosines))
        if float(cosines[best]) / float(self._pool.norms[story.slot]) / self._background.spread < _BEARS:
            return None, False
        spreading = [member for member in story.members if member.stance is not Stance.DENIAL]
        against = sum(member.negative >= 0.5 for member in spreading)
        return list(self.frame.facts)[best], bool(spreading) and 2 * against >= len(spreading)

    def forget(self, person: str) -> frozenset[int]:
        """Remove a person's messages from every story, quote and count; return their row ids.

        What was learnt of the stream as a whole (word rarity, the mean vector, a chat's rhythm) stays: it holds no
        message and no person. A story left without messages is gone.
        """
        dropped: set[int] = set()
        for story in [*self._stories.values(), *self._retired.values()]:
            if person not in story.counts.people:
                continue
            gone = [member for member in story.members if member.person == person]
            dropped.update(member.key for member in gone)
            self._without(story, person, gone)
        self._copies.drop(sorted(dropped))
        self._conversations.forget(person)
        for key in sorted(dropped):
            self._where.pop(key, None)
        return frozenset(dropped)

    def dump(self) -> bytes:
        """Return the whole state; `load` gives it back exactly."""
        return _STATES.dump({name: value for name, value in vars(self).items() if name not in ("frame", "_matcher")})

    def load(self, blob: bytes) -> None:
        """Take over a state from `dump`. Raises ValueError when the bytes hold none of this version."""
        state = _STATES.load(blob)
        if not isinstance(state, dict) or set(state) != set(vars(self)) - {"frame", "_matcher"}:
            raise ValueError("these bytes hold no state of this version of the narrative learner")
        for name, value in state.items():
            setattr(self, name, value)

    def _read(self, seen: Observation) -> _Text:
        counts = words(seen.text)
        vector = np.asarray(seen.vector, np.float32)
        if not counts:
            return _Text({}, {}, np.zeros_like(vector))
        centred = self._background.learn(vector, seen.lang)
        self._rarity.learn(counts)
        return _Text(counts, self._rarity.weigh(counts), centred)

    def _likeness(self, text: _Text) -> Likeness:
        fact, topic = self.frame.likeness(text.centred) if text.counts else (0.0, 0.0)
        spread = self._background.spread
        return Likeness(round(fact / spread, 4), round(topic / spread, 4))

    def _place(self, seen: Observation, member: Member, text: _Text, talks: bool) -> Story:
        """Find a message's story, or begin one, and put it there."""
        copied = self._copies.find(seen.key, seen.text)
        conversation: Conversation | None = None
        if talks and seen.reply_to is None:
            conversation = self._conversations.place(seen, lambda other: self._warmth(other, text.centred))
        story: Story | None = None
        if copied is not None and copied[0] in self._where:
            story = self._stories[self._where[copied[0]]]
        elif seen.reply_to is not None and seen.reply_to in self._where:
            story = self._stories[self._where[seen.reply_to]]
        elif conversation is not None and conversation.story in self._stories:
            story = self._stories[conversation.story]
        alone = story is None or (copied is not None and conversation is None)
        if story is None and (len(text.counts) >= _TEXTUAL or (text.counts and not talks)):
            story = self._told_before(self._query(member, text, talks))
        if story is None:
            story = self._begin()
        story.tellings += alone
        self._add(story, member, seen, text)
        if talks:
            if conversation is None or conversation.story != story.id:
                conversation = self._conversations.begin(seen.chat, story.id, seen.at)
            self._conversations.speak(conversation, seen)
        return story

    def _query(self, member: Member, text: _Text, talks: bool) -> Query:
        return Query(text.centred, text.weights, member.at, talks, member.worth, member.lang, (member.person,))

    def _told_before(self, query: Query, besides: Story | None = None) -> Story | None:
        """Return the story that the evidence is enough for, or None."""
        for match in self._matcher.matches(query, self._pool, self._background, self._rarity, self._stories):
            if besides is None or match.slot != besides.slot:
                return self._stories[int(self._pool.owners[match.slot])] if match.score > 0.0 else None
        return None

    def _warmth(self, conversation: Conversation, centred: NDArray[np.float32]) -> float:
        story = self._stories.get(conversation.story)
        if story is None:
            return 0.0
        cosine = float(np.dot(self._pool.vectors[story.slot], centred)) / float(self._pool.norms[story.slot])
        return (cosine - self._background.level) / self._background.spread

    def _begin(self) -> Story:
        self._next_story += 1
        story = Story(self._next_story, self._pool.take(self._next_story))
        self._stories[story.id] = story
        return story

    def _add(self, story: Story, member: Member, seen: Observation, text: _Text) -> None:
        story.add(member, text.centred.astype(np.float16) if text.counts else None)
        self._where[member.key] = story.id
        pool, slot = self._pool, story.slot
        if text.counts:
            pool.absorb(slot, text.centred, member.weight)
            scale = 1.0 / math.sqrt(len(text.counts))
            story.surfaces.update(surfaces(seen.text))
            pool.index(slot, story.terms, {word: n * scale for word, n in text.counts.items()}, self._rarity)
            pool.touch(slot)
        age = max(member.at - float(pool.last[slot]), 0.0)
        pool.weights[slot] = float(pool.weights[slot]) * 0.5 ** (age / self._matcher.weights.half_life) + 1.0
        pool.last[slot] = max(float(pool.last[slot]), member.at)
        self._renew(story)

    def _renew(self, story: Story) -> None:
        self._pool.worths[story.slot] = story.mean_worth()
        story.surfaces = {word: story.surfaces[word] for word in story.terms if word in story.surfaces}
        self._stories.move_to_end(story.id)
        self._touched[story.id] = None

    def _as_query(self, story: Story, talks: bool) -> Query:
        pool = self._pool
        centred = pool.vectors[story.slot] / pool.norms[story.slot]
        terms = unit_terms(story.terms, self._rarity)
        at, lang = float(pool.last[story.slot]), leading(story.counts.langs) or ""
        return Query(centred, terms, at, talks, story.mean_worth(), lang, tuple(story.counts.people))

    def _link(self, story: Story, member: Member, effects: _Effects) -> Story:
        """Let a young conversation join the story that it turns out to tell."""
        other = self._told_before(self._as_query(story, True), besides=story)
        return self._merge(story, other, effects) if other else story

    def _merge(self, one: Story, other: Story, effects: _Effects) -> Story:
        """Merge two stories: a narrative absorbs what is none, then the larger the smaller, then the older."""
        into, gone = sorted((one, other), key=lambda s: (s.narrative is None, -s.counts.messages, s.id))
        pool = self._pool
        pool.absorb(into.slot, pool.vectors[gone.slot].copy(), 1.0, float(pool.counts[gone.slot]))
        pool.index(into.slot, into.terms, gone.terms, self._rarity)
        pool.weights[into.slot] += pool.weights[gone.slot]
        pool.last[into.slot] = max(float(pool.last[into.slot]), float(pool.last[gone.slot]))
        for member in gone.members:
            self._where[member.key] = into.id
            if into.narrative is not None:
                effects.moved[member.key] = into.narrative
        into.surfaces = gone.surfaces | into.surfaces
        into.absorb(gone)
        if gone.narrative is not None and into.narrative is not None:
            effects.merged.append((gone.narrative, into.narrative))
            into.history.append(Change(self._clock, "merge", gone.narrative))
            for number, owner in self._numbers.items():
                if owner == gone.id:
                    self._numbers[number] = into.id
        self._conversations.redirect(list(gone.counts.chats), gone.id, into.id)
        self._remove(gone)
        pool.touch(into.slot)
        self._renew(into)
        return into

    def _remove(self, story: Story) -> None:
        self._pool.release(story.slot, story.terms)
        del self._stories[story.id]
        self._touched.pop(story.id, None)

    def _discard(self, story: Story) -> None:
        if story.id in self._stories:
            self._remove(story)
        self._retired.pop(story.id, None)
        self._numbers = {number: owner for number, owner in self._numbers.items() if owner != story.id}

    def _recognise(self, story: Story, effects: _Effects, talks: bool) -> None:
        """Give a story its number once enough people tell enough of it."""
        if story.narrative is not None:
            return
        if not (_worth_telling(story) if talks else story.counts.messages >= 2):
            return
        self._next_narrative += 1
        story.narrative = self._next_narrative
        self._numbers[story.narrative] = story.id
        for member in story.members:
            effects.moved[member.key] = story.narrative

    def _consolidate(self, effects: _Effects) -> None:
        """Merge narratives that turned out to tell the same."""
        for number in list(self._touched):
            story = self._stories.get(number)
            if story is None or story.narrative is None:
                continue
            query = self._as_query(story, False)
            for match in self._matcher.matches(query, self._pool, self._background, self._rarity, self._stories):
                other = self._stories[int(self._pool.owners[match.slot])]
                if other is story or other.narrative is None:
                    continue
                if match.score > self._matcher.weights.merge - self._matcher.weights.join:
                    self._merge(story, other, effects)
                break
        self._touched.clear()

    def _expire(self) -> None:
        while self._stories:
            story = next(iter(self._stories.values()))
            days = _LONE_DAYS if story.narrative is None else _STORY_DAYS
            if self._clock - float(self._pool.last[story.slot]) < days * DAY:
                break
            for member in story.members:
                self._where.pop(member.key, None)
            self._remove(story)
            if story.narrative is not None:
                self._retired[story.id] = story

    def _without(self, story: Story, person: str, gone: Sequence[Member]) -> None:
        keys = {member.key for member in gone}
        for member in gone:
            story.counts.count(member, -1)
        story.members = [member for member in story.members if member.key not in keys]
        story.vectors = [(key, vector) for key, vector in story.vectors if key not in keys]
        story.worth = math.fsum(member.weight * member.worth for member in story.members)
        story.weight = math.fsum(member.weight for member in story.members)
        earlier = story.counts.people.pop(person, 0)
        story.counts.messages -= earlier
        if not story.members:
            self._discard(story)
        elif story.id in self._stories:
            self._pool.vectors[story.slot] = _mean(story)
            self._pool.touch(story.slot)
            self._renew(story)


def _mean(story: Story) -> NDArray[np.float32]:
    vectors = [vector.astype(np.float32) for _, vector in story.vectors]
    return np.mean(vectors, axis=0) if vectors else np.zeros(1, np.float32)


def _worth_telling(story: Story) -> bool:
    """Return whether a story of conversations is more than talk: told by several, or again, and worth it; an alarm
    that somebody answers is so at once."""
    people = story.tellers(_TELLS)
    alarming = any(member.marks & _ALARMS and member.worth > 0.0 for member in story.members)
    if alarming and story.counts.messages >= 2 and len(story.counts.people) >= 2:
        return True
    bar = _TOLD if story.tellings >= 2 else _TOLD_ONCE
    several = people >= 2 or story.tellings >= 2
    return story.counts.messages >= 3 and several and story.mean_worth() > bar
