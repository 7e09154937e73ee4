"""The brand's reply to a story, written in the team's chat on Telegram, reaches its groups on WhatsApp."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bot_api import TOKEN as TELEGRAM_TOKEN
from bot_api import BotApi
from graph_api import Graph
from sqlmodel import select
from telegram_world import OWNER, TEAM, Journey
from whatsapp_world import BRAND, WhatsAppJourney, whatsapp_journey

from bot.platforms.whatsapp.groups import REQUESTS
from storage.tables import Outbox, Setting, WhatsAppWindow

GROUP = "Y2FwaV9ncm91cDox"
CROWD = [f"1555000200{number}" for number in range(6)]
TEMPLATES = BRAND + "whatsapp: {templates: [{purpose: correction, name: we_checked, languages: [fr, en]}]}\n"


async def told_a_story(life: WhatsAppJourney, api: BotApi) -> Journey:
    """Six people of a group tell of one danger; returns the team's side, which has been alerted."""
    team = Journey(api, life.folder, life.brand)
    team.space = life.space
    await team.linked()
    with life.space.database.transaction() as session:
        session.merge(Setting(brand=life.brand.slug, name=REQUESTS, value=["request1"]))
    await life.group_made(GROUP, "request1")
    for who in CROWD:
        await life.say(who, "Je participe", group=GROUP)
    for number, who in enumerate(CROWD):
        await life.say(who, f"the kettle exploded and burnt my hand {number}", group=GROUP)
    await life.settled()
    return team


async def publish(team: Journey, words: str) -> None:
    await team.press(await team.sent(TEAM, "Safety"), "Reply", OWNER)
    draft = await team.sent(TEAM, "draft")
    assert "Ambassadors (WhatsApp)" in draft.text
    message = {"message_id": draft.message_id, "date": 1, "chat": {"id": TEAM, "type": "supergroup"}, "text": "."}
    bot = {"from": {"id": 7, "is_bot": True, "first_name": "Earshot"}}
    await team.say(TEAM, OWNER, words, reply_to_message=message | bot)
    await team.press(await team.sent(TEAM, words, "editMessageText"), "Preview", OWNER)
    await team.press(await team.sent(TEAM, "publish it like this", "editMessageText"), "Yes, publish", OWNER)
    await team.sent(TEAM, "the brand replied in Ambassadors", "editMessageText")


async def test_a_reply_reaches_the_group(graph: Graph, api: BotApi, tmp_path: Path, unused_port: int) -> None:
    given = {"server": api.url, "telegram_token": TELEGRAM_TOKEN}
    async with whatsapp_journey(graph, tmp_path, unused_port, **given) as life:
        team = await told_a_story(life, api)
        await publish(team, "Stop using it, we check.")
        said = await life.sent(GROUP, "Stop using it, we check.")
        assert (said.body["recipient_type"], said.body["type"]) == ("group", "text")
        await life.settled()
        assert len(graph.sent(GROUP, "Stop using it")) == 1


@pytest.mark.parametrize("text", [BRAND, TEMPLATES], ids=["without a template", "with a template"])
async def test_a_reply_after_the_window(graph: Graph, api: BotApi, tmp_path: Path, unused_port: int, text: str) -> None:
    given = {"server": api.url, "telegram_token": TELEGRAM_TOKEN}
    async with whatsapp_journey(graph, tmp_path, unused_port, text, **given) as life:
        team = await told_a_story(life, api)
        await life.sent(GROUP, "Merci !", 6)
        await life.sent(GROUP, "👂")
        with life.space.database.transaction() as session:
            for window in session.exec(select(WhatsAppWindow)).all():
                window.until = datetime.now(UTC) - timedelta(minutes=1)
                session.add(window)
        await publish(team, "Stop using it, we check.")
        if text == BRAND:
            await team.sent(TEAM, "no approved template for correction in fr")
        else:
            knock = await graph.until(lambda: [one for one in graph.asked if one.body.get("type") == "template"])
            assert (knock[0].to, knock[0].body["template"]["name"]) == (GROUP, "we_checked")
        assert not graph.sent(GROUP, "Stop using it")
        waiting = life.ask(lambda session: session.exec(select(Outbox).where(Outbox.dedupe.startswith("draft:"))).all())  # type: ignore[attr-defined]
        assert [one.state for one in waiting if one.channel == "whatsapp"] == ["waiting"]
        await life.say(CROWD[0], "any news?", group=GROUP)
        await life.sent(GROUP, "Stop using it, we check.")
