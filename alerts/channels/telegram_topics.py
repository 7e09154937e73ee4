"""Where the team's chat is a forum: one topic a story, made for the first card of its alert.

The bot needs the right to manage topics. Without it, and where somebody has deleted the topic, the alert is told in the
chat's general topic. https://core.telegram.org/bots/api#createforumtopic
"""

import asyncio
from contextlib import suppress
from typing import Protocol

import structlog
from telegram import Bot
from telegram.constants import ForumTopicLimit
from telegram.error import BadRequest, Forbidden, TelegramError

from alerts.card import Card
from alerts.document import cut
from alerts.payload import Payload

GONE = ("thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
"""What Telegram says of a topic in which the bot can say nothing any more, in any case."""

log = structlog.get_logger(__name__)


class Threads(Protocol):
    """What is remembered of topics, in the database."""

    def thread(self, lane: str, alert: int) -> int | None:
        """The topic of an alert in a lane."""
        ...

    def keep_thread(self, lane: str, alert: int, thread: int | None) -> None:
        """Remember the topic of an alert in a lane; None when it is gone."""
        ...


class Topics:
    """The topics of one bot's chats."""

    def __init__(self, bot: Bot, threads: Threads) -> None:
        self._bot, self._threads = bot, threads
        self._names: dict[tuple[str, int], str] = {}

    async def of(self, chat: int, lane: str, payload: Payload) -> int | None:
        """The topic in which to say something about an alert; a card may have one made. None where there is none."""
        if payload.alert is None:
            return None
        known = await asyncio.to_thread(self._threads.thread, lane, payload.alert)
        if known is not None or payload.card is None:
            return known
        try:
            if not (await self._bot.get_chat(chat)).is_forum:
                return None
            name = topic_name(payload.card)
            thread = (await self._bot.create_forum_topic(chat, name)).message_thread_id
        except (BadRequest, Forbidden) as error:
            log.info("telegram.no_topic", lane=lane, fault=type(error).__name__, hint="let the bot manage topics")
            return None
        # Killed between these two, an empty topic is left behind.
        await asyncio.to_thread(self._threads.keep_thread, lane, payload.alert, thread)
        self._names[lane, payload.alert] = name
        return thread

    async def rename(self, chat: int, lane: str, payload: Payload) -> None:
        """Give the topic of a card the story's title as it is now: what was erased must not live on in its name."""
        if payload.card is None or payload.alert is None:
            return
        name, key = topic_name(payload.card), (lane, payload.alert)
        if self._names.get(key) == name:
            return
        thread = await asyncio.to_thread(self._threads.thread, *key)
        if thread is not None:
            with suppress(BadRequest, Forbidden):  # it has that name, or is gone
                await self._bot.edit_forum_topic(chat, thread, name=name)
        self._names[key] = name

    async def lost(self, lane: str, payload: Payload, error: BaseException | None) -> bool:
        """Whether a sending failed because its topic is gone; then it is forgotten."""
        told = str(error).lower() if isinstance(error, TelegramError) else ""
        if payload.alert is None or not any(words in told for words in GONE):
            return False
        await asyncio.to_thread(self._threads.keep_thread, lane, payload.alert, None)
        return True


def topic_name(card: Card) -> str:
    """The name of an alert's topic."""
    return cut(f"{card.alert} · {card.title}", ForumTopicLimit.MAX_NAME_LENGTH)
