"""The desk: what becomes of signals, presses and time."""

from datetime import timedelta

import pytest
from desk_world import World

from alerts.card import Card
from alerts.errors import DeskError
from alerts.life import Action, Snooze
from alerts.payload import Sending
from alerts.signals import Kind, Reason, Severity
from storage.tables import Alert, AlertState, Chat, Narrative

ANNA, BEN = "p_annaanna", "p_benbenben"


def raised(world: World, narrative: int = 1, **signal: object) -> Alert:
    """An alert that the team has been told of."""
    if narrative not in world.stories:
        world.story(narrative)
    (alert,) = world.consider(world.signal(narrative, **signal))
    world.wait(minutes=1)
    world.tick()
    assert alert.notified_at is not None
    return alert


def grow(world: World, people: int, narrative: int = 1, **signal: object) -> list[Alert]:
    """The story is told by so many people now, and a detector says so."""
    world.story(narrative, people)
    return world.consider(world.signal(narrative, **signal))


def last_card(world: World, lane: str = "team:main") -> Card:
    card = world.sent(lane)[-1][2].card
    assert card is not None
    return card


def kinds(world: World, lane: str | None = None) -> list[tuple[str, str]]:
    return [(at, kind) for at, kind, _ in world.sent(lane)]


class TestOpening:
    def test_the_team_hears_after_the_group_wait_but_the_row_is_there_at_once(self, world: World) -> None:
        world.story()
        (alert,) = world.consider(world.signal(messages=(3, 4, 9)))
        assert (alert.kind, alert.severity, alert.state) == (Kind.BAD_BUZZ, Severity.WARNING, AlertState.OPEN)
        assert (alert.opened_at, alert.at_message, alert.messages) == (world.now, 9, [3, 4, 9])
        world.wait(seconds=59)
        world.tick()
        assert (alert.notified_at, world.sent()) == (None, [])
        world.wait(seconds=1)
        world.tick()
        assert (alert.notified_at, kinds(world)) == (world.now, [("team:main", "alert")])

    def test_the_message_that_made_the_detector_speak_is_kept(self, world: World) -> None:
        world.story()
        signals = [world.signal(messages=(3, 4, 9))]
        (alert,) = world.desk.consider(world.session, signals, world.stories.__getitem__, world.now, at_message=12)
        assert alert.at_message == 12

    def test_critical_alerts_wait_for_nothing(self, world: World) -> None:
        world.now = world.now.replace(hour=23)  # in quiet hours
        world.story()
        world.consider(world.signal(severity=Severity.CRITICAL, kind=Kind.SAFETY))
        assert kinds(world) == [("team:main", "alert"), ("team:mail", "alert")]

    def test_quiet_hours_hold_back_until_their_end_in_the_brand_s_time_zone(self, world: World) -> None:
        world.now = world.now.replace(hour=21, minute=30)  # 22:30 in Paris
        world.story()
        world.consider(world.signal())
        world.wait(hours=8, minutes=29)  # 06:59
        world.tick()
        assert world.sent() == []
        world.wait(minutes=1)
        world.tick()
        assert kinds(world) == [("team:main", "alert")]

    def test_the_strongest_signal_names_the_alert(self, world: World) -> None:
        world.story()
        (alert,) = world.consider(
            world.signal(sure=0.9),
            world.signal(kind=Kind.SAFETY, severity=Severity.CRITICAL, sure=0.6),
            world.signal(kind=Kind.RUMOUR, sure=0.95, fact="f1", contradicts=True),
        )
        assert (alert.kind, alert.severity, alert.sure) == (Kind.SAFETY, Severity.CRITICAL, 0.6)
        assert (alert.fact, alert.contradicts) == ("f1", True)

    def test_what_the_team_s_channels_do_not_hear_is_kept_all_the_same(self, world: World) -> None:
        world.story()
        (alert,) = world.consider(world.signal(kind=Kind.PRAISE, severity=Severity.INFORMATION))
        world.wait(hours=1)
        world.tick()
        assert (alert.state, world.sent()) == (AlertState.OPEN, [])

    def test_a_channel_hears_only_stories_in_its_languages(self, world: World) -> None:
        channels = world.brand.team.channels[:1]
        main = channels[0].model_copy(update={"languages": ("es",)})
        team = world.brand.team.model_copy(update={"channels": (main,), "escalation": ()})
        world.brand = world.brand.model_copy(update={"team": team})
        world.__post_init__()
        world.story(1)
        world.story(2, langs={"es": 4, "fr": 1})
        world.consider(world.signal(1), world.signal(2))
        world.wait(minutes=1)
        world.tick()
        assert [payload.alert for _, _, payload in world.sent()] == [2]


