import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.detectors.hours import Hourly
from alerts.detectors.rhythm import HOUR, Rhythm, surprise

DAY = 24 * HOUR


def learnt(counts: list[float], days: int) -> Rhythm:
    rhythm = Rhythm(0.5, 6.0)
    for hour in range(24 * days):
        rhythm.learn(hour * HOUR, counts[hour % 24])
    return rhythm


def test_with_little_spread_the_tail_is_that_of_poisson() -> None:
    mean = 2.0
    tail = 1.0 - sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(6))
    assert surprise(6, mean, 1e-6) == pytest.approx(-math.log10(tail), abs=1e-3)


def test_spread_makes_large_counts_less_surprising() -> None:
    assert surprise(8, 2.0, 4.0) < surprise(8, 2.0, 0.1)


def test_what_is_usual_at_noon_astonishes_at_night() -> None:
    rhythm = learnt([0.0] * 8 + [6.0] * 12 + [0.0] * 4, days=14)
    noon, night = 14 * DAY + 12 * HOUR, 14 * DAY + 2 * HOUR
    means = [rhythm.moments(start, start + HOUR)[0] for start in (noon, night)]
    assert means[0] == pytest.approx(6.0, rel=0.2)
    assert means[1] < 0.5
    assert surprise(6, *rhythm.moments(night, night + HOUR)) > surprise(6, *rhythm.moments(noon, noon + HOUR)) + 2


@given(st.integers(0, 40), st.floats(0.01, 50), st.floats(0.001, 100))
def test_surprise_grows_with_the_count(count: int, mean: float, variance: float) -> None:
    assert 0.0 <= surprise(count, mean, variance) <= surprise(count + 1, mean, variance) + 1e-9


def test_what_goes_on_now_is_not_its_own_yardstick() -> None:
    hourly = Hourly(lag=25, shape=0.5, hours=6.0)
    for person in range(30):
        hourly.count("chat", f"p{person}", 100 * HOUR + person)
    _, usual = hourly.usual(("chat",), 30, 100 * HOUR, 101 * HOUR)
    assert usual < 0.2
    hourly.advance(130 * HOUR)
    _, later = hourly.usual(("chat",), 30, 124 * HOUR, 125 * HOUR)
    assert later > 1.0


def test_a_person_counts_once_and_can_be_forgotten() -> None:
    hourly = Hourly(lag=3, shape=0.5, hours=6.0)
    for _ in range(5):
        hourly.count("topic", "same", 10 * HOUR)
    assert hourly.people("topic", 10 * HOUR, 11 * HOUR) == {"same": 5}
    hourly.forget("same")
    assert hourly.people("topic", 10 * HOUR, 11 * HOUR) == {}
