"""Whatever is delivered is stored before its 200, and has its effect or is kept aside with a reason."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from graph_api import PHONE, SECRET, VERIFY, change, signature
from hypothesis import HealthCheck, given, settings
from sqlmodel import col, delete, func, select
from telegram_world import workspace
from whatsapp_mutations import DELIVERIES, mutated
from whatsapp_world import BRAND

from alerts.channels.graph import GraphApi
from bot.app import Workspace
from bot.platforms.whatsapp.context import NAME, Context, Number
from bot.platforms.whatsapp.deliveries import SOURCE, Deliveries, open_deliveries
from bot.platforms.whatsapp.handlers import Handlers
from bot.platforms.whatsapp.reading import read
from bot.platforms.whatsapp.webhook import PATH, webhook_routes
from bot.platforms.whatsapp.worker import Worker
from bot.web.app import web_app
from config.brand import parse_brand
from storage import inbox
from storage.errors import StorageError
from storage.tables import Inbox, Message


class Station:
    """The webhook and the worker of a brand, in one process, with nothing sent."""

    def __init__(self, space: Workspace, context: Context, deliveries: Deliveries) -> None:
        self.space, self.context, self.deliveries = space, context, deliveries
        self.worker = Worker(context, deliveries, Handlers(context))
        routes = webhook_routes(self.store, SECRET, VERIFY)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(web_app(routes, space.database.check)), base_url="http://station"
        )

    async def store(self, body: bytes) -> None:
        await self.deliveries.store(body, self.context.clock())

    async def deliver(self, delivery: Any) -> None:
        body = json.dumps(delivery).encode()
        answer = await self.http.post(PATH, content=body, headers={"X-Hub-Signature-256": signature(body)})
        assert answer.status_code == 200

    def aside(self) -> list[Inbox]:
        with self.space.database.read() as session:
            return list(inbox.kept_aside(session, self.space.brand.slug))

    def rows(self) -> int:
        with self.space.database.read() as session:
            return int(session.exec(select(func.count()).select_from(Inbox)).one())

    def waiting(self) -> int:
        with self.space.database.read() as session:
            return self.deliveries.waiting() + inbox.waiting(session, self.space.brand.slug)


@asynccontextmanager
async def station(folder: Path) -> AsyncIterator[Station]:
    async with GraphApi("token", PHONE, "http://127.0.0.1:9") as graph:
        with workspace(folder, parse_brand(BRAND)) as space, _front(space) as deliveries:
            context = Context(space, graph, Number(PHONE, "15550783881"), turn=asyncio.Lock())
            with space.database.transaction() as session:
                context.put_private_chat(session, context.clock())
            made = Station(space, context, deliveries)
            async with made.http:
                yield made


def _front(space: Workspace) -> AbstractContextManager[Deliveries]:
    return open_deliveries(space.database, space.vault, space.brand.slug)


def unique(delivery: dict[str, Any], name: str) -> dict[str, Any]:
    """The delivery with an id of its own: Meta's examples share one."""
    delivery = copy.deepcopy(delivery)
    for entry in delivery["entry"]:
        for one in entry["changes"]:
            for message in one["value"].get("messages", ()):
                message["id"] = f"wamid.{name}"
    return delivery


async def test_every_example_is_stored_and_has_its_effect_or_a_reason(tmp_path: Path) -> None:
    async with station(tmp_path) as it:
        events = 0
        for name, delivery in DELIVERIES.items():
            own = unique(delivery, name)
            before = it.deliveries.waiting()
            await it.deliver(own)
            assert it.deliveries.waiting() == before + 1
            events += sum(piece.event is not None for piece in read(json.dumps(own).encode()))
        await it.worker.drain()
        assert it.waiting() == 0
        aside = it.aside()
        assert sorted(one.fault or "" for one in aside) == [
            "messages: no interactive",
            "messages: unknown reply call_permission_reply",
            "messages: unknown reply call_permission_reply",
            "messages: unknown reply nfm_reply",
            "messages: unknown reply nfm_reply",
        ]
        assert it.rows() == len(aside) + len(read_keys())
        with it.space.database.transaction() as session:  # a newer Earshot may read them: they go through once more
            assert inbox.retry(session, it.space.brand.slug) == 5
        await it.worker.drain()
        assert len(it.aside()) == 5
        assert events >= len(read_keys())


def read_keys() -> set[tuple[str, ...]]:
    """The keys of all events in the examples; some examples of statuses are the same event."""
    return {
        piece.key
        for name, delivery in DELIVERIES.items()
        for piece in read(json.dumps(unique(delivery, name)).encode())
        if piece.event is not None
    }


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_mutated_deliveries_are_never_lost(shared: Path, delivery: Any) -> None:
    async def through() -> None:
        async with station(shared) as it:
            with it.space.database.transaction() as session:
                session.exec(delete(Inbox).where(col(Inbox.id) > 0))
            await it.deliver(delivery)
            pieces = read(json.dumps(delivery).encode())
            await it.worker.drain()
            assert it.waiting() == 0
            events = {piece.key for piece in pieces if piece.event is not None}
            reasons = {(piece.key, piece.reason) for piece in pieces if piece.aside}
            assert {one.fault for one in it.aside()} == {reason for _, reason in reasons}
            assert it.rows() == len(events) + len({key for key, _ in reasons})

    asyncio.run(through())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("station")


async def test_a_thousand_messages_in_one_delivery(tmp_path: Path) -> None:
    async with station(tmp_path) as it:
        messages = [
            {"from": f"1555{n % 50:07}", "id": f"wamid.{n}", "timestamp": "1764000000", "type": "text", "group_id": "G"}
            | {"text": {"body": "x" * 2048}}
            for n in range(1000)
        ]
        await it.deliver(change("messages", messages=messages))
        await it.worker.drain()
        assert (it.waiting(), it.rows(), it.aside()) == (0, 1000, [])
        await it.deliver(change("messages", messages=messages))
        await it.worker.drain()
        assert (it.waiting(), it.rows()) == (0, 1000)
        with it.space.database.read() as session:
            assert session.exec(select(func.count()).select_from(Message)).one() == 0


async def test_what_cannot_be_stored_is_not_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(tmp_path) as it:

        def full(*_: Any) -> None:
            raise StorageError("the disk is full")

        body = json.dumps(change("messages", messages=[])).encode()
        headers = {"X-Hub-Signature-256": signature(body)}
        with monkeypatch.context() as patched:
            patched.setattr(it.deliveries, "_put", full)
            answers = await asyncio.gather(*(it.http.post(PATH, content=body, headers=headers) for _ in range(5)))
            assert [one.status_code for one in answers] == [503] * 5
        assert (await it.http.post(PATH, content=body, headers=headers)).status_code == 200


async def test_a_handler_that_fails_stops_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(tmp_path) as it:

        async def broken(*_: Any) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patched:
            patched.setattr(Handlers, "_said", broken)
            await it.deliver(unique(DELIVERIES["meta Text Message"], "1"))
            await it.deliver(DELIVERIES["meta System Message"])
            await it.worker.drain()
        assert [one.fault for one in it.aside()] == ["ZeroDivisionError"]
        with it.space.database.transaction() as session:
            inbox.retry(session, it.space.brand.slug)
        await it.worker.drain()
        assert (it.aside(), it.waiting()) == ([], 0)


def test_sources_are_told_apart() -> None:
    assert NAME != SOURCE
