"""Killing the service at random moments of a burst, and what is left to say of it.

python tests/journeys/kills.py KILLS MESSAGES        (100 and 5000 take some three minutes; 0 kills to compare with)
"""

import asyncio
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bot_api import BotApi, bot_api
from service_process import serve
from sqlmodel import func, select
from telegram_world import GROUP, TEAM, Journey, brand, workspace

from storage import inbox
from storage.tables import Alert, Message, Outbox

MEAN_LIFE = 1.5
"""Seconds; exponential, so that many die while they start."""
CROWD = range(901, 913)


@dataclass(frozen=True, slots=True)
class Result:
    """What was found after the burst. `cards` counts the sendings of each alert card, by its text's first line."""

    kills: int
    sent: int
    stored: int
    distinct: int
    waiting: int
    alerts: int
    entries: int
    cards: Counter[str]
    seconds: float


async def burst(api: BotApi, folder: Path, kills: int, messages: int, seed: int = 1) -> Result:
    """Have people write while the service is killed and started again, then let it finish."""
    chance, started = random.Random(seed), time.monotonic()
    life = Journey(api, folder, brand())
    await life.start()
    await life.linked()
    notice = await life.activated()
    for one in CROWD:
        await life.press(notice, "I take part", one)
    await life.settled()
    await life.stop()
    people = list(CROWD)
    for number in range(messages):
        text = f"the kettle exploded and burnt my hand {number}" if number % 100 < 3 else f"small talk {number % 977}"
        await life.say(GROUP, people[number % len(people)], text)
    forks = multiprocessing.get_context("forkserver")  # imports once, forks for each life
    forks.set_forkserver_preload(["service_process"])
    for _ in range(kills):
        process = forks.Process(target=serve, args=(api.url, folder))
        await asyncio.to_thread(process.start)
        await asyncio.sleep(chance.expovariate(1 / MEAN_LIFE))
        process.kill()  # SIGKILL
        await asyncio.to_thread(process.join)
    await life.start()
    await life.settled(seconds=600)
    await asyncio.sleep(2)
    await life.stop()
    return found(life, api, kills, messages, time.monotonic() - started)


def found(life: Journey, api: BotApi, kills: int, messages: int, seconds: float) -> Result:
    with workspace(life.folder, life.brand) as space, space.database.read() as session:
        rows = session.exec(select(Message.digest)).all()
        return Result(
            kills,
            messages,
            len(rows),
            len(set(rows)),
            inbox.waiting(session, life.brand.slug),
            session.exec(select(func.count()).select_from(Alert)).one(),
            session.exec(select(func.count()).where(Outbox.kind == "alert")).one(),
            Counter(call.text.splitlines()[0] for call in api.sent(TEAM) if "Safety" in call.text),
            seconds,
        )


async def measured(kills: int, messages: int) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        async with bot_api() as api:
            return await burst(api, Path(folder), kills, messages)


if __name__ == "__main__":
    print(asyncio.run(measured(int(sys.argv[1]), int(sys.argv[2]))))
