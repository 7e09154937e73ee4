"""Killed at random moments of a burst: everything that was answered with 200 has had its effect, once."""

import asyncio
import itertools
import json
import multiprocessing
import random
import time
from collections import Counter
from pathlib import Path

import httpx
from graph_api import Graph, change, deliver
from sqlmodel import func, select
from telegram_world import VAULT, workspace
from whatsapp_process import serve
from whatsapp_world import WhatsAppJourney

from bot.platforms.whatsapp.deliveries import open_deliveries
from bot.platforms.whatsapp.groups import REQUESTS
from storage import inbox
from storage.tables import Chat, Message, Outbox, Setting, WhatsAppStatus

GROUP, KILLS, SAID = "Y2FwaV9ncm91cDox", 4, 240
AGREED = [f"1555000200{number}" for number in range(6)]
SILENT = "15550002888"


async def test_nothing_is_lost_or_doubled(graph: Graph, tmp_path: Path, unused_port: int) -> None:
    chance, life = random.Random(3), WhatsAppJourney(graph, tmp_path, unused_port)
    await life.start()
    with life.space.database.transaction() as session:
        session.merge(Setting(brand=life.brand.slug, name=REQUESTS, value=["request1"]))
    await life.group_made(GROUP, "request1")
    for who in AGREED:
        await life.say(who, "je participe", group=GROUP)
    await life.settled()
    await life.stop()
    forks = multiprocessing.get_context("forkserver")  # imports once, forks for each life
    forks.set_forkserver_preload(["whatsapp_process"])
    ended, sent = asyncio.Event(), asyncio.create_task(burst(life, chance))

    async def killing() -> None:
        for left in range(KILLS, -1, -1):
            process = forks.Process(target=serve, args=(graph.url, tmp_path, unused_port))
            await asyncio.to_thread(process.start)
            if left:
                await asyncio.sleep(1.0 + chance.expovariate(1.0))
            else:
                await ended.wait()
            process.kill()  # SIGKILL
            await asyncio.to_thread(process.join)

    killer = asyncio.create_task(killing())
    kinds = await sent
    with workspace(tmp_path, life.brand) as space, open_deliveries(space.database, VAULT, life.brand.slug) as front:

        def done() -> bool:
            with space.database.read() as session:
                return not front.waiting() and not inbox.waiting(session, life.brand.slug)

        await graph.until(done, 60)
        ended.set()
        await killer
        with space.database.read() as session:
            assert session.exec(select(func.count()).select_from(Message)).one() == kinds["heard"]
            assert len(set(session.exec(select(Message.digest)).all())) == kinds["heard"]
            assert session.exec(select(Chat.dropped).where(Chat.kind == "group")).one() == kinds["silent"]
            assert session.exec(select(func.count()).select_from(WhatsAppStatus)).one() == kinds["report"]
            asked = session.exec(select(func.count()).where(Outbox.dedupe.endswith(":word"))).one()  # type: ignore[attr-defined]
            assert asked == len(AGREED) + kinds["word"]
            assert not inbox.kept_aside(session, life.brand.slug)
    assert kinds.total() == SAID


async def burst(life: WhatsAppJourney, chance: random.Random) -> Counter[str]:
    """Deliver as Meta does: again, until it is answered with 200, and some of it twice. What was delivered, by kind."""
    kinds, numbers = Counter[str](), itertools.count()
    async with httpx.AsyncClient(timeout=5) as http:
        for _ in range(SAID):
            kind, number = chance.choices(("heard", "silent", "report", "word"), (60, 20, 18, 2))[0], next(numbers)
            kinds[kind] += 1
            body = json.dumps(delivery(kind, number, chance)).encode()
            for _ in range(2 if chance.random() < 0.1 else 1):
                while True:
                    try:
                        if await deliver(life.url, body, http) == 200:
                            break
                    except httpx.TransportError:
                        pass
                    await asyncio.sleep(0.1)
            await asyncio.sleep(0.01)
    return kinds


def delivery(kind: str, number: int, chance: random.Random) -> dict[str, object]:
    now = str(int(time.time()))
    if kind == "report":
        return change("messages", statuses=[{"id": f"wamid.o{number}", "status": "read", "timestamp": now}])
    who = f"1556000{number:04}" if kind == "word" else SILENT if kind == "silent" else chance.choice(AGREED)
    text = "STOP" if kind == "word" else f"small talk {number}"
    message = {"from": who, "id": f"wamid.k{number}", "timestamp": now, "type": "text", "text": {"body": text}}
    return change("messages", messages=[message | ({} if kind == "word" else {"group_id": GROUP})])
