"""The desk: one alert a story, told when the clocks allow, and its life."""

from desk_world import World

from alerts.signals import Kind, Severity
from storage.tables import AlertState


def test_first_signal_opens_an_alert_and_the_team_hears_after_the_group_wait(world: World) -> None:
    world.story()
    (alert,) = world.consider(world.signal(messages=(3, 4, 9)))
    assert (alert.kind, alert.severity, alert.state) == (Kind.BAD_BUZZ, Severity.WARNING, AlertState.OPEN)
    assert (alert.opened_at, alert.at_message, alert.messages, alert.notified_at) == (world.now, 9, [3, 4, 9], None)
    assert world.sent() == []
    world.wait(minutes=1)
    world.tick()
    assert [(lane, kind) for lane, kind, _ in world.sent()] == [("team:main", "alert")]
    assert alert.notified_at == world.now
