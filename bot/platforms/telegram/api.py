"""The Bot API, through python-telegram-bot, with updates as they were received."""

import os
from collections.abc import Sequence
from typing import Any

# Waits come as timedelta; the library announces that this becomes its only way.
os.environ.setdefault("PTB_TIMEDELTA", "true")

from telegram import Bot
from telegram.request import HTTPXRequest

from bot.platforms.telegram.events import ALLOWED_UPDATES

API = "https://api.telegram.org"
CONNECTIONS = 48  # 32 sendings at a time, and what handlers ask
READ_MARGIN = 10.0


class TelegramBot(Bot):
    """The bot. `server` is where the Bot API is, for one of your own or a test."""

    def __init__(self, token: str, server: str = API) -> None:
        super().__init__(
            token,
            base_url=f"{server}/bot",
            base_file_url=f"{server}/file/bot",
            request=HTTPXRequest(connection_pool_size=CONNECTIONS, read_timeout=20.0),
            get_updates_request=HTTPXRequest(connection_pool_size=1),
        )

    async def raw_updates(self, offset: int, seconds: int) -> Sequence[dict[str, Any]]:
        """Wait up to so many seconds for updates from `offset` on, and return them unparsed.

        `Bot.get_updates` would fail for all of them when one is malformed, and log what people wrote.
        """
        asked = {"offset": offset, "timeout": seconds, "limit": 100, "allowed_updates": list(ALLOWED_UPDATES)}
        updates: Sequence[dict[str, Any]] = await self._post("getUpdates", asked, read_timeout=seconds + READ_MARGIN)
        return updates
