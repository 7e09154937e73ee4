"""Numbers, times and terms of the report as one language writes them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_interval, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from alerts.signals import Reason
from alerts.wording import reason_sentence
from config.texts import texts

_LOCALES = {"en": "en_GB"}  # the day before the month, as on the alert cards


class Words:
    """One language and the brand's time zone."""

    def __init__(self, lang: str, time_zone: str) -> None:
        self._texts = texts(lang)
        self.lang = self._texts.lang
        self._locale = _LOCALES.get(self.lang, self.lang)
        self._zone = ZoneInfo(time_zone)

    def say(self, message: str, **variables: object) -> str:
        """A text of `report.ftl`, named without its prefix."""
        return self._texts.say(f"report-{message}", **variables)

    def term(self, group: str, name: str, **variables: object) -> str:
        """The word for a value of the data (a kind, a state, a placeholder); the value itself where there is none."""
        for message in (f"report-{group}-{name}", f"{group}-{name}"):
            if message in self._texts:
                return self._texts.say(message, **variables)
        return name

    def reason(self, reason: Reason) -> str:
        """A detector's number with its window and what is usual."""
        return reason_sentence(reason, self._texts)

    def number(self, value: float) -> str:
        """A number: "1,204", "1 204"."""
        return format_decimal(value, locale=self._locale)

    def percent(self, share: float) -> str:
        """A share as whole per cent; what is more than nothing is never 0 %."""
        if 0 < share < 0.005:
            return "< " + format_percent(0.01, "#,##0 %" if self.lang == "fr" else None, locale=self._locale)
        return format_percent(share, locale=self._locale)

    def day(self, at: datetime) -> str:
        """A day without its year: "Tue 17 Mar", "mar. 17 mars"."""
        return format_date(self._local(at), "EEE d MMM", locale=self._locale)

    def clock(self, at: datetime) -> str:
        """A time of day: "14:05"."""
        return f"{self._local(at):%H:%M}"

    def moment(self, at: datetime) -> str:
        """A day and a time of day."""
        return f"{self.day(at)}, {self.clock(at)}"

    def period(self, first: datetime, last: datetime) -> str:
        """A span of days: "16 – 19 March 2026"."""
        return format_interval(self._local(first).date(), self._local(last).date(), "yMMMMd", locale=self._locale)

    def bucket(self, at: datetime, width: timedelta) -> str:
        """What a bar of the timeline stands for: an hour, some hours, a day, or days from one on."""
        if width < timedelta(days=1):
            return f"{self.day(at)}, {self.clock(at)}–{self.clock(at + width)}"
        noon = timedelta(hours=12)  # the same day for a bucket that begins an hour beside midnight, the clocks changed
        if width == timedelta(days=1):
            return self.day(at + noon)
        first, last = self._local(at + noon), self._local(at + width - noon)
        return format_interval(first.date(), last.date(), "MMMd", locale=self._locale)

    def tick(self, at: datetime) -> str:
        """A label of the time axis: the day at midnight, otherwise the time."""
        local = self._local(at)
        if local.hour == local.minute == 0:
            return format_skeleton("MMMd", local, locale=self._locale)
        return self.clock(at)

    def stamp(self, at: datetime) -> str:
        """A whole date with its time and zone."""
        return format_datetime(self._local(at), "d MMMM y, HH:mm z", locale=self._locale)

    def listed(self, names: Iterable[str]) -> str:
        """Names as a list in a sentence."""
        return format_list(list(names), locale=self._locale)

    def rows(self, rows: Iterable[int]) -> str:
        """Row numbers, runs of them joined: "3–7, 12"."""
        runs: list[list[int]] = []
        for row in rows:
            if runs and row == runs[-1][1] + 1:
                runs[-1][1] = row
            else:
                runs.append([row, row])
        return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in runs)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)
