"""Telegram as a channel: the team's chats, the groups, and private chats, through the Bot API.

What a retry can double. Telegram gives sendings no key: when its answer is lost on the way (a timeout, a process that
dies), the same message is sent again, and people may see it twice. An edit sent twice changes nothing.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, Protocol

from pydantic import BaseModel
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, ReplyParameters
from telegram.constants import MessageLimit, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from alerts.card import Card
from alerts.channels.base import Pace
from alerts.channels.files import Fetched, File
from alerts.channels.telegram_topics import Threads, Topics
from alerts.charts import draw
from alerts.document import units
from alerts.errors import ChannelError, RefusedError, RetryAfterError
from alerts.life import Action, Snooze
from alerts.payload import Payload
from alerts.render import to_html
from config.texts import texts

CALLBACK_BYTES = 64  # https://core.telegram.org/bots/api#inlinekeyboardbutton
SAME = "message is not modified"
CAPTIONED = ("photo", "animation", "video", "voice", "audio", "document")
FILES = (*CAPTIONED, "video_note", "sticker")
"""Kinds of files that are sent on by their ids."""
NO_TEXT = "there is no text in the message to edit"


class Button(BaseModel, frozen=True):
    """A button: `do` is what the bot is told when it is pressed, unless it opens a `url`."""

    text: str
    do: str = ""
    url: str = ""


class Extra(BaseModel, frozen=True, extra="forbid"):
    """What `Payload.extra` may hold for Telegram."""

    buttons: tuple[tuple[Button, ...], ...] = ()
    pin: bool = False
    reply_to: int | None = None
    """The message that is answered."""
    media: File | None = None
    """A file to send along; one of another platform is left out, the text names it."""
    purpose: str = ""
    """Of a template, which only WhatsApp has; so is `number`, which stands in one."""
    number: int | None = None


class Directory(Threads, Protocol):
    """What the channel asks about lanes; all answers come from the database, at the moment of sending."""

    def address(self, lane: str) -> str | None:
        """The raw chat id behind a lane; None when there is none any more."""

    def silent(self, lane: str) -> bool:
        """Whether messages to this lane come without a sound for now."""

    def sign(self, lane: str, do: str) -> str:
        """What a button carries, so that it is known to be the bot's own and of this lane; at most 64 bytes."""


