"""Telegram as a part of the running service."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from starlette.routing import Route
from telegram import BotCommand
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError

from alerts.channels.telegram import TelegramChannel
from bot.app import Workspace
from bot.platforms.telegram.api import API, TelegramBot
from bot.platforms.telegram.context import Context, Me, log
from bot.platforms.telegram.customers import COMMANDS
from bot.platforms.telegram.directory import LaneDirectory
from bot.platforms.telegram.handlers import Handlers
from bot.platforms.telegram.intake import Intake
from bot.platforms.telegram.polling import REVOKED, poll
from bot.platforms.telegram.sieve import FOR_MEMBERS
from bot.platforms.telegram.webhook import set_webhook, webhook_routes
from bot.platforms.telegram.worker import Worker
from config.errors import ConfigError
from config.texts import languages, texts

OVERDUE_SECONDS = 300
LONGEST_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram delivers, and what it must say; without one the bot polls."""

    url: str
    secret: str


class Telegram:
    """One brand's Telegram side: its outbox channel, its web application if it has a webhook, and its work."""

    def __init__(self, context: Context, channel: TelegramChannel, webhook: Webhook | None) -> None:
        self.channel = channel
        self._context, self._webhook = context, webhook
        self._handlers = Handlers(context)
        self.worker = Worker(context, self._handlers)
        self.intake = Intake(context, self.worker.drain, self.worker.notify)

    @property
    def routes(self) -> list[Route]:
        """What is to be served for the webhook."""
        return webhook_routes(self.intake, self._webhook.secret) if self._webhook else []

    async def run(self) -> None:
        """Deal with updates until cancelled. Raises ConfigError when the token is refused."""
        await self.worker.drain()  # what was received before the last stop
        await self._handlers.groups.show_new_notice()
        await self._introduce()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.worker.run())
            tasks.create_task(self._overdue())
            if self._webhook is None:
                tasks.create_task(poll(self._context.bot, self.intake))

    async def _introduce(self) -> None:
        """Tell Telegram the commands for its menu, and where to deliver."""
        bot = self._context.bot
        for lang in languages():
            say = texts(lang)
            names = [*COMMANDS, *(name for name in FOR_MEMBERS if name != "start")]
            menu = [BotCommand(name, say.say(f"tg-command-{name}")) for name in names]
            for code in (lang,) if lang != "en" else (lang, None):
                await self._insist(partial(bot.set_my_commands, menu, language_code=code))
        if self._webhook is None:
            await self._insist(bot.delete_webhook)
        else:
            url, secret = self._webhook.url, self._webhook.secret
            await self._insist(lambda: set_webhook(bot, url, secret))

    async def _insist(self, ask: Callable[[], Awaitable[object]]) -> None:
        wait = 1.0
        while True:
            try:
                await ask()
                return
            except InvalidToken:
                raise ConfigError(REVOKED) from None
            except (NetworkError, RetryAfter) as error:
                log.warning("telegram.start", fault=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    async def _overdue(self) -> None:
        while True:
            try:
                await self._handlers.groups.leave_overdue(self._context.clock())
            except TelegramError as error:
                log.info("telegram.leaving", fault=type(error).__name__)
            await asyncio.sleep(OVERDUE_SECONDS)


@asynccontextmanager
async def open_telegram(
    workspace: Workspace,
    token: str,
    turn: asyncio.Lock,
    wake: Callable[[], None],
    *,
    webhook: Webhook | None = None,
    server: str = API,
) -> AsyncIterator[Telegram]:
    """Open the bot of a brand. `turn` guards the pipeline. Raises ConfigError when Telegram refuses the token; waits
    for the network otherwise.
    """
    bot = TelegramBot(token, server)
    me = await _met(bot)
    context = Context(workspace, bot, me, wake, turn=turn)
    try:
        yield Telegram(context, TelegramChannel(bot, LaneDirectory(workspace)), webhook)
    finally:
        await asyncio.wait_for(context.answered(), timedelta(seconds=10).total_seconds())
        await bot.shutdown()


async def _met(bot: TelegramBot) -> Me:
    wait = 1.0
    while True:
        try:
            await bot.initialize()
        except InvalidToken:
            raise ConfigError(REVOKED) from None
        except (NetworkError, RetryAfter) as error:
            log.warning("telegram.start", fault=type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
        else:
            return Me(bot.id, bot.bot.username or "", bool(bot.bot.can_read_all_group_messages))
