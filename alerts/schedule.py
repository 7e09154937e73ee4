"""The desk's clocks in a running service, on APScheduler 3."""

from collections.abc import Callable
from typing import Any

from alerts.digest import Period
from config.brand import Brand

TICK_SECONDS = 5
"""How often the desk looks at its clocks: group waits, snoozes, escalations are exact to this."""
LATE_SECONDS = 6 * 3600
"""A digest that was missed while the service was down still goes out within this time; later it would be stale."""


def schedule(scheduler: Any, brand: Brand, tick: Callable[[], object], digest: Callable[[Period], object]) -> None:
    """Have an APScheduler run the desk's rounds, and the digests that the brand wants at its local time.

    `tick` is to call `Desk.tick` in a transaction, `digest` likewise `send_digest`.
    """
    common = {"replace_existing": True, "coalesce": True, "max_instances": 1}
    scheduler.add_job(tick, "interval", seconds=TICK_SECONDS, id=f"desk:{brand.slug}", **common)
    at = {"hour": brand.digest.at.hour, "minute": brand.digest.at.minute, "timezone": brand.time_zone}
    common["misfire_grace_time"] = LATE_SECONDS
    if brand.digest.daily:
        scheduler.add_job(digest, "cron", args=[Period.DAILY], id=f"digest:daily:{brand.slug}", **at, **common)
    if brand.digest.weekly:
        weekly = {"args": [Period.WEEKLY], "day_of_week": brand.digest.weekday[:3], "id": f"digest:weekly:{brand.slug}"}
        scheduler.add_job(digest, "cron", **weekly, **at, **common)
