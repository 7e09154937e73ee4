"""How WhatsApp's webhook stands forgeries, load and a killed process. Needs nothing but this machine.

    python -m bench.whatsapp forged [COUNT]         forged, replayed and unsigned deliveries, and the time they take
    python -m bench.whatsapp load [RATE SECONDS]    deliveries a second with the shipped model, kill -9 in the middle

`load` starts the real service in a process of its own, against a Graph API that answers everything, and delivers as
Meta does: what is not answered with 200 is delivered again. Half of the deliveries are reports, the others what people
say: in groups (most of them agreed, some did not) and, a few, questions in private.
"""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import multiprocessing
import random
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr
from sqlmodel import func, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.app import open_workspace
from bot.message import Chat, ChatKind, Platform
from bot.platforms.whatsapp.deliveries import FILE, SOURCE
from bot.platforms.whatsapp.webhook import LARGEST, signed
from bot.service import Listen, quieten, run_service
from config.brand import Brand, parse_brand
from config.settings import Settings
from storage import inbox
from storage.database import Database
from storage.tables import Chat as ChatRow
from storage.tables import ChatMode, ConsentState, Inbox, Message, Question, WhatsAppStatus

SECRET, PHONE, SHOWN = "bench-app-secret", "106540352242922", "15550783881"
GROUPS, MEMBERS, SILENT = 40, 6, 2
BRAND = """
brand: {name: Orvelle, languages: [fr, en], time_zone: Europe/Paris}
topics: [{id: quality, label: Quality}, {id: delivery, label: Delivery}]
faq: [{id: hours, lang: fr, question: "Quels sont vos horaires ?", answer: "De 9 h à 19 h.", source: shop}]
team: {language: en, channels: [{name: nobody, url: telegram}]}
digest: {daily: false, weekly: false}
"""
TALK = (
    "Bonjour à tous, bonne journée",
    "Ma commande n'est toujours pas arrivée, c'est pénible",
    "Quelqu'un a essayé la nouvelle bouilloire ?",
    "The new lamp is great, I love it",
    "Attention, la bouilloire m'a explosé dans les mains",
    "Merci pour le code promo !",
)


def signature(body: bytes, secret: str = SECRET) -> str:
    """What Meta puts into X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def change(**value: Any) -> bytes:
    """A delivery of one change."""
    metadata = {"display_phone_number": SHOWN, "phone_number_id": PHONE}
    inner = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    entry = {"id": "1", "changes": [{"field": "messages", "value": inner}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def traffic(count: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Deliveries with their kind: report, heard, silent or question."""
    chance = random.Random(seed)
    for number in range(count):
        kind = chance.choices(("report", "heard", "silent", "question"), (50, 34, 14, 2))[0]
        if kind == "report":
            status = {"id": f"wamid.out{number}", "status": "delivered", "timestamp": str(int(time.time()))}
            yield kind, change(statuses=[status | {"recipient_id": "1555"}])
            continue
        group = chance.randrange(GROUPS)
        who = chance.randrange(MEMBERS) if kind == "heard" else MEMBERS + chance.randrange(SILENT)
        text = "Quels sont vos horaires ?" if kind == "question" else f"{chance.choice(TALK)} {number % 97}"
        phone = f"1556{number:07}" if kind == "question" else phone_of(group, who)
        message: dict[str, Any] = {
            "from": phone,
            "id": f"wamid.{number}",
            "timestamp": str(int(time.time())),
            "type": "text",
        }
        message["text"] = {"body": text}
        if kind != "question":
            message["group_id"] = f"group{group}"
        contact = {"profile": {"name": "N."}, "wa_id": phone}
        yield kind, change(contacts=[contact], messages=[message])


def phone_of(group: int, who: int) -> str:
    """The number of a member."""
    return f"1555{group:03}{who:04}"


