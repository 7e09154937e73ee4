"""Who is heard: each message with its chat, its author's pseudonym and its receipt, or nothing at all of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from bot.consent import ConsentGate
from bot.identity import Identity
from bot.message import Chat, Message
from storage import chats, messages
from storage.tables import Chat as ChatRow
from storage.tables import ChatMode, ChatState
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Admitted:
    """A message that passed the gate. `row` is its row id when it is stored already and this is an edit of it."""

    message: Message
    chat: ChatRow
    person: str
    digest: bytes
    answers: bytes | None
    row: int | None = None

    @property
    def chat_id(self) -> int:
        """The row id of its chat."""
        assert self.chat.id is not None
        return self.chat.id


@dataclass(slots=True)
class Admissions:
    """What the gate said of a batch: admitted ones in order, how many each chat turned away, and redeliveries."""

    admitted: list[Admitted]
    dropped: Counter[int]
    unknown_chat: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Admission:
    """The gate with what it needs to know a person and a chat by: pseudonyms and receipts."""

    brand: str
    vault: Vault
    identity: Identity
    gate: ConsentGate

    def receipt(self, message: Message) -> bytes:
        """The digest by which a redelivery of the message is known."""
        return self._receipt(message.chat, message.id)

    def activate(self, session: Session, chat: Chat, mode: ChatMode, at: datetime | None = None) -> ChatRow:
        """Store a chat as one that is heard from now on, under the given mode of consent."""
        return chats.put(
            session,
            self.vault,
            self.brand,
            platform=chat.platform,
            key=self.identity.chat(chat.platform, chat.id),
            kind=chat.kind,
            title=chat.title,
            address=chat.id,
            state=ChatState.ACTIVE,
            mode=mode,
            at=at or datetime.now(UTC),
        )

    def admit(self, session: Session, arrived: Sequence[Message]) -> Admissions:
        """Ask the gate for each message. Those of unknown chats are turned away, those stored already are known,
        unless their text was edited since.
        """
        keys = {message.chat: self.identity.chat(message.chat.platform, message.chat.id) for message in arrived}
        rows = chats.of_keys(session, self.brand, set(keys.values()))
        digests = [self.receipt(message) for message in arrived]
        stored = messages.known(session, self.brand, digests)
        said = Admissions([], Counter())
        for message, digest in zip(arrived, digests, strict=True):
            chat = rows.get(keys[message.chat])
            if chat is None or chat.id is None:
                said.unknown_chat += 1
                continue
            person = self.identity.person(message.chat.platform, message.sender.id)
            self.gate.enrol(session, chat, person, message.sender)
            if not self.gate.admits(session, chat, person):
                said.dropped[chat.id] += 1
            elif digest in stored and not message.edited:
                said.known += 1
            else:
                answers = self._receipt(message.chat, message.reply_to) if message.reply_to else None
                said.admitted.append(Admitted(message, chat, person, digest, answers, stored.get(digest)))
        return said

    def still(self, session: Session, admitted: Admitted) -> bool:
        """Whether the gate still admits the message, in the transaction that is to store it."""
        return self.gate.admits(session, admitted.chat, admitted.person)

    def _receipt(self, chat: Chat, message_id: str) -> bytes:
        return self.identity.receipt(chat.platform, chat.id, message_id)
