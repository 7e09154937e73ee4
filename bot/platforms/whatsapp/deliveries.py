"""Where deliveries wait between their 200 and the worker: in a file of their own, so that nothing else can delay them.

SQLite has one writer a file. A batch of the pipeline, an erasure's rewrite of the file or the nightly purge may hold
the database for a second, and WhatsApp asks for its 200 sooner (docs/decisions/0005). With PostgreSQL, deliveries wait
in the database itself.
"""

import asyncio
import hmac
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime

from storage import inbox
from storage.database import Database
from storage.inbox import Entry
from storage.vault import Vault

SOURCE = "whatsapp.delivery"
FILE = "deliveries.db"
MOST_AT_ONCE = 256
"""Deliveries stored in one transaction: those that came while the one before was being written."""


class Deliveries:
    """Raw deliveries of one brand, sealed, each until it has been taken apart into the inbox. `stored` is called after
    each transaction that stored some. `alone` says that the loop has nothing else to do: then it writes itself, and
    saves two changes of thread, each of which waits for a core."""

    def __init__(
        self,
        front: Database,
        vault: Vault,
        brand: str,
        stored: Callable[[], None] = lambda: None,
        *,
        alone: bool = False,
    ) -> None:
        self._front, self._vault, self._brand, self._stored, self._alone = front, vault, brand, stored, alone
        self._arriving: list[tuple[bytes, datetime, asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None
        # A thread of its own: those that everybody shares may all be waiting for the database.
        self._writer = ThreadPoolExecutor(1, "deliveries")

    @property
    def front(self) -> Database:
        """The database in which they wait."""
        return self._front

    def close(self) -> None:
        """Give the thread back."""
        self._writer.shutdown(wait=False)

    async def store(self, body: bytes, now: datetime) -> None:
        """Store a delivery; whatever comes while another is being written shares the next transaction.

        Raises StorageError when it could not be stored.
        """
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arriving.append((body, now, stored))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_all())
        await stored

    def take(self, limit: int) -> list[Entry]:
        """Return the oldest deliveries that wait."""
        with self._front.read() as session:
            return inbox.take(session, self._vault, self._brand, limit, source=SOURCE)

    def done(self, ids: Sequence[int]) -> None:
        """Remove deliveries whose parts are in the inbox."""
        self._front.delete_at_once("inbox", ids)

    def waiting(self) -> int:
        """Return how many deliveries wait."""
        with self._front.read() as session:
            return inbox.waiting(session, self._brand, SOURCE)

    async def _store_all(self) -> None:
        while self._arriving:
            if self._alone:
                await asyncio.sleep(0)  # whatever else has arrived comes along
            batch, self._arriving = self._arriving[:MOST_AT_ONCE], self._arriving[MOST_AT_ONCE:]
            try:
                bodies = [(body, at) for body, at, _ in batch]
                if self._alone:
                    self._put(bodies)
                else:
                    await asyncio.get_running_loop().run_in_executor(self._writer, self._put, bodies)
            except Exception as error:  # whatever it was, each sender must hear that theirs is not stored
                for _, _, stored in batch:
                    if not stored.done():
                        stored.set_exception(error)
            else:
                for _, _, stored in batch:
                    if not stored.done():
                        stored.set_result(None)
                self._stored()

    def _put(self, bodies: Sequence[tuple[bytes, datetime]]) -> None:
        key = self._vault.sealing_key
        keyed = [(hmac.digest(key, b"whatsapp delivery" + body, "sha256")[:16].hex(), body) for body, _ in bodies]
        with self._front.transaction() as session:
            inbox.put(session, self._vault, self._brand, SOURCE, keyed, bodies[0][1])


@contextmanager
def open_deliveries(database: Database, vault: Vault, brand: str) -> Iterator[Deliveries]:
    """Open the place where a brand's deliveries wait, beside its SQLite file or in its PostgreSQL database."""
    if database.path is None:
        with closing(Deliveries(database, vault, brand)) as deliveries:
            yield deliveries
        return
    with Database(database.path.with_name(FILE)) as front:
        front.migrate()
        with closing(Deliveries(front, vault, brand)) as deliveries:
            yield deliveries