class TestUpdating:
    def test_later_signals_update_the_same_alert_and_the_card_is_edited(self, world: World) -> None:
        alert = raised(world)
        world.wait(hours=1)
        (same,) = grow(world, 9)
        assert same is alert
        assert [kind for _, kind in kinds(world)] == ["alert"]  # still waiting: rewritten in place
        assert last_card(world).people == 9

    def test_severity_only_rises_and_rises_aloud(self, world: World) -> None:
        alert = raised(world)
        grow(world, 6, kind=Kind.SAFETY, severity=Severity.CRITICAL, sure=0.7)
        assert (alert.kind, alert.severity) == (Kind.SAFETY, Severity.CRITICAL)
        assert kinds(world) == [("team:main", "alert"), ("team:main", "alert"), ("team:mail", "alert")]
        grow(world, 7, severity=Severity.INFORMATION, sure=0.99)
        assert (alert.kind, alert.severity, alert.sure) == (Kind.SAFETY, Severity.CRITICAL, 0.7)

    def test_the_kind_changes_only_for_a_clearly_surer_signal(self, world: World) -> None:
        alert = raised(world, sure=0.8)
        grow(world, 6, kind=Kind.RUMOUR, sure=0.85)
        assert alert.kind == Kind.BAD_BUZZ
        grow(world, 7, kind=Kind.RUMOUR, sure=0.91)
        assert alert.kind == Kind.RUMOUR
        assert last_card(world).news is not None

    def test_information_that_becomes_an_alarm_is_raised_then(self, world: World) -> None:
        world.story()
        (alert,) = world.consider(world.signal(kind=Kind.PRAISE, severity=Severity.INFORMATION, messages=(1, 2)))
        world.desk.acknowledge(world.session, 1, ANNA, world.now)
        world.wait(hours=2)
        grow(world, 8, messages=(1, 2, 3, 4))
        assert (alert.opened_at, alert.at_message, alert.messages) == (world.now, 4, [1, 2, 3, 4])
        assert (alert.state, alert.acknowledged_by) == (AlertState.OPEN, None)

    def test_new_numbers_reach_the_card_at_most_once_a_minute(self, world: World) -> None:
        raised(world)
        world.story(people=5)
        world.wait(seconds=30)
        assert world.tick() == []
        world.wait(seconds=31)
        world.story(people=6)
        assert len(world.tick()) == 1
        assert last_card(world).people == 6
        world.wait(hours=1)
        assert world.tick() == []

    def test_a_story_nobody_took_on_is_said_again_only_while_it_grows(self, world: World) -> None:
        raised(world)
        world.wait(hours=4)
        world.tick()
        assert last_card(world).news is None
        world.story(people=5)
        world.tick()
        news = last_card(world).news
        assert news is not None
        assert news.action is Action.REPEAT
        world.desk.acknowledge(world.session, 1, ANNA, world.now)
        world.wait(hours=4)
        world.story(people=9)
        world.tick()
        repeats = world.desk._records.events(world.session, world.desk._records.get(world.session, 1), (Action.REPEAT,))
        assert len(repeats) == 1


SURGE = {"narrative": None, "kind": Kind.SURGE, "severity": Severity.INFORMATION}


class TestInhibition:
    def test_a_story_silences_its_topic_and_its_chats(self, world: World) -> None:
        raised(world)
        assert world.consider(world.signal(**SURGE)) == []
        shift = SURGE | {"kind": Kind.SHIFT, "topic": None}
        assert world.consider(world.signal(**shift, chat="c_a")) == []
        assert len(world.consider(world.signal(**shift, chat="c_b"))) == 1
        assert len(world.consider(world.signal(**SURGE | {"topic": "delivery"}))) == 1

    def test_a_story_takes_in_what_it_explains(self, world: World) -> None:
        (surge,) = world.consider(world.signal(**SURGE))
        world.story()
        (story,) = world.consider(world.signal())
        assert (surge.state, story.state) == (AlertState.MERGED, AlertState.OPEN)
        world.wait(minutes=1)
        world.tick()
        assert last_card(world).merged == ("Qualité: much more talk than usual",)

    def test_a_topic_has_one_alert_too(self, world: World) -> None:
        (surge,) = world.consider(world.signal(**SURGE))
        (same,) = world.consider(world.signal(**SURGE))
        assert same is surge

    def test_one_story_never_silences_another(self, world: World) -> None:
        raised(world)
        world.story(2)
        assert len(world.consider(world.signal(2))) == 1


