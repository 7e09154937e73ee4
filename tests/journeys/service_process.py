"""The service in a process of its own, to be killed: python service_process.py SERVER FOLDER."""

import asyncio
import sys
from pathlib import Path

from bot_api import TOKEN
from telegram_world import brand, workspace

from bot.service import run_service
from config.settings import Settings


def main(server: str, folder: Path) -> None:
    with workspace(folder, brand(), busy_timeout=5.0) as space:
        settings = Settings(home=folder, telegram_token=TOKEN)
        print("ready", flush=True)
        asyncio.run(run_service(space, settings, asyncio.Event(), server=server))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
