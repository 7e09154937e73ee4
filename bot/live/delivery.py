"""What the team receives during a replay: the outbox is emptied as it would be live, but into the picture."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from alerts.channels.base import Pace
from alerts.dispatch import OutboxDispatcher
from alerts.outbox import OutboxWriter
from alerts.payload import Payload, Sending
from bot.app import Workspace
from storage.tables import Outbox, OutboxState

CHANNELS = ("console", "telegram", "whatsapp", "apprise")


class StandIn:
    """Takes the place of a real channel: hands what is sent to `show`, and sends nothing anywhere."""

    supports_edit = True
    supports_pictures = False
    pace = Pace(per_second=1000.0)
    timeout = 60.0

    def __init__(self, name: str, show: Callable[[Payload], None]) -> None:
        self.name = name
        self._show = show

    async def send(self, lane: str, address: str | None, payload: Payload) -> str | None:
        """Show it; there is nothing to refer to later."""
        self._show(payload)
        return "replay"

    async def edit(self, lane: str, address: str | None, ref: str, payload: Payload) -> None:
        """Show it when something but its numbers has changed."""
        if payload.news:
            self._show(payload)


@dataclass(frozen=True, slots=True)
class Received:
    """One thing that the team received: when, and over which of its lanes."""

    at: datetime
    lanes: tuple[str, ...]
    payload: Payload
    kind: Sending


class Delivery:
    """Empties the outbox of a workspace, at the messages' time."""

    def __init__(self, workspace: Workspace, show: Callable[[Payload], None]) -> None:
        self._workspace = workspace
        channels = {name: StandIn(name, show) for name in CHANNELS}
        brand = workspace.brand.slug
        self._dispatcher = OutboxDispatcher(workspace.database, workspace.vault, brand, channels, workspace.desk)
        self._writer = OutboxWriter(brand, workspace.vault)

    def deliver(self, now: datetime) -> None:
        """Send what may leave at `now`, a time of the messages."""
        asyncio.run(self._dispatcher.drain(now))

    def received(self) -> list[Received]:
        """Everything that was sent so far, also by an earlier run of the same replay, oldest first; the same news over
        several channels once."""
        sent = select(Outbox).where(Outbox.brand == self._workspace.brand.slug, Outbox.state == OutboxState.SENT)
        found: dict[tuple[str | None, str, datetime], Received] = {}
        with self._workspace.database.read() as session:
            for entry in session.exec(sent.order_by(col(Outbox.id))):
                payload, kind = self._writer.open(entry), Sending(entry.kind)
                if payload is None or (kind is Sending.EDIT and not payload.news):
                    continue
                key = (entry.subject, kind, entry.created_at)
                lane = entry.lane.removeprefix("team:")
                earlier = found.get(key)
                lanes = (*earlier.lanes, lane) if earlier else (lane,)
                found[key] = Received(entry.created_at, lanes, payload, kind)
        return sorted(found.values(), key=lambda one: one.payload.card.at if one.payload.card else one.at)
