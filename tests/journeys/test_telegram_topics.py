"""The team's chat as a forum: one topic a story."""

from bot_api import BotApi, Call
from sqlmodel import select
from telegram_world import GROUP, OWNER, TEAM, Journey

from storage.tables import Alert

CROWD = range(901, 913)


async def alerted(life: Journey) -> Call:
    """Have a story told until the team is alerted; returns the card."""
    await life.linked()
    notice = await life.activated()
    for one in CROWD:
        await life.press(notice, "I take part", one)
    await life.settled()
    for number, one in enumerate(CROWD):
        await life.say(GROUP, one, f"the kettle exploded and burnt my hand {number}")
    return await life.sent(TEAM, "Safety")


async def test_a_story_has_a_topic_of_its_own(life: Journey, api: BotApi) -> None:
    api.forums.add(TEAM)
    api.managed.add(TEAM)
    card = await alerted(life)
    ((thread, name),) = api.topics.items()
    assert card.fields["message_thread_id"] == str(thread)
    (alert,) = life.ask(lambda session: session.exec(select(Alert)).all())
    title = life.ask(lambda session: life.space.desk.evidence.title(alert, None))
    assert name == f"{alert.id} · {title}"
    (chart,) = await api.until(lambda: api.sent(TEAM, "sendPhoto"))
    assert chart.fields["message_thread_id"] == str(thread)
    await life.press(card, "Quotes", OWNER)
    quotes = await life.sent(TEAM, f"<b>{title}</b>")
    assert quotes.fields["message_thread_id"] == str(thread)
    await life.press(card, "Reply", OWNER)
    draft = await life.sent(TEAM, "draft")
    assert draft.fields["message_thread_id"] == str(thread)
    await life.say(TEAM, OWNER, "/digest")
    (digest,) = await api.until(
        lambda: [one for one in api.sent(TEAM) if "12 messages" in one.text and "Safety ·" not in one.text]
    )
    assert "message_thread_id" not in digest.fields
    assert len(api.sent(TEAM, "createForumTopic")) == 1


async def test_what_is_erased_does_not_live_on_in_the_name_of_a_topic(life: Journey, api: BotApi) -> None:
    api.forums.add(TEAM)
    api.managed.add(TEAM)
    await alerted(life)
    await life.settled()
    (before,) = api.topics.values()
    for one in CROWD:
        await life.say(GROUP, one, "/forget")
    await life.sent(TEAM, "erased", "editMessageText")
    await api.until(lambda: "erased" in next(iter(api.topics.values())))
    assert "kettle" in before or "burnt" in before
    assert not any(word in next(iter(api.topics.values())) for word in ("kettle", "burnt"))


async def test_without_the_right_to_make_topics_it_is_told_in_general(life: Journey, api: BotApi) -> None:
    api.forums.add(TEAM)
    card = await alerted(life)
    assert "message_thread_id" not in card.fields
    assert api.topics == {}
    await life.press(card, "Acknowledge", OWNER)
    await life.sent(TEAM, "acknowledged", "editMessageText")


async def test_a_topic_that_somebody_deletes_is_done_without(life: Journey, api: BotApi) -> None:
    api.forums.add(TEAM)
    api.managed.add(TEAM)
    card = await alerted(life)
    await life.settled()
    api.topics.clear()
    await life.press(card, "Reply", OWNER)
    draft = await life.sent(TEAM, "draft")
    assert "message_thread_id" not in draft.fields
