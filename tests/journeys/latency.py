"""From a message's arrival at Telegram to its being stored, and to the alert's being sent, with the shipped model.

python tests/journeys/latency.py [ROUNDS]     20 messages a second over 200 groups; 15 seconds and a story a round
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
from telegram_world import BRAND, Journey

from bot.app import open_workspace
from bot.message import Chat, Platform
from bot.service import run_service
from config.brand import parse_brand
from config.settings import Settings
from storage.tables import Alert, ChatMode, Message, Outbox

GROUPS, A_SECOND, SECONDS = 200, 20, 15
STORY_AT = 10
"""Seconds after a round's start; three people tell the story, a second apart."""
STORY = (
    "Attention, la bouilloire Orvelle m'a explosé dans les mains, je suis brûlé, c'est dangereux !",
    "Mine too! I burnt my arm.",
    "Moi aussi, brûlée, aux urgences !",
)
TALK = (
    "Bonjour à tous",
    "Quelqu'un a un code promo ?",
    "La livraison arrive demain",
    "Merci beaucoup !",
    "Super photo",
)


async def talk(life: Journey) -> list[float]:
    """Have people write for a round; returns when each wrote."""
    said, told, begun = list[float](), 0, time.time()
    for number in range(SECONDS * A_SECOND):
        await asyncio.sleep(max(0.0, begun + number / A_SECOND - time.time()))
        by, line, within = 5000 + number % 700, number // A_SECOND - STORY_AT, number % A_SECOND
        said.append(time.time())
        if within or not 0 <= line < len(STORY):
            await life.say(-1000 - number % GROUPS, by, f"{TALK[number % 5]} {number}")
        elif line == 0:
            told = await life.say(-1000, by, STORY[0])
        else:
            answered = life.message(-1000, 5000, told) | {"text": "."}
            await life.say(-1000, by, STORY[line], reply_to_message=answered)
    return said


async def one_round(api: BotApi, folder: Path) -> tuple[list[float], list[float]]:
    """How long each message, and each alert, of a round took."""
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
        said = await talk(life)
        await life.settled()
        await asyncio.sleep(3)
        with space.database.read() as session:
            stored = session.exec(select(Message.received_at).order_by(col(Message.id))).all()
            cards = select(Outbox.sent_at).where(Outbox.kind == "alert").order_by(col(Outbox.id))
            alerts = [
                (at.timestamp(), said[(alert.at_message or 0) - 1])
                for alert in session.exec(select(Alert)).all()
                if (at := session.exec(cards.where(Outbox.subject == f"alert:{alert.id}")).first()) is not None
            ]
        stop.set()
        await service
    assert len(stored) == len(said)
    return [at.timestamp() - when for at, when in zip(stored, said, strict=True)], [at - when for at, when in alerts]


def told(what: str, waits: list[float]) -> str:
    fifty, ninety_five = np.quantile(waits, (0.5, 0.95))
    return f"{len(waits)} {what} p50 {fifty:.2f} s, p95 {ninety_five:.2f} s, worst {max(waits):.2f} s"


async def main(rounds: int) -> None:
    stored, alerted = list[float](), list[float]()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            async with bot_api() as api:
                messages, alerts = await one_round(api, Path(folder))
        stored, alerted = stored + messages, alerted + alerts
    print(told(f"messages in {GROUPS} groups, stored after", stored))
    print(told("alerts, sent after", alerted))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 12))
