"""WhatsApp's webhook in a process of its own, which does nothing but check, store and answer.

In the service's process a request waits for the interpreter as long as the analysis of other messages holds it; here
it waits for the disk alone (docs/decisions/0005). The two talk over pipes: the service writes one line that says what
to do, and reads a byte whenever something was stored. When the service ends, however that happens, so does this.

    python -m bot.web.receiver < ONE_LINE_OF_JSON
"""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import structlog
import uvicorn

from bot.platforms.whatsapp.deliveries import Deliveries
from bot.platforms.whatsapp.webhook import webhook_routes
from bot.web.app import web_app
from config.errors import ConfigError
from storage.database import Database
from storage.vault import Vault

PATIENCE = 5.0
"""Seconds for which a stopping service waits for this process."""


@dataclass(frozen=True, slots=True)
class Receiving:
    """What the process is told: where to listen, where to store and under which key, and Meta's secrets."""

    host: str
    port: int
    place: str
    brand: str
    key: str
    app_secret: str
    verify_token: str

    @classmethod
    def into(cls, front: Database, vault: Vault, brand: str, **given: str | int) -> "Receiving":
        """What to tell so that deliveries are stored in `front`."""
        key = base64.b64encode(vault.sealing_key).decode()
        return cls(place=front.url, key=key, brand=brand, **given)  # type: ignore[arg-type]


async def receive(receiving: Receiving, stored: Callable[[], None]) -> None:
    """Have deliveries received until cancelled; `stored` is called when there are new ones.

    Raises ConfigError when nothing can be served there.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.web.receiver"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the service, which ends this process
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(asdict(receiving)).encode() + b"\n")
        with suppress(ConnectionError):
            await process.stdin.drain()
        while await process.stdout.read(4096):
            stored()
        raise ConfigError(
            f"the web server for WhatsApp on {receiving.host}:{receiving.port} has stopped; is the port taken? "
            "--listen names another one"
        )
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _receive(given: Receiving) -> None:
    with Database(given.place) as front:
        vault = Vault([base64.b64decode(given.key)])
        with closing(Deliveries(front, vault, given.brand, _tell, alone=True)) as deliveries:

            async def store(body: bytes) -> None:
                await deliveries.store(body, datetime.now(UTC))

            app = web_app(webhook_routes(store, given.app_secret, given.verify_token), front.check)
            config = uvicorn.Config(
                app, host=given.host, port=given.port, log_config=None, access_log=False, lifespan="off"
            )
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _ended)
            await uvicorn.Server(config).serve()


def _tell() -> None:
    """A byte to the service; when it has not read for a while, it knows anyway."""
    with suppress(BlockingIOError):
        os.write(sys.stdout.fileno(), b".")


def _ended() -> None:
    """The service has ended. What is not answered yet will be delivered again."""
    if not os.read(sys.stdin.fileno(), 4096):
        os._exit(0)


def main() -> None:
    """Do what the line on standard input says."""
    line = bytearray()
    while not line.endswith(b"\n"):  # unbuffered: what follows is for the reader of the loop
        byte = os.read(sys.stdin.fileno(), 1)
        if not byte:
            return
        line += byte
    os.set_blocking(sys.stdout.fileno(), False)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # the other one speaks to the service
    asyncio.run(_receive(Receiving(**json.loads(line))))


if __name__ == "__main__":
    main()
