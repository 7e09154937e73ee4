"""Customers on WhatsApp: what somebody asks the brand, turned into what the customers' desk knows.

The contract is in `bot/customers/desk.py`. In private everything is for the desk; in groups what answers the bot or
names the number.
"""

import asyncio
from collections.abc import Callable

from sqlmodel import Session

from bot.customers.asks import Addressed, Ask, Asker, MediaRef, Press
from bot.message import Platform
from bot.platforms.whatsapp.context import Context
from bot.platforms.whatsapp.events import Chosen, Person, Said
from bot.platforms.whatsapp.members import Members
from bot.platforms.whatsapp.words import Word, word_of
from storage.inbox import Entry

ANSWERS = {Word.YES: "1", Word.PART: "1", Word.NO: "0"}
"""A yes or no to what the desk has asked, as the number that it understands."""


class Customers:
    """The customers' side of WhatsApp, for one brand."""

    def __init__(self, context: Context, members: Members) -> None:
        self._context, self._members, self._desk = context, members, context.workspace.customers

    def addressed(self, event: Said) -> Addressed | None:
        """How somebody turned to the bot; None for talk in a group."""
        if event.group is None:
            return Addressed.PRIVATE
        if event.to_bot:
            return Addressed.REPLY
        shown = self._context.number.shown
        return Addressed.MENTION if shown and f"@{shown}" in event.text else None

    async def asked(self, event: Said, entry: Entry, addressed: Addressed, done: Callable[[Session], None]) -> None:
        """Have the desk deal with what somebody asked; `done` is called in its transaction."""

        def work() -> None:
            context = self._context
            with context.workspace.database.read() as session:
                ask = self._ask(session, event, entry, addressed)

            def stored(session: Session) -> None:
                if event.group is None:
                    context.remember_ids(session, event.person)
                    self._members.show_notice(session, event, ask.asker.person, f"whatsapp:{entry.key}:notice")
                done(session)

            self._desk.ask(ask, stored)

        await asyncio.to_thread(work)
        self._context.wake()

    async def pressed(self, event: Chosen, entry: Entry, do: str) -> None:
        """A button of the desk. WhatsApp has no toasts: what is to be told to the presser is sent."""

        def work() -> None:
            context = self._context
            with context.workspace.database.read() as session:
                asker = self._asker(session, event.person)
            press = Press(entry.key, asker, do, private_url=context.number.link)
            told = self._desk.press(press, lambda session: context.done(session, entry.id))
            if told:
                lang = asker.lang or context.workspace.brand.languages[0]
                with context.workspace.database.transaction() as session:
                    context.put_private(session, asker.person, asker.address, told, lang, f"whatsapp:{entry.key}:told")

        await asyncio.to_thread(work)
        self._context.wake()

    def _ask(self, session: Session, event: Said, entry: Entry, addressed: Addressed) -> Ask:
        context, asker = self._context, self._asker(session, event.person)
        chat = context.group(session, event.group) if event.group is not None else None
        gate = context.workspace.pipeline.admission.gate
        media = MediaRef(Platform.WHATSAPP, event.media, event.file.ref) if event.media and event.file else None
        return Ask(
            id=entry.key,
            asker=asker,
            text=self._text(session, event, asker.person),
            addressed=addressed,
            group=chat.id if chat is not None else None,
            message=event.id,
            forwarded=event.forwarded,
            media=media,
            heard=chat is not None and gate.admits(session, chat, asker.person),
            private_url=context.number.link,
        )

    def _text(self, session: Session, event: Said, person: str) -> str:
        """What was said; a yes or no to what the desk asked becomes its number."""
        text = event.text
        if event.group is not None:
            return text.replace(f"@{self._context.number.shown}", " ").strip() if self._context.number.shown else text
        word = word_of(text)
        if word is not None and word[0] in ANSWERS and self._members.desk_asks(session, person):
            return ANSWERS[word[0]]
        return text

    def _asker(self, session: Session, person: Person) -> Asker:
        """Who asks: known by their first id, reached by what they have now."""
        known = self._context.pseudonym(self._context.first_id(session, person))
        return Asker(Platform.WHATSAPP, known, person.address, self._context.language(session, known))
