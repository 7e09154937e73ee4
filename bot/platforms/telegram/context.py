"""What everything on Telegram shares: the brand's workspace, the bot, and how chats and buttons are known."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar, TypeVar

import structlog
from pydantic import JsonValue
from sqlmodel import Session
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import NetworkError, RetryAfter, TelegramError

from alerts.channels.telegram import CALLBACK_BYTES, Button
from alerts.document import split
from alerts.outbox import Lane
from alerts.payload import Payload, Sending
from bot.app import Workspace
from bot.message import ChatKind, Platform
from bot.platforms.shared import PlatformContext
from bot.platforms.telegram.api import TelegramBot
from bot.platforms.telegram.events import Person, Place
from config.texts import Texts, languages, texts
from storage import chats, team
from storage.tables import Chat, ChatMode, ChatState, MovedChat, Sealed

NAME = "telegram"
FOUND = "telegram_chats"
PATIENCE = timedelta(seconds=45)
"""Answers to people are not stored, so they wait no longer than this for Telegram."""
TRIES = 4
LONGEST = 4000
"""UTF-16 units of a message: Telegram takes 4,096, of which a line's end and a title take some."""
AGAIN = "s"
"""Marks the message numbers of a supergroup that was a group: it counts anew, and one would pass for an old one."""

