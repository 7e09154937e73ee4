"""The customers' clocks in a running service, on APScheduler 3, beside the alert desk's."""

from collections.abc import Callable
from typing import Any

TICK_SECONDS = 15
"""How often the desk looks at them: reminders and escalations are exact to this."""


def schedule(scheduler: Any, brand: str, tick: Callable[[], object]) -> None:
    """Have an APScheduler run the rounds of a brand's desk; `tick` is to call `CustomerDesk.tick` in a transaction."""
    scheduler.add_job(
        tick,
        "interval",
        seconds=TICK_SECONDS,
        id=f"customers:{brand}",
        replace_existing=True,
        coalesce=True,
        max_instances=1,
    )
