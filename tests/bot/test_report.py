"""What the report counts, and whom it quotes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_world import World, read, rumour

from alerts.signals import Kind
from bot.report.data import Mix
from bot.report.page import render
from bot.report.periods import MOST_BUCKETS, Period
from storage.tables import AlertState, ChatMode

# What is counted


def test_messages_are_counted_by_mood_and_people_once(world: World) -> None:
    world.chat("Thé", dropped=4)
    for sentiment in ("negative", "neutral", "neutral", "positive"):
        world.hear("bonjour", "p_a", sentiment=sentiment, intent="question")
    world.hear("hello", "p_b", sentiment="positive", lang="en")
    data = read(world)
    assert (data.mix, data.people, data.dropped) == (Mix(1, 2, 2), 2, 4)
    assert data.intents == {"question": 4, "chitchat": 1}
    assert data.langs == {"fr": 4, "en": 1}
    assert data.models == {"test-model 1": 5}


def test_another_brand_s_messages_are_not_counted(world: World) -> None:
    world.chat("Thé")
    world.hear("bonjour")
    with world.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE message SET brand = 'other'")
    assert read(world).timeline is None


def test_each_chat_has_its_own_numbers_and_consent(world: World) -> None:
    world.chat("Thé", mode=ChatMode.NOTICE, dropped=2)
    world.chat("Tisane", mode=ChatMode.ASSUMED, platform="whatsapp")
    world.hear("bonjour", "p_a", chat="Thé")
    world.hear("salut", "p_a", chat="Tisane", sentiment="positive")
    world.hear("coucou", "p_b", chat="Tisane")
    data = read(world)
    assert [
        (chat.title, chat.platform, chat.mode, chat.mix.total, chat.people, chat.dropped) for chat in data.chats
    ] == [
        ("Thé", "telegram", ChatMode.NOTICE, 1, 1, 2),
        ("Tisane", "whatsapp", ChatMode.ASSUMED, 2, 2, 0),
    ]
    assert data.assumed


def test_topics_come_with_the_most_negative_first_and_what_is_off_topic_last(world: World) -> None:
    world.chat("Thé")
    for topic, sentiment in (("other", "negative"), ("other", "negative"), (None, "negative"), ("price", "negative")):
        world.hear("x", topic=topic, sentiment=sentiment)
    world.hear("x", topic="taste", sentiment="positive")
    lines = read(world).topics
    assert [(line.id, line.label) for line in lines] == [
        ("price", "Prix"),
        ("taste", "Goût"),
        ("other", "Autre"),
        ("", ""),
    ]


def test_placeholders_in_the_kept_texts_are_counted_by_kind(world: World) -> None:
    world.chat("Thé")
    world.hear("appelle [phone] ou [phone], sinon [email] [pas ça]")
    assert read(world).redacted == {"phone": 2, "email": 1}


# The timeline


def test_the_timeline_has_every_hour_also_the_silent_ones(world: World) -> None:
    world.chat("Thé")
    world.hear("tôt", "p_a", hours=0.5, sentiment="negative")
    world.hear("tôt aussi", "p_a", hours=0.75)
    world.hear("tard", "p_b", hours=5)
    timeline = read(world).timeline
    assert timeline is not None
    assert timeline.width == timedelta(hours=1)
    assert [bucket.mix.total for bucket in timeline.buckets] == [2, 0, 0, 0, 0, 1]
    assert [bucket.people for bucket in timeline.buckets] == [1, 0, 0, 0, 0, 1]


@given(
    start=st.integers(1_450_000_000, 1_900_000_000),
    seconds=st.integers(0, 20 * 365 * 86400),
    zone=st.sampled_from(["Europe/Paris", "UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"]),
)
def test_a_period_holds_its_ends_in_a_bounded_number_of_buckets(start: int, seconds: int, zone: str) -> None:
    first = datetime.fromtimestamp(start, UTC)
    last = first + timedelta(seconds=seconds)
    period = Period(first, last, ZoneInfo(zone))
    starts = list(period.starts())
    assert starts[0] <= first < starts[0] + period.width
    assert starts[-1] <= last < starts[-1] + period.width
    assert len(starts) == period.length <= MOST_BUCKETS
    assert [period.number(start.timestamp()) for start in starts] == list(range(period.length))


def test_days_begin_at_midnight_in_the_brand_s_time_zone() -> None:
    period = Period(datetime(2026, 3, 16, 7, tzinfo=UTC), datetime(2026, 6, 30, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    assert period.start == datetime(2026, 3, 15, 23, tzinfo=UTC)
    assert period.width == timedelta(days=1)


# Stories and alerts


def test_a_story_counts_its_messages_people_and_chats(world: World) -> None:
    world.chat("Thé")
    world.chat("Tisane")
    rows = [*rumour(world, 4), world.hear("encore", "p_0", hours=4, chat="Thé", narrative=7)]
    (story,) = read(world).stories
    assert (story.trace.messages, story.trace.people, story.trace.rows) == (5, 4, tuple(rows))
    assert set(story.trace.chats) == {"Thé", "Tisane"}
    assert story.trace.models == ("test-model 1",)
    assert story.mix == Mix(4, 1, 0)
    assert sum((part for part in story.life), Mix()) == story.mix
    assert story.fact is not None
    assert story.fact.contradicted


def test_quotes_are_by_different_people_in_different_words(world: World) -> None:
    world.chat("Thé")
    rows = [world.hear("Faites  TOURNER", f"p_{at}", narrative=7) for at in range(3)]
    rows += [world.hear(f"quoi {at}", "p_3", narrative=7) for at in range(3)]
    world.narrative(7, "tourner", rows, people=4)
    (story,) = read(world).stories
    assert story.quotes is not None
    assert [quote.text for quote in story.quotes] == ["Faites  TOURNER", "quoi 0"]


@pytest.mark.parametrize(
    ("kind", "people", "quoted"), [(Kind.RUMOUR, 2, False), (Kind.RUMOUR, 3, True), (Kind.SAFETY, 1, True)]
)
def test_nobody_is_quoted_when_few_tell_it_but_for_safety(world: World, kind: Kind, people: int, quoted: bool) -> None:
    world.chat("Thé")
    rows = rumour(world, people)
    world.alert("malade", rows, narrative=7, kind=kind)
    data = read(world)
    assert (data.alerts[0].quotes is not None) is quoted
    assert (data.stories[0].quotes is not None) is quoted
    assert ("le thé rend malade" in render(data, "fr")) is quoted


def test_an_alert_keeps_to_what_was_known_when_it_was_raised(world: World) -> None:
    world.chat("Thé")
    rows = rumour(world, 6)
    world.alert("malade", rows[:3], narrative=7, fact="organic")
    (alert,) = read(world).alerts
    assert alert.known is not None
    assert (alert.known.messages, alert.known.people, alert.known.rows) == (3, 3, tuple(rows[:3]))
    assert alert.mix == Mix(3, 0, 0)
    assert alert.quotes is not None
    assert [quote.text for quote in alert.quotes] == [f"le thé rend malade n°{at}" for at in range(3)]
    assert alert.topic == "Goût"
    assert [event.action for event in alert.life] == ["grow"]
    assert alert.fact is not None
    assert alert.fact.contradicted


def test_stories_with_an_alert_come_first_and_small_talk_is_only_counted(world: World) -> None:
    world.chat("Thé")
    loud = [world.hear("blabla", f"p_{at}", narrative=1) for at in range(9)]
    world.narrative(1, "blabla", loud, people=9)
    small = [world.hear("psst", "p_a", narrative=2)]
    world.narrative(2, "psst", small, people=1)
    world.alert("malade", rumour(world, 2), narrative=7)
    data = read(world)
    assert [story.id for story in data.stories] == [7, 1]
    assert data.untold == 1


def test_an_alert_merged_into_another_is_told_by_that_one(world: World) -> None:
    world.chat("Thé")
    rows = rumour(world, 3)
    world.alert("malade", rows, narrative=7)
    world.alert("malade aussi", rows, state=AlertState.MERGED)
    assert [alert.title for alert in read(world).alerts] == ["malade"]


def test_what_was_erased_shows_as_erased(world: World) -> None:
    world.chat("Thé")
    rows = rumour(world, 3)
    world.alert("malade", rows, narrative=7)
    with world.database.transaction() as session:
        connection = session.connection()
        connection.exec_driver_sql("UPDATE message SET content = NULL")
        connection.exec_driver_sql("UPDATE alert SET title = NULL")
    data = read(world)
    assert (data.alerts[0].title, data.alerts[0].quotes, data.stories[0].quotes) == ("", (), ())
    page = render(data, "fr")
    assert "Une histoire dont les mots ont été effacés" in page
    assert "Les textes ont atteint leur durée de conservation" in page
