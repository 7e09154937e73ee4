"""Takes deliveries apart into the inbox, and has what waits there take its effect, in its order.

Many updates are alike: what heard members of groups say goes to the pipeline a batch at a time, and reports and what
nobody agreed to have heard are dealt with in one transaction together. Everything else goes to its handler, after what
came before it and before what comes after: a yes or a no counts from where it was said.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from sqlmodel import Session

from bot.arrivals import Arrival
from bot.platforms.whatsapp import statuses
from bot.platforms.whatsapp.context import NAME, Context
from bot.platforms.whatsapp.deliveries import SOURCE, Deliveries
from bot.platforms.whatsapp.events import Event, Reported, Said, decode
from bot.platforms.whatsapp.handlers import Handlers, open_window
from bot.platforms.whatsapp.hearing import chat_of, heard
from bot.platforms.whatsapp.splitting import split
from bot.platforms.whatsapp.words import word_of
from bot.platforms.worker import InboxWorker
from storage import chats, inbox
from storage.errors import StorageError
from storage.inbox import Entry

BATCH = 64
"""Updates at a time: short transactions, because everybody else waits for them."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Batch:
    """Updates that change nothing for each other: messages for the pipeline, and reports and messages of which only a
    number remains."""

    heard: list[Arrival] = field(default_factory=list)
    noted: list[tuple[Entry, Event]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Single:
    """One update for its handler, after which others may be heard; without an event it is kept aside."""

    entry: Entry
    event: Event | None


class Worker(InboxWorker):
    """One brand's worker."""

    _context: Context

    def __init__(self, context: Context, deliveries: Deliveries, handlers: Handlers) -> None:
        super().__init__(context)
        self._deliveries, self._handlers = deliveries, handlers

    async def _prepare(self) -> bool:
        return await asyncio.to_thread(self._split)

    def _split(self) -> bool:
        """Move the parts of deliveries into the inbox; whether there were any."""
        context, space = self._context, self._context.workspace
        front = self._deliveries.take(BATCH)
        with space.database.read() as session:
            back = inbox.take(session, space.vault, context.brand, BATCH, source=SOURCE)
        if not front and not back:
            return False
        with space.database.transaction() as session:
            inbox.done(session, [delivery.id for delivery in back])  # first: what is unreadable still is put back
            for delivery in (*front, *back):
                split(context, session, delivery)
        if front:
            self._deliveries.done([delivery.id for delivery in front])
        return True

    async def _step(self) -> bool:
        match await asyncio.to_thread(self._take):
            case Batch([], []):
                return False
            case Batch(heard, noted):
                if noted:
                    await asyncio.to_thread(self._note, noted)
                if heard:
                    await self._hear(heard)
                    await asyncio.to_thread(self._opened, heard)
            case Single(entry, None):
                await asyncio.to_thread(self._keep_aside, entry.id, "unreadable event")
            case Single(entry, event) if event is not None:
                await self._single(entry, event)
        return True

    def _take(self) -> Batch | Single:
        """What stands before the first update that is for a handler, or that one."""
        space, batch = self._context.workspace, Batch()
        with space.database.read() as session:
            for entry in inbox.take(session, space.vault, space.brand.slug, BATCH, source=NAME):
                single = self._sorted(session, entry, batch)
                if single is not None:
                    return batch if batch.heard or batch.noted else single
        return batch

    def _sorted(self, session: Session, entry: Entry, batch: Batch) -> Single | None:
        """Put an update into the batch; returned is one that is for a handler."""
        try:
            event = decode(entry.payload)
        except (ValueError, RecursionError):
            return Single(entry, None)
        if isinstance(event, Reported):
            batch.noted.append((entry, event))
            return None
        if not isinstance(event, Said) or event.group is None:
            return Single(entry, event)
        if word_of(event.text) or event.file or self._handlers.customers.addressed(event):
            return Single(entry, event)
        row = chat_of(self._context, session, event)
        message = heard(self._context, session, event, row) if row is not None else None
        if message is not None:
            batch.heard.append(Arrival(entry.id, message))
        else:
            batch.noted.append((entry, event))
        return None

    def _note(self, entries: Sequence[tuple[Entry, Event]]) -> None:
        """Store reports; of what nobody agreed to have heard, count that it was there."""
        context, dropped = self._context, Counter[int]()
        with context.workspace.database.transaction() as session:
            for _, event in entries:
                if isinstance(event, Reported):
                    statuses.note(context, session, event)
                elif isinstance(event, Said):
                    row = chat_of(context, session, event)
                    if row is not None:
                        dropped[row.id or 0] += 1
                        open_window(context, session, event.group, "", event.at)
            chats.dropped(session, dropped)
            inbox.done(session, [entry.id for entry, _ in entries], remember_at=context.clock())
            statuses.settle(context, session, context.clock())

    def _opened(self, arrivals: Sequence[Arrival]) -> None:
        latest = {arrival.message.chat.id: arrival.message.sent_at for arrival in arrivals}
        with self._context.workspace.database.transaction() as session:
            for group, at in latest.items():
                open_window(self._context, session, group, "", at)

    async def _single(self, entry: Entry, event: Event) -> None:
        try:
            await self._handlers(event, entry)
        except StorageError:
            raise
        except Exception as error:  # a handler's mistake must not stop the line
            await self._give_up(entry.id, error)
