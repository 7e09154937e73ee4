"""Killing the service at random moments of a burst, and what is left to say of it.

python tests/journeys/kills.py KILLS MESSAGES        (100 and 5000 take some ten minutes)
"""

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bot_api import BotApi, bot_api
from sqlmodel import func, select
from telegram_world import GROUP, TEAM, Journey, brand, workspace

from storage import inbox
from storage.tables import Alert, Message, Outbox

PROGRAM = Path(__file__).with_name("service_process.py")
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
    for _ in range(kills):
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(PROGRAM), api.url, str(folder), stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        assert process.stdout is not None
        await process.stdout.readline()
        await asyncio.sleep(chance.expovariate(1 / 0.8))
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await life.start()
    await life.settled()
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
