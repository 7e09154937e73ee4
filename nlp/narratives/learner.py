"""Learns narratives one message at a time: which story does this message tell, if any?"""

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.background import Background
from nlp.narratives.cells import Cells
from nlp.narratives.conversations import Conversation, Conversations, Manner
from nlp.narratives.copies import Copies
from nlp.narratives.frame import Frame
from nlp.narratives.matching import Match, Matcher, Query, Weights
from nlp.narratives.member import Likeness, Member, Stance, member_of
from nlp.narratives.pool import Pool
from nlp.narratives.reading import Text
from nlp.narratives.recognition import passed_on, worth_telling
from nlp.narratives.retired import Retired
from nlp.narratives.shelf import Effects, Reading, Shelf
from nlp.narratives.state import States
from nlp.narratives.story import Counts, Story
from nlp.narratives.summaries import summarise
from nlp.narratives.summary import Assignment, Change, NarrativeSummary
from nlp.narratives.terms import Rarity, words
from nlp.observation import Observation

_STATES = States(
    Background,
    Cells,
    Change,
    Conversation,
    Conversations,
    Copies,
    Counts,
    Manner,
    Member,
    Pool,
    Rarity,
    Retired,
    Shelf,
    Stance,
    Story,
)
_TEXTUAL = 3  # distinct words from which a message of a conversation can be compared by content
_SETTLING, _AT_ONCE = 16, 2  # changed stories that wait to be compared, and how many a message may cost
_YOUNG = 16  # messages
_BEARS = 3.5  # spreads above the usual cosine from which a story bears on a fact


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
        self._matcher = Matcher(weights or Weights(), self.frame.prototypes[: len(self.frame.facts)])
        self._background = Background(dimensions, (*self.frame.topics, *self.frame.questions))
        self._rarity = Rarity()
        self._copies = Copies()
        self._conversations = Conversations()
        self._shelf = Shelf(dimensions, self._matcher.weights.half_life)
        self._seen = 0
        self._clock = float("-inf")

    @property
    def live(self) -> int:
        """How many stories, in the making or recognised, are in the live index."""
        return len(self._shelf.pool)

    def learn_one(self, seen: Observation) -> Assignment:
        """Learn one message, and return its narrative and what else changed."""
        self._seen += 1
        self._clock = max(self._clock, seen.at)
        effects = Effects()
        text = self._read(seen)
        member = member_of(seen, self.frame, self._likeness(text), len(text.counts))
        talks = self._conversations.converses(seen.chat)
        story = self._place(seen, member, text, talks, effects)
        self._conversations.observe(seen)
        if talks and story.tellings == 1 and story.counts.messages > 1 and len(text.counts) >= _TEXTUAL:
            story = self._link(story, member, effects)
        self._recognise(story, effects, talks)
        self._consolidate(effects)
        self._shelf.expire(self._clock)
        effects.moved.pop(seen.key, None)
        told = self._shelf.stories[self._shelf.where[seen.key]]
        return Assignment(told.narrative, effects.moved, tuple(effects.merged))

    def summary(self, narrative: int) -> NarrativeSummary:
        """Return a narrative in numbers as of the latest message; a merged one answers as what it went into.

        Raises KeyError for a number that was never given.
        """
        story = self.story(narrative)
        idf = {word: self._rarity.idf(word) for word in story.terms | story.repeated}
        fact, contradicts = self.bearing(story)
        facts = {fact: "contradicts" if contradicts else "supports"} if fact else {}
        return summarise(story, self._centroid(story), idf, self._clock, facts)

    def knows(self, narrative: int) -> bool:
        """Whether a narrative of this number still has messages, live or retired."""
        return self._shelf.knows(narrative)

    def story(self, narrative: int) -> Story:
        """Return the story behind a narrative's number, live or retired. It belongs to the learner: only read it."""
        return self._shelf.numbered(narrative)

    def member(self, key: int) -> Member:
        """Return what is kept of a live message, by its row id. Raises KeyError when it is not live."""
        members = self._shelf.stories[self._shelf.where[key]].members
        return next(member for member in reversed(members) if member.key == key)

    def bearing(self, story: Story) -> tuple[str | None, bool]:
        """Return the brand's fact that a story bears on, if any, and whether the story contradicts it."""
        if not len(self.frame.prototypes) or not self.frame.facts:
            return None, False
        centroid = self._centroid(story)
        cosines = self.frame.prototypes[: len(self.frame.facts)] @ centroid
        best, norm = int(np.argmax(cosines)), max(float(np.linalg.norm(centroid)), 1e-6)
        if float(cosines[best]) / norm / self._background.spread < _BEARS:
            return None, False
        spreading = [member for member in story.members if member.stance is not Stance.DENIAL]
        against = sum(member.negative >= 0.5 for member in spreading)
        return list(self.frame.facts)[best], bool(spreading) and 2 * against >= len(spreading)

    def nearest(self, one: int, other: int) -> float:
        """Return how alike the two likest messages of two live narratives are, in spreads above the usual cosine; minus
        infinity where one of them is not live, they are the same, or one comes from a feed, where all dangers of the
        world are told and not one community's."""
        stories = [story for story in map(self.story, (one, other)) if story.id in self._shelf.stories]
        if len({story.id for story in stories}) < 2 or not all(
            story.vectors and self._talks(story) for story in stories
        ):
            return float("-inf")
        mine, theirs = (np.stack([vector for _, vector in story.vectors]).astype(np.float32) for story in stories)
        return (round(float((mine @ theirs.T).max()), 4) - self._background.level) / self._background.spread

    def unite(self, one: int, other: int) -> Assignment:
        """Merge two live narratives, and return what that moved (with no message of its own)."""
        effects = Effects()
        self._merge(self.story(one), self.story(other), effects)
        return Assignment(None, effects.moved, tuple(effects.merged))

    def forget(self, person: str) -> frozenset[int]:
        """Remove a person's messages from every story, quote and count; return their row ids.

        What was learnt of the stream as a whole (word rarity, the mean vector, a chat's rhythm) stays: it holds no
        message and no person. A story left without messages is gone.
        """
        dropped = {key for story in self._shelf.told_by(person) for key in self._shelf.without(story, person)}
        self._copies.drop(sorted(dropped))
        self._conversations.forget(person)
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

    def _read(self, seen: Observation) -> Text:
        counts = words(seen.text)
        vector = np.asarray(seen.vector, np.float32)
        if not counts:
            return Text({}, {}, np.zeros_like(vector))
        centred = self._background.learn(vector, seen.lang)
        self._rarity.learn(counts)
        return Text(counts, self._rarity.weigh(counts), centred)

    def _likeness(self, text: Text) -> Likeness:
        fact, topic = self.frame.likeness(text.centred) if text.counts else (0.0, 0.0)
        spread = self._background.spread
        return Likeness(round(fact / spread, 4), round(topic / spread, 4))

    def _place(self, seen: Observation, member: Member, text: Text, talks: bool, effects: Effects) -> Story:
        """Find a message's story, or begin one, and put it there."""
        copied = self._copies.find(seen.key, seen.text)
        conversation: Conversation | None = None
        if talks and seen.reply_to is None:
            conversation = self._conversations.place(seen, lambda other: self._warmth(other, text.centred))
        story = self._shelf.of(copied[0]) if copied is not None else None
        if story is not None and copied is not None and talks:
            story = self._on_its_own(story, copied[0], text.reading(seen.text), effects)
        story = story or self._shelf.of(seen.reply_to)
        if story is None and conversation is not None:
            story = self._shelf.stories.get(conversation.story)
        alone = story is None or (copied is not None and conversation is None)
        if story is None and (len(text.counts) >= _TEXTUAL or (text.counts and not talks)):
            story = self._told_before(Query.of_message(member, text.centred, text.weights, talks))
        story = story or self._shelf.begin()
        story.tellings += alone
        self._shelf.add(story, member, text.reading(seen.text), self._rarity)
        if talks:
            if conversation is None or conversation.story != story.id:
                conversation = self._conversations.begin(seen, story.id)
            self._conversations.speak(conversation, seen)
        return story

    def _on_its_own(self, story: Story, letter: int, copy: Reading, effects: Effects) -> Story:
        """Part a text that begins to be passed on from a story in which it came up late, with what was said after it.

        A chain letter that mentions what everybody talks about is a story of its own as soon as somebody copies it.
        """
        keys = passed_on(story, letter)
        if not keys:
            return story
        chat = self.member(letter).chat
        new = self._shelf.split(story, keys, {letter: copy}, self._rarity, effects)
        new.tellings = 1
        self._conversations.redirect([chat], story.id, new.id)
        return new

    def _told_before(self, query: Query, besides: Story | None = None) -> Story | None:
        """Return the story that the evidence is enough for, or None."""
        for match in self._matches(query):
            if besides is None or match.slot != besides.slot:
                return self._shelf.owner(match.slot) if match.score > 0.0 else None
        return None

    def _warmth(self, conversation: Conversation, centred: NDArray[np.float32]) -> float:
        story = self._shelf.stories.get(conversation.story)
        if story is None:
            return 0.0
        pool = self._shelf.pool
        cosine = float(np.dot(pool.vectors[story.slot], centred)) / float(pool.norms[story.slot])
        return (cosine - self._background.level) / self._background.spread

    def _as_query(self, story: Story, talks: bool) -> Query:
        return Query.of_story(story, self._shelf.pool, self._rarity, talks)

    def _link(self, story: Story, member: Member, effects: Effects) -> Story:
        """Let a young conversation join the story that it turns out to tell."""
        other = self._told_before(self._as_query(story, True), besides=story)
        return self._merge(story, other, effects) if other else story

    def _merge(self, one: Story, other: Story, effects: Effects) -> Story:
        into, gone = self._shelf.merge(one, other, self._rarity, effects, self._clock)
        self._conversations.redirect(list(gone.counts.chats), gone.id, into.id)
        return into

    def _matches(self, query: Query) -> list[Match]:
        return self._matcher.matches(query, self._shelf.pool, self._background, self._rarity, self._shelf.stories)

    def _centroid(self, story: Story) -> NDArray[np.float32]:
        pool = self._shelf.pool
        live = story.id in self._shelf.stories
        return pool.vectors[story.slot] if live else story.centroid(pool.vectors.shape[1])

    def _recognise(self, story: Story, effects: Effects, talks: bool) -> None:
        """Give a story its number once enough people tell enough of it."""
        if story.narrative is not None:
            return
        if not (worth_telling(story) if talks else story.counts.messages >= 2):
            return
        self._shelf.number(story, effects, self._told_long_ago(story), self._clock)

    def _told_long_ago(self, story: Story) -> Story | None:
        """Return the retired narrative that a new one tells again, or None."""
        best: tuple[float, Story] | None = None
        weights, background, centroid = self._matcher.weights, self._background, self._centroid(story)
        least = background.level + (weights.again - weights.sparse) * background.spread  # all words shared
        for earlier in self._shelf.retired.near(centroid, least):
            score = self._matcher.alike((centroid, self._centroid(earlier)), (story, earlier), background)
            if score > weights.again and (best is None or score > best[0]):
                best = score, earlier
        return best[1] if best else None

    def _consolidate(self, effects: Effects) -> None:
        """Merge narratives that turned out to tell the same: with each message a few that changed some time ago."""
        touched, looked = self._shelf.touched, 0
        while len(touched) > _SETTLING and looked < _AT_ONCE:
            number = next(iter(touched))
            del touched[number]
            story = self._shelf.stories.get(number)
            if story is None or story.narrative is None:
                continue
            looked += 1
            for match in self._matches(self._as_query(story, False)):
                other = self._shelf.owner(match.slot)
                if other is story or other.narrative is None:
                    continue
                if match.score > self._same(story, other) - self._matcher.weights.join:
                    self._merge(story, other, effects)
                break

    def _same(self, story: Story, other: Story) -> float:
        """Return the evidence from which two narratives are one: less where people talk than in feeds, as long as one
        of them is young; two that have long been told apart are two."""
        weights = self._matcher.weights
        young = min(story.counts.messages, other.counts.messages) <= _YOUNG
        return weights.retold if self._talks(story) and young else weights.merge

    def _talks(self, story: Story) -> bool:
        return all(self._conversations.converses(chat) for chat in story.counts.chats)
