"""A channel that does what a test tells it, and a renderer for entries without an alert."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from alerts.channels.base import Pace
from alerts.payload import Payload
from storage.tables import Outbox

Answer = Callable[[str, Payload], str | None]


@dataclass
class FakeChannel:
    """Remembers what it was given; `answer` may raise, `hang` names lanes that never answer."""

    name: str = "fake"
    supports_edit: bool = True
    supports_pictures: bool = False
    pace: Pace = field(default_factory=lambda: Pace(per_second=1e9))
    timeout: float = 5.0
    answer: Answer = lambda lane, payload: None
    hang: set[str] = field(default_factory=set)
    said: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    """Lane, text and the reference edited."""
    released: asyncio.Event = field(default_factory=asyncio.Event)
    heard: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def send(self, lane: str, address: str | None, payload: Payload) -> str | None:
        if lane in self.hang:
            await self.released.wait()
        ref = self.answer(lane, payload)
        self.said.append((lane, payload.text, None))
        async with self.heard:
            self.heard.notify_all()
        return ref or f"ref{len(self.said)}"

    async def edit(self, lane: str, address: str | None, ref: str, payload: Payload) -> None:
        self.answer(lane, payload)
        self.said.append((lane, payload.text, ref))

    def texts(self, lane: str | None = None) -> list[str | None]:
        return [text for at, text, _ in self.said if lane in (None, at)]


class NothingToRender:
    """Knows no alert."""

    def render(self, session: Session, entry: Outbox, now: datetime) -> Payload | None:
        return None

    def illustrate(self, session: Session, payload: Payload) -> Payload:
        return payload
