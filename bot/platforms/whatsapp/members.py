"""What people decide about themselves, in private and in groups: take part, stop, see, erase. Answers are not kept."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

from pydantic import JsonValue
from sqlmodel import Session

from bot.keeping import forget_person
from bot.message import ChatKind
from bot.platforms.whatsapp.context import Context
from bot.platforms.whatsapp.events import Chosen, Said
from bot.platforms.whatsapp.words import Word, shown, word_of
from config.texts import Texts
from nlp.language import detect
from storage import whatsapp
from storage.export import export_person
from storage.inbox import Entry
from storage.tables import Chat, ChatState, ConsentState, Pending

AFTER_ANSWER = timedelta(seconds=2)
"""The notice comes behind the answer."""
JOIN, NO = "join", "no"
Decision = Said | Chosen
Work = Callable[[Session, Decision, str, Entry], None]
"""What is done in one transaction: session, event, pseudonym, inbox entry."""


class Members:
    """The words and buttons of people, for one brand."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def wants(self, session: Session, event: Said, person: str) -> Word | None:
        """What a message asks for itself; None when it is talk, or an answer to the customers' desk.

        In a group people say yes to each other all day: there only an answer to the bot counts, or words that cannot
        be meant otherwise.
        """
        found = word_of(event.text) if not (event.forwarded or event.edited or event.media) else None
        if found is None:
            return None
        word = found[0]
        if event.group is not None:
            if word in (Word.NO, Word.NOTICE) or (word is Word.YES and not event.to_bot):
                return None
            return word
        if word in (Word.YES, Word.PART) and self.desk_asks(session, person):
            return None
        return None if word is Word.NO else word

    def desk_asks(self, session: Session, person: str) -> bool:
        """Whether the customers' desk waits for a yes or no of somebody."""
        waiting = session.get(Pending, (self._context.brand, self._context.private_lane(person)))
        return waiting is not None and waiting.kind == "consent" and waiting.expires_at > self._context.clock()

    async def said(self, event: Said, entry: Entry, word: Word) -> None:
        """Do what somebody's word asks."""
        match word:
            case Word.YES | Word.PART:
                await self._join(event, entry, "word")
            case Word.STOP | Word.DELETE:
                await self._erase(event, entry, "word")
            case Word.DATA:
                await self._act(event, entry, self._data)
            case _:
                await self._act(event, entry, self._notice)

    async def pressed(self, event: Chosen, entry: Entry, do: str) -> None:
        """Do what a button of the notice says."""
        kind, _, version = do.partition(":")
        if kind == NO:
            await self._erase(event, entry, "button")
        elif version == self._context.version_tag():
            await self._join(event, entry, "button")
        else:
            await self._act(event, entry, self._notice)

    def show_notice(self, session: Session, event: Said, person: str, dedupe: str) -> None:
        """Show the notice to somebody who writes in private for the first time in a day, unless they have decided."""
        context, chat = self._context, self._context.private_chat(session)
        lane = context.private_lane(person)
        if chat is None or not whatsapp.notice_due(session, context.brand, lane):
            return
        if context.workspace.pipeline.admission.gate.standing(session, chat, person) is not None:
            return
        self._put_notice(session, event, person, self._lang(session, event, person), dedupe, AFTER_ANSWER)

    def private_notice(self, say: Texts) -> str:
        """The notice of the private chat."""
        brand = self._context.workspace.brand
        parts = [
            say.say(
                "wa-notice-private",
                brand=brand.name,
                controller=brand.privacy.controller or brand.name,
                text_days=str(brand.retention.text_days),
                numbers_days=str(brand.retention.numbers_days),
                join=shown(Word.YES, say.lang),
                stop=shown(Word.STOP, say.lang),
                data=shown(Word.DATA, say.lang),
                erase=shown(Word.DELETE, say.lang),
            )
        ]
        if brand.privacy.contact:
            parts.append(say.say("wa-notice-contact", contact=brand.privacy.contact))
        if brand.privacy.policy_url:
            parts.append(say.say("wa-notice-policy", url=brand.privacy.policy_url))
        return "\n\n".join(parts)

    async def _act(self, event: Decision, entry: Entry, work: Work) -> None:
        await asyncio.to_thread(self._in_transaction, event, entry, work)
        self._context.wake()

    def _in_transaction(self, event: Decision, entry: Entry, work: Work) -> None:
        with self._context.workspace.database.transaction() as session:
            person = self._context.pseudonym(self._context.first_id(session, event.person))
            work(session, event, person, entry)
            self._context.done(session, entry.id)

    async def _join(self, event: Decision, entry: Entry, source: str) -> None:
        def join(session: Session, event: Decision, person: str, entry: Entry) -> None:
            context = self._context
            chat = self._chat(session, event)
            if chat is None or chat.state is not ChatState.ACTIVE:
                self._answer(session, event, person, entry, "wa-not-active")
                return
            gate, at = context.workspace.pipeline.admission.gate, min(event.at, context.clock())
            if gate.standing(session, chat, person) is not ConsentState.GIVEN:
                gate.record(session, person, chat, ConsentState.GIVEN, source, at)
            given = gate.standing(session, chat, person) is ConsentState.GIVEN
            context.remember_ids(session, event.person)
            self._answer(session, event, person, entry, "wa-joined" if given else "wa-overtaken")

        await self._act(event, entry, join)

    async def _erase(self, event: Decision, entry: Entry, source: str) -> None:
        """Withdraw and erase, in all chats of the brand: both are one right and one word.

        Of who never agreed there is nothing to erase, and nothing is written down about them now.
        """
        context = self._context
        person, known = await asyncio.to_thread(self._known, event)
        alerts: tuple[int, ...] = ()
        if known:
            # Updates have their effect in their order: what of theirs still waits was said later, and stays in line.
            pipeline, at = context.workspace.pipeline, min(event.at, context.clock())
            erased = await asyncio.to_thread(forget_person, pipeline, person, at=at, source=source, answered=True)
            alerts = erased.alerts

        def answer() -> None:
            with context.workspace.database.transaction() as session:
                context.workspace.desk.redraw(session, alerts, context.clock())
                self._answer(session, event, person, entry, "wa-erased" if known else "wa-nothing-kept")
                context.done(session, entry.id)

        await asyncio.to_thread(answer)
        context.wake()

    def _data(self, session: Session, event: Decision, person: str, entry: Entry) -> None:
        """Send what is stored as a file, in private; in a group say where."""
        if event.group is not None:
            self._answer(session, event, person, entry, "wa-data-private", link=self._context.number.link)
            return
        data = export_person(session, self._context.workspace.vault, self._context.brand, person)
        content = json.dumps(data, ensure_ascii=False, indent=2)
        document: JsonValue = {"name": "earshot-data.txt", "mime": "text/plain", "content": content}
        lang = self._lang(session, event, person)
        text = self._context.say(lang).say("wa-data")
        dedupe = f"whatsapp:{entry.key}:data"
        self._context.put_private(
            session, person, event.person.address, text, lang, dedupe, extra={"document": document}
        )

    def _notice(self, session: Session, event: Decision, person: str, entry: Entry) -> None:
        dedupe = f"whatsapp:{entry.key}:notice"
        self._put_notice(session, event, person, self._lang(session, event, person), dedupe, None)

    def _put_notice(
        self, session: Session, event: Decision, person: str, lang: str, dedupe: str, after: timedelta | None
    ) -> None:
        say, version = self._context.say(lang), self._context.version_tag()
        yes: JsonValue = {"text": say.say("wa-button-join"), "do": f"{JOIN}:{version}"}
        no: JsonValue = {"text": say.say("wa-button-no"), "do": f"{NO}:{version}"}
        extra: dict[str, JsonValue] = {"buttons": [[yes, no]], "purpose": "consent"}
        text = self.private_notice(say)
        self._context.put_private(session, person, event.person.address, text, lang, dedupe, extra=extra, after=after)

    def _answer(
        self,
        session: Session,
        event: Decision,
        person: str,
        entry: Entry,
        message: str,
        **given: str,
    ) -> None:
        """Answer where the word was said."""
        context, dedupe = self._context, f"whatsapp:{entry.key}:word"
        lang = self._lang(session, event, person)
        text = context.say(lang).say(message, stop=shown(Word.STOP, lang), join=shown(Word.YES, lang), **given)
        if event.group is None:
            context.put_private(session, person, event.person.address, text, lang, dedupe)
            return
        chat = context.group(session, event.group)
        if chat is not None:
            context.put_group(session, chat, text, dedupe, reply_to=event.id)

    def _chat(self, session: Session, event: Decision) -> Chat | None:
        if event.group is None:
            return self._context.private_chat(session)
        chat = self._context.group(session, event.group)
        return chat if chat is not None and chat.kind == ChatKind.GROUP else None

    def _known(self, event: Decision) -> tuple[str, bool]:
        """The pseudonym of somebody, and whether anything of them may be stored, or would be from now on."""
        context = self._context
        with context.workspace.database.read() as session:
            person = context.pseudonym(context.first_id(session, event.person))
            chat = self._chat(session, event)
            gate = context.workspace.pipeline.admission.gate
            heard = chat is not None and gate.admits(session, chat, person)
            return person, heard or context.on_record(session, person)

    def _lang(self, session: Session, event: Decision, person: str) -> str:
        """The language to answer in: of the word, of the person, of what they wrote, of the group, of the brand."""
        context = self._context
        spoken = context.workspace.brand.languages
        text = event.text if isinstance(event, Said) else ""
        word = word_of(text)
        if word is not None and word[1]:
            return word[1]
        known = context.language(session, person)
        if known is not None:
            return known
        if word is None and text:
            written = detect(text, spoken)
            if written in spoken:
                return written
        chat = context.group(session, event.group) if event.group is not None else None
        return (chat.language if chat is not None else None) or spoken[0]
