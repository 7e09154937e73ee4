"""Worse days on Telegram: no room, clocks that jump, people who leave in the middle, answers that are lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from bot_api import BotApi, Call, refusal
from sqlalchemy import event
from sqlmodel import func, select
from telegram_world import ALICE, BRAND, GROUP, OWNER, TEAM, Journey, brand, journey

from alerts.outbox import health
from storage import inbox
from storage.tables import Alert, Chat, ChatState, Message

CROWD = range(901, 913)
OTHER = GROUP - 1


def heard(life: Journey) -> int:
    return life.ask(lambda session: session.exec(select(func.count()).select_from(Message)).one())


async def everybody_agrees(life: Journey, *groups: int) -> None:
    for group in groups or (GROUP,):
        notice = await life.activated(group)
        for one in CROWD:
            await life.press(notice, "I take part", one)
    await life.settled()


async def story(life: Journey, *groups: int) -> Call:
    """Have the story told until the team's card is there."""
    for number, one in enumerate(CROWD):
        for group in groups or (GROUP,):
            await life.say(group, one, f"the kettle exploded and burnt my hand {number}")
    return await life.sent(TEAM, "Safety")


@contextmanager
def full_disk(life: Journey) -> Iterator[None]:
    """Let the database grow no more, as on a disk without room: SQLite answers SQLITE_FULL."""
    engine = life.space.database._engine

    def limit(connection: Any, pages: int | None) -> None:
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages or used}").fetchone()

    def full(connection: Any, record: Any, proxy: Any) -> None:
        limit(connection, None)

    def room(connection: Any, record: Any, proxy: Any) -> None:
        limit(connection, 2**32 - 2)

    event.listen(engine, "checkout", full)
    try:
        yield
    finally:
        event.remove(engine, "checkout", full)
        event.listen(engine, "checkout", room)


async def test_a_full_disk_is_waited_for_and_nothing_is_lost(
    api: BotApi, life: Journey, capsys: pytest.CaptureFixture[str]
) -> None:
    await life.linked()
    await everybody_agrees(life)
    with full_disk(life):
        for number in range(200):
            await life.say(GROUP, CROWD[number % 12], f"unmistakable small talk {number} " + "x" * 500)
        for number, one in enumerate(CROWD):
            await life.say(GROUP, one, f"the kettle exploded and burnt my hand {number}")
        said = ""

        def refused() -> bool:
            nonlocal said
            said += capsys.readouterr().out
            return said.count("DiskFullError") >= 2

        await api.until(refused)
        assert heard(life) < 212
    await life.settled(seconds=60)
    assert heard(life) == 212
    await life.sent(TEAM, "Safety")
    assert len([call for call in api.sent(TEAM) if "Safety" in call.text]) == 1
    said += capsys.readouterr().out
    assert "unmistakable" not in said
    assert "kettle" not in said


