"""How WhatsApp's webhook stands forgeries, load and a killed process. Needs nothing but this machine.

    python -m bench.whatsapp forged [COUNT]         forged, replayed and unsigned deliveries, and the time they take
    python -m bench.whatsapp load [RATE SECONDS]    deliveries a second with the shipped model, kill -9 in the middle

`load` starts the real service in a process of its own, against a Graph API that answers everything, and delivers as
Meta does: what is not answered with 200 is delivered again. Half of the deliveries are reports, the others what people
say: in groups (most of them agreed, some did not) and, a few, questions in private.
"""

import asyncio
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import func, select

from bench.whatsapp_world import (
    SECRET,
    Client,
    Waiting,
    brand,
    change,
    free_port,
    graph,
    prefer,
    prepare,
    serve,
    served,
    settings,
    signature,
    traffic,
    up,
    waiting,
)
from bot.platforms.whatsapp.webhook import LARGEST, signed
from storage import inbox
from storage.database import Database
from storage.tables import Chat, Inbox, Message, Question, WhatsAppStatus


async def load(rate: int, seconds: int, folder: Path) -> None:
    """Deliver at a rate, kill the service half-way, and count what is there in the end."""
    prepare(folder)
    forks = multiprocessing.get_context("spawn")
    sent: Counter[str] = Counter()
    async with served(graph()) as server:
        port = free_port()

        def started() -> Any:
            process = forks.Process(target=serve, args=(folder, port, server))
            process.start()
            return process

        process, client = started(), Client(port)
        await up(port)
        tasks, began, killed = set[asyncio.Task[None]](), time.perf_counter(), False
        for number, (kind, body) in enumerate(traffic(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            sent[kind] += 1
            task = asyncio.create_task(client.deliver(body))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            if not killed and number >= rate * seconds // 2:
                killed, down = True, time.perf_counter()
                process.kill()
                client.idle.clear()
                process = await asyncio.to_thread(started)
                revived = asyncio.create_task(up(port, after=1.0))  # what was killed listens a moment longer
        revived_at = await revived
        await asyncio.gather(*tasks)
        delivered = time.perf_counter() - began
        while (left := waiting(folder)) != Waiting(0, 0, left.aside):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
        drained = time.perf_counter() - began
        process.kill()
    report(folder, client, sent, Times(began, down, revived_at, delivered, drained))


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: start, kill and new life on the clock, and after the start what it took to deliver and to drain."""

    began: float
    killed: float
    revived: float
    delivered: float
    drained: float


RECOVERY = 5.0
"""Seconds after its new start in which the service takes what was delivered meanwhile, all at once."""


def report(folder: Path, client: Client, sent: Counter[str], times: Times) -> None:
    """Print what came of it."""
    after = times.killed - times.began
    print(f"{sum(sent.values())} deliveries: {dict(sent)}; kill -9 after {after:.1f} s, {client.again} refused")
    print(f"serving again {times.revived - times.killed:.1f} s after the kill")
    calm = [wait for at, wait in client.waits if not times.killed - 0.1 < at < times.revived + RECOVERY]
    for name, waits in (("calm", calm), ("all, restart included", [wait for _, wait in client.waits])):
        cuts = [1000 * cut for cut in statistics.quantiles(waits, n=1000)]
        print(f"answer of the 200, {name}: p50 {cuts[499]:.1f}, p99 {cuts[989]:.1f}, p99.9 {cuts[998]:.1f} ms")
    given, slug = settings(folder), brand().slug
    with Database(given.database) as database, database.read() as session:
        messages = session.exec(select(func.count()).select_from(Message)).one()
        dropped = session.exec(select(func.sum(Chat.dropped))).one()
        reports = session.exec(select(func.count()).where(WhatsAppStatus.ref != "")).one()
        questions = session.exec(select(func.count()).select_from(Question)).one()
        aside = len(inbox.kept_aside(session, slug))
        rows = session.exec(select(func.count()).select_from(Inbox)).one()
    print(f"heard {messages} of {sent['heard']}, turned away {dropped} of {sent['silent']}")
    print(f"reports {reports} of at least {sent['report']}, questions answered {questions} of {sent['question']}")
    print(f"kept aside {aside}, keys remembered {rows}")
    print(f"delivered after {times.delivered:.1f} s, drained after {times.drained:.1f} s")


async def forged(count: int, folder: Path) -> None:
    """Try forgeries over HTTP, and compare the time that wrong signatures take."""
    prepare(folder)
    async with served(graph()) as server:
        port = free_port()
        process = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, port, server))
        process.start()
        await up(port)
        client, chance, statuses = Client(port), random.Random(2), Counter[int]()
        real = [body for _, body in traffic(50, seed=3)]
        for number in range(count):
            body = chance.choice(real)
            right = signature(body)
            said = [
                None,
                "",
                "sha256=" + "0" * 64,
                signature(body, "another secret"),
                signature(chance.choice([one for one in real if one != body])),  # somebody else's, replayed
                right[:-1] + ("0" if right[-1] != "0" else "1"),
                right.replace("sha256", "sha1"),
                right.removeprefix("sha256="),
            ][number % 8]
            statuses[await client.post(body if number % 16 < 8 else body + b" ", said)] += 1
        statuses[await client.post(b"x" * (LARGEST + 1), signature(b""))] += 1
        left = waiting(folder)
        process.kill()
    print(f"{count} forged, replayed and unsigned: answers {dict(statuses)}; stored {left.front + left.updates}")
    compare()


def compare(rounds: int = 40_000) -> None:
    """Whether the time of a check tells how much of a signature was right."""
    body = change(messages=[{"id": "1"}])
    right = signature(body)
    kinds = {
        "first byte wrong": "x" + right[1:],
        "last byte wrong": right[:-1] + "x",
        "all wrong": "x" * len(right),
        "first byte wrong, again": "x" + right[1:],
    }
    times: dict[str, list[int]] = {kind: [] for kind in kinds}
    order = list(kinds)
    for _ in range(rounds):
        random.shuffle(order)
        for kind in order:
            began = time.perf_counter_ns()
            signed(body, SECRET, kinds[kind])
            times[kind].append(time.perf_counter_ns() - began)
    for kind, taken in times.items():
        cuts = statistics.quantiles(taken, n=100)
        print(f"{kind}: median {cuts[49]:.0f} ns, quartiles {cuts[24]:.0f}-{cuts[74]:.0f} ns, p99 {cuts[98]:.0f} ns")


def main() -> None:
    """Run what the command line names."""
    prefer(-10)
    command, *numbers = [*sys.argv[1:], "load"][: len(sys.argv) or 1] or ["load"]
    with tempfile.TemporaryDirectory() as folder:
        if command == "forged":
            asyncio.run(forged(int(numbers[0]) if numbers else 10_000, Path(folder)))
        else:
            rate, seconds = (int(numbers[0]), int(numbers[1])) if len(numbers) > 1 else (200, 60)
            asyncio.run(load(rate, seconds, Path(folder)))


if __name__ == "__main__":
    main()
