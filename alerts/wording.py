"""Numbers and times as people read them."""

import math
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from alerts.signals import Reason
from config.texts import Texts, texts

DAY_HOURS = 24.0


def moment(at: datetime, now: datetime, zone: ZoneInfo, lang: str) -> str:
    """A time of day for today ("08:14"), otherwise with its date ("11 Mar, 08:14"), in `zone`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = f"{local:%H:%M}"
    if local.date() == today:
        return clock
    return texts(lang).say("moment", day=day(local, lang), clock=clock)


def day(at: datetime, lang: str) -> str:
    """A date without its year: "Tue 11 Mar", "mar. 11 mars"."""
    return format_date(at.date(), "EEE d MMM", locale=texts(lang).lang)


def short_day(at: datetime, lang: str) -> str:
    """A date for a narrow place: "Tue 11", "mar. 11"."""
    return format_date(at.date(), "EEE d", locale=texts(lang).lang)


def span(value: float) -> str:
    """A small mean as the whole numbers around it ("0–1"), a larger one rounded ("12")."""
    low, high = math.floor(value + 1e-9), math.ceil(value - 1e-9)
    return f"{low}–{high}" if value < 10 and low != high else f"{round(value)}"


def usual_a_day(reasons: Iterable[Reason]) -> str | None:
    """The usual number of people a day behind the first reason named "people" that has a baseline and a window."""
    for reason in reasons:
        if reason.name == "people" and reason.baseline is not None and reason.hours:
            return span(reason.baseline * DAY_HOURS / reason.hours)
    return None


def reason_sentence(reason: Reason, say: Texts) -> str:
    """One number with its window and what is usual: "12 messages in 3 h, usually 1–2". Shares are written as percents;
    what they are compared with is a threshold of the brand file, which says nothing of what is usual."""
    share, mood = reason.name.endswith("_share"), reason.name == "mood"
    value = round(100 * reason.value) if share or mood else _readable(reason.value)
    known = f"reason-{reason.name}"
    text = say.say(known, value=value) if known in say else say.say("reason-other", name=reason.name, value=value)
    if reason.hours is not None and reason.hours >= 1:
        text = say.say("reason-window", what=text, hours=_readable(reason.hours))
    elif reason.hours is not None:
        text = say.say("reason-window-minutes", what=text, minutes=max(1, round(60 * reason.hours)))
    if reason.baseline is not None and not share:
        usual = f"{round(100 * reason.baseline)} %" if mood else span(reason.baseline)
        text = say.say("reason-usual", what=text, usual=usual)
    return text


def _readable(value: float) -> float | int:
    return round(value) if value >= 10 or value == round(value) else round(value, 1 if value >= 1 else 2)
