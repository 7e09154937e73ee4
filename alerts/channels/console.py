"""The terminal as a channel: for the demo, for replays, and for who tries Earshot before linking a team chat."""

from itertools import count

from rich.console import Console

from alerts.channels.base import Pace
from alerts.payload import Payload
from alerts.render import to_console
from alerts.signals import Severity

_BORDERS = {Severity.INFORMATION: "blue", Severity.WARNING: "dark_orange", Severity.CRITICAL: "red"}


class ConsoleChannel:
    """Prints each message as a panel. It stands in for any other channel when it is given that channel's name, which is
    how a replay shows what a team would have received without sending it."""

    supports_edit = True  # an edit is printed only when it brings news: a terminal cannot take back what it showed
    supports_pictures = False
    pace = Pace(per_second=1000.0)  # a terminal has no limit
    timeout = 5.0

    def __init__(self, console: Console, name: str = "console") -> None:
        self.name = name
        self._console = console
        self._numbers = count(1)

    async def send(self, lane: str, address: str | None, payload: Payload) -> str | None:
        """Print the panel; the reference is a running number."""
        border = _BORDERS[payload.card.severity] if payload.card else "white"
        self._console.print(to_console(payload.shown(), border))
        return str(next(self._numbers))

    async def edit(self, lane: str, address: str | None, ref: str, payload: Payload) -> None:
        """Print the panel again when something but its numbers has changed."""
        if payload.news:
            await self.send(lane, address, payload)
