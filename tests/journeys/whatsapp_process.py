"""The service on WhatsApp in a process of its own, to be killed."""

import asyncio
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from graph_api import PHONE, SECRET, TOKEN, VERIFY
from pydantic import SecretStr
from telegram_world import brand, workspace
from whatsapp_world import BRAND

from bot.service import Listen, run_service
from config.settings import Settings


def serve(graph: str, folder: Path, port: int) -> None:
    """Run the service of the journeys' brand until killed; it says nothing."""
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        workspace(folder, brand(BRAND)) as space,
    ):
        settings = Settings(
            home=folder,
            whatsapp_token=SecretStr(TOKEN),
            whatsapp_phone_id=PHONE,
            whatsapp_app_secret=SecretStr(SECRET),
            whatsapp_verify_token=SecretStr(VERIFY),
        )
        asyncio.run(run_service(space, settings, asyncio.Event(), listen=Listen(port=port), graph=graph))