class Skewed(datetime):
    """A clock that somebody sets."""

    by = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) + cls.by


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(days=-3)], ids=["forward", "back"])
async def test_a_clock_that_jumps_stops_nobody(
    api: BotApi, life: Journey, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    for module in ("alerts.dispatch", "bot.service", "bot.pipeline", "bot.platforms.telegram.context"):
        monkeypatch.setattr(f"{module}.datetime", Skewed)
    monkeypatch.setattr(Skewed, "by", timedelta(0))
    await life.linked()
    await everybody_agrees(life)
    waited: list[str] = []

    def slow(fields: dict[str, Any]) -> web.Response | None:
        if "Safety" in fields["text"] and not waited:
            waited.append(fields["text"])
            monkeypatch.setattr(Skewed, "by", jump)
            return refusal(429, "Too Many Requests: retry after 1", retry_after=1)
        return None

    api.faults["sendMessage"] = slow
    card = await story(life)
    assert waited
    await life.press(card, "Acknowledge", OWNER)
    await life.sent(TEAM, "acknowledged", "editMessageText")
    await life.say(GROUP, CROWD[0], "after the jump")
    await life.settled()
    assert heard(life) == 13
    assert len([call for call in api.sent(TEAM) if "Safety" in call.text and call.message_id]) == 1


async def test_kicked_in_the_middle_of_a_reply_the_others_get_it(api: BotApi, life: Journey) -> None:
    await life.linked()
    await everybody_agrees(life, GROUP, OTHER)
    card = await story(life, GROUP, OTHER)
    await life.press(card, "Reply", OWNER)
    draft = await life.sent(TEAM, "draft")
    bot_message = {"message_id": draft.message_id, "date": 1, "chat": {"id": TEAM, "type": "supergroup"}}
    answered = bot_message | {"from": {"id": 7, "is_bot": True, "first_name": "Earshot"}, "text": "."}
    await life.say(TEAM, OWNER, "Please stop using it.", reply_to_message=answered)
    preview = await life.sent(TEAM, "Please stop using it", "editMessageText")
    await life.press(preview, "Preview", OWNER)
    asked = await life.sent(TEAM, "publish it like this", "editMessageText")
    api.faults["sendMessage"] = lambda fields: (
        refusal(403, "Forbidden: bot was kicked from the supergroup chat") if int(fields["chat_id"]) == OTHER else None
    )
    await life.press(asked, "Yes, publish", OWNER)
    await life.sent(GROUP, "Please stop using it")
    await life.removed(OTHER, OWNER)
    await life.settled()
    (letter,) = await api.until(lambda: life.ask(lambda session: health(session, life.brand.slug).dead))
    assert (letter.kind, letter.fault) == ("reply", "RefusedError")
    states = life.ask(lambda session: [chat.state for chat in session.exec(select(Chat).order_by("id")).all()])
    assert states == [ChatState.ACTIVE, ChatState.ACTIVE, ChatState.LEFT]
    await life.say(OTHER, CROWD[0], "said where it no longer is")
    before = heard(life)
    await life.settled()
    assert heard(life) == before
    assert len([call for call in api.sent(GROUP) if "Please stop" in call.text]) == 1


async def test_blocked_in_private_it_goes_on(api: BotApi, life: Journey) -> None:
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    blocked = refusal(403, "Forbidden: bot was blocked by the user")
    api.faults["sendDocument"] = lambda fields: blocked
    await life.say(ALICE, ALICE, "/start mydata")
    await api.until(lambda: api.sent(ALICE, "sendDocument"))
    await life.say(GROUP, ALICE, "still heard")
    await life.settled()
    assert heard(life) == 1
    assert life.ask(lambda session: inbox.kept_aside(session, life.brand.slug)) == []
    assert life.ask(lambda session: health(session, life.brand.slug).dead) == ()


async def test_kinds_of_updates_from_the_future_are_passed_over(api: BotApi, life: Journey) -> None:
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.settled()
    (state,) = api.emulator._update_queues._bots.values()
    unknown: list[dict[str, Any]] = [
        {"telepathy": {"from": {"id": ALICE}, "text": "unmistakable"}},
        {"message": life.message(GROUP, ALICE, 9001) | {"hologram": {"file_id": "x"}}},
        {},
    ]
    for one in unknown:
        api.next_update += 1
        state.updates.append({"update_id": api.next_update, **one})
    await life.say(GROUP, ALICE, "goes on")
    await life.settled()
    assert heard(life) == 1
    assert life.ask(lambda session: inbox.kept_aside(session, life.brand.slug)) == []
    assert not life.bytes_hold("unmistakable")


async def test_an_answer_that_is_not_the_bot_apis_is_waited_out(api: BotApi, life: Journey) -> None:
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.settled()
    odd = [web.json_response({"ok": True, "result": [{"no": "id"}]}), web.json_response({"ok": True, "result": {}})]
    odd.append(web.Response(text="<html>Please log in to this network</html>"))
    api.faults["getUpdates"] = lambda fields: odd.pop() if odd else None
    await life.say(GROUP, ALICE, "said behind a portal")
    # A poll that was under way when the answers turned odd may bring the message before them.
    await api.until(lambda: not odd and heard(life) == 1, seconds=30)


async def test_an_answer_lost_on_the_way_is_what_can_double_a_message_and_nothing_else(
    api: BotApi, life: Journey
) -> None:
    """The Bot API has no key by which to know a repeated sending; of edits a repetition is no second one."""
    await life.linked()
    await everybody_agrees(life)
    api.lost.append("sendMessage")
    await story(life)
    await api.until(lambda: not api.lost)
    cards = await api.until(
        lambda: c if len(c := [one for one in api.sent(TEAM) if "Safety" in one.text]) == 2 else None
    )
    api.lost.append("editMessageText")
    await life.press(cards[1], "Acknowledge", OWNER)
    edits = await api.until(
        lambda: (
            e if len(e := [one for one in api.sent(TEAM, "editMessageText") if "acknowledged" in one.text]) == 2 else 0
        )
    )
    assert {int(edit.fields["message_id"]) for edit in edits} == {cards[1].message_id}
    assert life.ask(lambda session: len(session.exec(select(Alert)).all())) == 1


async def test_a_service_that_starts_without_a_network_waits_for_it(api: BotApi, tmp_path: Path) -> None:
    api.faults["getMe"] = lambda fields: refusal(502, "Bad Gateway")
    life = Journey(api, tmp_path, brand())
    await life.start()
    await api.until(lambda: sum(call.method == "getMe" for call in api.calls) >= 2)
    del api.faults["getMe"]
    await life.linked()
    await life.stop()


async def test_a_token_revoked_while_it_runs_does_not_lose_what_was_said(api: BotApi, tmp_path: Path) -> None:
    async with journey(api, tmp_path) as life:
        notice = await life.activated()
        await life.press(notice, "I take part", ALICE)
        await life.settled()
    life = Journey(api, tmp_path, brand(BRAND))
    api.faults["getUpdates"] = lambda fields: refusal(401, "Unauthorized")
    await life.start()
    await life.failed()
    await life.kill()
    await life.say(GROUP, ALICE, "said while the token was wrong")
    del api.faults["getUpdates"]
    async with journey(api, tmp_path) as again:
        await again.settled()
        assert heard(again) == 1
