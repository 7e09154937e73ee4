"""What the terminal shows: a moving picture where it can be drawn, plain lines elsewhere, never a command to it."""

import io
from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_world import START
from rich.console import Console

from alerts.card import Card, Quote, VerifiedFact
from alerts.payload import Payload, Sending
from alerts.signals import Kind, Reason, Severity
from bot.live.closing import print_received, print_summary
from bot.live.delivery import Received
from bot.live.plain import PlainLines
from bot.live.screen import Screen
from bot.live.sparks import MOST, Spark
from bot.live.stage import Counts, Line, printable
from bot.live.view import can_draw
from bot.live.wording import Wording
from bot.message import Platform
from bot.platforms.transcript import Broken
from bot.replay import Summary
from nlp.narratives.summary import NarrativeState, NarrativeSummary
from storage.tables import AlertState

ESCAPES = "\x1b]0;pwned\x07\x1b[2J\u202egnp\u2066"


def words(*, assumed: bool = True, lang: str = "en") -> Wording:
    return Wording(lang, ZoneInfo("Europe/Paris"), assumed=assumed)


def terminal(width: int = 80, height: int = 24) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=True, width=width, height=height, color_system=None, legacy_windows=False
    )


def written(console: Console) -> str:
    return cast(io.StringIO, console.file).getvalue()


def line(text: str, *, story: int | None = None, minutes: int = 0, **more: Any) -> Line:
    return Line(START + timedelta(minutes=minutes), "p_ab3x", Platform.TELEGRAM, text, "negative", story=story, **more)


def card(title: str = "malade · thé", quote: str = "le thé rend malade", **more: Any) -> Card:
    return Card(
        alert=1,
        at=START,
        lang="en",
        time_zone="Europe/Paris",
        state=AlertState.OPEN,
        severity=Severity.CRITICAL,
        kind=Kind.RUMOUR,
        title=title,
        sure=0.9,
        reasons=(Reason("people", 4, 0.5, 24.0),),
        people=4,
        messages=6,
        chats=("Thé",),
        first_seen=START,
        quotes=(Quote(1, quote, "fr"),),
        fact=VerifiedFact("organic", "All leaves are organic.", "https://theine.example/", True),
        **more,
    )


def story(id_: int, title: str, people: int) -> NarrativeSummary:
    return NarrativeSummary(
        id=id_, title=title, lang="fr", representative=1, state=NarrativeState.GROWING, first_seen=0.0, last_seen=0.0,
        messages=2 * people, people=people, chats=(), platforms=(), forwards=0, langs={"fr": 1}, sentiment={},
        emotion={}, stance={}, velocity=0.0, acceleration=0.0, links=(), topic=None, facts={}, quotes=(), history=(),
    )  # fmt: skip


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def picture(screen: Screen, console: Console) -> list[str]:
    """The picture as it would be drawn now."""
    drawn = Console(file=io.StringIO(), width=console.width, height=console.height, color_system=None)
    drawn.print(screen.picture(), height=console.height)
    return cast(io.StringIO, drawn.file).getvalue().splitlines()


# The moving picture


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 60), (40, 12), (20, 5)])
def test_the_picture_fits_its_terminal(width: int, height: int) -> None:
    console = terminal(width, height)
    with Screen(console, words(), "Theine & Co", clock=Clock()) as screen:
        for minute in range(200):
            screen.message(line("un message assez long pour déborder de la ligne 🫖 " * 3, minutes=minute, story=1))
        screen.narratives([story(at, "une histoire au titre interminable " * 3, 9) for at in range(30)])
        screen.alert(card(), 1)
        screen.progress(Counts(200, 3, 1, {"p_ab3x"}, 0.5, START))
        lines = picture(screen, console)
    assert len(lines) <= height
    measure = Console(width=500)
    assert max(measure.measure(one).maximum for one in lines) <= width


def test_the_picture_tells_messages_stories_and_the_alert() -> None:
    console = terminal(100, 30)
    with Screen(console, words(), "Theine & Co", clock=Clock()) as screen:
        screen.message(line("bonjour à tous"))
        screen.message(line("", media="voice", minutes=1))
        screen.message(line("faites tourner", forwarded=True, story=7, minutes=2))
        screen.narratives([story(7, "malade · thé", 4), story(8, "bonjour", 2)])
        screen.progress(Counts(3, 0, 0, {"p_ab3x"}, 0.5, START))
        before = "\n".join(picture(screen, console))
        screen.alert(card(), 7)
        after = "\n".join(picture(screen, console))
    assert "08:00 ● t ab3 bonjour à tous" in before
    assert "[voice note]" in before
    assert "↪ faites tourner" in before
    assert "4 people · 8 msg" in before
    assert "CONSENT ASSUMED" in before
    assert "50%" in before
    assert "▲" not in before
    assert "▲ malade · thé" in after
    assert "Critical · Rumour" in after
    assert "« le thé rend malade »" in after
    assert "All leaves are organic." in after


def test_it_draws_at_most_ten_times_a_second_but_an_alert_at_once() -> None:
    console, clock = terminal(), Clock()
    with Screen(console, words(), "Theine", clock=clock) as screen:
        clock.now = 100.0
        screen.message(line("un"))
        first = len(written(console))
        screen.message(line("deux"))
        assert len(written(console)) == first
        screen.alert(card(), None)
        second = len(written(console))
        assert second > first
        clock.now += 0.11
        screen.message(line("trois"))
        assert len(written(console)) > second


