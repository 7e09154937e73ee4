"""A critical alert that nobody takes on goes from channel to channel, each once; and the clocks of the service."""

from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from desk_world import World

from alerts.digest import Period
from alerts.escalation import due
from alerts.schedule import schedule
from alerts.signals import Kind, Severity

ANNA = "p_anna"


def critical(world: World) -> None:
    world.story()
    world.consider(world.signal(kind=Kind.SAFETY, severity=Severity.CRITICAL))


def lanes(world: World) -> list[str]:
    return [lane for lane, kind, _ in world.sent() if kind == "alert"]


def test_each_channel_is_tried_once_in_order(world: World) -> None:
    critical(world)
    assert lanes(world) == ["team:main", "team:mail"]
    for minutes, expected in ((14, []), (1, ["team:boss"]), (14, []), (1, ["team:owner"]), (60, [])):
        world.wait(minutes=minutes)
        before = len(lanes(world))
        world.tick()
        assert lanes(world)[before:] == expected
    card = world.sent("team:main")[-1][2].card
    assert card is not None
    assert card.life[-1].detail == "owner"


def test_what_is_due_is_told_without_doing_it(world: World) -> None:
    critical(world)
    world.wait(minutes=15)
    (step,) = due(world.session, world.desk._records, world.brand, world.now)
    assert (step.alert.id, step.channel.name) == (1, "boss")
    assert due(world.session, world.desk._records, world.brand, world.now) == [step]


def test_acknowledging_stops_it(world: World) -> None:
    critical(world)
    world.wait(minutes=15)
    world.tick()
    world.desk.acknowledge(world.session, 1, ANNA, world.now)
    world.wait(hours=2)
    world.tick()
    assert "team:owner" not in lanes(world)


def test_warnings_are_not_passed_on(world: World) -> None:
    world.story()
    world.consider(world.signal())
    world.wait(hours=2)
    world.tick()
    assert lanes(world) == ["team:main"]


def test_a_resurgence_begins_anew(world: World) -> None:
    critical(world)
    world.wait(minutes=15)
    world.tick()
    world.desk.resolve(world.session, 1, ANNA, world.now)
    world.wait(hours=5)
    world.story(people=30)
    world.consider(world.signal(kind=Kind.SAFETY, severity=Severity.CRITICAL))
    world.wait(minutes=15)
    world.tick()
    assert lanes(world).count("team:boss") == 3  # passed on, told of the resurgence, passed on again


def test_the_clocks_of_a_service_follow_the_brand_s_time_zone(world: World) -> None:
    scheduler = BackgroundScheduler(timezone="UTC")
    schedule(scheduler, world.brand, lambda: None, lambda period: None)
    scheduler.start(paused=True)
    try:
        jobs = {job.id: job for job in scheduler.get_jobs()}
    finally:
        scheduler.shutdown()
    slug = world.brand.slug
    assert set(jobs) == {f"desk:{slug}", f"digest:daily:{slug}", f"digest:weekly:{slug}"}
    winter, summer = datetime(2025, 1, 14, tzinfo=UTC), datetime(2025, 7, 15, tzinfo=UTC)
    daily, weekly = jobs[f"digest:daily:{slug}"], jobs[f"digest:weekly:{slug}"]
    for day, hour in ((winter, 7), (summer, 6)):  # 08:30 in Paris
        at = daily.trigger.get_next_fire_time(None, day).astimezone(UTC)
        assert (at.hour, at.minute) == (hour, 30)
    assert weekly.trigger.get_next_fire_time(None, winter).strftime("%A") == "Monday"
    assert weekly.args == (Period.WEEKLY,)
