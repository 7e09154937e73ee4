"""What false alarms teach, and how to unteach it."""

from datetime import timedelta

import pytest
from desk_world import World

from alerts.feedback import MOST_ADDED, lessons, needed, precision
from alerts.signals import Kind, Severity

ANNA = "p_anna"


def false_alarm(world: World, narrative: int, **signal: object) -> int:
    world.story(narrative)
    (alert,) = world.consider(world.signal(narrative, **signal))
    world.desk.dismiss(world.session, alert.id or 0, ANNA, world.now)
    return alert.id or 0


def bar(
    world: World, topic: str | None = "quality", chat: int | None = 1, severity: Severity = Severity.WARNING
) -> float:
    return needed(world.session, world.brand, Kind.BAD_BUZZ, severity, topic, chat, world.now)


def test_its_like_must_be_surer_and_half_as_much_elsewhere(world: World) -> None:
    assert bar(world) == 0.5
    false_alarm(world, 1)
    assert bar(world) == pytest.approx(0.65)
    assert bar(world, chat=2) == pytest.approx(0.575)
    assert bar(world, topic="delivery") == 0.5
    assert bar(world, severity=Severity.CRITICAL) == pytest.approx(0.575)
    assert needed(world.session, world.brand, Kind.RUMOUR, Severity.WARNING, "quality", 1, world.now) == 0.5


def test_the_desk_asks_for_it(world: World) -> None:
    false_alarm(world, 1)
    world.story(2)
    assert world.consider(world.signal(2, sure=0.64)) == []
    assert len(world.consider(world.signal(2, sure=0.66))) == 1


def test_it_fades_by_half_in_two_weeks(world: World) -> None:
    false_alarm(world, 1)
    world.wait(days=14)
    assert bar(world) == pytest.approx(0.575)
    world.wait(days=14)
    assert bar(world) == pytest.approx(0.5375)


def test_many_false_alarms_never_silence_for_good(world: World) -> None:
    for number in range(1, 8):
        false_alarm(world, number, sure=0.97)
    assert bar(world) == pytest.approx(0.5 + MOST_ADDED)


def test_reopening_takes_it_back(world: World) -> None:
    alert = false_alarm(world, 1)
    world.desk.reopen(world.session, alert, ANNA, world.now)
    assert bar(world) == 0.5
    assert lessons(world.session, world.brand, world.now) == []


def test_lessons_are_listed_while_they_weigh(world: World) -> None:
    false_alarm(world, 1)
    false_alarm(world, 2)
    (lesson,) = lessons(world.session, world.brand, world.now)
    assert (lesson.kind, lesson.topic, lesson.alarms) == (Kind.BAD_BUZZ, "quality", 2)
    assert (lesson.added, lesson.needed) == (pytest.approx(0.3), pytest.approx(0.8))
    world.wait(days=365)
    assert lessons(world.session, world.brand, world.now) == []


def test_precision_counts_what_someone_judged(world: World) -> None:
    began = world.now
    for number in range(1, 5):
        world.story(number)
        world.consider(world.signal(number))
    world.desk.acknowledge(world.session, 1, ANNA, world.now)
    world.desk.resolve(world.session, 2, ANNA, world.now)
    world.desk.dismiss(world.session, 3, ANNA, world.now)
    world.story(5)
    world.consider(world.signal(5, kind=Kind.PRAISE, severity=Severity.INFORMATION))
    judged = precision(world.session, world.brand.slug, began, world.now + timedelta(seconds=1))
    assert (judged.right, judged.false, judged.unjudged, judged.share) == (2, 1, 1, 2 / 3)
    assert precision(world.session, world.brand.slug, began - timedelta(days=1), began).share is None