@contextlib.asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """Serve an application on a free port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def graph() -> Starlette:
    """A Graph API that answers everything."""
    numbers = itertools.count(1)

    async def answer(request: Request) -> JSONResponse:
        if request.method == "GET":
            return JSONResponse({"display_phone_number": SHOWN})
        return JSONResponse({"messages": [{"id": f"wamid.sent{next(numbers)}"}]})

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


def settings(folder: Path) -> Settings:
    """The settings of the service that is measured."""
    return Settings(
        home=folder,
        log_level="ERROR",
        whatsapp_token=SecretStr("t"),
        whatsapp_phone_id=PHONE,
        whatsapp_app_secret=SecretStr(SECRET),
        whatsapp_verify_token=SecretStr("v"),
    )


def brand() -> Brand:
    """The brand of the service that is measured."""
    return parse_brand(BRAND)


def serve(folder: Path, port: int, server: str) -> None:
    """Run the service until killed."""
    given = settings(folder)
    quieten(given)
    with open_workspace(given, brand(), given.database) as workspace:
        asyncio.run(run_service(workspace, given, asyncio.Event(), listen=Listen(port=port), graph=server))


def prepare(folder: Path) -> None:
    """Groups of eight, of whom six agreed."""
    given = settings(folder)
    with open_workspace(given, brand(), given.database) as space, space.database.transaction() as session:
        admission, now = space.pipeline.admission, datetime.now(UTC)
        for group in range(GROUPS):
            chat = Chat(f"group{group}", Platform.WHATSAPP, ChatKind.GROUP, f"Group {group}")
            row = admission.activate(session, chat, ChatMode.OPT_IN, now)
            for who in range(MEMBERS):
                person = space.identity.person(Platform.WHATSAPP, phone_of(group, who))
                admission.gate.record(session, person, row, ConsentState.GIVEN, "bench", now)


@dataclass
class Client:
    """Delivers over kept connections, a request at a time on each, and again what was not answered with 200."""

    port: int
    waits: list[tuple[float, float]] = field(default_factory=list)
    """When each delivery that was taken had been sent, and how long it took."""
    again: int = 0
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def deliver(self, body: bytes) -> None:
        """Deliver until it is taken."""
        while True:
            began = time.perf_counter()
            try:
                if await self.post(body, signature(body)) == 200:
                    self.waits.append((began, time.perf_counter() - began))
                    return
            except (OSError, asyncio.IncompleteReadError, ValueError):
                pass
            self.again += 1
            await asyncio.sleep(0.25)

    async def post(self, body: bytes, said: str | None, path: str = "/whatsapp") -> int:
        """Post once; returns the status."""
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
        try:
            header = f"X-Hub-Signature-256: {said}\r\n" if said is not None else ""
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{header}\r\n"
            writer.write(head.encode("utf-8", "replace") + body)
            await writer.drain()
            answer = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0"
            )
            await reader.readexactly(int(length.partition(b":")[2]))
        except BaseException:
            writer.close()
            raise
        self.idle.append((reader, writer))
        return int(answer.split(b" ", 2)[1])


async def up(port: int, after: float = 0.0) -> float:
    """Wait until the service answers, but for some seconds first; returns when that was."""
    await asyncio.sleep(after)
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return time.perf_counter()
        await asyncio.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is left: deliveries, updates, and how many were kept aside."""

    front: int
    updates: int
    aside: int


def waiting(folder: Path) -> Waiting:
    """How long the line is."""
    given, slug = settings(folder), brand().slug
    with Database(folder / FILE) as front, front.read() as session:
        deliveries = inbox.waiting(session, slug, SOURCE)
    with Database(given.database) as main, main.read() as session:
        return Waiting(deliveries, inbox.waiting(session, slug), len(inbox.kept_aside(session, slug)))


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
        dropped = session.exec(select(func.sum(ChatRow.dropped))).one()
        reports = session.exec(select(func.count()).where(WhatsAppStatus.ref != "")).one()
        questions = session.exec(select(func.count()).select_from(Question)).one()
        aside = len(inbox.kept_aside(session, slug))
        rows = session.exec(select(func.count()).select_from(Inbox)).one()
    print(f"heard {messages} of {sent['heard']}, turned away {dropped} of {sent['silent']}")
    print(f"reports {reports} of at least {sent['report']}, questions answered {questions} of {sent['question']}")
    print(f"kept aside {aside}, keys remembered {rows}")
    print(f"delivered after {times.delivered:.1f} s, drained after {times.drained:.1f} s")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


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
    command, *numbers = [*sys.argv[1:], "load"][: len(sys.argv) or 1] or ["load"]
    with tempfile.TemporaryDirectory() as folder:
        if command == "forged":
            asyncio.run(forged(int(numbers[0]) if numbers else 10_000, Path(folder)))
        else:
            rate, seconds = (int(numbers[0]), int(numbers[1])) if len(numbers) > 1 else (200, 60)
            asyncio.run(load(rate, seconds, Path(folder)))


if __name__ == "__main__":
    main()
