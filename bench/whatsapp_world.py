"""What the WhatsApp benchmark is made of: a Graph API that answers everything, the real service in a process of its
own, and a client that delivers as Meta does."""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import os
import random
import socket
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.app import open_workspace
from bot.message import Chat, ChatKind, Platform
from bot.platforms.whatsapp.deliveries import FILE, SOURCE
from bot.service import Listen, quieten, run_service
from config.brand import Brand, parse_brand
from config.settings import Settings
from storage import inbox
from storage.database import Database
from storage.tables import ChatMode, ConsentState

SECRET, PHONE, SHOWN = "bench-app-secret", "106540352242922", "15550783881"
GROUPS, MEMBERS, SILENT = 40, 6, 2
LONGEST_PAUSE = 4.0
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
    prefer(0)
    given = settings(folder)
    quieten(given)
    with open_workspace(given, brand(), given.database) as workspace:
        asyncio.run(run_service(workspace, given, asyncio.Event(), listen=Listen(port=port), graph=server))


def prefer(priority: int) -> None:
    """Have this process run before others where that is allowed: a client that waits for itself measures itself."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, priority)


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
        """Deliver until it is taken, after longer and longer pauses."""
        for tries in itertools.count():
            began = time.perf_counter()
            try:
                if await self.post(body, signature(body)) == 200:
                    self.waits.append((began, time.perf_counter() - began))
                    return
            except (OSError, asyncio.IncompleteReadError, ValueError):
                pass
            self.again += 1
            await asyncio.sleep(min(0.25 * 2**tries, LONGEST_PAUSE))

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


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
