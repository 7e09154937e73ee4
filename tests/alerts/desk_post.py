"""An outbox with its dispatcher and a channel that does what a test tells it."""

from datetime import timedelta

from desk_channels import FakeChannel, NothingToRender
from desk_world import NOON
from sqlmodel import select

from alerts.dispatch import OutboxDispatcher
from alerts.outbox import Lane, OutboxWriter
from alerts.payload import Payload, Sending
from storage.database import Database
from storage.tables import Outbox
from storage.vault import Vault

SLUG = "tisane"


class Post:
    """An outbox with its dispatcher and a fake channel."""

    def __init__(self, database: Database, vault: Vault, channel: FakeChannel) -> None:
        self.database, self.vault, self.channel = database, vault, channel
        self.writer = OutboxWriter(SLUG, vault)
        self.now = NOON
        self.restart()

    def restart(self) -> None:
        """A new process: nothing is left in memory."""
        channels = {self.channel.name: self.channel}
        self.dispatcher = OutboxDispatcher(
            self.database, self.vault, SLUG, channels, NothingToRender(), clock=lambda: self.now
        )

    def put(self, text: str, lane: str = "a", kind: Sending = Sending.ALERT, subject: str | None = None) -> bool:
        with self.database.transaction() as session:
            return self.writer.put(
                session, Lane("fake", lane, f"raw-{lane}"), kind, Payload("en", text=text), self.now,
                dedupe=f"{text}:{lane}", subject=subject,
            )  # fmt: skip

    def edit(self, text: str, subject: str, lane: str = "a", *, news: bool = False) -> bool:
        payload = Payload("en", text=text, news=news)
        with self.database.transaction() as session:
            return self.writer.edit(session, Lane("fake", lane), payload, self.now, subject=subject)

    async def drain(self, **later: float) -> int:
        self.now += timedelta(**later)
        return await self.dispatcher.drain(self.now)

    def rows(self) -> list[Outbox]:
        with self.database.read() as session:
            return list(session.exec(select(Outbox).order_by("id")).all())

    def states(self) -> list[str]:
        return [row.state.value for row in self.rows()]
