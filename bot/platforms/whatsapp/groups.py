"""The brand's groups: made, renamed, joined, left, gone. A group is heard once the brand has switched it on."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session, select

from alerts.outbox import Lane, OutboxWriter
from alerts.payload import Payload, Sending
from bot.message import ChatKind
from bot.platforms.whatsapp.context import NAME, Context
from bot.platforms.whatsapp.events import AsksToJoin, Event, GroupGone, GroupMade, GroupRenamed, Joined, Left
from bot.platforms.whatsapp.words import Word, shown
from config.brand import Brand
from storage import consents
from storage.inbox import Entry
from storage.tables import Activation, Chat, ChatState, ConsentState, Sealed, Setting

NOTICE_AGAIN = timedelta(days=1)
REQUESTS = "whatsapp.requests"
"""Under this name the groups are remembered that the command line has asked for: these are switched on when made."""


class Groups:
    """What happens to groups, for one brand."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def changed(self, event: Event, entry: Entry) -> None:
        """Have an event about a group take its effect."""

        def work() -> None:
            with self._context.workspace.database.transaction() as session:
                self._change(session, event, self._context.clock())
                self._context.done(session, entry.id)

        await asyncio.to_thread(work)
        self._context.wake()

    def _change(self, session: Session, event: Event, now: datetime) -> None:
        match event:
            case GroupMade():
                self._made(session, event, now)
            case GroupGone():
                self._update(session, event.group, lambda chat: setattr(chat, "state", ChatState.LEFT))
            case GroupRenamed():
                title = self._context.workspace.vault.seal_text(event.title, Sealed.CHAT_TITLE)
                self._update(session, event.group, lambda chat: setattr(chat, "title", title))
            case Joined():
                chat = self._context.group(session, event.group)
                if chat is not None and chat.state is ChatState.ACTIVE:
                    self._show_notice(session, chat, now)
            case AsksToJoin():
                chat = self._context.group(session, event.group)
                if chat is not None:
                    self._context.warn(session, "join_request", {"number": str(chat.id)})
            case Left():
                self._left(session, event, now)

    def _made(self, session: Session, event: GroupMade, now: datetime) -> None:
        """Store a group: switched on if the brand's command line asked for it, else it waits for that."""
        known = self._context.group(session, event.group)
        if known is not None:
            return  # told again
        asked = session.get(Setting, (self._context.brand, REQUESTS))
        requests: list[str] = list(asked.value) if asked is not None else []
        ours = event.request in requests
        state = ChatState.ACTIVE if ours else ChatState.WAITING
        chat = self._context.put_chat(session, event.group, event.title, ChatKind.GROUP, state, now)
        session.merge(Activation(chat_id=chat.id or 0, brand=self._context.brand, since=now))
        if asked is not None and ours:
            asked.value = [one for one in requests if one != event.request]
            session.add(asked)
            self._show_notice(session, chat, now)
        kind = "group_made" if ours else "group_waits"
        self._context.warn(session, kind, {"number": str(chat.id)}, dedupe=f"group:{chat.id}")

    def _show_notice(self, session: Session, chat: Chat, now: datetime) -> None:
        show_notice(session, self._context.workspace.brand, self._context.outbox, chat, now)

    def _update(self, session: Session, group: str, change: Callable[[Chat], None]) -> None:
        chat = self._context.group(session, group)
        if chat is not None:
            change(chat)
            session.add(chat)

    def _left(self, session: Session, event: Left, now: datetime) -> None:
        """Who leaves a group is not heard there any more, should they come back: they are asked again."""
        context, chat = self._context, self._context.group(session, event.group)
        if chat is None:
            return
        gate = context.workspace.pipeline.admission.gate
        for person in event.people:
            if not person.ids:
                continue
            known = context.pseudonym(context.first_id(session, person))
            if gate.standing(session, chat, known) is ConsentState.GIVEN:
                version = context.workspace.brand.consent.version
                consents.record(
                    session,
                    context.brand,
                    known,
                    chat.id,
                    ConsentState.WITHDRAWN,
                    version=version,
                    source="left the group",
                    at=now,
                )


def group_notice(brand: Brand, lang: str) -> str:
    """The notice of a group, with the words that are written there."""
    say = {word: shown(word, lang) for word in Word}
    return brand.notice(lang, join=say[Word.PART], leave=say[Word.STOP], data=say[Word.DATA], erase=say[Word.DELETE])


def show_new_notice(session: Session, brand: Brand, outbox: OutboxWriter, now: datetime) -> None:
    """Where the notice in force has not been shown yet, show it: everybody is asked again."""
    heard = select(Chat, Activation).where(
        Chat.id == Activation.chat_id,
        Chat.brand == brand.slug,
        Chat.platform == NAME,
        Chat.state == ChatState.ACTIVE,
        Activation.notice_version != brand.consent.version,
    )
    for chat, activation in session.exec(heard).all():
        activation.noticed_at = None
        show_notice(session, brand, outbox, chat, now)


def show_notice(session: Session, brand: Brand, outbox: OutboxWriter, chat: Chat, now: datetime) -> None:
    """Have the notice posted in a group, at most once a day. It waits for somebody to write there if it must."""
    activation = session.get(Activation, chat.id)
    if activation is None:
        activation = Activation(chat_id=chat.id or 0, brand=brand.slug, since=now)
    if activation.noticed_at is not None and now - activation.noticed_at < NOTICE_AGAIN:
        return
    lang = chat.language or brand.languages[0]
    payload = Payload(lang, text=group_notice(brand, lang), extra={"purpose": "consent"}, silent=True)
    dedupe = f"{NAME}:notice:{chat.id}:{brand.consent.version}:{now.date()}"
    outbox.put(session, Lane(NAME, f"chat:{chat.id}"), Sending.NOTICE, payload, now, dedupe=dedupe)
    activation.noticed_at, activation.notice_version = now, brand.consent.version
    session.add(activation)
