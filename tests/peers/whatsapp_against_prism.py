"""Every request that Earshot makes of WhatsApp, against Meta's own specification served by Prism, over HTTP.

    npm i @stoplight/prism-cli
    python tests/peers/whatsapp_against_prism.py node_modules/.bin/prism business_messaging_api_v23.yaml

The journeys check the same requests against an extract of that specification, without Node. Here a request that is not
as Meta says is refused by Prism with a 4xx, and the script stops. The requests are those of the channel itself.

Twice: the specification as it is, for everything; then with `whatsapp_recipient.overlay.yaml`, for messages to people
of whom only a business-scoped user id is known (docs/decisions/0007). As it is it must refuse those: once it does not,
the overlay has had its day.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml
from make_whatsapp_peers import overlaid
from pydantic import JsonValue

from alerts.channels.files import Fetched
from alerts.channels.graph import GraphApi, GraphError
from alerts.channels.whatsapp import Recipient, Template, WhatsAppChannel
from alerts.errors import RetryAfterError
from alerts.payload import Payload

PORT = 8084
SERVER = f"http://127.0.0.1:{PORT}"
NUMBER, BSUID = "16505551234", "US.13491208655302741918"
FILES = ("photo.jpg", "film.mp4", "voice.oga", "manual.pdf")
TEXT: dict[str, Any] = {"type": "text", "text": {"body": "Hello"}}
GROUP = "Y2FwaV9ncm91cDoxOTUwNTU1MDA3OToxMjAzNjMzOTQzMjAdOTY0MTUZD"


class Lanes:
    """A directory in which `group` is a group, `late` somebody whose window has closed, and everybody else writes."""

    def recipient(self, lane: str, address: str | None) -> Recipient:
        return Recipient("group", GROUP) if lane == "group" else Recipient("person", address or "")

    def open(self, lane: str) -> bool:
        return lane != "late"

    def closed(self, lane: str) -> None: ...

    def sign(self, lane: str, do: str) -> str:
        return f"{do}~seal"

    def receipt(self, sent: str) -> str:
        return sent

    def template(self, purpose: str, lang: str, number: int | None) -> Template:
        return Template(name="late_answer", language="fr", parameters=("Orvelle", str(number)) if number else ())

    def may_knock(self, lane: str) -> bool:
        return True

    def knocked(self, lane: str) -> None: ...

    def warn(self, kind: str, **details: str) -> None:
        raise SystemExit(f"warned of {kind}: {details}")


class Folder:
    """Another platform, on which every file is what its name says."""

    async def fetch(self, ref: str, largest: int) -> Fetched:
        return Fetched(ref, b"content")


def payload(*labels: str, **extra: JsonValue) -> Payload:
    buttons: list[JsonValue] = [[{"text": label, "do": f"c:n:{number}"}] for number, label in enumerate(labels)]
    return Payload("en", text="Which one do you mean?", extra={"buttons": buttons, **extra})


def media(ref: str) -> JsonValue:
    return {"platform": "folder", "kind": "other", "ref": ref}


def messages() -> dict[str, tuple[str, Payload]]:
    """One message of each form, and the lane it is for."""
    data: JsonValue = {"name": "data.txt", "mime": "text/plain", "content": "{}"}
    long = "Returns and refunds of what arrived broken"
    return {
        "text": ("private", payload()),
        "reply": ("private", payload(reply_to="wamid.gBGGSFcCNEOPAgkO_KJ55r4w_ww")),
        "buttons": ("private", payload("Yes", "No")),
        "list": ("private", payload("Opening hours", "Delivery", long, "None of these")),
        "document": ("private", payload(document=data)),
        **{f"{ref} with words": ("private", payload(media=media(ref))) for ref in FILES},
        **{f"{ref} with words and buttons": ("private", payload("End", media=media(ref))) for ref in FILES},
        **{f"{ref} alone": ("private", Payload("en", text="", extra={"media": media(ref)})) for ref in FILES},
        "template": ("late", payload()),
        "template with parameters": ("late", payload(number=12)),
    }


async def send(channel: WhatsAppChannel, lane: str, address: str, message: Payload) -> str:
    """Send, and say how it went; a template leaves the message itself waiting."""
    try:
        return await channel.send(lane, address, message) or ""
    except RetryAfterError:
        return "accepted"


def channel_of(graph: GraphApi) -> WhatsAppChannel:
    channel = WhatsAppChannel(graph, Lanes())
    channel.files.sources = {"folder": Folder()}
    return channel


async def as_it_is(graph: GraphApi) -> None:
    """Everything, against the specification as Meta publishes it."""
    channel = channel_of(graph)
    for name, (lane, message) in messages().items():
        print(f"{name}: {await send(channel, lane, NUMBER, message)}")
    for name in ("text", "reply", "document", *(f"{ref} with words and buttons" for ref in FILES)):
        print(f"{name} in a group: {await send(channel, 'group', '', messages()[name][1])}")
    print("choices in a group:", await send(channel, "group", "", payload("Yes", "No")))
    print("number:", len(await graph.number()), "fields")
    print("file:", len(await graph.file("2621233374848975")), "fields")
    print("create group:", await graph.create_group("Ambassadors", "The notice", approval=True))
    print("invite link:", await graph.invite_link("G1"))
    print("join requests:", len(await graph.join_requests("G1")))
    await graph.decide("G1", ["R1"], approve=True)
    await graph.decide("G1", ["R1"], approve=False)
    await graph.delete_group("G1")
    print("decide, delete: accepted")
    await refused(graph, {**Recipient("person", BSUID).fields(), **TEXT})
    print("by id: refused, so the overlay is still needed")


async def refused(graph: GraphApi, message: dict[str, Any]) -> None:
    """Send what the specification at hand must refuse."""
    try:
        await graph.send(message)
    except GraphError as error:
        if error.status == httpx.codes.UNPROCESSABLE_ENTITY:
            return
        raise
    raise SystemExit(f"accepted: {sorted(message)}; has Meta's specification changed?")


async def by_id(graph: GraphApi) -> None:
    """Messages of each form to somebody without a number."""
    channel = channel_of(graph)
    for name, (lane, message) in messages().items():
        print(f"{name} by id: {await send(channel, lane, BSUID, message)}")
    for fields in ({}, {"recipient": NUMBER}, {"recipient": BSUID, "more": "of it"}):
        await refused(graph, {"recipient_type": "individual", **fields, **TEXT})
    print("to nobody, to a number as an id, with more than that: refused")


def with_overlay(specification: Path, folder: Path) -> Path:
    """Write the specification with its overlay; returns where it lies."""
    whole = folder / "with_overlay.yaml"
    whole.write_text(yaml.safe_dump(overlaid(yaml.safe_load(specification.read_text("utf-8")))), "utf-8")
    return whole


async def main(prism: str, specification: Path) -> None:
    """Ask everything."""
    async with served(prism, specification) as graph:
        await as_it_is(graph)
    with tempfile.TemporaryDirectory() as folder:
        async with served(prism, with_overlay(specification, Path(folder))) as graph:
            await by_id(graph)


@asynccontextmanager
async def served(prism: str, specification: Path) -> AsyncIterator[GraphApi]:
    """The Graph API of a specification."""
    command = [prism, "mock", "-p", str(PORT), "-h", "127.0.0.1", str(specification), "--errors"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # noqa: ASYNC220
        try:
            await up()
            async with GraphApi("EAABtoken", "106540352242922", SERVER) as graph:
                yield graph
        finally:
            server.terminate()


async def up() -> None:
    """Wait until Prism answers."""
    async with httpx.AsyncClient() as http:
        for _ in range(600):
            try:
                await http.get(SERVER)
                return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise SystemExit("Prism does not start")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
