"""Which part deals with which event, one at a time."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlmodel import Session

from alerts import pending
from bot.arrivals import Arrival
from bot.message import Message
from bot.platforms.whatsapp import people
from bot.platforms.whatsapp.context import NAME, Context
from bot.platforms.whatsapp.customers import Customers
from bot.platforms.whatsapp.events import Chosen, Event, Renumbered, Revoked, Said, Warned
from bot.platforms.whatsapp.groups import Groups
from bot.platforms.whatsapp.hearing import chat_of, heard
from bot.platforms.whatsapp.media import Files
from bot.platforms.whatsapp.members import JOIN, NO, Members
from bot.platforms.whatsapp.words import Word
from storage import chats, whatsapp
from storage.inbox import Entry

log = structlog.get_logger(__name__)


class Handlers:
    """Deals with every event that is not one of many alike (`worker.py`)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.members, self.groups, self.files = Members(context), Groups(context), Files(context)
        self.customers = Customers(context, self.members)

    async def __call__(self, event: Event, entry: Entry) -> None:
        """Have an event take its effect."""
        match event:
            case Said():
                await self._said(event, entry)
            case Revoked():
                await self._heard_or_done(event, entry, await asyncio.to_thread(self._message, event))
            case Chosen():
                await self._chosen(event, entry)
            case Renumbered():
                await self._store(entry, lambda session: people.renumber(self._context, session, event))
            case Warned():
                await self._store(entry, lambda session: self._context.warn(session, event.kind, event.details))
            case _:
                await self.groups.changed(event, entry)

    async def _said(self, event: Said, entry: Entry) -> None:
        word, message = await asyncio.to_thread(self._wrote, event)
        if word is not None:
            await self.members.said(event, entry, word)
            return
        if event.file is not None and message is not None:
            self.files.keep(event.file, message.sender.id)
        addressed = self.customers.addressed(event)
        if addressed is not None and not event.edited:
            finish = (lambda session: None) if message is not None else self._done(event, entry)
            await self.customers.asked(event, entry, addressed, finish)
            if message is None:
                return
        await self._heard_or_done(event, entry, message)

    async def _heard_or_done(self, event: Said | Revoked, entry: Entry, message: Message | None) -> None:
        """Give a message to the pipeline, which removes the entry; of who is not heard a number remains."""
        if message is None:
            await self._store(entry, lambda session: None, self._done(event, entry))
            return
        done = await asyncio.to_thread(self._context.workspace.pipeline.process, [Arrival(entry.id, message)])
        if done.alerts:
            self._context.wake()

    async def _chosen(self, event: Chosen, entry: Entry) -> None:
        do = await asyncio.to_thread(self._pressed, event)
        if do is None:  # the button of a template, which is a sign of life and no more, or a forged one
            log.info("whatsapp.unsigned_button")
            await self._store(entry, lambda session: None)
        elif do.partition(":")[0] in (JOIN, NO):
            await self.members.pressed(event, entry, do)
        else:
            await self.customers.pressed(event, entry, do)

    def _wrote(self, event: Said) -> tuple[Word | None, Message | None]:
        """Remember that somebody wrote; the word that their message is, or the message for the pipeline."""
        context = self._context
        with context.workspace.database.transaction() as session:
            person = context.pseudonym(context.first_id(session, event.person))
            open_window(context, session, event.group, person, event.at)
            word = self.members.wants(session, event, person)
            row = chat_of(context, session, event) if word is None else None
            return word, heard(context, session, event, row) if row is not None else None

    def _message(self, event: Revoked) -> Message | None:
        with self._context.workspace.database.read() as session:
            row = chat_of(self._context, session, event)
            return heard(self._context, session, event, row) if row is not None else None

    def _pressed(self, event: Chosen) -> str | None:
        context = self._context
        with context.workspace.database.transaction() as session:
            person = context.pseudonym(context.first_id(session, event.person))
            open_window(context, session, event.group, person, event.at)
        return context.buttons.verify(context.private_lane(person), event.data)

    def _done(self, event: Said | Revoked, entry: Entry) -> Callable[[Session], None]:
        def done(session: Session) -> None:
            row = chat_of(self._context, session, event) if event.group is not None else None
            if row is not None and isinstance(event, Said):
                chats.dropped(session, {row.id or 0: 1})
            self._context.done(session, entry.id)

        return done

    async def _store(
        self, entry: Entry, work: Callable[[Session], None], done: Callable[[Session], None] | None = None
    ) -> None:
        def both() -> None:
            with self._context.workspace.database.transaction() as session:
                work(session)
                (done or (lambda session: self._context.done(session, entry.id)))(session)

        await asyncio.to_thread(both)
        self._context.wake()


def open_window(context: Context, session: Session, group: str | None, person: str, at: datetime) -> None:
    """Somebody wrote: for a day their lane may be written to, and what waited for that leaves."""
    lane = context.lane(session, group, person)
    until = min(at, context.clock()) + whatsapp.WINDOW
    if lane and until > context.clock():
        whatsapp.open_window(session, context.brand, lane, until)
        pending.release_lane(session, context.brand, NAME, lane)
