"""A replay as plain lines: for logs, pipes and terminals that cannot draw."""

import time
from collections.abc import Callable
from typing import Self

from rich.console import Console

from alerts.card import Card, card_title
from bot.live.stage import Counts, Line, printable
from bot.live.wording import Wording
from nlp.narratives.summary import NarrativeSummary

EVERY_SECONDS = 5.0
EVERY_SHARE = 0.25


class PlainLines:
    """Prints a line for each alert, and how far it is every five seconds or quarter of the way."""

    moving = False

    def __init__(self, console: Console, words: Wording, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._words, self._clock = console, words, clock
        self._said_at, self._said_share = clock(), 0.0
        self._told: set[int] = set()

    def __enter__(self) -> Self:
        if self._words.assumed:
            self._print(self._words.assumed)
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def due(self) -> bool:
        """Never: nothing moves here."""
        return False

    def message(self, line: Line) -> None:
        """Messages do not show."""

    def narratives(self, told: list[NarrativeSummary]) -> None:
        """Stories do not show."""

    def alert(self, card: Card, story: int | None) -> None:
        """Print the title of an alert; later news of it are an update."""
        key = "received-edit" if card.alert in self._told else "alert"
        self._told.add(card.alert)
        self._print(self._words.say(key, when=self._words.moment(card.at), title=card_title(card)))

    def progress(self, counts: Counts) -> None:
        """Print how far it is, now and then."""
        share = counts.share
        if share < 1 and share - self._said_share < EVERY_SHARE and self._clock() - self._said_at < EVERY_SECONDS:
            return
        if share == self._said_share == 1:
            return
        self._said_at, self._said_share = self._clock(), share
        self._print(self._words.say("progress", share=round(100 * share), counts=self._words.counts(counts)))

    def _print(self, line: str) -> None:
        self._console.print(printable(line), markup=False, highlight=False, soft_wrap=True)