class TelegramChannel:
    """Sends through a bot; lanes are resolved, and buttons signed, by a directory."""

    name = "telegram"
    supports_edit = True
    supports_pictures = True
    # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: 1 a second a chat, 20 a minute a
    # group, 30 a second overall. Charts, pins and answers to buttons take what is left.
    pace = Pace(lane_seconds=1.0, lane_per_minute=18, per_second=25.0)
    timeout = 40.0

    def __init__(self, bot: Bot, directory: Directory) -> None:
        self._bot, self._directory, self._topics = bot, directory, Topics(bot, directory)

    async def send(self, lane: str, address: str | None, payload: Payload) -> str | None:
        """Send a message, and its chart under it; the reference is the message's id."""
        chat = await self._chat(lane, address)
        with _explained():
            thread = await self._topics.of(chat, lane, payload)
        try:
            return await self._send(chat, thread, lane, payload)
        except RefusedError as error:
            if not await self._topics.lost(lane, payload, error.__cause__):
                raise
            return await self._send(chat, None, lane, payload)

    async def _send(self, chat: int, thread: int | None, lane: str, payload: Payload) -> str:
        extra = Extra.model_validate(payload.extra)
        silent = payload.silent or await asyncio.to_thread(self._directory.silent, lane)
        common: dict[str, Any] = {
            "chat_id": chat,
            "message_thread_id": thread,
            "reply_markup": self._keyboard(lane, payload, extra),
            "disable_notification": silent or None,
            "reply_parameters": _answering(extra.reply_to),
        }
        text = to_html(payload.shown(), MessageLimit.MAX_TEXT_LENGTH)
        with _explained():
            if extra.media is not None and extra.media.platform == self.name:
                message = await self._send_file(extra.media, text, common)
            else:
                message = await self._bot.send_message(text=text, parse_mode=ParseMode.HTML, **common)
        # The message has been sent: what adorns it must not have it sent again.
        with suppress(TelegramError):
            await self._adorn(chat, thread, message.message_id, payload, extra)
        return str(message.message_id)

    async def edit(self, lane: str, address: str | None, ref: str, payload: Payload) -> None:
        """Replace text and buttons of a message, and the name of its topic."""
        chat, extra = await self._chat(lane, address), Extra.model_validate(payload.extra)
        with _explained():
            await self._topics.rename(chat, lane, payload)
        try:
            with _explained():
                await self._bot.edit_message_text(
                    chat_id=chat,
                    message_id=int(ref),
                    text=to_html(payload.shown(), MessageLimit.MAX_TEXT_LENGTH),
                    parse_mode=ParseMode.HTML,
                    reply_markup=self._keyboard(lane, payload, extra),
                )
        except RefusedError as error:
            told = str(error.__cause__).lower() if isinstance(error.__cause__, BadRequest) else ""
            if NO_TEXT in told:
                await self._replace_file(chat, int(ref), payload)
            elif SAME not in told:
                raise

    async def fetch(self, ref: str, largest: int) -> Fetched | None:
        """Download a file that somebody sent to the bot; None when it is too large. Telegram itself gives 20 MB."""
        with _explained():
            file = await self._bot.get_file(ref.partition(":")[2])
            if file.file_path is None or (file.file_size or 0) > largest:
                return None
            content = bytes(await file.download_as_bytearray())
        return Fetched(PurePosixPath(file.file_path).name, content)

    async def _send_file(self, file: File, text: str, common: dict[str, Any]) -> Message:
        """Send a file on by its id, with the text as its caption, or before it where that is too long or cannot be."""
        kind, _, id_ = file.ref.partition(":")
        if kind not in FILES:
            raise RefusedError("The file's kind is none that Telegram sends on.")
        send = getattr(self._bot, f"send_{kind}")
        if kind not in CAPTIONED or units(text) > MessageLimit.CAPTION_LENGTH:
            if text:
                await self._bot.send_message(text=text, parse_mode=ParseMode.HTML, **common)
            captioned = {}
        else:
            captioned = {"caption": text, "parse_mode": ParseMode.HTML}
        sent: Message = await send(**{kind: id_}, **captioned, **common)
        return sent

    async def _replace_file(self, chat: int, message: int, payload: Payload) -> None:
        """What a file showed goes with it; where Telegram does not let it be deleted any more, its caption goes."""
        text = to_html(payload.shown(), MessageLimit.CAPTION_LENGTH)
        with _explained():
            try:
                await self._bot.delete_message(chat_id=chat, message_id=message)
            except BadRequest:
                await self._bot.edit_message_caption(
                    chat_id=chat, message_id=message, caption=text, parse_mode=ParseMode.HTML
                )

    async def _chat(self, lane: str, address: str | None) -> int:
        found = address or await asyncio.to_thread(self._directory.address, lane)
        if found is None:
            raise RefusedError(f"No Telegram chat is linked to {lane}; `earshot team link` links the team's.")
        return int(found)

    async def _adorn(self, chat: int, thread: int | None, message: int, payload: Payload, extra: Extra) -> None:
        if extra.pin:
            await self._bot.pin_chat_message(chat_id=chat, message_id=message, disable_notification=True)
        if payload.card is not None and payload.series is not None:
            picture = await asyncio.to_thread(draw, payload.series, payload.lang)
            await self._bot.send_photo(
                chat_id=chat,
                message_thread_id=thread,
                photo=picture,
                disable_notification=True,
                reply_parameters=_answering(message),
            )

    def _keyboard(self, lane: str, payload: Payload, extra: Extra) -> InlineKeyboardMarkup | None:
        rows = extra.buttons or (card_buttons(payload.card) if payload.card is not None else ())
        if not rows:
            return None
        return InlineKeyboardMarkup([[self._button(lane, button) for button in row] for row in rows])

    def _button(self, lane: str, button: Button) -> InlineKeyboardButton:
        if button.url:
            return InlineKeyboardButton(button.text, url=button.url)
        return InlineKeyboardButton(button.text, callback_data=self._directory.sign(lane, button.do))


def card_buttons(card: Card) -> Sequence[Sequence[Button]]:
    """The buttons under an alert: what would change something in its state, then quotes and reply."""
    say, alert = texts(card.lang), card.alert
    rows: list[list[Button]] = []
    for action in card.actions:
        if action is Action.SNOOZE:
            labels = [(choice, say.say(f"action-snooze-{choice}")) for choice in Snooze]
            rows.append([Button(text=text, do=f"snooze:{alert}:{choice}") for choice, text in labels])
        elif rows and len(rows[-1]) == 1:
            rows[-1].append(Button(text=say.say(f"action-{action}"), do=f"{action}:{alert}"))
        else:
            rows.append([Button(text=say.say(f"action-{action}"), do=f"{action}:{alert}")])
    rows.append([Button(text=say.say(f"action-{name}"), do=f"{name}:{alert}") for name in ("quotes", "reply")])
    return rows


def _answering(message: int | None) -> ReplyParameters | None:
    return ReplyParameters(message, allow_sending_without_reply=True) if message is not None else None


@contextmanager
def _explained() -> Iterator[None]:
    """Say in the outbox's words what Telegram answered. Its own are kept as the cause only: they may name a chat."""
    try:
        yield
    except RetryAfter as error:
        asked = error.retry_after
        raise RetryAfterError(asked.total_seconds() if isinstance(asked, timedelta) else asked) from error
    except ChatMigrated as error:
        raise ChannelError("The group became a supergroup; the message goes there once that is stored.") from error
    except (Forbidden, BadRequest) as error:
        raise RefusedError("Telegram will not take this message: removed, blocked or malformed.") from error
    except InvalidToken as error:
        raise ChannelError("Telegram does not know the bot's token (any more).") from error
    except (NetworkError, EndPointNotFound) as error:
        raise ChannelError("Telegram could not be reached.") from error
