"""A brand on WhatsApp with all parts real but the model, and people who write to it."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from graph_api import PHONE, SECRET, TOKEN, VERIFY, Graph, change, deliver
from sqlmodel import Session, select
from telegram_world import workspace

from bot.app import Workspace
from bot.platforms.whatsapp.context import NAME
from bot.platforms.whatsapp.deliveries import FILE, SOURCE
from bot.service import Listen, run_service
from config.brand import parse_brand
from config.settings import Settings
from storage import inbox
from storage.database import Database
from storage.tables import Chat

BRAND = """
brand: {name: Orvelle, languages: [fr, en], time_zone: Europe/Paris}
topics: [{id: quality, label: Quality}]
faq:
  - {id: hours, lang: fr, question: "Quels sont vos horaires ?", answer: "Tous les jours de 9 h à 19 h.", source: shop}
facts:
  - id: kettle
    statement: No Orvelle kettle has been recalled.
    evidence_url: https://orvelle.example/safety
    reply: {fr: "Aucune bouilloire Orvelle n'est rappelée.", en: "No Orvelle kettle is recalled."}
    verified_on: 2026-01-05
team: {language: en, channels: [{name: team, url: telegram}]}
alerts: {group_wait: 0s}
privacy: {contact: dpo@orvelle.example}
digest: {daily: false, weekly: false}
"""
T = TypeVar("T")


class WhatsAppJourney:
    """People who use WhatsApp, and the service that listens; `start` and `stop` it at will."""

    def __init__(self, graph: Graph, folder: Path, port: int, text: str = BRAND, model: Any = None) -> None:
        self.graph, self.folder, self.brand = graph, folder, parse_brand(text)
        self.url = f"http://127.0.0.1:{port}/whatsapp"
        self._port, self._ids, self._model = port, itertools.count(1), model
        self._stop: asyncio.Event | None = None
        self._service: asyncio.Task[None] | None = None
        self._open: contextlib.ExitStack | None = None
        self.space: Workspace

    async def start(self, **more: Any) -> None:
        self._open = contextlib.ExitStack()
        self.space = self._open.enter_context(workspace(self.folder, self.brand, model=self._model))
        self._stop = asyncio.Event()
        given: dict[str, Any] = {
            "whatsapp_token": TOKEN,
            "whatsapp_phone_id": PHONE,
            "whatsapp_app_secret": SECRET,
            "whatsapp_verify_token": VERIFY,
        }
        servers = {key: more.pop(key) for key in ("server",) if key in more}
        settings = Settings(home=self.folder, **given | more)
        self._service = asyncio.create_task(
            run_service(
                self.space, settings, self._stop, listen=Listen(port=self._port), graph=self.graph.url, **servers
            )
        )
        await self.healthy()

    async def healthy(self) -> None:
        """Wait until the web application serves."""
        assert self._service is not None
        async with httpx.AsyncClient() as http:
            for _ in range(500):
                if self._service.done():
                    self._service.result()
                try:
                    if (await http.get(self.url.replace("/whatsapp", "/health"))).status_code == 200:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
        raise AssertionError("the service does not serve")

    async def stop(self) -> None:
        assert self._stop is not None
        assert self._service is not None
        assert self._open is not None
        self._stop.set()
        try:
            await self._service
        finally:
            self._open.close()

    def ask(self, question: Callable[[Session], T]) -> T:
        with self.space.database.read() as session:
            return question(session)

    def message(self, who: str, **content: Any) -> dict[str, Any]:
        id_ = content.pop("id", f"wamid.in{next(self._ids)}")
        content.setdefault("type", "text")
        return {"from": who, "id": id_, "timestamp": str(int(time.time())), **content}

    async def say(self, who: str, text: str, *, group: str | None = None, user_id: str = "", **more: Any) -> str:
        message = self.message(who, text={"body": text}, **more) | ({"group_id": group} if group else {})
        await self.deliver(message, user_id)
        return str(message["id"])

    async def deliver(self, message: dict[str, Any], user_id: str = "") -> None:
        contact: dict[str, Any] = {"profile": {"name": "Unmistakable Name"}, "wa_id": message["from"]}
        if user_id:
            contact["user_id"] = user_id
        assert await deliver(self.url, change("messages", contacts=[contact], messages=[message])) == 200

    async def press(self, who: str, data: str, title: str = "pressed") -> None:
        reply = {"type": "button_reply", "button_reply": {"id": data, "title": title}}
        await self.deliver(self.message(who, type="interactive", interactive=reply))

    async def reported(self, wamid: str, status: str, code: int | None = None) -> None:
        report: dict[str, Any] = {
            "id": wamid,
            "status": status,
            "timestamp": str(int(time.time())),
            "recipient_id": "0",
        }
        if code is not None:
            report["errors"] = [{"code": code, "title": "of Meta"}]
        assert await deliver(self.url, change("messages", statuses=[report])) == 200

    async def group_made(self, group: str, request: str, title: str = "Ambassadors") -> None:
        made = {
            "timestamp": str(int(time.time())),
            "group_id": group,
            "type": "group_create",
            "request_id": request,
            "subject": title,
        }
        assert await deliver(self.url, change("group_lifecycle_update", groups=[made])) == 200

    async def sent(self, to: str, containing: str, number: int = 1) -> Any:
        """What was sent to somebody with these words, the n-th time."""
        return await self.graph.until(lambda: (self.graph.sent(to, containing) + [None] * number)[number - 1])

    async def settled(self, seconds: float = 30.0) -> None:
        """Wait until nothing waits in the inbox or before it."""
        front = Database(self.folder / FILE)

        def done() -> bool:
            with front.read() as waiting, self.space.database.read() as session:
                slug = self.brand.slug
                return not inbox.waiting(waiting, slug, SOURCE) and not inbox.waiting(session, slug, NAME)

        try:
            await self.graph.until(done, seconds)
        finally:
            front.close()

    def chats(self) -> list[Chat]:
        return self.ask(lambda session: list(session.exec(select(Chat).order_by("id")).all()))

    def bytes_hold(self, *words: str) -> bool:
        """Whether any file of the brand holds any of the words."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        content = b"".join(path.read_bytes() for path in files)
        return any(word.encode() in content for word in words)


@asynccontextmanager
async def whatsapp_journey(
    graph: Graph, folder: Path, port: int, text: str = BRAND, model: Any = None, **given: Any
) -> AsyncIterator[WhatsAppJourney]:
    made = WhatsAppJourney(graph, folder, port, text, model)
    await made.start(**given)
    try:
        yield made
    finally:
        await made.stop()
