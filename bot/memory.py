"""The story engine and how it outlives the process: a snapshot, and the messages stored since (docs/decisions/0001)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

from sqlmodel import Session

from alerts.stories import Outcome, StoryEngine
from nlp.narratives.summary import NarrativeSummary
from nlp.observation import Observation
from storage import messages, narratives, snapshots
from storage.database import Database
from storage.vault import Vault

NAME = "stories"
SNAPSHOT_EVERY = 2_000  # messages: what a start feeds again at most
TICK_SECONDS = 300  # the desk looks at its clocks when the messages' time passes such a boundary


class Memory:
    """One brand's story engine; `make_engine` gives an empty one. It is as it was at the last commit."""

    engine: StoryEngine

    def __init__(self, brand: str, database: Database, vault: Vault, make_engine: Callable[[], StoryEngine]) -> None:
        self._brand, self._database, self._vault, self._make_engine = brand, database, vault, make_engine
        self.restore()

    def restore(self) -> None:
        """Rebuild the engine from the database: the newest snapshot, then every message stored after it."""
        engine = self._make_engine()
        with self._database.read() as session:
            snapshot = snapshots.newest(session, self._vault, self._brand, NAME)
            self._kept = self._last = snapshot.upto if snapshot else 0
            if snapshot:
                engine.load(snapshot.blob)
            for seen in messages.observations(session, self._vault, self._brand, Observation, after=self._kept):
                engine.observe(seen)
                self._last = seen.key
            self._clock = messages.newest_time(session, self._brand)
        self.engine = engine
        self._touched: dict[int, None] = {}

    @contextmanager
    def restored_on_failure(self) -> Iterator[None]:
        """Undo in memory what a failing transaction undoes in the database."""
        try:
            yield
        except BaseException:
            self.restore()
            raise

    @property
    def clock(self) -> float:
        """The latest time of any message, in seconds since 1970 UTC; 0 before the first."""
        return self._clock

    def boundary_passed(self, at: float) -> bool:
        """Whether message time passes one of the boundaries at which the desk looks at its clocks."""
        return at // TICK_SECONDS > self._clock // TICK_SECONDS > 0

    def observe(self, seen: Observation) -> Outcome:
        """Let the engine learn one stored message."""
        outcome = self.engine.observe(seen)
        self._last, self._clock = seen.key, max(self._clock, seen.at)
        told = outcome.assignment
        for narrative in (told.narrative, *told.moved.values()):
            if narrative is not None:
                self._touched[narrative] = None
        return outcome

    def merged(self, session: Session, absorbed: int, into: int) -> None:
        """Write down that one narrative went into another."""
        narratives.merge(session, self._brand, absorbed, into)
        self._touched.pop(absorbed, None)
        self._touched[into] = None

    def summary(self, narrative: int) -> NarrativeSummary:
        """A narrative in numbers, as of the last message."""
        return self.engine.summary(narrative)

    def forget(self, session: Session, person: str) -> None:
        """Make the engine forget a person; the stories that only they told are gone."""
        told = narratives.ids(session, self._brand)
        self.engine.forget(person)
        narratives.remove(session, self._brand, [one for one in told if not self.engine.knows(one)])

    def touch(self, told: Iterable[int]) -> None:
        """Have narratives stored anew with the next transaction, those of them that still exist."""
        self._touched |= dict.fromkeys(told)

    def store(self, session: Session, *, force: bool = False) -> None:
        """Store the narratives that changed, and a snapshot when enough has come since the last one.

        `force` is for transactions that change stored messages: a start must not feed the changed ones again.
        """
        summaries = [self.engine.summary(narrative) for narrative in self._touched if self.engine.knows(narrative)]
        narratives.store(session, self._vault, self._brand, [(told, asdict(told)) for told in summaries])
        self._touched.clear()
        if force or self._last - self._kept >= SNAPSHOT_EVERY:
            now = datetime.now(UTC)
            snapshots.keep(session, self._vault, self._brand, NAME, self._last, self.engine.dump(), now)
            self._kept = self._last