log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is on Telegram; `reads_all` when its privacy mode is off."""

    id: int
    name: str
    reads_all: bool


@dataclass(frozen=True, slots=True)
class Context(PlatformContext):
    """One brand on Telegram."""

    platform: ClassVar[Platform] = Platform.TELEGRAM
    carried: ClassVar[int] = CALLBACK_BYTES

    workspace: Workspace
    bot: TelegramBot
    me: Me
    wake: Callable[[], None] = lambda: None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _answers: set[asyncio.Task[None]] = field(default_factory=set)

    def pseudonym(self, person: Person) -> str:
        """By what a person is known."""
        return self.workspace.identity.person(Platform.TELEGRAM, person.id)

    def origin(self, session: Session, raw_chat: str) -> str:
        """The first id of a chat, which it may have had before it became a supergroup."""
        return self._found(session, raw_chat)[0]

    def receipt(self, session: Session, raw_chat: str, message: int) -> bytes:
        """The digest under which a message of a group is stored, if it is."""
        origin = self.origin(session, raw_chat)
        number = str(message) if origin == raw_chat else f"{message}{AGAIN}"
        return self.workspace.identity.receipt(Platform.TELEGRAM, origin, number)

    def chat(self, session: Session, place: Place) -> Chat | None:
        """The row of a chat, whatever id it has by now."""
        return self._found(session, place.id)[1]

    def changed(self, session: Session) -> None:
        """Say that the session has stored a chat or a move: what it found before is looked up anew."""
        session.info.pop(FOUND, None)

    def _found(self, session: Session, raw_chat: str) -> tuple[str, Chat | None]:
        """First id and row of a chat; looked up once a session, because a session may see a thousand messages."""
        found: dict[str, tuple[str, Chat | None]] = session.info.setdefault(FOUND, {})
        if raw_chat not in found:
            moved = session.get(MovedChat, (self.brand, self.key(raw_chat)))
            origin = self.workspace.vault.open_text(moved.origin, Sealed.MOVED_ORIGIN) if moved else raw_chat
            key = self.key(origin)
            found[raw_chat] = (origin, chats.of_keys(session, self.brand, {key}).get(key))
        return found[raw_chat]

    def lane(self, session: Session, chat: Chat) -> Lane:
        """Where messages to a chat wait. A team's chat has the lane of its channel."""
        channel = self.team_channel(session, chat)
        return Lane(NAME, f"team:{channel}" if channel is not None else f"chat:{chat.id}")

    def put_chat(self, session: Session, place: Place, kind: ChatKind, state: ChatState, at: datetime) -> Chat:
        """Store a chat, or bring the row of one known before up to date."""
        origin, space = self.origin(session, place.id), self.workspace
        chat = self.store_chat(session, origin, place.title, kind, state, ChatMode.OPT_IN, at)
        chat.kind, chat.address = kind, space.vault.seal_text(place.id, Sealed.CHAT_ADDRESS)
        session.add(chat)
        self.changed(session)
        return chat

    def deep_link(self, what: str) -> str:
        """The address that opens the private chat with the bot and asks for something there."""
        return f"https://t.me/{self.me.name}?start={what}"

    def team_channel(self, session: Session, chat: Chat) -> str | None:
        """The team channel that a chat is."""
        return team.channel_of(session, self.brand, chat.id or 0) if chat.kind == ChatKind.TEAM else None

    def put(
        self,
        session: Session,
        lane: Lane,
        text: str,
        lang: str,
        dedupe: str,
        *,
        kind: Sending = Sending.NOTICE,
        buttons: Sequence[Sequence[Button]] = (),
        reply_to: int | None = None,
        pin: bool = False,
    ) -> None:
        """Have something sent to a group or to the team, once for each `dedupe`; what is too long for one message in
        several, the last of them with the buttons."""
        *first, text = split(text, LONGEST)
        for number, part in enumerate(first):
            earlier = Payload(lang, text=part, silent=kind is Sending.NOTICE)
            self.outbox.put(session, lane, kind, earlier, self.clock(), dedupe=f"{dedupe}:part {number}")
        rows: list[JsonValue] = [[button.model_dump() for button in row] for row in buttons]
        extra: dict[str, JsonValue] = {"buttons": rows, "reply_to": reply_to, "pin": pin}
        payload = Payload(lang, text=text, extra=extra, silent=kind is Sending.NOTICE)
        self.outbox.put(session, lane, kind, payload, self.clock(), dedupe=dedupe)

    async def commit(self, entry: int, effect: Callable[[Session, datetime], T]) -> T:
        """Store the effect of an inbox entry, and that it has happened, in one transaction."""

        def work() -> T:
            now = self.clock()
            with self.workspace.database.transaction() as session:
                result = effect(session, now)
                self.done(session, entry)
            return result

        result = await asyncio.to_thread(work)
        self.wake()
        return result

    def answer(self, sending: Callable[[], Awaitable[object]]) -> None:
        """Answer somebody soon, without storing the answer: nothing is kept of people who only asked."""
        task = asyncio.create_task(_patiently(sending))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    def reply(self, place: Place, text: str, at: int, buttons: Sequence[Sequence[Button]] = ()) -> None:
        """Answer a command where it was given; in several messages, the last with the buttons, where one is too
        short."""
        keyboard = [[InlineKeyboardButton(button.text, url=button.url) for button in row] for row in buttons]
        parts = split(text, LONGEST)

        async def send() -> None:
            while parts:  # a repetition goes on with the part that failed
                await self.bot.send_message(
                    chat_id=int(place.id),
                    message_thread_id=place.topic,
                    text=parts[0],
                    disable_notification=True,
                    reply_parameters=None if place.private else ReplyParameters(at, allow_sending_without_reply=True),
                    reply_markup=InlineKeyboardMarkup(keyboard) if keyboard and len(parts) == 1 else None,
                )
                del parts[0]

        self.answer(send)

    async def answered(self) -> None:
        """Wait for the answers under way."""
        await asyncio.gather(*self._answers, return_exceptions=True)


def spoken(person: Person | None, chat: Chat | None = None, fallback: str = "en") -> Texts:
    """The texts in a person's language, else in their chat's."""
    known = languages()
    wanted = [person.lang if person else None, chat.language if chat else None, fallback]
    short = [lang.split("-")[0].lower() for lang in wanted if lang]
    return texts(next((lang for lang in short if lang in known), "en"))


async def _patiently(sending: Callable[[], Awaitable[object]]) -> None:
    for attempt in range(TRIES):
        try:
            await sending()
        except RetryAfter as error:
            asked = error.retry_after
            wait = asked if isinstance(asked, timedelta) else timedelta(seconds=asked)
        except NetworkError as error:
            wait = timedelta(seconds=2.0**attempt)
            if type(error) is not NetworkError:  # malformed, or perhaps delivered already
                log.info("telegram.answer", fault=type(error).__name__)
                return
        except TelegramError as error:
            log.info("telegram.answer", fault=type(error).__name__)
            return
        else:
            return
        if wait > PATIENCE:
            return
        await asyncio.sleep(wait.total_seconds())
