"""The main journey with the service stopped and started again at each of its steps."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from bot_api import BotApi, Call
from sqlmodel import func, select
from telegram_world import ADMIN, GROUP, OWNER, TEAM, Journey, brand

from storage.tables import Alert, AlertEvent, AlertState, Message

CROWD = range(901, 913)
REPLY = "Please stop using it, we check."


class Main:
    """The journey, a step at a time; what one step finds the next ones use."""

    def __init__(self, life: Journey) -> None:
        self.life = life
        self.found: dict[str, Call] = {}

    async def link(self) -> None:
        await self.life.linked()

    async def add(self) -> None:
        self.life.api.admins.add((GROUP, ADMIN))
        await self.life.added(GROUP, ADMIN)
        self.found["invitation"] = await self.life.sent(GROUP, "Orvelle")

    async def activate(self) -> None:
        await self.life.press(self.found["invitation"], "English", ADMIN)
        self.found["notice"] = await self.life.notice(GROUP)

    async def consent(self) -> None:
        for one in CROWD:
            await self.life.press(self.found["notice"], "I take part", one)

    async def chatter(self) -> None:
        for number, one in enumerate(CROWD):
            await self.life.say(GROUP, one, f"the kettle exploded and burnt my hand {number}")

    async def alert(self) -> None:
        self.found["card"] = await self.life.sent(TEAM, "Safety")

    async def acknowledge(self) -> None:
        await self.life.press(self.found["card"], "Acknowledge", OWNER)
        await self.life.sent(TEAM, "acknowledged", "editMessageText")

    async def draft(self) -> None:
        await self.life.press(self.found["card"], "Reply", OWNER)
        self.found["draft"] = await self.life.sent(TEAM, "draft")

    async def write(self) -> None:
        at = {"message_id": self.found["draft"].message_id, "date": 1, "chat": {"id": TEAM, "type": "supergroup"}}
        answered = at | {"from": {"id": 7, "is_bot": True, "first_name": "Earshot"}, "text": "."}
        await self.life.say(TEAM, OWNER, REPLY, reply_to_message=answered)
        self.found["preview"] = await self.life.sent(TEAM, REPLY, "editMessageText")

    async def ask(self) -> None:
        await self.life.press(self.found["preview"], "Preview", OWNER)
        self.found["asked"] = await self.life.sent(TEAM, "publish it like this", "editMessageText")

    async def publish(self) -> None:
        await self.life.press(self.found["asked"], "Yes, publish", OWNER)
        await self.life.sent(GROUP, REPLY)

    async def resolve(self) -> None:
        await self.life.press(self.found["card"], "Resolve", OWNER)
        await self.life.sent(TEAM, "resolved", "editMessageText")

    @property
    def steps(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            self.link, self.add, self.activate, self.consent, self.chatter, self.alert, self.acknowledge, self.draft,
            self.write, self.ask, self.publish, self.resolve,
        ]  # fmt: skip


@pytest.mark.parametrize("after", [None, 0.0, 0.03, 0.2], ids=["between", "at once", "soon", "later"])
async def test_it_goes_on_where_it_was_stopped(api: BotApi, tmp_path: Path, after: float | None) -> None:
    """Stopped between all steps, or in the middle of each, so many seconds after it began."""
    life = Journey(api, tmp_path, brand())
    await life.start()
    main = Main(life)
    for step in main.steps:
        if after is None:
            await step()
            await life.kill()
            await life.start()
        else:
            going = asyncio.create_task(step())
            await asyncio.sleep(after)
            await life.kill()
            await life.start()
            await going
    await life.settled()
    (alert,) = life.ask(lambda session: session.exec(select(Alert)).all())
    assert alert.state is AlertState.RESOLVED
    actions = life.ask(lambda session: [event.action for event in session.exec(select(AlertEvent)).all()])
    assert [one for one in actions if one in ("acknowledge", "reply", "resolve")] == ["acknowledge", "reply", "resolve"]
    assert life.ask(lambda session: session.exec(select(func.count()).select_from(Message)).one()) == len(CROWD)
    sent = [call for call in api.sent(TEAM) if call.message_id is not None]
    assert sum("Safety" in call.text for call in sent) == 1
    assert sum(REPLY in call.text for call in api.sent(GROUP)) == 1
    assert sum(call.text.startswith("👂") for call in api.sent(GROUP)) == 1
    await life.stop()
