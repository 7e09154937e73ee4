"""Has what waits in the inbox take its effect, in the order in which it was received.

Storage is waited for. What fails for any other reason is kept aside with the kind of its error, and the line goes on.
"""

import asyncio
import traceback
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.arrivals import Arrival
from bot.platforms.shared import PlatformContext
from storage import inbox
from storage.errors import StorageError

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0

log = structlog.get_logger(__name__)


class InboxWorker(ABC):
    """One brand's worker on one platform."""

    def __init__(self, context: PlatformContext) -> None:
        self._context, self._work = context, asyncio.Event()

    def notify(self) -> None:
        """Say that something waits."""
        self._work.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.drain()
            await self._work.wait()
            self._work.clear()

    async def drain(self) -> None:
        """Have everything that waits take its effect."""
        wait = FIRST_WAIT
        while True:
            try:
                prepared = await self._prepare()
                async with self._context.turn:
                    worked = await self._step()
                if not worked and not prepared:
                    return
                wait = FIRST_WAIT
            except StorageError as error:
                log.warning(f"{self._context.platform}.storage", fault=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    async def _prepare(self) -> bool:
        """What can be done before it is this worker's turn; whether there was anything."""
        return False

    @abstractmethod
    async def _step(self) -> bool:
        """Have what stands first in line take its effect; whether there was anything."""

    async def _hear(self, arrivals: Sequence[Arrival]) -> None:
        """Give messages to the pipeline, one by one where they fail together."""
        pipeline = self._context.workspace.pipeline
        try:
            done = await asyncio.to_thread(pipeline.process, arrivals)
        except StorageError:
            raise
        except Exception as error:  # one message must not stop the others, whatever it does to the model
            if len(arrivals) == 1:
                await self._give_up(arrivals[0].entry, error)
                return
            for arrival in arrivals:
                await self._hear([arrival])
            return
        if done.alerts:
            self._context.wake()

    async def _give_up(self, entry: int, error: Exception) -> None:
        """Keep an update aside that fails for a reason of its own."""
        fault, frames = type(error).__name__, traceback.extract_tb(error.__traceback__)
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        log.error(f"{self._context.platform}.kept_aside", entry=entry, fault=fault, where=where)
        await asyncio.to_thread(self._keep_aside, entry, fault)

    def _keep_aside(self, entry: int, fault: str) -> None:
        with self._context.workspace.database.transaction() as session:
            inbox.keep_aside(session, entry, fault)
