"""`earshot forget` drops what a person said on WhatsApp that still waits, and nothing of anybody else's."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select
from typer.testing import CliRunner
from whatsapp_mutations import DELIVERIES

from alerts.channels.graph import GraphApi
from bot.__main__ import app
from bot.app import Workspace, open_workspace
from bot.platforms.waiting import without
from bot.platforms.whatsapp.context import Context, Number
from bot.platforms.whatsapp.deliveries import FILE, open_deliveries
from bot.platforms.whatsapp.events import Person
from bot.platforms.whatsapp.handlers import Handlers
from bot.platforms.whatsapp.worker import Worker
from config.brand import Brand, load_brand
from config.settings import Settings
from storage import whatsapp
from storage.database import Database
from storage.tables import Inbox

ANNA, BSUID, BELA = "15550001001", "FR.1001", "15550001002"
BRAND = "brand: {name: Orvelle, languages: [fr, en]}\ntopics: [{id: quality, label: Quality}]\n"


def message(who: str, text: str, user_id: str = "") -> dict[str, Any]:
    raw = {"id": f"wamid.{text}", "timestamp": "1764000000", "type": "text", "text": {"body": text}}
    return raw | ({"from": who} if who else {}) | ({"from_user_id": user_id} if user_id else {})


def delivery(*messages: dict[str, Any], **parts: Any) -> bytes:
    contacts = [
        {"profile": {"name": "N."}}
        | {here: one[there] for here, there in (("wa_id", "from"), ("user_id", "from_user_id")) if there in one}
        for one in messages
    ]
    value = {"messaging_product": "whatsapp", "contacts": contacts, "messages": list(messages), **parts}
    return json.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).encode()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EARSHOT_HOME", str(tmp_path))
    monkeypatch.setenv("EARSHOT_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    monkeypatch.setenv("EARSHOT_IDENTITY_KEY", base64.b64encode(bytes(range(1, 33))).decode())
    (tmp_path / "brand.yaml").write_text(BRAND, "utf-8")
    return tmp_path


def loaded(home: Path) -> Brand:
    return load_brand(home / "brand.yaml")


async def stored(space: Workspace, *bodies: bytes, split: bool) -> None:
    """Have deliveries wait as they came, or taken apart into the inbox."""
    async with GraphApi("token", "1", transport=httpx.MockTransport(lambda request: httpx.Response(500))) as graph:
        context = Context(space, graph, Number("106540352242922"))
        with open_deliveries(space.database, space.vault, space.brand.slug) as deliveries:
            for body in bodies:
                await deliveries.store(body, datetime.now(UTC))
            if split:
                await Worker(context, deliveries, Handlers(context))._prepare()


def waiting(space: Workspace) -> list[tuple[bytes, bytes]]:
    """What waits, in the inbox and before it: sealed, and opened."""
    assert space.database.path is not None
    rows: list[bytes] = []
    with Database(space.database.path.with_name(FILE)) as front, front.read() as before:
        rows += [row.payload or b"" for row in before.exec(select(Inbox)).all()]
    with space.database.read() as session:
        rows += [row.payload or b"" for row in session.exec(select(Inbox)).all()]
    return [(row, space.vault.open(row, "inbox.payload")) for row in rows]


def test_what_waits_goes_at_once(home: Path) -> None:
    settings = Settings()
    assert isinstance(settings.database, Path)
    with open_workspace(settings, loaded(home), settings.database) as space:
        identity = space.identity
        with space.database.transaction() as session:  # known by their id as well
            known, other = identity.person("whatsapp", ANNA), identity.person("whatsapp", BSUID)
            whatsapp.link(session, space.vault, space.brand.slug, other, known, ANNA)
        split = [delivery(message(ANNA, "first")), delivery(message(BELA, "second"))]
        whole = [
            delivery(message(ANNA, "third")),
            delivery(message(BELA, "fourth"), message("", "fifth", BSUID), message(ANNA, "sixth", BSUID)),
        ]
        asyncio.run(stored(space, *split, split=True))
        asyncio.run(stored(space, *whole, split=False))
        before = waiting(space)
        assert sum(any(word in opened for word in (ANNA.encode(), BSUID.encode())) for _, opened in before) == 3
    shown = CliRunner().invoke(
        app, ["forget", "--platform", "whatsapp", "--id", ANNA, "--brand", str(home / "brand.yaml")]
    )
    assert "3 waiting updates" in shown.output.replace("\n", " ")
    with open_workspace(settings, loaded(home), settings.database) as space:
        left = [opened for _, opened in waiting(space)]
    assert sorted(word for word in ("second", "fourth") if any(word.encode() in one for one in left)) == [
        "fourth",
        "second",
    ]
    assert len(left) == 2
    assert not [one for one in left if ANNA.encode() in one or BSUID.encode() in one]
    files = b"".join(path.read_bytes() for path in home.rglob("*.db*"))
    gone = [sealed for sealed, opened in before if ANNA.encode() in opened]
    assert len(gone) == 3
    assert not [sealed for sealed in gone if sealed in files]


def anna(person: Person) -> bool:
    return person.phone == ANNA or person.bsuid == BSUID


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (delivery(message(BELA, "a")), delivery(message(BELA, "a"))),
        (delivery(message(ANNA, "a")), b""),
        (delivery(message("", "a", BSUID)), b""),
        (b"no delivery", b"no delivery"),
        (b"[]", b"[]"),
        (b'{"entry": [{"changes": [3, {"value": null}]}]}', b'{"entry": [{"changes": [3, {"value": null}]}]}'),
    ],
)
def test_what_is_left_of_a_delivery(body: bytes, left: bytes) -> None:
    assert without(body, anna) == left


def test_reports_of_what_was_sent_to_them_go_too() -> None:
    statuses = [{"id": f"wamid.{who}", "status": "read", "recipient_id": who} for who in (ANNA, BELA)]
    left = without(delivery(statuses=statuses), anna)
    assert ANNA.encode() not in left
    assert BELA.encode() in left
    assert without(delivery(statuses=statuses[:1]), anna) == b""


@given(st.sampled_from(list(DELIVERIES.values())))
def test_whoever_is_nobody_of_it_leaves_it_as_it_is(given: dict[str, Any]) -> None:
    body = json.dumps(given).encode()
    assert without(body, lambda person: False) is body
    for entry in json.loads(without(body, lambda person: True) or b'{"entry": []}')["entry"]:
        assert not [one for one in entry["changes"] if isinstance(one["value"], dict) and one["value"].get("messages")]