class TestPresses:
    def test_acknowledged_once_whoever_presses_again(self, world: World) -> None:
        alert = raised(world)
        assert world.desk.acknowledge(world.session, 1, ANNA, world.now).changed
        assert not world.desk.acknowledge(world.session, 1, ANNA, world.now).changed
        assert not world.desk.acknowledge(world.session, 1, BEN, world.now).changed
        assert alert.acknowledged_by == ANNA
        assert [moment.action for moment in last_card(world).life] == [Action.RAISE, Action.ACKNOWLEDGE]
        assert "annaa" in last_card(world).life[-1].detail

    @pytest.mark.parametrize(("choice", "hours"), [(Snooze.ONE_HOUR, 1), (Snooze.FOUR_HOURS, 4)])
    def test_a_snooze_ends_aloud(self, world: World, choice: Snooze, hours: int) -> None:
        alert = raised(world)
        world.desk.snooze(world.session, 1, ANNA, world.now, choice)
        world.wait(hours=hours, seconds=-1)
        world.tick()
        assert alert.state is AlertState.SNOOZED
        world.wait(seconds=1)
        world.tick()
        assert (alert.state, alert.snoozed_until) == (AlertState.OPEN, None)
        assert [kind for _, kind in kinds(world)] == ["alert", "alert"]

    def test_snoozed_until_it_grows(self, world: World) -> None:
        alert = raised(world)  # 4 people
        world.desk.snooze(world.session, 1, ANNA, world.now, Snooze.UNTIL_GROWS)
        world.wait(hours=5)
        grow(world, 6)
        world.tick()
        assert alert.state is AlertState.SNOOZED
        world.wait(hours=1)
        grow(world, 7)
        world.tick()
        assert alert.state is AlertState.OPEN
        assert last_card(world).news.action is Action.WAKE  # type: ignore[union-attr]

    def test_a_graver_signal_ends_any_snooze(self, world: World) -> None:
        alert = raised(world)
        world.desk.snooze(world.session, 1, ANNA, world.now, Snooze.FOUR_HOURS)
        grow(world, 5, severity=Severity.CRITICAL)
        assert (alert.state, alert.snoozed_until) == (AlertState.OPEN, None)
        assert kinds(world, "team:mail") == [("team:mail", "alert")]

    def test_a_snooze_clicked_twice_is_one_and_pressed_later_prolongs(self, world: World) -> None:
        alert = raised(world)
        assert world.desk.snooze(world.session, 1, ANNA, world.now, Snooze.ONE_HOUR).changed
        world.wait(seconds=5)
        assert not world.desk.snooze(world.session, 1, BEN, world.now, Snooze.ONE_HOUR).changed
        world.wait(minutes=30)
        assert world.desk.snooze(world.session, 1, ANNA, world.now, Snooze.ONE_HOUR).changed
        assert alert.snoozed_until == world.now + timedelta(hours=1)

    def test_illegal_presses_are_refused_with_what_can_be_done(self, world: World) -> None:
        raised(world)
        world.desk.resolve(world.session, 1, ANNA, world.now)
        with pytest.raises(
            DeskError, match=r"Alert 1 is resolved: cannot snooze it\. What can be done: dismiss, reopen"
        ):
            world.desk.snooze(world.session, 1, ANNA, world.now, Snooze.ONE_HOUR)
        with pytest.raises(DeskError, match="no alert 7"):
            world.desk.resolve(world.session, 7, ANNA, world.now)

    def test_reopening_is_refused_while_the_story_has_another_alert(self, world: World) -> None:
        first = raised(world)
        world.desk.resolve(world.session, 1, ANNA, world.now)
        world.wait(days=8)
        (second,) = grow(world, 9)
        assert second.id != first.id
        with pytest.raises(DeskError, match="has alert 2 now"):
            world.desk.reopen(world.session, 1, ANNA, world.now)

    def test_a_reply_is_part_of_the_life(self, world: World) -> None:
        raised(world)
        chat = world.session.get(Chat, world.chats["c_a"])
        assert chat is not None
        world.desk.replied(world.session, 1, ANNA, world.now, [chat])
        assert last_card(world).life[-1].detail == "Les buveurs"


