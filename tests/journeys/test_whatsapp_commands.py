"""`earshot whatsapp` beside a running service."""

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graph_api import PHONE, SECRET, TOKEN, VERIFY, Graph, change, deliver
from telegram_world import KEY
from whatsapp_world import BRAND, WhatsAppJourney

from bot.cli import whatsapp as commands
from config.errors import EarshotError
from storage.tables import ChatState

GROUP = "Y2FwaV9ncm91cDox"
ANNA = "15550001001"


@pytest.fixture
def file(whatsapp: WhatsAppJourney, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    brand = tmp_path / "brand.yaml"
    brand.write_text(BRAND, "utf-8")
    given = {
        "EARSHOT_HOME": str(whatsapp.folder),
        "EARSHOT_VAULT_KEY": base64.b64encode(bytes(range(32))).decode(),
        "EARSHOT_IDENTITY_KEY": base64.b64encode(KEY).decode(),
        "WHATSAPP_TOKEN": TOKEN,
        "WHATSAPP_PHONE_ID": PHONE,
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_VERIFY_TOKEN": VERIFY,
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(commands, "SERVER", graph.url)
    return brand


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    async def running(command: Callable[..., None], *given: Any, **more: Any) -> str:
        capsys.readouterr()
        await asyncio.to_thread(command, *given, **more)
        return capsys.readouterr().out

    return running


async def test_a_group_from_its_making_to_its_end(
    whatsapp: WhatsAppJourney, graph: Graph, file: Path, run: Callable[..., Any]
) -> None:
    assert "No group yet" in await run(commands.list_groups, brand=file)
    await run(commands.create, "Ambassadors", brand=file, approval=True)
    asked = graph.asked[-1].body
    assert (asked["subject"], asked["join_approval_mode"]) == ("Ambassadors", "approval_required")
    assert "JE PARTICIPE" in asked["description"]
    await whatsapp.group_made(GROUP, "request1")
    await whatsapp.settled()
    (number,) = [chat.id for chat in whatsapp.chats() if chat.kind == "group"]
    await whatsapp.say(ANNA, "je participe", group=GROUP)
    await whatsapp.sent(GROUP, "Merci")
    listed = await run(commands.list_groups, brand=file)
    assert listed.strip() == f"{number}  active  Ambassadors  (1 agreed, 0 messages turned away unread)"
    assert "https://chat.whatsapp.com/INVITED" in await run(commands.invite, number, brand=file)
    graph.join_requests = ["a", "b"]
    assert "1970-01-01 00:00" in await run(commands.requests, number, brand=file)
    assert "1 let in" in await run(commands.requests, number, brand=file, let_in=["a"])
    assert "2 refused" in await run(commands.requests, number, brand=file, refuse=["all"])
    assert [(one.method, one.body["join_requests"]) for one in graph.asked if "join_requests" in one.body] == [
        ("POST", ["a"]),
        ("DELETE", ["a", "b"]),
    ]
    with pytest.raises(EarshotError, match="no such request: c"):
        await run(commands.requests, number, brand=file, let_in=["c"])
    with pytest.raises(EarshotError, match="no WhatsApp group 999"):
        await run(commands.invite, 999, brand=file)


async def test_a_group_made_elsewhere_is_switched_on(
    whatsapp: WhatsAppJourney, graph: Graph, file: Path, run: Callable[..., Any]
) -> None:
    await whatsapp.group_made(GROUP, "made in another tool")
    await whatsapp.settled()
    (group,) = [chat for chat in whatsapp.chats() if chat.kind == "group"]
    assert group.state is ChatState.WAITING
    await run(commands.activate, group.id, brand=file)
    await whatsapp.say(ANNA, "hello all", group=GROUP)  # opens the window
    await whatsapp.sent(GROUP, "👂")


async def test_a_group_that_is_told_of_before_the_request_is_answered(
    whatsapp: WhatsAppJourney, graph: Graph, file: Path, run: Callable[..., Any]
) -> None:
    making = asyncio.create_task(run(commands.create, "Ambassadors", brand=file))
    graph.hold = asyncio.Event()
    await graph.until(lambda: any("subject" in one.body for one in graph.asked))
    await whatsapp.group_made(GROUP, "request1")
    await whatsapp.settled()
    graph.hold.set()
    await making
    (group,) = [chat for chat in whatsapp.chats() if chat.kind == "group"]
    assert group.state is ChatState.ACTIVE


async def test_how_the_number_does(whatsapp: WhatsAppJourney, file: Path, run: Callable[..., Any]) -> None:
    assert await deliver(whatsapp.url, change("strange_field", a=1)) == 200
    await whatsapp.reported("wamid.lost", "failed", 131026)
    await whatsapp.settled()
    shown = await run(commands.status, brand=file)
    assert "Updates kept aside: 1\n  unknown field strange_field" in shown
    assert "Not delivered, error 131026: 1" in shown


async def test_what_goes_wrong_is_explained(
    whatsapp: WhatsAppJourney, file: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EarshotError, match="1 to 128 characters"):
        await run(commands.create, "x" * 129, brand=file)
    monkeypatch.setattr(commands, "SERVER", "http://127.0.0.1:9")
    with pytest.raises(EarshotError, match="could not be reached"):
        await run(commands.create, "Ambassadors", brand=file)
    monkeypatch.delenv("WHATSAPP_APP_SECRET")
    with pytest.raises(EarshotError, match="WHATSAPP_APP_SECRET as well"):
        await run(commands.create, "Ambassadors", brand=file)
