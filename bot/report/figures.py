"""The geometry of the figures: from numbers to SVG coordinates. The template draws what is computed here.

Figures stretch to the width they get (`preserveAspectRatio="none"`), so they hold shapes only; labels are HTML beside
them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor, log10
from zoneinfo import ZoneInfo

from bot.report.data import AlertLine, Bucket, Mix, Timeline

MOODS = ("negative", "neutral", "positive")
STEP = 10  # SVG units from one bar to the next
BAR = 8
HEIGHT = 200
SPARK_HEIGHT = 40
_FLAG_GAP = 0.05  # share of the width within which two flags would cover each other
_TICKS = 8


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of one mood in a bar."""

    mood: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bucket of the timeline, from the ground up."""

    bucket: Bucket
    x: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A value on the vertical axis; `top` is its place from above in 0..1."""

    value: int
    top: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the horizontal axis; `left` is its place in 0..1. Minor ticks are the first to go on a phone."""

    at: datetime
    left: float
    minor: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """An alert on the timeline; `level` lifts it over a neighbour that it would cover."""

    alert: AlertLine
    left: float
    level: int


@dataclass(frozen=True, slots=True)
class Figure:
    """The timeline, ready to draw."""

    width: int
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    flags: tuple[Flag, ...]


def timeline_figure(timeline: Timeline, alerts: Sequence[AlertLine], zone: ZoneInfo) -> Figure:
    """Lay out the timeline with its alerts; days begin in `zone`."""
    top = ceiling(max(bucket.mix.total for bucket in timeline.buckets))
    bars = tuple(Bar(bucket, STEP * at + 1, _stack(bucket.mix, top)) for at, bucket in enumerate(timeline.buckets))
    lines = tuple(Line(value, 1 - value / top) for value in (top // 2, top))
    return Figure(STEP * len(bars), bars, lines, _ticks(timeline, zone), tuple(_flags(timeline, alerts)))


def spark(life: Sequence[Mix], top: int | None = None) -> tuple[str, str]:
    """Two SVG paths of a story's life, a bar each bucket: all its messages, and the negative ones before them.

    `top` is the number that fills the height, by default the story's own peak.
    """
    top = top or max((mix.total for mix in life), default=0) or 1

    def path(counts: Sequence[int]) -> str:
        return "".join(
            f"M{STEP * at + 1} {SPARK_HEIGHT}v-{_round(SPARK_HEIGHT * count / top)}h{BAR}V{SPARK_HEIGHT}z"
            for at, count in enumerate(counts)
            if count
        )

    return path([mix.total for mix in life]), path([mix.negative for mix in life])


@dataclass(frozen=True, slots=True)
class Diverging:
    """A bar around a middle at 100 of 200: `x` and `width` of each mood, the neutral half left, half right of it."""

    mood: str
    x: float
    width: float


def diverging(mix: Mix) -> tuple[Diverging, ...]:
    """Lay out the shares of a mix around the middle of its neutral part; nothing for an empty one."""
    if not mix.total:
        return ()
    negative, neutral, positive = (100 * mix.share(mood) for mood in MOODS)
    left = 100 - neutral / 2 - negative
    parts = zip(MOODS, (left, left + negative, left + negative + neutral), (negative, neutral, positive), strict=True)
    return tuple(Diverging(mood, _round(x), _round(width)) for mood, x, width in parts if width)


def ceiling(value: int) -> int:
    """The next round number from `value` on that halves evenly: 2, 4, 6, 8, 10, 12, 16, 20, 40, 60, 80, 100, 120..."""
    if value <= 10:
        return max(2 * ceil(value / 2), 2)
    power: int = 10 ** floor(log10(value))
    return next(step * power // 10 for step in (10, 12, 16, 20, 40, 60, 80, 100) if step * power // 10 >= value)


def _stack(mix: Mix, top: int) -> tuple[Segment, ...]:
    segments, ground = [], float(HEIGHT)
    for mood in MOODS:
        height = HEIGHT * getattr(mix, mood) / top
        if height:
            ground -= height
            segments.append(Segment(mood, _round(ground), _round(height)))
    return tuple(segments)


def _ticks(timeline: Timeline, zone: ZoneInfo) -> tuple[Tick, ...]:
    """Midnights, thinned out until at most eight remain; hours where there is at most one midnight."""
    days = list(_midnights(timeline, zone))
    if len(days) < 2:
        days = [bucket.start for bucket in timeline.buckets]
    every = ceil(len(days) / _TICKS)
    kept = days[::every]
    return tuple(Tick(at, timeline.place(at), minor=number % 2 == 1) for number, at in enumerate(kept))


def _midnights(timeline: Timeline, zone: ZoneInfo) -> Iterator[datetime]:
    first = timeline.start.astimezone(zone)
    day = first.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if day < first:
        day += timedelta(days=1)  # wall clock arithmetic: stays at midnight when the clocks change
    while day < timeline.end:
        yield day
        day += timedelta(days=1)


def _flags(timeline: Timeline, alerts: Sequence[AlertLine]) -> Iterator[Flag]:
    before, level = -1.0, 0
    for alert in sorted(alerts, key=lambda alert: alert.opened_at):
        left = timeline.place(alert.opened_at)
        level = (level + 1) % 3 if left - before < _FLAG_GAP else 0
        before = left
        yield Flag(alert, left, level)


def _round(value: float) -> float:
    return round(value, 1)
