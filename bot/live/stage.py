"""What can be shown while messages go through: the parts of a picture, and who draws them."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from rich.text import Text

from alerts.card import Card
from alerts.signals import Severity
from bot.message import Platform
from nlp.narratives.summary import NarrativeSummary

BORDERS = {Severity.INFORMATION: "blue", Severity.WARNING: "dark_orange", Severity.CRITICAL: "red"}

# Terminals obey control characters, and some draw the rest of a line backwards after a direction mark.
_COMMANDS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A redacted message as it flows by; `person` is a pseudonym, `story` its narrative."""

    at: datetime
    person: str
    platform: Platform
    text: str
    sentiment: str
    forwarded: bool = False
    media: str | None = None
    story: int | None = None


@dataclass(slots=True)
class Counts:
    """What has been seen so far; `share` of the inputs in 0..1, `at` the time of the newest message."""

    messages: int = 0
    dropped: int = 0
    alerts: int = 0
    people: set[str] = field(default_factory=set)
    share: float = 0.0
    at: datetime | None = None


class Stage(Protocol):
    """Draws a replay. Calls are cheap: drawing is limited to a few times a second."""

    moving: bool
    """Whether somebody sees messages move, and stories are worth summing up."""

    def __enter__(self) -> "Stage": ...

    def __exit__(self, *error: object) -> None: ...

    def due(self) -> bool:
        """Whether enough time has passed for drawing again."""
        ...

    def message(self, line: Line) -> None:
        """A message went through."""
        ...

    def narratives(self, told: list[NarrativeSummary]) -> None:
        """These are the stories now, the most important first."""
        ...

    def alert(self, card: Card, story: int | None) -> None:
        """The team received an alert, or an update of one, about a story or, without one, about a topic or chat."""
        ...

    def progress(self, counts: Counts) -> None:
        """So much is done."""
        ...


def printable(text: str) -> str:
    """The text on one line, without what a terminal would obey instead of show."""
    return _COMMANDS.sub(" ", text)


def shown(text: str, style: str = "", width: int | None = None) -> Text:
    """People's words as rich shows them, no markup interpreted, cut to `width` columns with an ellipsis."""
    made = Text(printable(text), style=style, no_wrap=True, overflow="ellipsis")
    if width is not None:
        made.truncate(max(width, 1), overflow="ellipsis")
    return made
