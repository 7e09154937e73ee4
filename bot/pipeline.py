"""READ FIRST: the way of one message.

    platform update -> inbox -> Message -> consent gate -> redaction -> analysis
                    -> narrative -> detectors -> alert desk -> outbox -> channel

`receive` stores what a platform delivered before it is acknowledged. `process` takes arrivals from the inbox through
everything else and stores all their effects, and their leaving the inbox, in one transaction: killed at any point,
a batch has either happened or it has not. The story engine in memory is a fold over the stored messages
(`bot/memory.py`, docs/decisions/0001).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlmodel import Session

from alerts.desk import Desk
from bot.admission import Admission, Admissions
from bot.arrivals import Arrival, decode, encode
from bot.context import in_context
from bot.memory import Memory
from bot.message import Message
from bot.understanding import Understanding, Understood, observation
from nlp.observation import Observation
from storage import chats, inbox, messages
from storage.database import Database
from storage.messages import Arrived
from storage.tables import Alert
from storage.vault import Vault

SOURCE = "message"  # the inbox source of neutral messages; platforms keep raw updates under sources of their own
BATCH = 64  # messages: one model pass and one transaction


@dataclass(slots=True)
class Processed:
    """What one batch did, for whoever looks on; `told` are the narratives of messages that changed, by row id."""

    stored: list[Observation] = field(default_factory=list)
    told: dict[int, int | None] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    dropped: int = 0
    known: int = 0
    revised: int = 0
    redacted: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The corridor: it owns the order, the transaction and the recovery, and no logic of its own."""

    brand: str
    database: Database
    vault: Vault
    admission: Admission
    understanding: Understanding
    memory: Memory
    desk: Desk

    def receive(self, arrived: Iterable[Message]) -> None:
        """Store messages in the inbox, each once. Only after this may a platform be told that they arrived."""
        entries = [(self.admission.receipt(message).hex(), encode(message)) for message in arrived]
        with self.database.transaction() as session:
            inbox.put(session, self.vault, self.brand, SOURCE, entries, datetime.now(UTC))

    def drain(self) -> Iterator[Processed]:
        """Process what waits in the inbox, oldest first, a batch at a time."""
        while waiting := self._waiting():
            yield self.process(waiting)

    def process(self, arrivals: Sequence[Arrival]) -> Processed:
        """Take messages through consent, redaction, analysis, narratives, detectors and desk; store it all at once.

        Raises what the parts raise; then nothing of the batch is stored, and the engine is as it was before.
        """
        with self.database.transaction() as session:
            said = self.admission.admit(session, [arrival.message for arrival in arrivals])
        understood = self.understanding.of(said.admitted)
        with self.memory.restored_on_failure(), self.database.transaction() as session:
            done = self._store(session, understood, said)
            for seen in done.stored:
                self._tell(session, seen, done)
            messages.tell(session, self.brand, done.told)
            self.memory.store(session, force=done.revised > 0)
            inbox.done(session, [arrival.entry for arrival in arrivals])
        return done

    def tick(self, now: datetime) -> list[Alert]:
        """Let the desk look at its clocks: what waited long enough is sent, what was silent long enough resolves."""
        with self.database.transaction() as session:
            return self.desk.tick(session, now)

    def _waiting(self) -> list[Arrival]:
        with self.database.read() as session:
            entries = inbox.take(session, self.vault, self.brand, BATCH)
        return [Arrival(entry.id, decode(entry.payload)) for entry in entries]

    def _store(self, session: Session, understood: Sequence[Understood], said: Admissions) -> Processed:
        """Store what is still admitted: somebody may have withdrawn while the model was thinking."""
        done = Processed(known=said.known)
        heard = []
        for one in understood:
            if self.admission.still(session, one.admitted):
                heard.append(one)
                done.redacted.update(one.redacted.found)
            else:
                said.dropped[one.admitted.chat_id] += 1
        fresh, revised = list[Arrived](), list[Arrived]()
        for one, seen in zip(heard, self._observed(session, heard), strict=True):
            if one.admitted.row is None:
                done.stored.append(seen)
                fresh.append(_arrived(one, seen))
            else:
                revised.append(_arrived(one, seen))
        messages.insert(session, self.vault, self.brand, fresh)
        messages.revise(session, self.vault, self.brand, revised)
        chats.dropped(session, said.dropped)
        done.revised, done.dropped = len(revised), said.dropped.total() + said.unknown_chat
        return done

    def _observed(self, session: Session, heard: Sequence[Understood]) -> list[Observation]:
        """Give each message its row id, replies the row id of what they answer, and read them all in their chats."""
        new = [one.admitted.digest for one in heard if one.admitted.row is None]
        first = messages.reserve_ids(session, len(new)) if new else 0
        rows = {digest: first + place for place, digest in enumerate(new)}
        rows |= {one.admitted.digest: one.admitted.row for one in heard if one.admitted.row is not None}
        answers = {one.admitted.answers for one in heard if one.admitted.answers is not None}
        answered = messages.known(session, self.brand, sorted(answers - rows.keys())) | rows
        keys = [rows[one.admitted.digest] for one in heard]
        replies = [answered.get(one.admitted.answers) if one.admitted.answers is not None else None for one in heard]
        analyses = in_context(session, self.brand, heard, keys, replies)
        return [
            observation(replace(one, analysis=analysis), key=key, reply_to=reply_to)
            for one, analysis, key, reply_to in zip(heard, analyses, keys, replies, strict=True)
        ]

    def _tell(self, session: Session, seen: Observation, done: Processed) -> None:
        """Narrative, detectors, desk: in message time, so that a replay decides what a live run would have."""
        now = datetime.fromtimestamp(seen.at, UTC)
        if self.memory.boundary_passed(seen.at):
            done.alerts += self.desk.tick(session, now)
        outcome = self.memory.observe(seen)
        done.told |= {seen.key: outcome.assignment.narrative, **outcome.assignment.moved}
        for absorbed, into in outcome.assignment.merged:
            self.memory.merged(session, absorbed, into)
            self.desk.merged(session, absorbed, into, now)
        if outcome.signals:
            done.alerts += self.desk.consider(session, outcome.signals, self.memory.summary, now, at_message=seen.key)


def _arrived(one: Understood, seen: Observation) -> Arrived:
    return Arrived(
        observation=seen,
        chat_id=one.admitted.chat_id,
        platform_id=one.admitted.message.id,
        digest=one.admitted.digest,
        received_at=datetime.now(UTC),
        model=one.analysis.model,
        edited=one.admitted.message.edited,
    )
