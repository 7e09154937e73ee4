"""What befalls groups and the service over time: moves, removals, new notices, restarts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from bot_api import BotApi
from sqlmodel import func, select
from telegram_world import ADMIN, ALICE, BOB, BRAND, GROUP, TEAM, Journey, brand, group, journey, now, person, workspace

from bot.platforms.telegram.intake import MARK
from storage.tables import Activation, Chat, ChatState, Consent, Message, Outbox, OutboxState, Setting

HUMAN = {"is_bot": False, "first_name": "N."}


def heard(life: Journey) -> int:
    return life.ask(lambda session: session.exec(select(func.count()).select_from(Message)).one())


async def test_a_group_that_becomes_a_supergroup_stays_the_same(life: Journey, api: BotApi) -> None:
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    first = await life.say(GROUP, ALICE, "in the old group")
    moved, bigger = life.message(GROUP, ADMIN, 1), GROUP - 5
    await api.inject(message=moved | {"migrate_to_chat_id": bigger})
    await api.inject(message=life.message(bigger, ADMIN, 2) | {"migrate_from_chat_id": GROUP})
    await life.added(bigger, ADMIN)
    await life.removed(GROUP, ADMIN)
    # The supergroup counts its messages anew: the same number is another message.
    await api.inject(message=life.message(bigger, ALICE, first) | {"text": "in the new one"})
    await api.inject(edited_message=life.message(bigger, ALICE, first) | {"text": "mended", "edit_date": now()})
    await life.say(bigger, BOB, "/join")
    await life.sent(bigger, "Thank you")
    assert heard(life) == 2
    (chat,) = life.ask(lambda session: session.exec(select(Chat)).all())
    assert (chat.state, chat.dropped) == (ChatState.ACTIVE, 0)


async def test_removed_and_added_again_it_waits_again(life: Journey, api: BotApi) -> None:
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.removed(GROUP, ADMIN)
    await life.added(GROUP, ADMIN)
    await life.say(GROUP, ALICE, "not switched on again")
    await life.settled()
    assert heard(life) == 0
    assert life.ask(lambda session: session.exec(select(Chat)).one()).state is ChatState.WAITING


async def test_it_leaves_where_nobody_switches_it_on(api: BotApi, tmp_path: Path) -> None:
    made = Journey(api, tmp_path, brand())
    await made.start()
    await made.added(GROUP, ADMIN)
    await made.sent(GROUP, "Orvelle")
    await made.settled()
    await made.stop()
    long_ago(made)
    await made.start()
    await api.until(lambda: GROUP in api.left)
    await api.until(lambda: made.ask(lambda session: session.exec(select(Chat)).one()).state is ChatState.LEFT)
    assert "ni gardé" in api.sent(GROUP)[-1].text
    await made.stop()


def long_ago(life: Journey) -> None:
    """As if the bot had been added two days ago."""
    with workspace(life.folder, life.brand) as space, space.database.transaction() as session:
        activation = session.exec(select(Activation)).one()
        activation.since = datetime.now(UTC) - timedelta(days=2)
        session.add(activation)


async def test_newcomers_see_the_notice_once_a_day(life: Journey, api: BotApi) -> None:
    await life.activated()

    def yesterday() -> None:
        with life.space.database.transaction() as session:
            activation = session.exec(select(Activation)).one()
            activation.noticed_at = datetime.now(UTC) - timedelta(hours=25)
            session.add(activation)
            for entry in session.exec(select(Outbox).where(Outbox.dedupe.startswith("notice:"))).all():  # type: ignore[attr-defined]
                entry.dedupe += ":yesterday"
                session.add(entry)

    came = {"new_chat_members": [{"id": ALICE} | HUMAN]}
    await api.inject(message=life.message(GROUP, ALICE, 1) | came)
    await life.settled()
    assert len([call for call in api.sent(GROUP) if call.text.startswith("👂")]) == 1
    yesterday()
    await api.inject(message=life.message(GROUP, ALICE, 2) | came)
    joined = {
        "chat": group(GROUP), "from": person(BOB), "date": now(),
        "old_chat_member": {"status": "left", "user": person(BOB)},
        "new_chat_member": {"status": "member", "user": person(BOB)},
    }  # fmt: skip
    await api.inject(chat_member=joined)
    await life.notice(number=2)
    await life.settled()
    assert len([call for call in api.sent(GROUP) if call.text.startswith("👂")]) == 2


async def test_a_changed_notice_asks_again(api: BotApi, tmp_path: Path) -> None:
    async with journey(api, tmp_path) as life:
        old = await life.activated()
        await life.press(old, "I take part", ALICE)
        await life.say(GROUP, ALICE, "first")
        await life.settled()
    async with journey(api, tmp_path, BRAND + "consent: {version: '2'}") as life:
        new = await life.notice(number=2)
        await life.say(GROUP, ALICE, "under the old notice")
        await life.press(old, "I take part", ALICE)
        await life.told("notice has changed")
        assert heard(life) == 1
        await life.press(new, "I take part", ALICE)
        await life.say(GROUP, ALICE, "under the new one")
        await life.settled()
        assert heard(life) == 2
        versions = life.ask(lambda session: [one.version for one in session.exec(select(Consent)).all()])
        assert versions == ["1", "2"]


async def test_a_restart_loses_and_repeats_nothing(api: BotApi, tmp_path: Path) -> None:
    life = Journey(api, tmp_path, brand())
    await life.start()
    await life.linked()
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.settled()
    for step in range(4):
        for number in range(10):
            await life.say(GROUP, ALICE, f"message {step} {number}")
        await life.kill()
        await life.say(GROUP, ALICE, f"said while it was down {step}")
        if step == 2:  # Telegram delivers again what was stored but not acknowledged
            with_mark_forgotten(life)
        await life.start()
    await life.settled()
    assert heard(life) == 44
    sent = life.ask(lambda session: session.exec(select(Outbox.dedupe).where(Outbox.state == OutboxState.SENT)).all())
    assert len(sent) == len(set(sent))
    assert len(api.sent(TEAM)) == 2  # the invitation, and that it is linked
    await life.stop()


def with_mark_forgotten(life: Journey) -> None:
    with workspace(life.folder, life.brand) as space, space.database.transaction() as session:
        session.delete(session.get_one(Setting, (life.brand.slug, MARK)))


async def test_by_webhook(api: BotApi, tmp_path: Path, unused_port: int) -> None:
    life = Journey(api, tmp_path, brand())
    life.port = unused_port
    url = f"http://127.0.0.1:{unused_port}/telegram"
    await life.start(telegram_webhook_url=url, telegram_webhook_secret="secret_of_the_hook")
    await api.until(lambda: any(call.method == "setWebhook" for call in api.calls))
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.say(GROUP, ALICE, "by webhook")
    await life.settled()
    assert heard(life) == 1
    async with aiohttp.ClientSession() as http:
        forged = {"update_id": 9, "message": life.message(GROUP, ALICE, 77) | {"text": "forged"}}
        async with http.post(url, json=forged, headers={"X-Telegram-Bot-Api-Secret-Token": "wrong"}) as answer:
            assert answer.status == 403
        good = {"X-Telegram-Bot-Api-Secret-Token": "secret_of_the_hook"}
        async with http.post(url, data=b"{", headers=good) as answer:
            assert answer.status == 400
        # Delivered twice: Telegram does when it did not hear the answer.
        again = forged | {"update_id": api.next_update + 1}
        for _ in range(2):
            async with http.post(url, json=again, headers=good) as answer:
                assert answer.status == 200
    await api.until(lambda: heard(life) == 2)
    await life.stop()
