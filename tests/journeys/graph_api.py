"""WhatsApp's side, as far as the journeys need it: a Graph API over real HTTP, and deliveries signed as Meta's are.

Every request is checked against the shapes of Meta's specification (tests/peers/whatsapp_cloud_api.json). Messages to
people without a phone number are checked against it with the overlay that docs/decisions/0007 explains.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from aiohttp import web
from jsonschema import Draft202012Validator

TOKEN, PHONE, SECRET, VERIFY = "journey-token", "106540352242922", "journey-secret", "journey-verify"
SHOWN = "15550783881"
SHAPES = json.loads((Path(__file__).parents[1] / "peers" / "whatsapp_cloud_api.json").read_text("utf-8"))["calls"]
VALID = {name: Draft202012Validator(schema) for name, schema in SHAPES.items()}


@dataclass
class Asked:
    method: str
    path: str
    body: dict[str, Any]
    wamid: str = ""
    at: float = field(default_factory=time.time)

    @property
    def to(self) -> str:
        return str(self.body.get("to") or self.body.get("recipient") or "")

    @property
    def text(self) -> str:
        kind = self.body.get("type", "")
        part = self.body.get(kind, {})
        return str(part.get("body") if kind == "text" else part.get("body", {}).get("text", part.get("caption", "")))

    def button(self, label: str) -> str:
        """What the choice carries whose title contains `label`."""
        action = self.body["interactive"]["action"]
        choices = [one["reply"] for one in action.get("buttons", ())]
        choices += [row for section in action.get("sections", ()) for row in section["rows"]]
        return next(str(one["id"]) for one in choices if label in one["title"] + one.get("description", ""))


@dataclass
class Graph:
    """The server: what was asked of it, and the answers that tests give in its place (by message body)."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    fault: Callable[[dict[str, Any]], tuple[int, int] | None] = lambda body: None
    """The HTTP status and Meta's error code to answer a message with."""
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    join_requests: list[str] = field(default_factory=list)
    hold: asyncio.Event | None = None
    """While it is not set, requests about groups wait for their answer."""
    invalid: list[str] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def sent(self, to: str, containing: str = "") -> list[Asked]:
        return [one for one in self.asked if one.wamid and one.to == to and containing in one.text]

    async def until(self, found: Callable[[], Any], seconds: float = 20.0) -> Any:
        """Wait until `found` gives something."""
        for _ in range(int(seconds / 0.02)):
            if result := found():
                return result
            await asyncio.sleep(0.02)
        raise AssertionError(f"it did not happen; asked: {[(one.path, one.text[:60]) for one in self.asked[-6:]]}")


def check(graph: Graph, name: str, body: dict[str, Any]) -> None:
    """Note what of a request is not as Meta's specification says."""
    if "recipient" in body:
        name = "send_by_id"
    elif body.get("recipient_type") == "individual" and not str(body.get("to")).isdecimal():
        graph.invalid.append("send: `to` takes phone numbers; Meta delivers anything else to nobody")
    graph.invalid.extend(f"{name}: {error.message[:300]}" for error in VALID[name].iter_errors(body))


@asynccontextmanager
async def graph_api() -> AsyncIterator[Graph]:
    graph = Graph()
    app = web.Application(client_max_size=20_000_000)
    routes = app.router
    routes.add_post("/v23.0/{phone}/messages", partial(_messages, graph))
    routes.add_post("/v23.0/{phone}/media", partial(_media, graph))
    routes.add_post("/v23.0/{phone}/groups", partial(_noted, graph, "create_group"))
    routes.add_post("/v23.0/{group}/invite_link", partial(_noted, graph, "invite_link"))
    routes.add_get("/v23.0/{group}/join_requests", partial(_requests, graph))
    routes.add_post("/v23.0/{group}/join_requests", partial(_noted, graph, "approve"))
    routes.add_delete("/v23.0/{group}/join_requests", partial(_noted, graph, "reject"))
    routes.add_get("/files/{ref}", partial(_download, graph))
    routes.add_get("/v23.0/{id}", partial(_node, graph))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    graph.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield graph
    finally:
        await runner.cleanup()
    assert not graph.invalid, graph.invalid


def _authorised(request: web.Request) -> bool:
    return request.headers.get("Authorization") == f"Bearer {TOKEN}"


async def _messages(graph: Graph, request: web.Request) -> web.Response:
    if not _authorised(request):
        return _error(401, 190)
    body = await request.json()
    check(graph, "send", body)
    asked = Asked("POST", request.path, body)
    graph.asked.append(asked)
    fault = graph.fault(body)
    if fault is not None:
        return _error(*fault)
    asked.wamid = f"wamid.out{next(graph.numbers)}"
    return web.json_response({"messaging_product": "whatsapp", "messages": [{"id": asked.wamid}]})


async def _media(graph: Graph, request: web.Request) -> web.Response:
    form = await request.post()
    file = form["file"]
    assert isinstance(file, web.FileField)
    ref = f"upload{next(graph.numbers)}"
    graph.uploads[ref] = file.file.read()
    graph.types[ref] = file.content_type
    return web.json_response({"id": ref})


async def _noted(graph: Graph, name: str, request: web.Request) -> web.Response:
    body = await request.json()
    check(graph, name, body)
    graph.asked.append(Asked(request.method, request.path, body))
    if graph.hold is not None:
        await graph.hold.wait()
    answers = {
        "create_group": {"messaging_product": "whatsapp", "request_id": f"request{next(graph.numbers)}"},
        "invite_link": {"messaging_product": "whatsapp", "invite_link": "https://chat.whatsapp.com/INVITED"},
    }
    return web.json_response(answers.get(name, {}))


async def _requests(graph: Graph, request: web.Request) -> web.Response:
    data = [{"join_request_id": one, "wa_id": "0", "creation_timestamp": 1} for one in graph.join_requests]
    return web.json_response({"data": data})


async def _node(graph: Graph, request: web.Request) -> web.Response:
    if not _authorised(request):
        return _error(401, 190)
    id_ = request.match_info["id"]
    if id_ == PHONE:
        return web.json_response({"id": PHONE, "display_phone_number": "+1 555-078-3881", "verified_name": "Orvelle"})
    if id_ in graph.files:
        mime, content = graph.files[id_]
        found = {"url": f"{graph.url}/files/{id_}", "mime_type": mime, "file_size": str(len(content))}
        return web.json_response(found)
    return web.json_response({"subject": "A group", "total_participant_count": 3})


async def _download(graph: Graph, request: web.Request) -> web.Response:
    assert _authorised(request)
    return web.Response(body=graph.files[request.match_info["ref"]][1])


def _error(status: int, code: int) -> web.Response:
    return web.json_response({"error": {"message": "of Meta", "type": "OAuthException", "code": code}}, status=status)


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def deliver(url: str, delivery: dict[str, Any] | bytes, http: httpx.AsyncClient | None = None) -> int:
    """Deliver as Meta does; returns the status of the answer."""
    body = delivery if isinstance(delivery, bytes) else json.dumps(delivery).encode()
    headers = {"X-Hub-Signature-256": signature(body), "Content-Type": "application/json"}
    if http is not None:
        return (await http.post(url, content=body, headers=headers)).status_code
    async with httpx.AsyncClient() as own:
        return (await own.post(url, content=body, headers=headers)).status_code


def change(field_: str, **value: Any) -> dict[str, Any]:
    """One change of one entry, as a delivery."""
    metadata = {"display_phone_number": SHOWN, "phone_number_id": PHONE}
    inner = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    entry = {"id": "419561257915477", "changes": [{"field": field_, "value": inner}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}