def test_texts_cannot_command_the_terminal() -> None:
    console = terminal()
    with Screen(console, words(), f"Theine{ESCAPES}", clock=Clock()) as screen:
        screen.message(line(f"bonjour{ESCAPES}"))
        screen.narratives([story(1, f"titre{ESCAPES}", 3)])
        screen.alert(card(f"titre{ESCAPES}", f"citation{ESCAPES}"), 1)
        text = "\n".join(picture(screen, console))
    assert not set(text) & set(ESCAPES) - set("]0;pwnedg[2J")


@given(st.text())
def test_what_is_printable_is_one_line_without_control_characters(text: str) -> None:
    shown = printable(text)
    assert not any(sign < " " or "\x7f" <= sign <= "\x9f" for sign in shown)
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown


@given(st.lists(st.floats(0, 10**8), min_size=1, max_size=60))
def test_a_spark_counts_every_message_in_few_stretches(times: list[float]) -> None:
    spark = Spark(min(times))
    for at in times:
        spark.add(at)
    assert sum(spark.counts) == len(times)
    assert 1 <= len(str(spark)) <= MOST


def test_a_spark_shows_growth() -> None:
    spark = Spark(0.0, seconds=60)
    for minute, messages in enumerate([1, 0, 2, 8]):
        for _ in range(messages):
            spark.add(60.0 * minute)
    assert str(spark) == "▁ ▂█"


# Plain lines


def test_plain_lines_say_how_far_it_is_now_and_then_and_each_alert() -> None:
    console, clock = Console(file=io.StringIO(), width=40), Clock()
    with PlainLines(console, words(), clock=clock) as lines:
        for percent in range(1, 101):
            lines.message(line("bonjour"))
            lines.progress(Counts(percent, 0, 0, {"p_a"}, percent / 100, START))
        lines.alert(card(), 7)
    said = written(console).splitlines()
    assert said[0] == "CONSENT ASSUMED"
    assert [one.split()[0] for one in said[1:-1]] == ["25%", "50%", "75%", "100%"]
    assert said[-1].startswith("ALERT Mon 16 Mar 08:00 🔴 Critical · Rumour · malade · thé")


def test_plain_lines_do_not_fall_silent_in_a_long_replay() -> None:
    console, clock = Console(file=io.StringIO(), width=40), Clock()
    with PlainLines(console, words(assumed=False), clock=clock) as lines:
        lines.progress(Counts(share=0.001))
        assert written(console) == ""
        clock.now = 5.0
        lines.progress(Counts(share=0.002))
    assert written(console).startswith("0% read")


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_that_wants_no_pictures_gets_none(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert can_draw(terminal())
    assert not can_draw(Console(file=io.StringIO()))
    monkeypatch.setenv(variable, value)
    assert not can_draw(terminal())


# The end


def test_what_the_team_received_stands_in_full_and_updates_in_a_line() -> None:
    console = Console(file=io.StringIO(), width=80)
    news = Payload("en", card=card(), news=True)
    print_received(
        console,
        words(),
        [
            Received(START, ("console", "console", "mail"), Payload("en", card=card()), Sending.ALERT),
            Received(START, ("console",), news, Sending.EDIT),
            Received(START, ("console",), Payload("en", text="Closed."), Sending.NOTICE),
        ],
    )
    said = written(console)
    assert "Mon 16 Mar 08:00 · console, mail" in said
    assert said.count("le thé rend malade") == 1
    assert "update: 🔴 malade · thé" in said
    assert "Closed." in said


def test_what_was_received_cannot_command_the_terminal_either() -> None:
    console = Console(file=io.StringIO(), width=80)
    payload = Payload("en", card=card(f"titre{ESCAPES}", f"une\nligne{ESCAPES}"))
    print_received(console, words(), [Received(START, ("console",), payload, Sending.ALERT)])
    assert not set(written(console)) & {"\x1b", "\x07", "\u202e", "\u2066"}


def test_a_quiet_replay_says_that_the_team_received_nothing() -> None:
    console = Console(file=io.StringIO(), width=80)
    print_received(console, words(lang="fr"), [])
    assert "L'équipe n'a rien reçu" in written(console)


def test_the_summary_counts_what_was_left_out_and_shouts_assumed_consent() -> None:
    console = Console(file=io.StringIO(), width=100)
    summary = Summary(read=1500, stored=1400, dropped=100, broken_lines=1, seconds=3.0)
    summary.broken.append(Broken(f"export{ESCAPES}.txt", 1204, "a date that does not exist"))
    summary.redacted.update(phone=2, email=1)
    print_summary(console, words(), summary)
    said = written(console)
    assert "1,500  Messages read" in said
    assert "100  Dropped unread for lack of consent" in said
    assert "3  Personal data redacted" in said
    assert "line 1204: a date that does not exist" in said
    assert "500 messages a second" in said
    assert "Consent ASSUMED for everybody" in said
    assert "\x1b" not in said
    print_summary(console, words(assumed=False), Summary())
    assert written(console).count("ASSUMED") == 1
