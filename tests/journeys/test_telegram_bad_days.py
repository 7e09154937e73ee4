"""Bad days on Telegram, each with a defined end."""

import asyncio
import sqlite3
import time
from pathlib import Path

from bot_api import BotApi, refusal
from sqlmodel import func, select
from telegram_world import ALICE, GROUP, OWNER, STRANGER, TEAM, Journey, brand, now

from alerts.outbox import health
from config.errors import ConfigError
from storage import inbox
from storage.tables import Chat, Message


def heard(life: Journey) -> int:
    return life.ask(lambda session: session.exec(select(func.count()).select_from(Message)).one())


def failing(api: BotApi, method: str, times: int, status: int, words: str, **parameters: object) -> list[float]:
    """Have a call refused so many times; returns when."""
    refused: list[float] = []

    def answer(fields: dict[str, object]) -> object:
        if len(refused) >= times:
            return None
        refused.append(time.monotonic())
        return refusal(status, words, **parameters)

    api.faults[method] = answer  # type: ignore[assignment]
    return refused


async def test_a_second_poller_and_a_lost_network_are_waited_out(life: Journey, api: BotApi) -> None:
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.settled()
    for status, words in ((409, "Conflict: terminated by other getUpdates request"), (502, "Bad Gateway")):
        refused = failing(api, "getUpdates", 1, status, words)
        before = heard(life)
        await life.say(GROUP, ALICE, "still heard")
        await api.until(lambda refused=refused: refused)
        await api.until(lambda before=before: heard(life) == before + 1)


async def test_a_revoked_token_stops_the_service_with_what_to_do(api: BotApi, tmp_path: Path) -> None:
    life = Journey(api, tmp_path, brand())
    failing(api, "getUpdates", 1, 401, "Unauthorized")
    await life.start()
    error = await life.failed()
    assert isinstance(error, ConfigError)
    assert "@BotFather" in str(error)
    await life.kill()


async def test_a_chat_that_blocks_is_a_dead_letter_and_no_more(life: Journey, api: BotApi) -> None:
    await life.linked()
    await life.activated()
    api.faults["sendMessage"] = lambda fields: (
        refusal(403, "Forbidden: bot was kicked from the supergroup chat") if int(fields["chat_id"]) == TEAM else None
    )
    await life.say(TEAM, OWNER, "/digest")
    await api.until(lambda: life.ask(lambda session: health(session, life.brand.slug).dead))
    (letter,) = life.ask(lambda session: health(session, life.brand.slug).dead)
    assert (letter.lane, letter.fault) == ("team:team", "RefusedError")
    await life.say(GROUP, STRANGER, "/help")
    await life.sent(GROUP, "/mydata")


async def test_a_wait_is_obeyed_by_its_chat_alone(life: Journey, api: BotApi) -> None:
    await life.linked()
    asked: list[float] = []

    def slow_group(fields: dict[str, str]) -> object:
        if int(fields["chat_id"]) == GROUP and not asked:
            asked.append(time.monotonic())
            return refusal(429, "Too Many Requests: retry after 3", retry_after=3)
        return None

    api.faults["sendMessage"] = slow_group  # type: ignore[assignment]
    await life.added(GROUP, OWNER)
    await api.until(lambda: asked)
    await life.say(TEAM, OWNER, "/digest")
    await api.until(lambda: any("Orvelle" in call.text for call in api.sent(TEAM)[-1:]))
    assert time.monotonic() - asked[0] < 3
    await api.until(lambda: api.sent(GROUP)[-1].message_id)
    assert time.monotonic() - asked[0] >= 3


async def test_what_cannot_be_read_is_kept_aside_and_the_line_goes_on(life: Journey, api: BotApi) -> None:
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.settled()
    broken = {"message": {"message_id": 1, "date": "yesterday", "chat": {"id": GROUP, "type": "supergroup"}}}
    for by in (ALICE, STRANGER):
        api.next_update += 1
        message = broken["message"] | {"from": {"id": by, "is_bot": False}, "text": f"unmistakable of {by}"}
        await api.inject_raw({"update_id": api.next_update, "message": message})
    await life.say(GROUP, ALICE, "goes on")
    await life.settled()
    assert heard(life) == 1
    aside = life.ask(lambda session: inbox.kept_aside(session, life.brand.slug))
    assert [entry.fault for entry in aside] == ["TypeError in message"] * 2
    sizes = [len(entry.payload or b"") for entry in aside]
    assert sizes[0] > 100 > sizes[1]  # whole for who agreed; of the stranger's, only that it came


async def test_a_locked_database_is_waited_for(api: BotApi, tmp_path: Path) -> None:
    life = Journey(api, tmp_path, brand())
    life.busy_timeout = 0.2
    await life.start()
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.settled()
    other = sqlite3.connect(tmp_path / "earshot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await life.say(GROUP, ALICE, "while it was locked")
    await asyncio.sleep(1.0)
    assert heard(life) == 0
    other.execute("ROLLBACK")
    other.close()
    await api.until(lambda: heard(life) == 1)
    await life.stop()


async def test_a_burst_of_ten_thousand(api: BotApi, tmp_path: Path) -> None:
    """Nine in ten are of people who never agreed: dropped at the door, at the pace at which Telegram hands them out."""
    life = Journey(api, tmp_path, brand())
    await life.start()
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.settled()
    queue = api_queue(api)
    for number in range(10_000):
        api.next_update += 1
        by = ALICE if number % 10 == 0 else STRANGER
        message = life.message(GROUP, by, 100_000 + number) | {"text": f"burst {number}", "date": now()}
        queue.append({"update_id": api.next_update, "message": message})
    started = time.monotonic()
    await life.say(GROUP, ALICE, "the last one")
    await api.until(lambda: heard(life) == 1001, seconds=100)
    print(f"10,000 updates in {time.monotonic() - started:.1f} s")
    assert life.ask(lambda session: session.exec(select(Chat)).one().dropped) == 9000
    await life.stop()


def api_queue(api: BotApi) -> list[dict[str, object]]:
    """The server's queue of updates, to fill it quicker than by one call each."""
    (state,) = api.emulator._update_queues._bots.values()
    return state.updates  # type: ignore[no-any-return]
