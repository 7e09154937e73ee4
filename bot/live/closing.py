"""What stands in the terminal when a replay is over: what the team received, and a summary."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.card import MARKS
from alerts.payload import Sending
from alerts.render import to_console
from bot.live.delivery import Received
from bot.live.stage import BORDERS, printable
from bot.live.wording import Wording
from bot.replay import Summary


def print_received(console: Console, words: Wording, received: Sequence[Received]) -> None:
    """Print what the team received, oldest first: cards in full, edits of them as one line."""
    _rule(console, words.say("received"))
    if not received:
        console.print(words.say("received-none"))
    for one in received:
        card = one.payload.card
        when = words.moment(card.at if card else one.at)
        if one.kind is Sending.EDIT and card:
            title = printable(f"{MARKS[card.severity]} {card.title}")
            console.print(Text(words.say("received-edit", when=when, title=title), style="dim", overflow="ellipsis"))
            continue
        channels = ", ".join(dict.fromkeys(one.lanes))
        console.print(Text(words.say("received-at", when=when, channels=channels), style="dim"))
        console.print(to_console(one.payload.shown(), BORDERS[card.severity] if card else "white"))


def print_summary(console: Console, words: Wording, summary: Summary) -> None:
    """Print what a replay did, and what it left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="bold")
    table.add_column()
    numbers = (
        ("read", summary.read, True),
        ("stored", summary.stored, True),
        ("known", summary.known, False),
        ("dropped", summary.dropped, True),
        ("redacted", summary.redacted.total(), True),
        ("broken", summary.broken_lines, True),
        ("skipped", summary.skipped.total(), False),
    )
    for name, number, always in numbers:
        if number or always:
            table.add_row(words.say("number", n=number), words.say(f"sum-{name}"))
    _rule(console, words.say("summary"))
    console.print(table)
    for broken in summary.broken:
        where = words.say("broken-line", where=printable(broken.where), line=str(broken.line))
        console.print(Text(f"{where} {broken.reason}", style="dim"))
    rate = round(summary.read / summary.seconds) if summary.seconds else summary.read
    console.print(words.say("sum-speed", rate=rate, seconds=round(summary.seconds, 1)))
    if words.assumed:
        console.print(Text(f" {words.say('sum-assumed')} ", style="bold black on yellow"))
    else:
        console.print(words.say("sum-listed"))


def _rule(console: Console, title: str) -> None:
    console.print()
    console.rule(Text(title, style="bold"))
