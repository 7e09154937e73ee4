"""A small chart of a story for a phone screen: messages over time, stacked by sentiment, beside what is usual."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from alerts.document import cut
from alerts.wording import short_day, span
from config.texts import Texts, texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST_HOURS = 7 * 24
SHORTEST = timedelta(hours=8)
MOST_BARS = 48
SENTIMENTS = ("negative", "neutral", "positive")
COLOURS = {"negative": "#c2410c", "neutral": "#cbd5e1", "positive": "#15803d"}
"""Told apart in lightness too, for eyes that do not tell red from green."""
INK, FAINT = "#1f2937", "#6b7280"
USUAL: Mapping[str, Any] = {"color": INK, "linewidth": 1.2, "linestyle": (0, (3, 2))}
_DRAWING = Lock()  # Matplotlib is not thread-safe
SIZE_INCHES, DOTS = (5.0, 3.0), 200  # 1000 x 600 pixels: sharp at the width of a phone, 30 kB


@dataclass(frozen=True, slots=True)
class Series:
    """Messages of a story in buckets of `hours` hours from `start` on, by sentiment; `usual` is how many people
    usually speak so in a bucket, None when unknown."""

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
    message, or a calm while before it, to `now`. None when there is no message."""
    since = now - timedelta(hours=LONGEST_HOURS)
    messages = sorted((at, mood) for at, mood in told if since <= at <= now)
    if not messages:
        return None
    start = min(messages[0][0], now - SHORTEST).replace(minute=0, second=0, microsecond=0)
    length = (now - start).total_seconds() / 3600
    hours = next(step for step in (1, 2, 3, 6) if length / step <= MOST_BARS)
    bars = ceil((length + 1e-9) / hours)
    counts = {mood: [0] * bars for mood in SENTIMENTS}
    for at, mood in messages:
        bucket = int((at - start).total_seconds() // (3600 * hours))
        counts[mood][min(bucket, bars - 1)] += 1
    usual = None if usual_an_hour is None else usual_an_hour * hours
    negative, neutral, positive = (tuple(counts[mood]) for mood in SENTIMENTS)
    return Series(start, hours, negative, neutral, positive, usual, time_zone, title)


def draw(series: Series, lang: str) -> bytes:
    """The series as a PNG of 1000 x 600 pixels on white, with labels in French or English. Takes a third of a second;
    call it in a thread."""
    with _DRAWING:
        return _drawn(series, texts(lang))


def _drawn(series: Series, say: Texts) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # 0.4 s, and only where a picture is shown
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_INCHES, dpi=DOTS, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.075, 0.12, 0.885, 0.585))
    _bars(axes, series)
    if series.usual is not None:
        axes.axhline(series.usual, **USUAL)
    _time_axis(axes, series, say.lang)
    _count_axis(axes, series)
    _write(figure, 0.92, _drawable(cut(series.title, 52)), fontsize=11, fontweight="bold", color=INK)
    _write(figure, 0.855, say.say("chart-unit", hours=series.hours), fontsize=8.5, color=FAINT)
    _legend(axes, series, say)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def _write(figure: "Figure", height: float, text: str, **style: Any) -> None:
    figure.text(0.03, height, text, parse_math=False, **style)


def _bars(axes: "Axes", series: Series) -> None:
    below = [0] * len(series.negative)
    for mood in SENTIMENTS:
        counts = getattr(series, mood)
        places = [at + 0.5 for at in range(len(counts))]
        axes.bar(places, counts, width=0.82, bottom=below, color=COLOURS[mood], linewidth=0)
        below = [low + count for low, count in zip(below, counts, strict=True)]


def _time_axis(axes: "Axes", series: Series, lang: str) -> None:
    """Marks at round local hours, with the date at midnight: about six, whatever the span."""
    bars = len(series.negative)
    step = next(hours for hours in (1, 2, 3, 6, 12, 24, 48) if bars * series.hours / hours <= 7)
    first = series.start.astimezone(ZoneInfo(series.time_zone))
    places, labels = [], []
    for hour in range(bars * series.hours + 1):
        local = (series.start + timedelta(hours=hour)).astimezone(first.tzinfo)
        days = (local.date() - first.date()).days
        if local.hour % min(step, 24) == 0 and (step <= 24 or days % 2 == 0):
            places.append(hour / series.hours)
            labels.append(short_day(local, lang) if local.hour == 0 else f"{local:%H:%M}")
    axes.set_xlim(0, bars)
    axes.set_xticks(places, labels, fontsize=8.5, color=INK)
    axes.tick_params(axis="x", length=3, color=FAINT)


def _count_axis(axes: "Axes", series: Series) -> None:
    from matplotlib.ticker import MaxNLocator

    highest = max(sum(moods) for moods in zip(series.negative, series.neutral, series.positive, strict=True))
    axes.set_ylim(0, max(highest, series.usual or 0, 2) * 1.08)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.tick_params(axis="y", length=0, labelsize=8.5, labelcolor=INK)
    axes.grid(axis="y", color="#e5e7eb", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)


def _legend(axes: "Axes", series: Series, say: Texts) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    shown = [mood for mood in SENTIMENTS if any(getattr(series, mood))]
    handles: list[Any] = [Patch(color=COLOURS[mood], label=say.say(f"sentiment-{mood}")) for mood in shown]
    if series.usual is not None:
        handles.append(Line2D([], [], label=say.say("chart-usual", usual=span(series.usual)), **USUAL))
    legend = axes.legend(
        handles=handles,
        loc="center left",
        bbox_to_anchor=(0.03, 0.785),
        bbox_transform=axes.figure.transFigure,
        ncols=4,
        fontsize=8.5,
        labelcolor=INK,
        handlelength=1.2,
        handletextpad=0.5,
        columnspacing=1.1,
        borderpad=0.0,
        borderaxespad=0.0,
    )
    legend.set_frame_on(False)


def _drawable(text: str) -> str:
    """The characters for which the chart's font has a shape: emoji and some scripts are left to the card."""
    from matplotlib.font_manager import findfont, get_font

    font = get_font(findfont("DejaVu Sans"))
    return " ".join("".join(c for c in text if c.isspace() or font.get_char_index(ord(c))).split())
