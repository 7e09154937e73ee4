"""The running service of a brand: platforms listen, the pipeline works, the outbox is sent, clocks are looked at."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from rich.console import Console
from sqlmodel import Session
from starlette.applications import Starlette

from alerts.channels.apprise import AppriseChannel
from alerts.channels.base import Channel
from alerts.channels.console import ConsoleChannel
from alerts.channels.graph import GRAPH
from alerts.digest import Period
from alerts.digest_document import send_digest
from alerts.dispatch import OutboxDispatcher
from alerts.herald import team_lane
from alerts.schedule import schedule
from bot.app import Workspace
from bot.customers import clocks
from bot.keeping import purge
from bot.platforms.telegram.api import API
from bot.platforms.telegram.platform import Telegram, Webhook, open_telegram
from bot.platforms.whatsapp.platform import Access, WhatsApp, open_whatsapp
from bot.web.app import web_app
from config.brand import Brand
from config.errors import ConfigError
from config.settings import Settings
from storage import retention
from storage.database import Database
from storage.errors import StorageError

QUIET_LOGGERS = {"httpx": logging.ERROR, "httpcore": logging.ERROR, "telegram": logging.CRITICAL}
"""Libraries whose chatter names addresses with the bot's token or, at a broken answer, what people wrote."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the web server of webhooks listens."""

    host: str = "127.0.0.1"
    port: int = 8080


async def run_service(
    workspace: Workspace,
    settings: Settings,
    stop: asyncio.Event,
    *,
    listen: Listen = Listen(),
    server: str = API,
    graph: str = GRAPH,
) -> None:
    """Run until `stop` is set. Raises ConfigError when the settings name no platform, or one that refuses them."""
    turn, console = asyncio.Lock(), Console(highlight=False)
    async with AsyncExitStack() as open_parts:
        dispatcher: OutboxDispatcher | None = None

        def wake() -> None:
            if dispatcher is not None:
                dispatcher.wake()

        platforms = [
            await open_parts.enter_async_context(opening)
            for opening in _platforms(workspace, settings, turn, wake, server, graph)
        ]
        ready: list[Channel] = [ConsoleChannel(console), *(platform.channel for platform in platforms)]
        channels = _channels(workspace.brand, ready)
        _share_files(platforms)
        database, desk = workspace.database, workspace.desk
        dispatcher = OutboxDispatcher(database, workspace.vault, workspace.brand.slug, channels, desk)
        scheduler = _clocks(workspace, turn, wake)
        scheduler.start()
        open_parts.callback(scheduler.shutdown, wait=False)
        warming = asyncio.create_task(_warm(workspace))
        open_parts.push_async_callback(asyncio.wait, [warming])
        log.info("service.started", brand=workspace.brand.slug, database=database.place)
        parts: list[Awaitable[object]] = [*(platform.run() for platform in platforms), dispatcher.run()]
        parts += _web(platforms, database, listen)
        await _until(stop, parts)
    log.info("service.stopped", brand=workspace.brand.slug)


