"""A small chart of a story for a phone screen: messages over time, stacked by sentiment, beside what is usual."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

LONGEST_HOURS = 7 * 24
MOST_BARS = 48
SENTIMENTS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Series:
    """Messages of a story in buckets of `hours` hours from `start` on, by sentiment; `usual` is the usual number a
    bucket, None when unknown."""

    start: datetime
    hours: int
    negative: tuple[int, ...]
    neutral: tuple[int, ...]
    positive: tuple[int, ...]
    usual: float | None
    time_zone: str
    title: str


def series_of(
    told: Iterable[tuple[datetime, str]], now: datetime, *, usual_an_hour: float | None, time_zone: str, title: str
) -> Series | None:
    """Count messages (time, sentiment) of the last seven days into at most 48 buckets of whole hours, from the first
    message to `now`. None when there is no message."""
    since = now - timedelta(hours=LONGEST_HOURS)
    messages = sorted((at, mood) for at, mood in told if since <= at <= now)
    if not messages:
        return None
    start = messages[0][0].replace(minute=0, second=0, microsecond=0)
    span = max((now - start).total_seconds() / 3600, 6)
    hours = next(step for step in (1, 2, 3, 6) if span / step <= MOST_BARS)
    bars = ceil((span + 1e-9) / hours)
    counts = {mood: [0] * bars for mood in SENTIMENTS}
    for at, mood in messages:
        bucket = int((at - start).total_seconds() // (3600 * hours))
        counts[mood][min(bucket, bars - 1)] += 1
    usual = None if usual_an_hour is None else usual_an_hour * hours
    negative, neutral, positive = (tuple(counts[mood]) for mood in SENTIMENTS)
    return Series(start, hours, negative, neutral, positive, usual, time_zone, title)
