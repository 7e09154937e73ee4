"""Telegram, as far as the journeys need it: a third party's Bot API server behind a front that fills its gaps.

The server is lo-bot-api-emulator. It does not know who is in a chat, how to leave one or to pin, nor topics, and gives
no bot a name: the front answers those calls. Every update injected and every call made is checked against the Bot API's
schema.
"""

import asyncio
import html
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import lo_bot_api_emulator as lo
import lo_bot_api_emulator.updates as lo_updates
from aiohttp import web
from jsonschema import Draft202012Validator

TOKEN = "7:journey"
BOT = {"id": 7, "is_bot": True, "first_name": "Earshot", "username": "earshot_test_bot"}
SCHEMA = json.loads((Path(__file__).parents[1] / "peers" / "telegram_bot_api.json").read_text("utf-8"))
ADMIN_RIGHTS = dict.fromkeys(
    (
        "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
        "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
        "can_edit_stories", "can_delete_stories",
    ),
    False,
)  # fmt: skip


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({"$defs": SCHEMA["$defs"], **schema})


VALID_UPDATE = validator({"$ref": "#/$defs/Update"})
VALID_CALL = {name: validator(schema) for name, schema in SCHEMA["calls"].items()}


@dataclass
class Call:
    method: str
    fields: dict[str, Any]
    message_id: int | None = None
    at: float = field(default_factory=time.time)

    @property
    def text(self) -> str:
        return str(self.fields.get("text", ""))

    def button(self, label: str) -> str:
        """What the button carries whose text contains `label`."""
        rows = json.loads(self.fields.get("reply_markup", '{"inline_keyboard": []}'))["inline_keyboard"]
        return next(str(one["callback_data"]) for row in rows for one in row if label in one["text"])


@dataclass
class BotApi:
    """The server, what was called on it, and who is an admin where."""

    url: str
    emulator: lo.LoBotApiEmulator
    calls: list[Call] = field(default_factory=list)
    admins: set[tuple[int, int]] = field(default_factory=set)
    left: list[int] = field(default_factory=list)
    forums: set[int] = field(default_factory=set)
    """Chats with topics; in those of `managed` the bot may make some."""
    managed: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    """Methods whose next answer is lost on the way, though the server has done what was asked; once a mention."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What people have sent, by path, which is its id as well."""
    faults: dict[str, Callable[[dict[str, Any]], web.Response | None]] = field(default_factory=dict)
    """Answers that tests give in the server's place, by method."""
    next_update: int = 1000

    async def inject(self, **update: Any) -> int:
        """Put an update in Telegram's queue; returns its id."""
        self.next_update += 1
        whole = {"update_id": self.next_update, **update}
        VALID_UPDATE.validate(whole)
        await self.inject_raw(whole)
        return self.next_update

    async def inject_raw(self, update: dict[str, Any]) -> None:
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.url}/__fixture/updates", json={"token": TOKEN, "update": update}) as answer,
        ):
            assert answer.status == 200, await answer.text()

    def sent(self, chat: int, *methods: str) -> list[Call]:
        wanted = methods or ("sendMessage",)
        return [call for call in self.calls if call.method in wanted and int(call.fields["chat_id"]) == chat]

    async def until(self, found: Callable[[], Any], seconds: float = 20.0) -> Any:
        """Wait until `found` gives something."""
        for _ in range(int(seconds / 0.02)):
            if result := found():
                return result
            await asyncio.sleep(0.02)
        raise AssertionError("it did not happen; the last calls: " + ", ".join(call.method for call in self.calls[-8:]))


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    lo_updates.KINDS |= {"my_chat_member", "chat_member", "edited_message", "message_reaction"}
    emulator = lo.LoBotApiEmulator(
        enable_control=True, allow_insecure_loopback_webhooks=True, max_updates=20_000, max_history=50_000
    )
    async with _served(emulator.app()) as behind, aiohttp.ClientSession() as http:
        api = BotApi("", emulator)
        front = web.Application(client_max_size=50_000_000)

        async def call(request: web.Request) -> web.Response:
            return await _front(request, api, http, behind)

        async def control(request: web.Request) -> web.Response:
            return await _passed_on(request, http, behind)

        async def file(request: web.Request) -> web.Response:
            return web.Response(body=api.files[request.match_info["path"]])

        front.router.add_get("/file/bot{token}/{path:.*}", file)
        front.router.add_post("/bot{token}/{method}", call)
        front.router.add_post("/{path:.*}", control)
        async with _served(front) as url:
            api.url = url
            yield api


@asynccontextmanager
async def _served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _passed_on(request: web.Request, http: aiohttp.ClientSession, behind: str) -> web.Response:
    body, headers = (
        await request.read(),
        {"Content-Type": request.headers.get("Content-Type", "application/x-www-form-urlencoded")},
    )
    async with http.post(f"{behind}{request.path}", data=body, headers=headers) as answer:
        return web.json_response(await answer.json(), status=answer.status)


