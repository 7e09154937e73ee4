"""What a channel is: one way to people, with its limits as data (the idea of https://github.com/caronc/apprise)."""

from dataclasses import dataclass
from typing import Protocol

from alerts.payload import Payload


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform lets us speak: seconds between two messages to one lane, messages a minute to one lane
    (None: no such limit), and messages a second over all lanes."""

    lane_seconds: float = 0.0
    lane_per_minute: int | None = None
    per_second: float = 30.0


class Channel(Protocol):
    """One way to people. `name` is what `Outbox.channel` holds; `timeout` is how long, in seconds, a sending may take.

    `send` returns the platform's reference of what was sent, for later edits, or None when there is no such thing.
    Both raise `RetryAfterError` when the platform asks this address to wait, `RefusedError` when it will never take the
    message, and `ChannelError` when it may work later. An edit that changes nothing succeeds.
    """

    name: str
    supports_edit: bool
    supports_pictures: bool
    pace: Pace
    timeout: float

    async def send(self, lane: str, address: str | None, payload: Payload) -> str | None:
        """Send to a lane; `address` is None where the channel finds it by the lane's name."""
        ...

    async def edit(self, lane: str, address: str | None, ref: str, payload: Payload) -> None:
        """Replace what was sent under `ref`."""
        ...
