"""The service in a process of its own, to be killed."""

import asyncio
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from bot_api import TOKEN
from telegram_world import brand, workspace

from bot.service import run_service
from config.settings import Settings


def serve(server: str, folder: Path) -> None:
    """Run the service of the journeys' brand until killed; it says nothing."""
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        workspace(folder, brand()) as space,
    ):
        settings = Settings(home=folder, telegram_token=TOKEN)
        asyncio.run(run_service(space, settings, asyncio.Event(), server=server))
