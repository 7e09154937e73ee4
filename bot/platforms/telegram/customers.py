"""Customers on Telegram: what somebody asks the bot, turned into what the customers' desk knows, and back.

The contract is in `bot/customers/desk.py`. Buttons are sealed for the lane of whom they were shown to, so that nobody
else's press counts.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlmodel import Session

from bot.customers.asks import Addressed, Ask, Asker, MediaRef, TeamPress, TeamSaid
from bot.customers.asks import Press as CustomerPress
from bot.message import Message, Platform
from bot.platforms.telegram.context import NAME, Context
from bot.platforms.telegram.events import Asked, Command, Event, Person, Place, Press, Said
from config.texts import texts
from storage import messages, team
from storage.content import unpack
from storage.tables import Message as MessageRow
from storage.tables import Sealed

COMMANDS: Mapping[str, Addressed] = {
    "ask": Addressed.ASK,
    "check": Addressed.CHECK,
    "human": Addressed.PERSON,
}
"""The commands by which somebody asks the desk."""
T = TypeVar("T")


def asked(event: Event, bot_name: str) -> Asked | None:
    """What an event asks of the bot: something said in private, a mention, a reply to it, or a command."""
    match event:
        case Command() if event.name in COMMANDS:
            addressed = COMMANDS[event.name]
            answers = event.answers if not event.argument else None
            return Asked(event.place, event.person, event.argument, event.at, addressed, answers=answers)
        case Said() if not event.message.edited:
            return _said(event, bot_name)
        case _:
            return None


def _said(event: Said, bot_name: str) -> Asked | None:
    if event.place.private:
        addressed = Addressed.PRIVATE
    elif event.answers_bot is not None:
        addressed = Addressed.REPLY
    elif event.names_bot:
        addressed = Addressed.MENTION
    else:
        return None
    message = event.message
    text = re.sub(rf"@{re.escape(bot_name)}\b", " ", message.text, flags=re.IGNORECASE).strip()
    return Asked(
        event.place,
        event.person,
        text,
        int(message.id),
        addressed,
        forwarded=message.forward is not None,
        media=message.media,
        file=event.file,
    )


class Customers:
    """The customers' side of Telegram, for one brand."""

    def __init__(self, context: Context) -> None:
        self._context, self._desk = context, context.workspace.customers

    def lane(self, person: Person) -> str:
        """The lane of somebody's private chat."""
        return f"private:{self._desk.tag(self._context.pseudonym(person))}"

    async def asked(self, event: Asked, entry: int) -> None:
        """Have the desk deal with what somebody asked."""
        if event.place.private:
            chat = int(event.place.id)
            self._context.answer(lambda: self._context.bot.send_chat_action(chat, "typing"))

        def work() -> None:
            ask = self._ask(event, entry)
            self._desk.ask(ask, lambda session: self._context.done(session, entry))

        await self._threaded(work)

    async def press(self, event: Press, entry: int) -> str:
        """A button of a customer; returns what to tell the presser."""

        def work() -> str:
            with self._context.workspace.database.read() as session:
                group = None if event.place.private else self._row(session, event.place)
            press = CustomerPress(
                id=str(entry),
                asker=self._asker(event.person),
                do=event.data.rpartition("~")[0],
                group=group,
                message=str(event.at),
                private_url=self._context.deep_link("ask"),
            )
            return self._desk.press(press, lambda session: self._context.done(session, entry))

        return await self._threaded(work)

    async def team_press(self, event: Press, entry: int) -> str:
        """A button in the team's chat; returns what to tell the presser."""

        def work() -> str:
            channel = self._channel(event.place, event.person)
            if channel is None:
                self._skip(entry)
                return texts(self._context.workspace.brand.team.language).say("tg-no-role")
            actor, do = self._context.pseudonym(event.person), event.data.rpartition("~")[0]
            return self._desk.team_press(
                TeamPress(str(entry), actor, channel, do), lambda session: self._context.done(session, entry)
            )

        return await self._threaded(work)

    async def team_said(self, event: Said, entry: int) -> bool:
        """Have the desk deal with an answer to one of its messages in the team's chat; False when it was to another."""

        def work() -> str | bool | None:
            channel = self._channel(event.place, event.person)
            if channel is None or event.answers_bot is None:
                return False
            with self._context.workspace.database.read() as session:
                subject = self._desk.subject_of(session, NAME, f"team:{channel}", str(event.answers_bot))
            if subject is None:
                return False
            message, actor = event.message, self._context.pseudonym(event.person)
            media = _media(message, event.file)
            said = TeamSaid(str(entry), actor, channel, subject, message.text, message.id, media)
            return self._desk.team_said(said, lambda session: self._context.done(session, entry))

        told = await self._threaded(work)
        if isinstance(told, str):
            self._context.reply(event.place, told, int(event.message.id))
        return told is not False

    def _ask(self, event: Asked, entry: int) -> Ask:
        group, heard, about = None, False, None
        if not event.place.private:
            with self._context.workspace.database.read() as session:
                group, heard = self._row(session, event.place), self._heard(session, event)
                about = self._about(session, event)
        media = MediaRef(Platform.TELEGRAM, event.media, event.file or "") if event.media is not None else None
        return Ask(
            id=str(entry),
            asker=self._asker(event.person),
            text=event.text,
            addressed=event.addressed,
            group=group,
            message=str(event.at),
            forwarded=event.forwarded,
            media=media,
            heard=heard,
            about=about,
            private_url=self._context.deep_link("ask"),
        )

    def _about(self, session: Session, event: Asked) -> str | None:
        """The text of the message that a command answers, if it was heard; "" if not; None if it answers none."""
        if event.answers is None:
            return None
        space, origin = self._context.workspace, self._context.origin(session, event.place.id)
        # As in the worker: a supergroup that was a group before counts its messages anew.
        number = event.answers if origin == event.place.id else f"{event.answers}s"
        digest = space.identity.receipt(Platform.TELEGRAM, origin, number)
        row = messages.known(session, self._context.brand, [digest]).get(digest)
        known = session.get(MessageRow, row) if row is not None else None
        if known is None or known.content is None:
            return ""
        return unpack(space.vault.open(known.content, Sealed.MESSAGE_CONTENT)).text

    def _heard(self, session: Session, event: Asked) -> bool:
        chat = self._context.chat(session, event.place)
        gate = self._context.workspace.pipeline.admission.gate
        return chat is not None and gate.admits(session, chat, self._context.pseudonym(event.person))

    def _asker(self, person: Person) -> Asker:
        return Asker(Platform.TELEGRAM, self._context.pseudonym(person), person.id, person.lang)

    def _row(self, session: Session, place: Place) -> int | None:
        chat = self._context.chat(session, place)
        return chat.id if chat is not None else None

    def _channel(self, place: Place, person: Person) -> str | None:
        """The team channel that a chat is, if the person has a role there."""
        with self._context.workspace.database.read() as session:
            chat = self._context.chat(session, place)
            channel = self._context.team_channel(session, chat) if chat is not None else None
            if channel is None:
                return None
            role = team.role_of(session, self._context.brand, channel, self._context.pseudonym(person))
            return channel if role is not None else None

    def _skip(self, entry: int) -> None:
        with self._context.workspace.database.transaction() as session:
            self._context.done(session, entry)

    async def _threaded(self, work: Callable[[], T]) -> T:
        told = await asyncio.to_thread(work)
        self._context.wake()
        return told


def _media(message: Message, file: str | None) -> MediaRef | None:
    return MediaRef(Platform.TELEGRAM, message.media, file or "") if message.media is not None else None
