"""Who answers whom in a chat: messages that follow each other closely belong to one conversation."""

from collections.abc import Callable
from dataclasses import dataclass, field

from nlp.observation import Observation

_SENDERS = 64
_OPEN = 6  # conversations that can go on side by side in one chat
_RHYTHMS = 4.0  # silences of so many usual gaps end a conversation ...
_SHORTEST, _LONGEST = 120.0, 720.0  # ... within these limits, in seconds
_WARM = 1_800.0  # seconds: longer silences say nothing of the rhythm


@dataclass(slots=True)
class Conversation:
    """An exchange in a chat or one of its topics: the story that it tells (-1: none), when each person last spoke."""

    id: int
    story: int
    last: float
    thread: str | None = None
    people: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Manner:
    """How a chat is used: who wrote lately, how often senders return, how often they answer, its rhythm."""

    senders: list[str] = field(default_factory=list)
    messages: float = 3.0
    returns: float = 1.0
    replies: float = 0.0
    pace: float = 180.0
    last: float = float("-inf")
    open: list[Conversation] = field(default_factory=list)


class Conversations:
    """Takes the stream of a chat apart into conversations (disentanglement: Elsner and Charniak 2010).

    A message goes on with a conversation of its chat that is still warm, judged by the chat's own rhythm, by who speaks
    and by how alike the words are. A chat whose senders hardly ever return and never answer is a feed: its neighbours
    tell nothing of each other.
    """

    def __init__(self) -> None:
        self._manners: dict[str, Manner] = {}
        self._next = 0

    def converses(self, chat: str) -> bool:
        """Return whether people talk to each other in this chat, as far as it has shown; true for a new chat."""
        manner = self._manners.get(chat)
        if manner is None:
            return True
        alone = len(manner.senders) >= 8 and len(set(manner.senders)) == 1
        return not alone and (manner.returns / manner.messages > 0.15 or manner.replies / manner.messages > 0.05)

    def place(self, seen: Observation, likeness: Callable[[Conversation], float]) -> Conversation | None:
        """Return the open conversation that a message without a reply goes on with, or None.

        `likeness` gives how alike the message and a conversation are, in spreads above the usual (0 when unknown).
        """
        manner = self._manners.get(seen.chat)
        if manner is None or seen.forwarded:
            return None
        patience = min(max(_RHYTHMS * manner.pace, _SHORTEST), _LONGEST)
        best: tuple[float, Conversation] | None = None
        near = [conversation for conversation in reversed(manner.open) if conversation.thread == seen.thread]
        for rank, conversation in enumerate(near):
            silence = seen.at - conversation.last
            if silence > 1.5 * patience:
                continue
            speaks = 0.3 if seen.person in conversation.people else 0.0
            score = (
                1.0
                - max(silence, 0.0) / patience
                + speaks
                - 0.5 * rank
                + 0.15 * min(max(likeness(conversation), -2.0), 4.0)
            )
            if score > 0.0 and (best is None or score > best[0]):
                best = score, conversation
        return best[1] if best else None

    def begin(self, seen: Observation, story: int) -> Conversation:
        """Open a conversation about a story with its first message."""
        self._next += 1
        conversation = Conversation(self._next, story, seen.at, seen.thread)
        manner = self._manners.setdefault(seen.chat, Manner())
        manner.open.append(conversation)
        del manner.open[:-_OPEN]
        return conversation

    def speak(self, conversation: Conversation, seen: Observation) -> None:
        """Count a message into its conversation; it becomes the chat's latest."""
        conversation.last = max(conversation.last, seen.at)
        conversation.people[seen.person] = seen.at
        manner = self._manners.setdefault(seen.chat, Manner())
        if conversation in manner.open:
            manner.open.remove(conversation)
        manner.open.append(conversation)
        del manner.open[:-_OPEN]

    def observe(self, seen: Observation) -> None:
        """Learn how the chat is used from one message."""
        manner = self._manners.setdefault(seen.chat, Manner())
        keep = 1.0 - 1.0 / 200.0
        manner.messages = manner.messages * keep + 1.0
        manner.returns = manner.returns * keep + (seen.person in manner.senders)
        manner.replies = manner.replies * keep + (seen.reply_to is not None)
        manner.senders.append(seen.person)
        del manner.senders[:-_SENDERS]
        gap = seen.at - manner.last
        if 0.0 <= gap < _WARM:
            manner.pace += 0.05 * (gap - manner.pace)
        manner.last = max(manner.last, seen.at)

    def redirect(self, chats: list[str], old: int, new: int) -> None:
        """Let the conversations about one story in these chats go on with another."""
        for chat in chats:
            for conversation in self._manners[chat].open if chat in self._manners else ():
                if conversation.story == old:
                    conversation.story = new

    def forget(self, person: str) -> None:
        """Remove a person from every conversation and chat."""
        for manner in self._manners.values():
            manner.senders = [sender for sender in manner.senders if sender != person]
            for conversation in manner.open:
                conversation.people.pop(person, None)
