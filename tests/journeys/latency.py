"""From a message's arrival at Telegram to its being stored, and to the alert's being sent, with the shipped model.

python tests/journeys/latency.py [SECONDS]        20 messages a second over 200 groups
"""

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from bot_api import TOKEN, BotApi, bot_api
from sqlmodel import col, select
from telegram_world import BRAND, TEAM, Journey

from bot.app import open_workspace
from bot.message import Chat, Platform
from bot.service import run_service
from config.brand import parse_brand
from config.settings import Settings
from storage.tables import Alert, ChatMode, Message
from storage.tables import Chat as ChatRow

GROUPS, A_SECOND = 200, 20
STORY = "Attention, la bouilloire Orvelle m'a explosé dans les mains, je suis brûlé, c'est dangereux ! {}"
TALK = (
    "Bonjour à tous",
    "Quelqu'un a un code promo ?",
    "La livraison arrive demain",
    "Merci beaucoup !",
    "Super photo",
)


async def measure(api: BotApi, folder: Path, seconds: int) -> None:
    it, stop = parse_brand(BRAND), asyncio.Event()
    settings = Settings(home=folder, telegram_token=TOKEN)
    with open_workspace(settings, it, folder / "earshot.db") as space:
        life = Journey(api, folder, it)
        life.space = space
        with space.database.transaction() as session:
            for number in range(GROUPS):
                chat = Chat(str(-1000 - number), Platform.TELEGRAM, title=f"Group {number}")
                space.pipeline.admission.activate(session, chat, ChatMode.NOTICE, datetime.now(UTC))
        service = asyncio.create_task(run_service(space, settings, stop, server=api.url))
        await life.linked()
        said: list[float] = []
        story_at = seconds * A_SECOND // 2
        begun = time.time()
        for number in range(seconds * A_SECOND):
            await asyncio.sleep(max(0.0, begun + number / A_SECOND - time.time()))
            story = number >= story_at and number % 10 == 0
            text = STORY.format(number) if story else f"{TALK[number % 5]} {number}"
            said.append(time.time())
            await life.say(-1000 - number % GROUPS, 5000 + number % 700, text)
        await life.settled()
        await asyncio.sleep(3)
        with space.database.read() as session:
            stored = session.exec(select(Message.received_at).order_by(col(Message.id))).all()
            groups = len(session.exec(select(ChatRow.id)).all())
        waits = np.array([at.timestamp() for at in stored]) - np.array(said[: len(stored)])
        print(
            f"{len(stored)} of {len(said)} messages, {groups} chats: stored after p50 {np.median(waits):.2f} s, ",
            end="",
        )
        print(f"p95 {np.quantile(waits, 0.95):.2f} s, worst {waits.max():.2f} s")
        cards = [call for call in api.sent(TEAM) if "·" in call.text.splitlines()[0]]
        for card in cards:
            print(f"alert {card.text.splitlines()[0][:60]!r}: sent {card.at - begun:.2f} s after the start")
        with space.database.read() as session:
            for alert in session.exec(select(Alert)).all():
                row = alert.at_message or 0
                print(f"alert {alert.id} {alert.kind}: its message came {said[row - 1] - begun:.2f} s after the start")
        stop.set()
        await service


async def main(seconds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with bot_api() as api:
            await measure(api, Path(folder), seconds)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