async def _front(request: web.Request, api: BotApi, http: aiohttp.ClientSession, behind: str) -> web.Response:
    method, fields = request.match_info["method"], _fields(request, await request.read())
    call = Call(method, fields)
    VALID_CALL[method].validate(_typed(SCHEMA["calls"][method], fields))
    if method != "getUpdates":
        api.calls.append(call)
    fault = api.faults.get(method)
    answer = fault(fields) if fault else None
    if answer is None:
        answer = _gap(method, fields, api)
    if answer is not None:
        return answer
    if "message_thread_id" in fields or len(fields.get("text", "")) > 2048:
        passed = await _plainly(request, fields, http, behind)
    else:
        passed = await _passed_on(request, http, behind)
    result = json.loads(passed.body or b"{}").get("result")
    if isinstance(result, dict):
        call.message_id = result.get("message_id")
    if method in api.lost:
        api.lost.remove(method)
        return refusal(502, "Bad Gateway")
    return passed


async def _plainly(
    request: web.Request, fields: dict[str, Any], http: aiohttp.ClientSession, behind: str
) -> web.Response:
    """Pass a call on without its topic, of which the server does not know, and without the marks of HTML, which the
    server counts as text; Telegram does not."""
    form = aiohttp.FormData()
    if fields.get("parse_mode") == "HTML" and "text" in fields:
        text = html.unescape(re.sub("</?(b|i|a|code|blockquote)( [^>]*)?>", "", fields["text"]))
        fields = {name: value for name, value in fields.items() if name != "parse_mode"} | {"text": text}
    for name, value in fields.items():
        if isinstance(value, bytes):
            form.add_field(name, value, filename=name, content_type="application/octet-stream")
        elif name != "message_thread_id":
            form.add_field(name, value)
    async with http.post(f"{behind}{request.path}", data=form) as answer:
        return web.json_response(await answer.json(), status=answer.status)


def _gap(method: str, fields: dict[str, Any], api: BotApi) -> web.Response | None:
    """What the emulator does not know."""
    thread = fields.get("message_thread_id")
    if thread is not None and int(thread) not in api.topics:
        return refusal(400, "Bad Request: message thread not found")
    match method:
        case "getChat":
            return _result(_chat(int(fields["chat_id"]), api))
        case "createForumTopic":
            if int(fields["chat_id"]) not in api.managed:
                return refusal(400, "Bad Request: not enough rights to create a topic")
            number = 300 + len(api.topics)
            api.topics[number] = fields["name"]
            return _result({"message_thread_id": number, "name": fields["name"], "icon_color": 0})
        case "editForumTopic":
            if api.topics[int(fields["message_thread_id"])] == fields["name"]:
                return refusal(400, "Bad Request: TOPIC_NOT_MODIFIED")
            api.topics[int(fields["message_thread_id"])] = fields["name"]
            return _result(True)
        case "getMe":
            return _result(BOT | {"can_join_groups": True, "can_read_all_group_messages": False})
        case "getFile" if fields["file_id"] in api.files:
            path = fields["file_id"]
            known = {"file_id": path, "file_unique_id": path, "file_size": len(api.files[path]), "file_path": path}
            return _result(known)
        case "getChatMember":
            user, chat = int(fields["user_id"]), int(fields["chat_id"])
            person = {"id": user, "is_bot": user == BOT["id"], "first_name": "N."}
            if (chat, user) in api.admins:
                return _result({"status": "administrator", "user": person, **ADMIN_RIGHTS})
            return _result({"status": "member", "user": person})
        case "leaveChat":
            api.left.append(int(fields["chat_id"]))
            return _result(True)
        case "pinChatMessage":
            return _result(True)
        case _:
            return None


def _chat(id_: int, api: BotApi) -> dict[str, Any]:
    """A chat as `getChat` tells of it."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    told = {"id": id_, "type": "supergroup", "title": "N.", "accent_color_id": 0, "max_reaction_count": 11}
    return told | {"accepted_gift_types": gifts} | ({"is_forum": True} if id_ in api.forums else {})


def refusal(status: int, description: str, **parameters: Any) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return web.json_response(body, status=status)


def _result(value: Any) -> web.Response:
    return web.json_response({"ok": True, "result": value})


def _fields(request: web.Request, body: bytes) -> dict[str, Any]:
    if not request.content_type.startswith("multipart/"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    whole = message_from_bytes(b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n" + body)
    parts = whole.get_payload()
    assert isinstance(parts, list)
    fields = {}
    for part in parts:
        name = str(part.get_param("name", header="Content-Disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        fields[name] = content if part.get_filename() else content.decode()
    return fields


def _typed(schema: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """A call's fields as values: forms carry everything but strings as JSON. Files are left out."""
    typed = {}
    for name, value in fields.items():
        if isinstance(value, bytes):
            continue
        wanted = schema["properties"].get(name, {})
        kinds = [one.get("type") for one in wanted.get("anyOf", [wanted])]
        plain = "string" in kinds and not ("integer" in kinds and value.lstrip("-").isdecimal())
        typed[name] = value if plain else json.loads(value)
    return typed