def quieten(settings: Settings) -> None:
    """Set up logging: JSON or for people, never with what people wrote."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    render = structlog.processors.JSONRenderer() if settings.log_format == "json" else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    logging.basicConfig(level=level)
    for name, least in QUIET_LOGGERS.items():
        logging.getLogger(name).setLevel(least)


def _platforms(
    workspace: Workspace, settings: Settings, turn: asyncio.Lock, wake: Callable[[], None], server: str, graph: str
) -> list[AbstractAsyncContextManager[Telegram | WhatsApp]]:
    """The platforms that the settings name, to be opened. Raises ConfigError when there is none."""
    access = Access.of(settings)
    opening: list[AbstractAsyncContextManager[Telegram | WhatsApp]] = []
    if settings.telegram_token is not None or access is None:
        opening.append(_telegram(workspace, settings, turn, wake, server))
    if access is not None:
        opening.append(open_whatsapp(workspace, access, turn, wake, server=graph))
    return opening


def _share_files(platforms: Sequence[Telegram | WhatsApp]) -> None:
    """What the team sends from Telegram reaches customers on WhatsApp."""
    sources = {one.channel.name: one.channel for one in platforms if isinstance(one, Telegram)}
    for platform in platforms:
        if isinstance(platform, WhatsApp):
            platform.channel.files.sources = sources


def _web(platforms: Sequence[Telegram | WhatsApp], database: Database, listen: Listen) -> list[Awaitable[object]]:
    """What serves the webhooks: WhatsApp's alone has a process of its own, which nothing here can keep from answering.

    Telegram's needs the consent gate, and so this process; where both are wanted, both are here.
    """
    routes = [route for platform in platforms for route in platform.routes]
    alone = [platform for platform in platforms if platform.routes]
    match alone:
        case []:
            return []
        case [WhatsApp() as whatsapp]:
            return [whatsapp.receive(listen.host, listen.port)]
        case _:
            return [_serve(web_app(routes, database.check), listen)]


def _telegram(
    workspace: Workspace, settings: Settings, turn: asyncio.Lock, wake: Callable[[], None], server: str
) -> AbstractAsyncContextManager[Telegram]:
    if settings.telegram_token is None:
        raise ConfigError(
            "neither TELEGRAM_TOKEN nor WHATSAPP_TOKEN is set: ask @BotFather for a bot (/newbot) and put its token "
            "into the environment or settings.env, or set up WhatsApp (docs/whatsapp.md)"
        )
    webhook = None
    if settings.telegram_webhook_url is not None:
        if settings.telegram_webhook_secret is None:
            raise ConfigError("TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET: 16 letters and digits or more")
        webhook = Webhook(settings.telegram_webhook_url, settings.telegram_webhook_secret.get_secret_value())
    return open_telegram(
        workspace, settings.telegram_token.get_secret_value(), turn, wake, webhook=webhook, server=server
    )


def _channels(brand: Brand, ready: list[Channel]) -> dict[str, Channel]:
    channels = {channel.name: channel for channel in ready}
    if any(team_lane(channel).channel == AppriseChannel.name for channel in brand.team.channels):
        channels[AppriseChannel.name] = AppriseChannel.of(brand)
    return channels


def _clocks(workspace: Workspace, turn: asyncio.Lock, wake: Callable[[], None]) -> AsyncIOScheduler:
    """The desk's rounds with their escalations, the digests, and the nightly purge."""
    brand, database, vault = workspace.brand, workspace.database, workspace.vault

    async def in_transaction(work: Callable[[Session, datetime], object]) -> None:
        def run() -> None:
            with database.transaction() as session:
                work(session, datetime.now(UTC))

        # The scheduler cancels its jobs when it stops, and would report that as their failure.
        with suppress(asyncio.CancelledError):
            try:
                await asyncio.to_thread(run)
                wake()
            except StorageError as error:
                log.warning("service.storage", fault=type(error).__name__)

    async def tick() -> None:
        await in_transaction(workspace.desk.tick)

    async def digest(period: Period) -> None:
        await in_transaction(lambda session, now: send_digest(session, brand, vault, period, now))

    async def clean() -> None:
        async with turn:
            try:
                purged = await asyncio.to_thread(purge, workspace.pipeline, brand.retention, datetime.now(UTC))
                log.info("service.purged", narratives=len(purged.narratives))
            except StorageError as error:
                log.warning("service.storage", fault=type(error).__name__)

    async def customers() -> None:
        await in_transaction(workspace.customers.tick)

    scheduler = AsyncIOScheduler(timezone=brand.time_zone)
    schedule(scheduler, brand, tick, digest)
    clocks.schedule(scheduler, brand.slug, customers)
    retention.schedule(scheduler, clean, brand=brand.slug, now=datetime.now(UTC))
    return scheduler


async def _warm(workspace: Workspace) -> None:
    """Read the brand's knowledge now: the first who asks should not wait for it."""
    try:
        await asyncio.to_thread(workspace.customers.warm)
    except StorageError as error:
        log.warning("service.storage", fault=type(error).__name__)


async def _serve(web: Starlette, listen: Listen) -> None:
    server = uvicorn.Server(
        uvicorn.Config(web, host=listen.host, port=listen.port, log_config=None, access_log=False, lifespan="off")
    )
    serving = asyncio.ensure_future(server.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True  # a server that is cancelled leaves its sockets open
        await serving
        raise


async def _until(stop: asyncio.Event, parts: list[Awaitable[object]]) -> None:
    """Run parts until `stop`, or until one fails: then the others are stopped, and its error is raised."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    waiting = asyncio.ensure_future(stop.wait())
    try:
        done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            _raise_plain(task)
    finally:
        for task in (waiting, *tasks):
            task.cancel()
        for task in (waiting, *tasks):
            with suppress(asyncio.CancelledError, Exception):
                await task


def _raise_plain(task: "asyncio.Future[object]") -> None:
    """Raise what a part failed of; of a group of failures the one that a person can act on."""
    try:
        task.result()
    except BaseExceptionGroup as group:
        known, _ = group.split(ConfigError)
        raise (known or group).exceptions[0] from None
