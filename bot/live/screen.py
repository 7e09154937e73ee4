"""A full-screen picture of a replay: messages flow on the left, stories grow on the right, an alert appears below."""

import hashlib
import time
from collections import deque
from collections.abc import Callable
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.layout import Layout
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from alerts.card import Card, card_document, card_title
from alerts.document import Form
from alerts.signals import Severity
from bot.live.sparks import Spark
from bot.live.stage import BORDERS, Counts, Line, printable, shown
from bot.live.wording import Wording
from nlp.narratives.summary import NarrativeSummary

REFRESH_SECONDS = 0.1
_KEPT = 100  # messages: more than any screen shows
_DOTS = {"negative": "red", "neutral": "bright_black", "positive": "green"}
_TAGS = ("cyan", "magenta", "blue", "yellow", "green", "bright_cyan", "bright_magenta", "bright_blue")

_NARROW = 100  # columns: below, the stories get less room


class Screen:
    """Draws on the terminal's second screen, which gives way to what stood there before when it is done.

    It draws at most ten times a second, in the caller's thread, and never waits.
    """

    moving = True

    def __init__(
        self, console: Console, words: Wording, brand: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console, self._words, self._brand, self._clock = console, words, printable(brand), clock
        self._drawn = float("-inf")
        self._lines: deque[Line] = deque(maxlen=_KEPT)
        self._stories: list[NarrativeSummary] = []
        self._sparks: dict[int, Spark] = {}
        self._alerted: dict[int, Severity] = {}
        self._newest: Card | None = None
        self._counts = Counts()
        self._live = Live(console=console, screen=True, auto_refresh=False, get_renderable=self.picture)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.__exit__(None, None, None)

    def due(self) -> bool:
        """Whether a tenth of a second has passed since the last picture."""
        return self._clock() - self._drawn >= REFRESH_SECONDS

    def message(self, line: Line) -> None:
        """Let a message flow by."""
        self._lines.append(line)
        if line.story is not None:
            at = line.at.timestamp()
            self._sparks.setdefault(line.story, Spark(at)).add(at)
        self._draw()

    def narratives(self, told: list[NarrativeSummary]) -> None:
        """Show these stories, in this order."""
        self._stories = told
        kept = {story.id for story in told}
        if len(self._sparks) > 10 * _KEPT:
            self._sparks = {id_: spark for id_, spark in self._sparks.items() if id_ in kept}
        self._draw()

    def alert(self, card: Card, story: int | None) -> None:
        """Show an alert at once."""
        self._newest = card
        if story is not None:
            self._alerted[story] = card.severity
        self._draw(now=True)

    def progress(self, counts: Counts) -> None:
        """Show how far it is."""
        self._counts = counts
        self._draw()

    def _draw(self, *, now: bool = False) -> None:
        if now or self.due():
            self._drawn = self._clock()
            self._live.refresh()

    def picture(self) -> RenderableType:
        """The whole picture, in the size of the terminal."""
        width, height = self._console.size
        lines = self._alert_lines(self._newest, width) if self._newest else []
        alert_height = min(len(lines) + 2, height // 3) if lines else 0
        body_height = height - 3 - alert_height
        right = 36 if width < _NARROW else 48
        picture = Layout()
        body = Layout(name="body")
        body.split_row(
            Layout(self._flow(width - right - 1, body_height), name="flow"),
            Layout(self._growth(right, body_height), name="growth", size=right),
        )
        parts = [Layout(self._head(width), name="head", size=3), body]
        if self._newest and alert_height > 2:
            panel = self._alert(self._newest, lines[: alert_height - 2], width)
            parts.append(Layout(panel, name="alert", size=alert_height))
        picture.split_column(*parts)
        return picture

    def _head(self, width: int) -> RenderableType:
        counts, words = self._counts, self._words
        first = Table.grid(expand=True, padding=(0, 1))
        first.add_column(no_wrap=True)
        first.add_column(ratio=1)
        first.add_column(justify="right", no_wrap=True)
        bar = ProgressBar(total=1.0, completed=counts.share, complete_style="cyan", finished_style="green")
        when = f"{counts.share:4.0%}  {words.moment(counts.at) if counts.at else ''}"
        first.add_row(Text.assemble(("((( ", "bold red"), ("Earshot ", "bold"), self._brand), bar, Text(when))
        said = Text(words.counts(counts), no_wrap=True, overflow="ellipsis")
        second = Table.grid(expand=True)
        second.add_column(ratio=1, no_wrap=True)
        second.add_column(justify="right", no_wrap=True)
        second.add_row(
            said, Text(f"\u00a0{words.assumed}\u00a0", style="bold black on yellow") if words.assumed else Text()
        )
        return Group(first, second, Rule(style="bright_black"))

    def _flow(self, width: int, height: int) -> RenderableType:
        lines = list(self._lines)[-height:]
        return Group(*(self._line(line, width) for line in lines))

    def _line(self, line: Line, width: int) -> Text:
        told = Text(no_wrap=True, overflow="ellipsis")
        told.append(f"{self._words.clock(line.at)} ", style="bright_black")
        told.append("● ", style=_DOTS.get(line.sentiment, "bright_black"))
        told.append(f"{line.platform[0]} ", style="bright_black")
        told.append(f"{_tag(line.person)} ", style=_color(line.person))
        if line.forwarded:
            told.append("↪ ", style="yellow")
        if line.text:
            told.append_text(shown(line.text, "" if line.story is None else "bold"))
        elif line.media:
            told.append(self._words.media(line.media), style="italic bright_black")
        told.truncate(max(width, 1), overflow="ellipsis")
        return told

    def _growth(self, width: int, height: int) -> RenderableType:
        lines = [Text(self._words.say("stories"), style="bold")]
        room = (height - 1) // 3
        for story in self._stories[: max(room, 1)]:
            lines += self._story(story, width)
        if not self._stories:
            lines.append(Text(self._words.say("stories-none"), style="italic bright_black"))
        return Group(*lines)

    def _story(self, story: NarrativeSummary, width: int) -> list[Text]:
        severity = self._alerted.get(story.id)
        title = Text("▲ " if severity else "  ", style=BORDERS[severity] if severity else "", no_wrap=True)
        title.append_text(shown(story.title, "bold" if severity else "", width - 2))
        numbers = Text("  ", no_wrap=True, overflow="ellipsis")
        spark = self._sparks.get(story.id)
        negative = story.sentiment.get("negative", 0.0)
        if spark:
            numbers.append(f"{spark!s} ", style="red" if negative >= 0.5 else "cyan")
        numbers.append(self._words.say("story", people=story.people, messages=story.messages), style="bright_black")
        numbers.truncate(width, overflow="ellipsis")
        return [title, numbers, Text(" ")]

    def _alert_lines(self, card: Card, width: int) -> list[Text]:
        """The most telling of a card, a line each: its headline, a number, the fact that it meets, two quotes."""
        blocks = card_document(card).body.blocks[1 if card.news else 0 :]
        reasons = [shown(f"• {block.text}") for block in blocks if block.form is Form.BULLET]
        facts = [shown(f"✓ {card.fact.statement}", "green")] if card.fact else []
        told = dict.fromkeys(printable(quote.text) for quote in card.quotes)  # a chain letter is quoted once
        quotes = [shown(f"« {text} »", "italic") for text in told]
        lines = [*(shown(block.text, "bold") for block in blocks[:1]), *reasons[:1], *facts, *quotes[:2]]
        for line in lines:
            line.truncate(max(width - 4, 1), overflow="ellipsis")
        return lines

    def _alert(self, card: Card, lines: list[Text], width: int) -> RenderableType:
        title = shown(f" {card_title(card)} ", "bold", width - 6)
        return Panel(Group(*lines), title=title, title_align="left", border_style=BORDERS[card.severity])


def _tag(person: str) -> str:
    return person.removeprefix("p_")[:3]


def _color(person: str) -> str:
    return _TAGS[hashlib.blake2s(person.encode(), digest_size=1).digest()[0] % len(_TAGS)]
