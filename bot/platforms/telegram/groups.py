"""The bot's place in a group: invited, switched on by an admin, told what it lacks, moved, removed."""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden, TelegramError

from alerts.channels.telegram import Button
from bot.message import ChatKind, Platform
from bot.platforms.telegram.context import Context, spoken
from bot.platforms.telegram.events import Moved, Newcomers, Person, Place, Press, Renamed, Standing
from config.texts import languages, texts
from storage import chats, team
from storage.tables import Activation, Chat, ChatMode, ChatState, MovedChat, Sealed

ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
NOTICE_AGAIN = timedelta(days=1)

log = structlog.get_logger(__name__)


class Groups:
    """Activation and what follows it, for one brand."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def standing(self, event: Standing, entry: int) -> None:
        """The bot was added, removed, promoted or demoted."""
        await self._context.commit(entry, lambda session, now: self._standing(session, event, now))

    async def moved(self, event: Moved, entry: int) -> None:
        """A group became a supergroup: the same chat, consents and stories, at another address."""
        await self._context.commit(entry, lambda session, now: self._moved(session, event))

    async def renamed(self, event: Renamed, entry: int) -> None:
        """A group got another title."""

        def rename(session: Session, now: datetime) -> None:
            chat = self._context.chat(session, event.place)
            if chat is not None:
                chat.title = self._context.workspace.vault.seal_text(event.place.title, Sealed.CHAT_TITLE)
                session.add(chat)

        await self._context.commit(entry, rename)

    async def newcomers(self, event: Newcomers, entry: int) -> None:
        """Somebody joined: they are shown the notice, at most once a day."""

        def show(session: Session, now: datetime) -> None:
            chat = self._context.chat(session, event.place)
            if chat is None or chat.state is not ChatState.ACTIVE or chat.kind != ChatKind.GROUP:
                return
            known = session.get(Activation, chat.id)
            if known is None or known.noticed_at is None or now - known.noticed_at >= NOTICE_AGAIN:
                self.post_notice(session, chat, now, pin=False)

        await self._context.commit(entry, show)

    async def activate(self, event: Press, entry: int, lang: str) -> str:
        """Switch the bot on, if who asks is an admin of the group at this moment; returns what to tell them."""
        say = spoken(event.person)
        if not await self._is_admin(event.place, event.person):
            await self._context.commit(entry, lambda session, now: None)
            return say.say("tg-only-admins")
        mine = await self._context.bot.get_chat_member(int(event.place.id), self._context.me.id)

        def switch_on(session: Session, now: datetime) -> None:
            chat = self._context.chat(session, event.place)
            if chat is None or chat.kind != ChatKind.GROUP or chat.state is not ChatState.WAITING:
                return
            chat.state, chat.mode = ChatState.ACTIVE, ChatMode(self._context.workspace.brand.consent.mode)
            chat.language = lang if lang in languages() else "en"
            session.add(chat)
            self.post_notice(session, chat, now, pin=True)
            self._hint(session, chat, admin=mine.status in ADMINS, may_speak=True)

        await self._context.commit(entry, switch_on)
        return say.say("tg-activated", brand=self._context.workspace.brand.name)

    async def decline(self, event: Press, entry: int) -> str:
        """An admin does not want the bot: it leaves."""
        if not await self._is_admin(event.place, event.person):
            await self._context.commit(entry, lambda session, now: None)
            return spoken(event.person).say("tg-only-admins")
        await self._leave(event.place.id, None)
        await self._context.commit(entry, lambda session, now: self._mark_left(session, event.place))
        return ""

    async def leave_overdue(self, now: datetime) -> int:
        """Say goodbye and leave where nobody has switched the bot on in time; returns in how many groups."""
        limit = now - timedelta(hours=self._context.workspace.brand.consent.activation_hours)
        overdue = await asyncio.to_thread(self._overdue, limit)
        for address, lang in overdue:
            await self._leave(address, texts(lang).say("tg-goodbye"))
            await asyncio.to_thread(self._store_left, address)
        return len(overdue)

    async def show_new_notice(self) -> None:
        """Where the notice in force has not been shown yet, show it: everybody is asked again."""
        version = self._context.workspace.brand.consent.version

        def show() -> None:
            now = self._context.clock()
            with self._context.workspace.database.transaction() as session:
                active = select(Chat, Activation).where(
                    Chat.id == Activation.chat_id,
                    Chat.brand == self._context.brand,
                    Chat.state == ChatState.ACTIVE,
                    Chat.kind == ChatKind.GROUP,
                    Activation.notice_version != version,
                )
                for chat, _ in session.exec(active).all():
                    self.post_notice(session, chat, now, pin=True)

        await asyncio.to_thread(show)

    def post_notice(self, session: Session, chat: Chat, now: datetime, *, pin: bool) -> None:
        """Have the notice posted, with its buttons."""
        lang, brand, context = chat.language or "en", self._context.workspace.brand, self._context
        say, version = texts(lang), context.version_tag()
        buttons = [
            [
                Button(text=say.say("tg-button-join"), do=f"join:{version}"),
                Button(text=say.say("tg-button-no"), do=f"no:{version}"),
            ],
            [Button(text=say.say("tg-button-more"), url=context.deep_link("privacy"))],
        ]
        dedupe = f"notice:{chat.id}:{version}:{now.date()}"
        context.put(session, context.lane(session, chat), brand.notice(lang), lang, dedupe, buttons=buttons, pin=pin)
        activation = session.get(Activation, chat.id) or Activation(
            chat_id=chat.id or 0, brand=context.brand, since=now
        )
        activation.noticed_at, activation.notice_version = now, brand.consent.version
        session.add(activation)

    def _standing(self, session: Session, event: Standing, now: datetime) -> None:
        chat = self._context.chat(session, event.place)
        if chat is not None and self._context.address(chat) != event.place.id:
            return  # about the id that the chat had before it became a supergroup
        if not event.present:
            if chat is not None:
                self._left(session, chat)
        elif chat is None or chat.state is ChatState.LEFT:
            self._invited(session, event, now)
        elif chat.state is ChatState.ACTIVE and chat.kind == ChatKind.GROUP:
            self._hint(session, chat, admin=event.admin, may_speak=event.may_speak)

    def _invited(self, session: Session, event: Standing, now: datetime) -> None:
        context = self._context
        chat = context.put_chat(session, event.place, ChatKind.GROUP, ChatState.WAITING, now)
        session.merge(Activation(chat_id=chat.id or 0, brand=context.brand, since=now))
        say = spoken(Person("", event.lang))
        brand = context.workspace.brand
        notice = brand.notice(say.lang)
        text = say.say("tg-invited", brand=brand.name, hours=brand.consent.activation_hours, notice=notice)
        buttons = [
            [Button(text=texts(lang).say("tg-button-activate"), do=f"activate:{lang}") for lang in languages()],
            [Button(text=say.say("tg-button-decline"), do="decline")],
        ]
        dedupe = f"invited:{chat.id}:{now.isoformat()}"
        context.put(session, context.lane(session, chat), text, say.lang, dedupe, buttons=buttons)

    def _hint(self, session: Session, chat: Chat, *, admin: bool, may_speak: bool) -> None:
        """Tell the admin, once, what keeps the bot from its work."""
        activation = session.get(Activation, chat.id)
        if activation is None:
            return
        hint = None
        if not may_speak:
            hint = "muted"  # it cannot be said in the group; `/groups` shows it to the team
        elif not admin and not self._context.me.reads_all:
            hint = "deaf"
        if hint == activation.hint:
            return
        activation.hint = hint
        session.add(activation)
        if hint == "deaf":
            say = texts(chat.language or "en")
            text, now = say.say("tg-hint-deaf", bot=self._context.me.name), self._context.clock()
            lane = self._context.lane(session, chat)
            self._context.put(session, lane, text, say.lang, f"hint:{chat.id}:{now.isoformat()}")

    def _moved(self, session: Session, event: Moved) -> None:
        context, vault = self._context, self._context.workspace.vault
        chat, key = context.chat(session, event.place), context.key(event.to)
        if chat is None or session.get(MovedChat, (context.brand, key)) is not None:
            return
        for stray in chats.of_keys(session, context.brand, {key}).values():
            self._left(session, stray)  # made when Telegram told of the supergroup before it told of the move
        origin = context.origin(session, event.place.id)
        session.add(MovedChat(brand=context.brand, key=key, origin=vault.seal_text(origin, Sealed.MOVED_ORIGIN)))
        chat.address = vault.seal_text(event.to, Sealed.CHAT_ADDRESS)
        session.add(chat)
        context.changed(session)

    def _left(self, session: Session, chat: Chat) -> None:
        chat.state = ChatState.LEFT
        session.add(chat)
        if chat.kind == ChatKind.TEAM:
            team.unlink(session, self._context.brand, chat.id or 0)

    def _mark_left(self, session: Session, place: Place) -> None:
        chat = self._context.chat(session, place)
        if chat is not None:
            self._left(session, chat)

    def _store_left(self, address: str) -> None:
        with self._context.workspace.database.transaction() as session:
            self._mark_left(session, Place(address, private=False))

    def _overdue(self, limit: datetime) -> list[tuple[str, str]]:
        with self._context.workspace.database.read() as session:
            waiting = select(Chat).where(
                Chat.id == Activation.chat_id,
                Chat.brand == self._context.brand,
                Chat.platform == Platform.TELEGRAM,
                Chat.state == ChatState.WAITING,
                Chat.kind == ChatKind.GROUP,
                col(Activation.since) <= limit,
            )
            main = self._context.workspace.brand.languages[0]
            return [(self._context.address(chat), chat.language or main) for chat in session.exec(waiting).all()]

    async def _leave(self, address: str, goodbye: str | None) -> None:
        try:
            if goodbye is not None:
                await self._context.bot.send_message(int(address), goodbye)
        except TelegramError as error:
            log.info("telegram.goodbye", fault=type(error).__name__)
        try:
            await self._context.bot.leave_chat(int(address))
        except (Forbidden, BadRequest):
            log.info("telegram.gone_already")

    async def _is_admin(self, place: Place, person: Person) -> bool:
        """Whether they are an admin of the group now: asked of Telegram, not remembered."""
        member = await self._context.bot.get_chat_member(int(place.id), int(person.id))
        return member.status in ADMINS
