"""What members ask of the bot about themselves: take part, stop, see, erase. Answers to them are not stored."""

import asyncio
import json
from datetime import datetime

from sqlmodel import Session
from telegram import InputFile

from alerts.channels.telegram import Button
from bot.keeping import forget_person
from bot.message import ChatKind
from bot.platforms.telegram.context import NAME, Context, spoken
from bot.platforms.telegram.events import Command, Place, Press, author
from config.brand import Brand
from config.texts import Texts
from storage.export import export_person
from storage.tables import Chat, ChatState, ConsentState


class Members:
    """The commands and buttons of members, for one brand."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def command(self, event: Command, entry: int) -> None:
        """Do what a member asks, and answer where they asked."""
        name = event.name
        if name == "start":
            name = event.argument if event.argument in ("mydata", "privacy") else "help"
        match name:
            case "join":
                text = await self._join(event, entry, "command", None)
            case "leave" | "forget":
                text = await self._erase(event, entry, "command")
            case "mydata":
                await self._mydata(event, entry)
                return
            case "privacy":
                text = privacy(self._context.workspace.brand, await self._spoken(event, entry))
            case _:
                say = await self._spoken(event, entry)
                text = say.say("tg-help", brand=self._context.workspace.brand.name)
        self._context.reply(event.place, text, event.at)

    async def press_join(self, event: Press, entry: int, version: str) -> str:
        """A member agrees by the notice's button; returns what to tell them."""
        return await self._join(event, entry, "button", version)

    async def press_no(self, event: Press, entry: int) -> str:
        """A member says no. Who was never heard leaves no trace; who may have been heard is erased."""
        return await self._erase(event, entry, "button", unknown="tg-refused")

    async def _join(self, event: Command | Press, entry: int, source: str, version: str | None) -> str:
        context = self._context

        def join(session: Session, now: datetime) -> str:
            chat, say = context.chat(session, event.place), self._say(session, event)
            if event.place.private:
                return say.say("tg-join-in-group")
            if chat is None or chat.state is not ChatState.ACTIVE or chat.kind != ChatKind.GROUP:
                return say.say("tg-not-active")
            if version is not None and version != context.version_tag():
                return say.say("tg-notice-changed")
            gate, person = context.workspace.pipeline.admission.gate, context.pseudonym(event.person)
            if gate.standing(session, chat, person) is not ConsentState.GIVEN:
                gate.record(session, person, chat, ConsentState.GIVEN, source, now)
            return say.say("tg-joined")

        return await context.commit(entry, join)

    async def _erase(self, event: Command | Press, entry: int, source: str, unknown: str = "tg-nothing-kept") -> str:
        """Withdraw and erase, also what was said in the brand's other groups: both are one right and one command.

        Of who never agreed there is nothing to erase, and nothing is written down about them now.
        """
        context = self._context
        if not await asyncio.to_thread(self._may_be_heard, event):
            say = await context.commit(entry, lambda session, _: self._say(session, event))
            return say.say(unknown)
        identity, person, now = context.workspace.identity, context.pseudonym(event.person), context.clock()

        def whose(payload: bytes) -> str | None:
            raw = author(payload)
            return identity.person(NAME, raw) if raw is not None else None

        pipeline = context.workspace.pipeline
        erased = await asyncio.to_thread(forget_person, pipeline, person, at=now, source=source, authors={NAME: whose})

        def redraw(session: Session, at: datetime) -> Texts:
            context.workspace.desk.redraw(session, erased.alerts, at)
            return self._say(session, event)

        say = await context.commit(entry, redraw)
        return say.say("tg-erased")

    async def _mydata(self, event: Command, entry: int) -> None:
        """Send what is stored as a file, in private: in a group, lead there first."""
        context = self._context
        person = context.pseudonym(event.person)
        if not event.place.private:
            say = await context.commit(entry, lambda session, now: self._say(session, event))
            button = Button(text=say.say("tg-button-private"), url=context.deep_link("mydata"))
            context.reply(event.place, say.say("tg-mydata-private"), event.at, [[button]])
            return

        def gather(session: Session, now: datetime) -> tuple[Texts, bytes]:
            data = export_person(session, context.workspace.vault, context.brand, person)
            return self._say(session, event), json.dumps(data, ensure_ascii=False, indent=2).encode()

        say, content = await context.commit(entry, gather)
        chat = int(event.place.id)
        context.answer(
            lambda: context.bot.send_document(
                chat_id=chat, document=InputFile(content, "earshot-mydata.json"), caption=say.say("tg-mydata")
            )
        )

    async def _spoken(self, event: Command, entry: int) -> Texts:
        return await self._context.commit(entry, lambda session, now: self._say(session, event))

    def _may_be_heard(self, event: Command | Press) -> bool:
        """Whether anything of the person may be stored, or would be from now on."""
        context, person = self._context, self._context.pseudonym(event.person)
        gate = context.workspace.pipeline.admission.gate
        with context.workspace.database.read() as session:
            if gate.history(session, person) or context.workspace.customers.knows(session, person):
                return True
            chat = context.chat(session, event.place)
            return chat is not None and gate.admits(session, chat, person)

    def _chat(self, session: Session, place: Place) -> Chat | None:
        return None if place.private else self._context.chat(session, place)

    def _say(self, session: Session, event: Command | Press) -> Texts:
        return spoken(event.person, self._chat(session, event.place), self._context.workspace.brand.languages[0])


def privacy(brand: Brand, say: Texts) -> str:
    """What /privacy answers: the notice in force, and the brand's policy where it has one."""
    parts = [brand.notice(say.lang)]
    if brand.privacy.policy_url:
        parts.append(say.say("tg-policy", url=brand.privacy.policy_url))
    return "\n\n".join(parts)
