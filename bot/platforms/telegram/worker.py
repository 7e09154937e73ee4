"""Takes what waits in the inbox, in the order in which it was received, and has it take effect.

What people said goes to the pipeline, a batch at a time; everything else to its handler, each in a transaction of its
own. The network is waited for, for a while.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog
from sqlmodel import Session
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.arrivals import Arrival
from bot.message import ChatKind, Message
from bot.pipeline import BATCH
from bot.platforms.telegram.context import AGAIN, NAME, Context
from bot.platforms.telegram.events import Event, Said, decode
from bot.platforms.telegram.reading import read
from bot.platforms.worker import FIRST_WAIT, LONGEST_WAIT, InboxWorker
from storage import inbox
from storage.errors import StorageError
from storage.inbox import Entry
from storage.tables import ChatState

MOST_ATTEMPTS = 8
"""How often a handler may fail to reach Telegram before its update is kept aside: some two minutes."""

log = structlog.get_logger(__name__)
Handler = Callable[[Event, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Heard:
    """Consecutive messages for the pipeline."""

    arrivals: list[Arrival]


@dataclass(frozen=True, slots=True)
class Single:
    """One event for its handler."""

    entry: Entry
    event: Event


class Worker(InboxWorker):
    """One brand's worker. `handle` deals with every event but what members of heard groups said."""

    _context: Context

    def __init__(self, context: Context, handle: Handler) -> None:
        super().__init__(context)
        self._handle = handle

    async def _step(self) -> bool:
        task = await asyncio.to_thread(self._take)
        match task:
            case Heard(arrivals):
                await self._hear(arrivals)
            case Single(entry, event):
                await self._single(entry, event)
            case None:
                return False
        return True

    def _take(self) -> Heard | Single | None:
        """The messages at the head of the line, or the one event there; what cannot be read is kept aside."""
        space = self._context.workspace
        heard: list[Arrival] = []
        with space.database.read() as session:
            entries = inbox.take(session, space.vault, space.brand.slug, BATCH, source=NAME)
            for entry in entries:
                event = self._event(entry)
                if event is None:
                    break
                message = self._message(session, event)
                if message is None:
                    return Heard(heard) if heard else Single(entry, event)
                heard.append(Arrival(entry.id, message))
            else:
                return Heard(heard) if heard else None
        if heard:
            return Heard(heard)
        self._keep_aside(entry.id, "unreadable")
        return self._take()

    def _event(self, entry: Entry) -> Event | None:
        try:
            raw = json.loads(entry.payload)
            if "update_id" in raw:  # kept aside once, and put back in line since
                return read(raw, self._context.me.id, self._context.me.name)
            return decode(entry.payload)
        except (AttributeError, KeyError, TypeError, ValueError):
            return None

    def _message(self, session: Session, event: Event) -> Message | None:
        """The message for the pipeline, under the first id of its chat; None for all that is a handler's."""
        if not isinstance(event, Said):
            return None
        chat = self._context.chat(session, event.place)
        if chat is None or chat.kind != ChatKind.GROUP or chat.state is not ChatState.ACTIVE:
            return None
        message, origin = event.message, self._context.origin(session, event.place.id)
        if origin == event.place.id:
            return message
        answers = f"{message.reply_to}{AGAIN}" if message.reply_to else None
        return replace(message, id=f"{message.id}{AGAIN}", chat=replace(message.chat, id=origin), reply_to=answers)

    async def _single(self, entry: Entry, event: Event) -> None:
        try:
            await self._handle(event, entry.id)
        except StorageError:
            raise
        except RetryAfter as error:
            asked = error.retry_after
            await asyncio.sleep(asked if isinstance(asked, int) else asked.total_seconds())
        except NetworkError as error:
            if isinstance(error, BadRequest) or entry.attempts + 1 >= MOST_ATTEMPTS:
                await self._give_up(entry.id, error)
                return
            await asyncio.to_thread(self._failed, entry.id)
            await asyncio.sleep(min(FIRST_WAIT * 2**entry.attempts, LONGEST_WAIT))
        except Exception as error:  # a handler's mistake must not stop the line
            await self._give_up(entry.id, error)

    def _failed(self, entry: int) -> None:
        with self._context.workspace.database.transaction() as session:
            inbox.failed(session, [entry])
