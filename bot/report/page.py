"""From `ReportData` to one HTML file that loads nothing: no script, no font, no picture from elsewhere."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.report.data import Bucket, Mix, ReportData, Story
from bot.report.figures import Diverging, diverging, spark, timeline_figure
from bot.report.words import Words
from config.texts import languages

_HERE = Path(__file__).parent
_NAMES = {"fr": "Français", "en": "English"}


def render(data: ReportData, lang: str) -> str:
    """The whole page, opened in `lang` (a language with texts, else English), with a switch to every other one."""
    first = Words(lang, data.time_zone).lang
    pages = [Page(data, one) for one in (first, *(other for other in languages() if other != first))]
    css = Markup((_HERE / "report.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file, no one else's text
    return _environment().get_template("template.html").render(data=data, pages=pages, css=css)


class Page:
    """The page in one language: what the template asks for beyond the data itself."""

    def __init__(self, data: ReportData, lang: str) -> None:
        self.data = data
        self.words = Words(lang, data.time_zone)
        self.name = _NAMES.get(lang, lang)
        self.shown = {story.id for story in data.stories}
        self._alerts = {alert.number: alert for alert in data.alerts}
        if data.timeline:
            self.figure = timeline_figure(data.timeline, data.alerts, ZoneInfo(data.time_zone))
            self.last = data.timeline.end - timedelta(seconds=1)
            self.width = self._width(data.timeline.width)

    @property
    def key_numbers(self) -> Sequence[tuple[str, int, str]]:
        """What stands at the top: the name of each number, the number, and how it is written."""
        data, number = self.data, self.words.number
        counts = {
            "messages": data.mix.total,
            "people": data.people,
            "questions": data.intents.get("question", 0),
            "complaints": data.intents.get("complaint", 0),
            "stories": len(data.stories),
            "alerts": len(data.alerts),
        }
        shown = [(name, count, number(count)) for name, count in counts.items()]
        shown.insert(2, ("negative", data.mix.negative, self.words.percent(data.mix.share("negative"))))
        return shown

    def bar(self, bucket: Bucket) -> str:
        """What a bar of the timeline says when it is pointed at."""
        assert self.data.timeline
        mix = bucket.mix
        return self.words.say(
            "bar",
            when=self.words.bucket(bucket.start, self.data.timeline.width),
            messages=mix.total,
            people=bucket.people,
            mix=self.words.say("mix", negative=mix.negative, neutral=mix.neutral, positive=mix.positive),
        )

    def severity(self, alert: int) -> str:
        """The CSS class of an alert, by its number."""
        return self._alerts[alert].severity.name.lower()

    def mark(self, alert: int) -> float:
        """Where an alert lies on a figure as wide as the timeline, in SVG units."""
        assert self.data.timeline
        return round(self.figure.width * self.data.timeline.place(self._alerts[alert].opened_at), 1)

    def spark(self, story: Story) -> tuple[str, str]:
        """The SVG paths of a story's life."""
        return spark(story.life)

    def diverging(self, mix: Mix) -> tuple[Diverging, ...]:
        """The bar of a topic."""
        return diverging(mix)

    def _width(self, width: timedelta) -> str:
        days, hours = width.days, width.seconds // 3600
        unit, count = ("day", days) if days else ("hour", hours)
        return self.words.say(f"width-{unit}" if count == 1 else f"width-{unit}s", n=count)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["places"] = lambda share: f"{100 * share:.2f}".rstrip("0").rstrip(".")
    return environment