class TestEnding:
    def test_a_quiet_story_resolves_itself_and_who_took_it_on_is_told(self, world: World) -> None:
        alert = raised(world)
        world.desk.acknowledge(world.session, 1, ANNA, world.now)
        world.desk.snooze(world.session, 1, BEN, world.now, Snooze.FOUR_HOURS)
        world.wait(hours=4)
        world.tick()
        world.wait(hours=24)
        world.tick()
        assert (alert.state, alert.resolved_at) == (AlertState.RESOLVED, world.now)
        _, kind, notice = world.sent()[-1]
        assert (kind, notice.to) == (Sending.NOTICE, (ANNA, BEN))
        assert "the story has gone quiet" in notice.shown().blocks[1].text

    def test_nobody_is_told_of_an_end_that_concerns_nobody(self, world: World) -> None:
        alert = raised(world)
        world.wait(hours=25)
        world.tick()
        assert alert.state is AlertState.RESOLVED
        assert [kind for _, kind in kinds(world)] == ["alert"]

    def test_who_closes_an_alert_is_not_told_of_it_but_who_acknowledged_is(self, world: World) -> None:
        raised(world)
        world.desk.acknowledge(world.session, 1, ANNA, world.now)
        world.desk.resolve(world.session, 1, BEN, world.now)
        assert world.sent()[-1][2].to == (ANNA,)

    def test_a_resurging_story_reopens_its_alert_when_it_has_grown(self, world: World) -> None:
        alert = raised(world)
        world.desk.resolve(world.session, 1, ANNA, world.now)
        world.wait(hours=6)
        assert grow(world, 6) == []
        (same,) = grow(world, 7)
        assert same is alert
        assert (alert.state, alert.resolved_at, alert.acknowledged_by) == (AlertState.OPEN, None, None)
        assert alert.notified_at == world.now
        assert last_card(world).news.action is Action.RESURGE  # type: ignore[union-attr]

    def test_a_dismissed_story_stays_silent_unless_graver_or_alarmingly_bigger(self, world: World) -> None:
        raised(world)
        world.desk.dismiss(world.session, 1, ANNA, world.now)
        assert grow(world, 9, sure=0.99) == []
        assert len(grow(world, 12, sure=0.99)) == 1
        world.desk.dismiss(world.session, 1, ANNA, world.now)
        assert len(grow(world, 13, sure=0.99, severity=Severity.CRITICAL)) == 1

    def test_a_topic_that_is_busy_again_after_a_while_reopens(self, world: World) -> None:
        (alert,) = world.consider(world.signal(**SURGE))
        world.desk.resolve(world.session, 1, ANNA, world.now)
        assert world.consider(world.signal(**SURGE)) == []
        world.wait(hours=4)
        assert world.consider(world.signal(**SURGE)) == [alert]


class TestMerging:
    def test_the_older_of_two_alerts_survives_and_both_cards_say_so(self, world: World) -> None:
        first, second = raised(world, 1), raised(world, 2)
        world.desk.acknowledge(world.session, 2, BEN, world.now)
        world.desk.merged(world.session, 1, 2, world.now)
        assert (first.narrative_id, first.state) == (2, AlertState.ACKNOWLEDGED)
        assert (second.narrative_id, second.state) == (2, AlertState.MERGED)
        cards = {payload.alert: payload for _, _, payload in world.sent("team:main")}
        assert cards[1].card.merged == ("feuilles, moisies 2",)  # type: ignore[union-attr]
        assert cards[2].to == (BEN,)
        with pytest.raises(DeskError, match="goes on in another alert"):
            world.desk.reopen(world.session, 2, ANNA, world.now)

    def test_the_graver_of_the_two_names_the_survivor_aloud(self, world: World) -> None:
        first, _ = raised(world, 1), raised(world, 2, severity=Severity.CRITICAL, kind=Kind.SCAM)
        world.desk.merged(world.session, 2, 1, world.now)
        world.tick()
        assert (first.kind, first.severity, first.narrative_id) == (Kind.SCAM, Severity.CRITICAL, 1)
        assert ("team:mail", "alert") in kinds(world)[-2:]

    def test_a_single_alert_goes_on_under_the_merged_story(self, world: World) -> None:
        alert = raised(world, 1)
        world.story(2)
        world.desk.merged(world.session, 1, 2, world.now)
        assert (alert.narrative_id, alert.state) == (2, AlertState.OPEN)
        assert grow(world, 9, 2) == [alert]

    def test_closed_alerts_move_along_for_a_resurgence(self, world: World) -> None:
        alert = raised(world, 1)
        world.desk.resolve(world.session, 1, ANNA, world.now)
        world.desk.merged(world.session, 1, 2, world.now)
        assert grow(world, 9, 2) == [alert]


class TestForgetting:
    def test_an_erased_title_is_written_anew_and_the_card_edited(self, world: World) -> None:
        alert = raised(world)
        alert.title = None
        world.story(title="autre chose")
        world.desk.forgotten(world.session, [1, 99], world.now)
        assert last_card(world).title == "autre chose"

    def test_an_alert_whose_story_is_gone_is_closed(self, world: World) -> None:
        alert = raised(world)
        alert.title = None
        world.session.delete(world.session.get(Narrative, (world.brand.slug, 1)))
        world.session.flush()
        world.desk.forgotten(world.session, [1], world.now)
        assert alert.state is AlertState.RESOLVED
        assert last_card(world).title == "A story whose words have been erased"


def test_reasons_of_the_newest_finding_stand_on_the_card(world: World) -> None:
    raised(world)
    grow(world, 9, reasons=(Reason("people", 9, 0.5, 24.0), Reason("forwards", 3)))
    assert [reason.name for reason in last_card(world).reasons] == ["people", "forwards"]
