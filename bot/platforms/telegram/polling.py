"""Long polling: asks Telegram for updates, and acknowledges them by asking for the next ones once they are stored."""

import asyncio

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.platforms.telegram.api import TelegramBot
from bot.platforms.telegram.intake import Intake
from config.errors import ConfigError
from storage.errors import StorageError

POLL_SECONDS = 30
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0

log = structlog.get_logger(__name__)
REVOKED = (
    "Telegram does not accept TELEGRAM_TOKEN (any more): it was mistyped or revoked. "
    "Ask @BotFather for the bot's token (/mybots), set it, and start again."
)


async def poll(bot: TelegramBot, intake: Intake, seconds: int = POLL_SECONDS) -> None:
    """Poll until cancelled. Raises ConfigError when the token is refused; waits out everything else."""
    offset, wait = await asyncio.to_thread(intake.offset), FIRST_WAIT
    while True:
        try:
            updates = await bot.raw_updates(offset, seconds)
            await intake.take(updates)
            if updates:
                offset = int(updates[-1]["update_id"]) + 1
            wait = FIRST_WAIT
            continue
        except InvalidToken:
            raise ConfigError(REVOKED) from None
        except Conflict:
            log.error("telegram.second_poller", hint="stop the other program that uses this token, or its webhook")
        except RetryAfter as error:
            asked = error.retry_after
            wait = max(wait, asked if isinstance(asked, int) else asked.total_seconds())
        except (TelegramError, StorageError, KeyError, TypeError, ValueError) as error:
            # The last three: an answer that is not the Bot API's, say a proxy's. Nothing of it is acknowledged.
            log.warning("telegram.polling", fault=type(error).__name__)
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
