"""Webhook: Telegram delivers updates to a public address. An update is answered with 200 once it is stored."""

import asyncio
import hmac
import json
from http import HTTPStatus

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.platforms.telegram.api import TelegramBot
from bot.platforms.telegram.events import ALLOWED_UPDATES
from bot.platforms.telegram.intake import Intake
from storage.errors import StorageError

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST = 1_000_000
"""Bytes of a delivery; Telegram's own are some kilobytes."""

log = structlog.get_logger(__name__)


def webhook_routes(intake: Intake, secret: str, path: str = PATH) -> list[Route]:
    """The route to which Telegram delivers; deliveries without the secret are refused unread."""
    one_by_one = asyncio.Lock()

    async def deliver(request: Request) -> Response:
        said = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(said.encode(), secret.encode()):
            log.warning("telegram.webhook_secret")
            return Response(status_code=HTTPStatus.FORBIDDEN)
        if int(request.headers.get("content-length", LARGEST + 1)) > LARGEST:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            update = json.loads(await request.body())
            int(update["update_id"])
        except (ValueError, TypeError, KeyError):
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        try:
            async with one_by_one:
                await intake.take([update])
        except StorageError as error:
            log.warning("telegram.storage", fault=type(error).__name__)
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)  # Telegram delivers it again
        return Response()

    return [Route(path, deliver, methods=["POST"])]


async def set_webhook(bot: TelegramBot, url: str, secret: str) -> None:
    """Have Telegram deliver to `url`."""
    # One at a time keeps the order in which things were said.
    await bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=1)
