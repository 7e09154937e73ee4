"""The web server of its own: it ends with the service, however that ends, and says when it cannot serve."""

import asyncio
import json
import os
import signal
import socket
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from graph_api import SECRET, VERIFY, Graph, change, deliver
from telegram_world import VAULT
from whatsapp_world import WhatsAppJourney

from bot.platforms.whatsapp.deliveries import open_deliveries
from bot.web.receiver import Receiving, receive
from config.errors import ConfigError
from storage.database import Database


def receiving(front: Database, port: int) -> Receiving:
    given = {"host": "127.0.0.1", "port": port, "app_secret": SECRET, "verify_token": VERIFY}
    return Receiving.into(front, VAULT, "orvelle", **given)


async def test_it_stores_and_tells_and_ends(tmp_path: Path, unused_port: int) -> None:
    told = asyncio.Event()
    with Database(tmp_path / "earshot.db") as database:
        database.migrate()
        with open_deliveries(database, VAULT, "orvelle") as deliveries:
            task = asyncio.create_task(receive(receiving(deliveries.front, unused_port), told.set))
            await served(unused_port)
            url, delivery = f"http://127.0.0.1:{unused_port}/whatsapp", change("messages", messages=[])
            assert await deliver(url, delivery) == 200
            assert await deliver(url, delivery) == 200  # the same once more
            assert await deliver(url, b"not even JSON") == 200
            async with httpx.AsyncClient() as http:
                refused = await http.post(url, content=b"{}", headers={"X-Hub-Signature-256": "sha256=00"})
            assert refused.status_code == 403
            await asyncio.wait_for(told.wait(), 5)
            assert deliveries.waiting() == 2
            assert json.loads(deliveries.take(1)[0].payload) == delivery
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", unused_port))


async def test_a_port_that_is_taken(tmp_path: Path, unused_port: int) -> None:
    with socket.socket() as taken, Database(tmp_path / "earshot.db") as database:
        taken.bind(("127.0.0.1", unused_port))
        taken.listen()
        database.migrate()
        serving = pytest.raises(ConfigError, match="is the port taken")
        with open_deliveries(database, VAULT, "orvelle") as deliveries, serving:
            await receive(receiving(deliveries.front, unused_port), lambda: None)


async def test_it_does_not_outlive_the_service(tmp_path: Path, unused_port: int) -> None:
    """What starts it is killed: the pipe closes, and so does the port."""
    script = (
        "import asyncio, json, sys\n"
        "from bot.web.receiver import Receiving, receive\n"
        "asyncio.run(receive(Receiving(**json.loads(sys.argv[1])), lambda: None))\n"
    )
    with Database(tmp_path / "earshot.db") as database:
        database.migrate()
        with open_deliveries(database, VAULT, "orvelle") as deliveries:
            told = json.dumps(asdict(receiving(deliveries.front, unused_port)))
            service = await asyncio.create_subprocess_exec(sys.executable, "-c", script, told)
            await served(unused_port)
            os.kill(service.pid, signal.SIGKILL)
            await service.wait()
            for _ in range(250):
                try:
                    (await asyncio.open_connection("127.0.0.1", unused_port))[1].close()
                    await asyncio.sleep(0.02)
                except OSError:
                    return
    raise AssertionError("it still listens")


async def test_what_came_while_the_service_was_down_is_dealt_with(whatsapp: WhatsAppJourney, graph: Graph) -> None:
    await whatsapp.stop()
    message = whatsapp.message("15550001001", text={"body": "OUI"})
    with (
        Database(whatsapp.folder / "earshot.db") as database,
        open_deliveries(database, VAULT, "orvelle") as deliveries,
    ):
        await deliveries.store(json.dumps(change("messages", messages=[message])).encode(), datetime.now(UTC))
    await whatsapp.start()
    await whatsapp.sent("15550001001", "Merci !")


async def served(port: int) -> None:
    async with httpx.AsyncClient() as http:
        for _ in range(500):
            try:
                await http.get(f"http://127.0.0.1:{port}/health")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.02)
    raise AssertionError("it does not serve")
