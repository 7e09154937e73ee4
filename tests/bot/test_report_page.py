"""The report's page: that it loads nothing and obeys no text, what it says, and the geometry of its figures."""

import re
import stat
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_world import START, World, read, rumour

from alerts.signals import Kind, Reason, Severity
from bot.platforms.transcript import Broken
from bot.report import ReportData, Run, build_report
from bot.report.data import (
    AlertLine,
    Bucket,
    ChatLine,
    Mix,
    Quote,
    Story,
    Timeline,
    TopicLine,
    Trace,
    Verified,
)
from bot.report.figures import HEIGHT, ceiling, diverging, spark, timeline_figure
from bot.report.page import render
from bot.report.words import Words
from config.texts import languages
from nlp.narratives.summary import NarrativeState
from storage.tables import AlertState, ChatMode

PARIS = ZoneInfo("Europe/Paris")
VOID = {"meta", "link", "input", "br", "rect", "line", "path"}


class Page(HTMLParser):
    """Collects what a page loads, links and nests wrongly, and the text of each language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.outside: list[tuple[str, str]] = []
        self.unclosed: list[str] = []
        self.text: dict[str, str] = {"": ""}
        self._page = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if values.get("class") == "page":
            self._page = values["lang"] or ""
            self.text[self._page] = ""
        if anchor := values.get("id"):
            self.ids.append(anchor)
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            value = values.get(name)
            if value and value.startswith("#"):
                self.anchors.append(value[1:])
            elif value:
                self.outside.append((tag, value))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.unclosed.append(tag)

    def handle_data(self, data: str) -> None:
        self.text[self._page] += data


@pytest.fixture
def full(world: World) -> ReportData:
    """A report with something in every section."""
    world.chat("Thé <& Co>", mode=ChatMode.ASSUMED, dropped=1)
    rows = rumour(world, 5)
    world.hear("joyeux anniversaire [phone]", "p_9", hours=50, sentiment="positive", topic=None)
    world.alert("malade", rows[:3], narrative=7, fact="organic")
    return read(world, Run(12, (Broken("export.txt", 7, "a date that does not exist"),), 3))


def test_the_page_loads_nothing_runs_nothing_and_is_well_formed(full: ReportData) -> None:
    page = Page(render(full, "fr"))
    assert not set(page.tags) & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert page.outside == [("a", "https://theine.example/bio?a=1&b=2")] * len(page.outside)
    assert set(page.anchors) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert not page.open
    assert not page.unclosed


def test_the_page_forbids_whatever_it_does_not_need(full: ReportData) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', render(full, "fr"))
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "script" not in policy[1]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_no_text_becomes_markup(text: str) -> None:
    hostile = text + "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    data = _told(hostile)
    page = Page(render(data, "en"))
    assert not {"script", "img"} & set(page.tags)
    assert not page.unclosed


def _told(text: str) -> ReportData:
    """A report in which one text stands wherever people's texts can stand."""
    mix = Mix(1, 1, 1)
    trace = Trace(3, 3, (text,), START, START, (text,), (1, 2, 3))
    quotes = (Quote(text, text, START, text, "negative", True),)
    fact = Verified(text, "https://theine.example/", True)
    reasons = (Reason(text, 2.0, 1.0, 24.0),)
    alert = AlertLine(
        1, 1, Kind.RUMOUR, Severity.CRITICAL, AlertState.OPEN, text, 7, text, text, START, 0.9, reasons, mix, quotes,
        fact, (), trace,
    )  # fmt: skip
    story = Story(
        7, text, text, NarrativeState.GROWING, Kind.RUMOUR, (1,), mix, 1, {text: 2, "fr": 1}, {"question": 1}, (mix,),
        quotes, fact, trace,
    )  # fmt: skip
    return ReportData(
        brand=text, time_zone="UTC", made_at=START, version="1", quorum=3, people=3, mix=mix, intents={},
        langs={text: 3}, models={text: 3}, chats=(ChatLine(text, text, ChatMode.OPT_IN, mix, 3, 0),),
        timeline=Timeline(timedelta(hours=1), (Bucket(START, mix, 3),)), alerts=(alert,), stories=(story,), untold=0,
        topics=(TopicLine(text, text, mix, 3),), redacted={text: 1}, run=Run(1, (Broken(text, 1, text),), 0),
    )  # fmt: skip


