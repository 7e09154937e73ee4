"""WhatsApp as a part of the running service."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from starlette.routing import Route

from alerts.channels.graph import GRAPH, GraphApi, GraphError
from alerts.channels.whatsapp import Outcome, WhatsAppChannel, outcome_of
from alerts.errors import ChannelError
from bot.app import Workspace
from bot.platforms.whatsapp import statuses
from bot.platforms.whatsapp.context import NAME, Context, Number, log
from bot.platforms.whatsapp.deliveries import Deliveries, open_deliveries
from bot.platforms.whatsapp.directory import LaneDirectory
from bot.platforms.whatsapp.groups import show_new_notice
from bot.platforms.whatsapp.handlers import Handlers
from bot.platforms.whatsapp.webhook import webhook_routes
from bot.platforms.whatsapp.worker import Worker
from bot.web.receiver import Receiving, receive
from config.errors import ConfigError
from config.settings import Settings
from storage import whatsapp
from storage.errors import StorageError

SETTLE_SECONDS, LONGEST_WAIT = 5.0, 30.0
PURGE_EVERY = 720
"""Looks between two purges: an hour."""


@dataclass(frozen=True, slots=True)
class Access:
    """What Meta gave the brand, and what it chose itself: token, id of the number, app secret, verify token."""

    token: str
    phone_id: str
    app_secret: str
    verify_token: str

    @classmethod
    def of(cls, settings: Settings) -> "Access | None":
        """The access of an installation; None when it has no WhatsApp. Raises ConfigError when something is missing:
        without the app's secret nobody could tell Meta's deliveries from others.
        """
        given = {
            "WHATSAPP_TOKEN": _secret(settings.whatsapp_token),
            "WHATSAPP_PHONE_ID": (settings.whatsapp_phone_id or "").strip(),
            "WHATSAPP_APP_SECRET": _secret(settings.whatsapp_app_secret),
            "WHATSAPP_VERIFY_TOKEN": _secret(settings.whatsapp_verify_token),
        }
        if not any(given.values()):
            return None
        missing = [name for name, value in given.items() if not value]
        if missing:
            raise ConfigError(
                f"WhatsApp needs {' and '.join(missing)} as well; docs/whatsapp.md says where each is found. Without "
                "the app's secret anybody could send deliveries"
            )
        return cls(*given.values())


class WhatsApp:
    """One brand's WhatsApp side: its outbox channel, its routes of the web application, and its work."""

    def __init__(self, context: Context, deliveries: Deliveries, access: Access) -> None:
        self._context, self._deliveries, self._access = context, deliveries, access
        self.channel = WhatsAppChannel(context.graph, LaneDirectory(context, context.clock))
        self._handlers = Handlers(context)
        self.worker = Worker(context, deliveries, self._handlers)

    @property
    def routes(self) -> list[Route]:
        """What is to be served for the webhook, where it is served by the service itself."""
        return webhook_routes(self._store, self._access.app_secret, self._access.verify_token)

    async def receive(self, host: str, port: int) -> None:
        """Receive deliveries in a process of its own until cancelled. Raises ConfigError when the port is taken."""
        receiving = Receiving.into(
            self._deliveries.front,
            self._context.workspace.vault,
            self._context.brand,
            host=host,
            port=port,
            app_secret=self._access.app_secret,
            verify_token=self._access.verify_token,
        )
        await receive(receiving, self.worker.notify)

    async def run(self) -> None:
        """Deal with deliveries until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.worker.run())
            tasks.create_task(self._keep())

    async def finished(self) -> None:
        """Wait for the downloads under way."""
        await self._handlers.files.finished()

    async def _store(self, body: bytes) -> None:
        await self._deliveries.store(body, self._context.clock())
        self.worker.notify()

    async def _keep(self) -> None:
        """Give reports that came early their effect, and every hour remove what has reached its term."""
        looks = 0
        while True:
            try:
                if looks % PURGE_EVERY == 0:
                    await asyncio.to_thread(self._purge)
                if await asyncio.to_thread(self._settle):
                    self._context.wake()
            except StorageError as error:
                log.warning("whatsapp.storage", fault=type(error).__name__)
            looks += 1
            await asyncio.sleep(SETTLE_SECONDS)

    def _purge(self) -> None:
        context, now = self._context, self._context.clock()
        term = timedelta(days=context.workspace.brand.retention.transcripts_days)
        with context.workspace.database.transaction() as session:
            whatsapp.purge(session, context.brand, now, term)
            whatsapp.give_up(session, context.brand, NAME, now, term)
        self._deliveries.front.scrub()

    def _settle(self) -> int:
        context = self._context
        with context.workspace.database.read() as session:
            if not whatsapp.unsettled(session, context.brand, NAME):
                return 0
        with context.workspace.database.transaction() as session:
            return statuses.settle(context, session, context.clock())


@asynccontextmanager
async def open_whatsapp(
    workspace: Workspace,
    access: Access,
    turn: asyncio.Lock,
    wake: Callable[[], None],
    *,
    server: str = GRAPH,
) -> AsyncIterator[WhatsApp]:
    """Open the number of a brand. `turn` guards the pipeline. Raises ConfigError when Meta refuses the token or the id;
    waits for the network otherwise.
    """
    async with GraphApi(access.token, access.phone_id, server) as graph:
        number = Number(access.phone_id, await _met(graph))
        context = Context(workspace, graph, number, wake, turn=turn)
        with open_deliveries(workspace.database, workspace.vault, workspace.brand.slug) as deliveries:
            await asyncio.to_thread(_prepare, context)
            opened = WhatsApp(context, deliveries, access)
            try:
                yield opened
            finally:
                await asyncio.wait_for(opened.finished(), 10)


def _prepare(context: Context) -> None:
    with context.workspace.database.transaction() as session:
        context.put_private_chat(session, context.clock())
        show_new_notice(session, context.workspace.brand, context.outbox, context.clock())


async def _met(graph: GraphApi) -> str:
    """The number in digits."""
    wait = 1.0
    while True:
        try:
            shown = str((await graph.number()).get("display_phone_number", ""))
            return "".join(sign for sign in shown if sign.isdecimal())
        except GraphError as error:
            outcome = outcome_of(error.code, error.status)
            if outcome is Outcome.TOKEN:
                raise ConfigError(
                    f"WhatsApp refuses WHATSAPP_TOKEN (error {error.code}); make a system user's token with "
                    "whatsapp_business_messaging, as docs/whatsapp.md shows"
                ) from None
            if outcome is Outcome.REFUSED:
                raise ConfigError(
                    f"WhatsApp does not know WHATSAPP_PHONE_ID (error {error.code}); it is the number's id, not the "
                    "number itself"
                ) from None
            log.warning("whatsapp.start", fault=type(error).__name__, code=error.code)
        except ChannelError as error:
            log.warning("whatsapp.start", fault=type(error).__name__)
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)


def _secret(value: object) -> str:
    reveal = getattr(value, "get_secret_value", None)
    return str(reveal()).strip() if reveal is not None else ""
