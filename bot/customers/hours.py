"""Office time: how long something has waited while the office was open, and when it opens again."""

from datetime import UTC, datetime, timedelta

from config.brand import OfficeHours, Weekday

FAR = timedelta(days=60)
"""How far ahead an opening is looked for."""
_DAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)


def office_time(hours: OfficeHours, start: datetime, end: datetime) -> timedelta:
    """Return how much of the time from `start` to `end` (local times of the brand's zone) the office was open."""
    open_for, day = timedelta(0), _midnight(start)
    while day < end:
        for opens, closes in _openings(hours, day):
            # Times of one zone are subtracted as clocks show them; in UTC a change of the clocks counts right.
            first, last = max(opens, start).astimezone(UTC), min(closes, end).astimezone(UTC)
            open_for += max(last - first, timedelta(0))
        day = _midnight(day + _DAY + timedelta(hours=3))
    return open_for


def next_opening(hours: OfficeHours, moment: datetime) -> datetime | None:
    """Return when the office opens next after a local time at which it is closed; None when that is not foreseeable."""
    day = _midnight(moment)
    while day - moment < FAR:
        for opens, _ in sorted(_openings(hours, day)):
            if opens > moment:
                return opens
        day = _midnight(day + _DAY + timedelta(hours=3))
    return None


def _openings(hours: OfficeHours, day: datetime) -> list[tuple[datetime, datetime]]:
    if day.date() in hours.closed_on:
        return []
    if not hours.days:
        return [(day, _midnight(day + _DAY + timedelta(hours=3)))]
    spans = hours.days.get(_DAYS[day.weekday()], ())
    return [
        (
            day.replace(hour=span.start.hour, minute=span.start.minute),
            day.replace(hour=span.end.hour, minute=span.end.minute),
        )
        for span in spans
    ]


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