def test_the_page_speaks_every_language_and_opens_in_the_one_asked_for(full: ReportData) -> None:
    html = render(full, "en")
    page = Page(html)
    assert set(page.text) == {"", *languages()}
    assert html.index('id="lang-en" checked') < html.index('id="lang-fr"')
    assert "Where these numbers come from" in page.text["en"]
    assert "D'où viennent ces nombres" in page.text["fr"]
    assert "Where these numbers come from" not in page.text["fr"]


def test_assumed_consent_is_loud_and_given_consent_is_not(full: ReportData, world: World) -> None:
    assert "Consentement supposé" in Page(render(full, "fr")).text["fr"]
    with world.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE chat SET mode = 'opt_in'")
    assert "Consentement supposé" not in render(read(world), "fr")


def test_the_page_says_what_it_does_not_hold(full: ReportData) -> None:
    text = " ".join(Page(render(full, "fr")).text["fr"].split())
    assert "1 message d'une personne qui n'a pas donné son accord." in text
    assert "1 numéro de téléphone" in text
    assert "12 lignes mises de côté" in text
    assert "export.txt, ligne 7 : a date that does not exist" in text
    assert "et 11 autres" in text


def test_nothing_heard_is_a_page_too(world: World) -> None:
    world.chat("Thé", dropped=9)
    text = " ".join(Page(render(read(world), "fr")).text["fr"].split())
    assert "Aucun message n'a été entendu." in text
    assert "9 messages de personnes qui n'ont pas donné leur accord." in text


def test_the_file_is_the_owner_s_alone_and_appears_whole(world: World, tmp_path: Path) -> None:
    world.chat("Thé")
    world.hear("bonjour")
    out = tmp_path / "new" / "report.html"
    build_report(world.database, world.vault, world.brand, out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_text(encoding="utf-8").endswith("</html>")
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]


# Figures and words


@given(st.integers(0, 10**7))
def test_the_top_of_the_axis_is_close_above_and_halves_evenly(value: int) -> None:
    top = ceiling(value)
    assert top >= max(value, 2)
    assert top % 2 == 0
    assert top <= max(2 * value, 2)


def test_bars_stand_on_the_ground_and_alerts_at_their_time(full: ReportData) -> None:
    assert full.timeline is not None
    figure = timeline_figure(full.timeline, full.alerts, PARIS)
    drawn = [bar for bar in figure.bars if bar.segments]
    assert all(bar.segments[0].y + bar.segments[0].height == pytest.approx(HEIGHT, abs=0.2) for bar in drawn)
    (flag,) = figure.flags
    assert flag.left == pytest.approx(2 / 51)
    assert [Words("fr", "Europe/Paris").tick(tick.at) for tick in figure.ticks] == ["17 mars", "18 mars"]


def test_a_spark_draws_only_buckets_with_messages() -> None:
    everything, negative = spark([Mix(1, 1, 0), Mix(), Mix(0, 4, 0)])
    assert everything == "M1 40v-20.0h8V40zM21 40v-40.0h8V40z"
    assert negative == "M1 40v-10.0h8V40z"


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_a_diverging_bar_has_the_middle_of_the_neutral_at_100(negative: int, neutral: int, positive: int) -> None:
    parts = {part.mood: part for part in diverging(Mix(negative, neutral, positive))}
    assert sum(part.width for part in parts.values()) == pytest.approx(
        100 if negative + neutral + positive else 0, abs=0.3
    )
    if neutral:
        assert parts["neutral"].x + parts["neutral"].width / 2 == pytest.approx(100, abs=0.2)


def test_row_numbers_are_joined_into_runs() -> None:
    assert Words("fr", "UTC").rows([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"


def test_the_smallest_share_is_not_nothing() -> None:
    assert [Words("en", "UTC").percent(share) for share in (0, 0.001, 0.5)] == ["0%", "< 1%", "50%"]
