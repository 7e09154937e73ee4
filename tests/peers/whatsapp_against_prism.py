"""Every request that Earshot makes of WhatsApp, against Meta's own specification served by Prism, over HTTP.

    npm i @stoplight/prism-cli
    python tests/peers/whatsapp_against_prism.py node_modules/.bin/prism business_messaging_api_v23.yaml

The journeys check the same requests against an extract of that specification, without Node. Here a request that is not
as Meta says is refused by Prism with a 4xx, and the script stops.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import httpx

from alerts.channels.graph import GraphApi
from alerts.channels.whatsapp import Recipient
from alerts.channels.whatsapp_message import Extra, compose
from alerts.payload import Payload

PORT = 8084
SERVER = f"http://127.0.0.1:{PORT}"
TO = Recipient("person", "16505551234").fields()
GROUP = Recipient("group", "Y2FwaV9ncm91cDoxOTUwNTU1MDA3OToxMjAzNjMzOTQzMjAdOTY0MTUZD").fields()


def messages() -> dict[str, dict[str, object]]:
    """One message of each form."""

    def form(*labels: str, in_group: bool = False, reply_to: str | None = None) -> dict[str, object]:
        buttons = [[{"text": label, "do": f"c:n:{number}"}] for number, label in enumerate(labels)]
        extra = Extra.model_validate({"buttons": buttons, "reply_to": reply_to})
        payload = Payload("en", text="Which one do you mean?")
        return {**(GROUP if in_group else TO), **compose(payload, extra, in_group=in_group, sign=lambda do: f"{do}~s")}

    template = {"name": "late_answer", "language": {"policy": "deterministic", "code": "fr"}}
    return {
        "text": form(),
        "reply": form(reply_to="wamid.gBGGSFcCNEOPAgkO_KJ55r4w_ww"),
        "buttons": form("Yes", "No"),
        "list": form("Opening hours", "Delivery", "Returns and refunds of what arrived broken", "None of these"),
        "text in a group": form("Yes", "No", in_group=True),
        "template": {**TO, "type": "template", "template": template},
        "document": {**TO, "type": "document", "document": {"id": "1", "filename": "data.txt", "caption": "Yours"}},
    }


async def main(prism: str, specification: str) -> None:
    """Ask everything once."""
    command = [prism, "mock", "-p", str(PORT), "-h", "127.0.0.1", specification, "--errors"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # noqa: ASYNC220
        try:
            await up()
            async with GraphApi("EAABtoken", "106540352242922", SERVER) as graph:
                for name, message in messages().items():
                    print(f"{name}: {await graph.send(message) or 'accepted'}")
                print("upload:", await graph.upload(b"{}", "data.txt", "text/plain"))
                print("number:", json.dumps(await graph.number())[:60])
                print("file:", json.dumps(await graph.file("2621233374848975"))[:60])
                print("create group:", await graph.create_group("Ambassadors", "The notice", approval=True))
                print("invite link:", await graph.invite_link("G1"))
                print("join requests:", len(await graph.join_requests("G1")))
                await graph.decide("G1", ["R1"], approve=True)
                await graph.decide("G1", ["R1"], approve=False)
                await graph.delete_group("G1")
                print("decide, delete: accepted")
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
    sys.path.insert(0, str(Path(__file__).parents[2]))
    asyncio.run(main(sys.argv[1], sys.argv[2]))
