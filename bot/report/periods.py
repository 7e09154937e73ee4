"""Cutting a period into equal buckets, and counting messages into them in SQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, extract

from storage.portable import table
from storage.tables import Message

MOST_BUCKETS = 120
_HOURS = (1, 2, 3, 6, 12)


class Period:
    """A span of time in equal buckets that begin on whole hours, or at midnight in `zone` when they are days."""

    def __init__(self, first: datetime, last: datetime, zone: ZoneInfo) -> None:
        self.start, self.width = next(
            (start, width)
            for width in _widths()
            if (last - (start := _floor(first, width, zone))) / width < MOST_BUCKETS
        )
        self.length = int((last - self.start) / self.width) + 1

    def starts(self) -> Iterator[datetime]:
        """When each bucket begins, oldest first."""
        return (self.start + number * self.width for number in range(self.length))

    def bucket(self) -> ColumnElement[int]:
        """The SQL expression for the start of a message's bucket, in seconds since 1970; see `number`."""
        seconds = extract("epoch", table(Message).c.sent_at)
        # The remainder, not a division: SQLite divides integers, PostgreSQL does not.
        return seconds - (seconds - int(self.start.timestamp())) % int(self.width.total_seconds())

    def number(self, bucket: float) -> int:
        """The place of a bucket, 0 being the first, from what `bucket` gave."""
        return round((float(bucket) - self.start.timestamp()) / self.width.total_seconds())


def _widths() -> Iterator[timedelta]:
    return chain((timedelta(hours=hours) for hours in _HOURS), (timedelta(days=2**power) for power in count()))


def _floor(at: datetime, width: timedelta, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    hours = max(int(width.total_seconds()) // 3600, 1)
    hour = 0 if hours >= 24 else local.hour - local.hour % hours
    return local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0 if hours > 1 else local.fold).astimezone(
        UTC
    )
