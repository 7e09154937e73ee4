from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.customers.hours import next_opening, office_time
from bot.customers.limits import Limits, Room
from config.brand import Conversations, OfficeHours

PARIS = ZoneInfo("Europe/Paris")
WEEK = OfficeHours.model_validate(
    {"days": {"monday": ["09:00-12:00", "14:00-18:00"], "friday": ["09:00-17:00"], "sunday": ["00:00-06:00"]},
     "closed_on": [date(2026, 3, 9)]}
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(lambda at: at.replace(tzinfo=PARIS))  # noqa: DTZ001


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (at(2, 8), at(2, 10), 1),  # a Monday, before it opens
        (at(2, 11), at(2, 15), 2),  # over lunch
        (at(2, 17), at(6, 10), 2),  # until Friday
        (at(6, 16), at(16, 10), 1 + 6 + 8 + 6 + 1),  # over a Monday on which the office is closed
        (at(29, 0), at(29, 6), 5),  # the night in which the clocks go forward
        (at(3, 9), at(3, 18), 0),
    ],
)
def test_only_time_in_which_the_office_is_open_counts(start: datetime, end: datetime, hours: int) -> None:
    assert office_time(WEEK, start, end) == timedelta(hours=hours)


def test_an_office_without_hours_never_closes() -> None:
    start = at(2, 8)
    assert office_time(OfficeHours(), start, start + timedelta(hours=50)) == timedelta(hours=50)


@given(MOMENTS, st.integers(0, 40_000), st.integers(0, 40_000))
def test_office_time_adds_up(start: datetime, first: int, second: int) -> None:
    middle = (start.astimezone(UTC) + timedelta(minutes=first)).astimezone(PARIS)
    end = (middle.astimezone(UTC) + timedelta(minutes=second)).astimezone(PARIS)
    assert office_time(WEEK, start, middle) + office_time(WEEK, middle, end) == office_time(WEEK, start, end)


@given(MOMENTS)
def test_the_office_is_open_when_it_opens_and_was_closed_until_then(moment: datetime) -> None:
    opens = next_opening(WEEK, moment)
    assert opens is not None
    assert WEEK.open_at(opens)
    assert opens > moment
    if not WEEK.open_at(moment):
        assert office_time(WEEK, moment, opens) == timedelta(0)


def test_who_asks_too_much_is_told_once_and_heard_again_later() -> None:
    limits, now = Limits(Conversations(questions_per_person=3, within=timedelta(minutes=10))), at(2, 9)
    said = [limits.room("p", None, now + timedelta(seconds=second)) for second in range(6)]
    assert said == [Room.YES] * 3 + [Room.NOTICE, Room.NO, Room.NO]
    assert limits.room("another", None, now) is Room.YES
    assert limits.room("p", None, now + timedelta(minutes=11)) is Room.YES


def test_a_flooding_group_is_told_once() -> None:
    limits, now = Limits(Conversations(questions_per_group=4)), at(2, 9)
    said = [limits.room(f"p{number}", 7, now) for number in range(8)]
    assert said == [Room.YES] * 4 + [Room.NOTICE] + [Room.NO] * 3
    assert limits.room("p0", 8, now) is Room.YES


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 200)), max_size=120))
def test_nobody_gets_more_than_their_share_in_any_window(asked: list[tuple[str, int]]) -> None:
    limits = Limits(Conversations(questions_per_person=5, within=timedelta(seconds=60)))
    start, let = at(2, 9), list[tuple[str, int]]()
    for person, second in sorted(asked, key=lambda one: one[1]):
        if limits.room(person, None, start + timedelta(seconds=second)) is Room.YES:
            let.append((person, second))
    for person, second in let:
        assert sum(other == person and second <= when < second + 60 for other, when in let) <= 5
