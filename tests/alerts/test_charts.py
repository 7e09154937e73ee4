"""The chart: its numbers, and that it is a picture whatever the title."""

import io
from datetime import timedelta

import numpy as np
import pytest
from desk_world import NOON, World
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from alerts.charts import COLOURS, MOST_BARS, SENTIMENTS, Series, draw, series_of
from alerts.payload import Payload


def series(hours_ago: list[float], **more: object) -> Series:
    told = [(NOON - timedelta(hours=hours), SENTIMENTS[at % 3]) for at, hours in enumerate(hours_ago)]
    given = {"usual_an_hour": 0.5, "time_zone": "Europe/Paris", "title": "thé"} | more
    made = series_of(told, NOON, **given)  # type: ignore[arg-type]
    assert made is not None
    return made


def test_messages_are_counted_by_hour_and_sentiment() -> None:
    made = series([3.5, 3.4, 3.3, 0.0])
    assert (made.hours, len(made.negative)) == (1, 9)  # at least eight hours, so that a beginning shows as one
    assert (made.negative[4], made.neutral[4], made.positive[4], made.negative[8]) == (1, 1, 1, 1)
    assert made.usual == 0.5


def test_long_stories_get_wider_bars_and_old_messages_are_left_out() -> None:
    made = series([160.0, 20.0, 2.0, 300.0])
    assert made.hours == 6
    assert sum(made.negative + made.neutral + made.positive) == 3
    assert made.usual == 3.0


def test_no_message_no_chart() -> None:
    assert series_of([], NOON, usual_an_hour=None, time_zone="Europe/Paris", title="") is None


@given(st.lists(st.floats(0, 400), min_size=1, max_size=40))
def test_every_message_of_the_last_week_is_in_one_bar(hours_ago: list[float]) -> None:
    recent = [hours for hours in hours_ago if hours <= 168]
    if recent:
        made = series(recent)
        assert sum(map(sum, (made.negative, made.neutral, made.positive))) == len(recent)
        assert len(made.negative) == len(made.neutral) == len(made.positive) <= MOST_BARS + 1


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("title", ["$5 d'été 🥐 <b>", "面包里有什么", ""])
def test_it_is_a_picture_of_a_phone_s_width_whatever_the_title(lang: str, title: str) -> None:
    picture = Image.open(io.BytesIO(draw(series([30.0, 5.0, 4.5, 1.0], title=title), lang)))
    assert (picture.format, picture.size) == ("PNG", (1000, 600))
    pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    assert (pixels == 255).all(axis=1).mean() > 0.7
    for colour in COLOURS.values():
        wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
        assert (pixels == wanted).all(axis=1).sum() > 200


def test_the_desk_illustrates_a_card_with_its_story(world: World) -> None:
    rows = [world.message(f"p_{n}", "moisi") for n in range(3)]
    world.story()
    (alert,) = world.consider(world.signal(messages=tuple(rows)))
    card = world.desk.evidence.card(world.session, alert, world.stories[1], world.now)
    illustrated = world.desk.illustrate(world.session, Payload("en", card=card))
    assert illustrated.series is not None
    assert sum(illustrated.series.negative) == 3
    assert illustrated.series.usual == pytest.approx(0.5 / 24)
    plain = Payload("en", text="hello")
    assert world.desk.illustrate(world.session, plain) == plain
