"""What befalls the bot's own place in a group: promoted, demoted, muted; and the group's title."""

from typing import Any

from bot_api import ADMIN_RIGHTS, BotApi
from sqlmodel import select
from telegram_world import ADMIN, ALICE, GROUP, OWNER, TEAM, Journey, group, now, person

from storage.tables import Activation, Chat, ChatState

BOT = {"id": 7, "is_bot": True, "first_name": "Earshot"}
MEMBER = {"status": "member", "user": BOT}
ADMINISTRATOR = {"status": "administrator", "user": BOT, **ADMIN_RIGHTS}
MAY = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip
MUTED = {"status": "restricted", "user": BOT, "is_member": True, "until_date": 0, **dict.fromkeys(MAY, False)}


async def becomes(life: Journey, before: dict[str, Any], after: dict[str, Any]) -> None:
    change = {"chat": group(GROUP), "from": person(ADMIN), "date": now()}
    await life.api.inject(my_chat_member=change | {"old_chat_member": before, "new_chat_member": after})
    await life.settled()


def hint(life: Journey) -> str | None:
    rows = life.ask(lambda session: session.exec(select(Activation).order_by("chat_id")).all())
    return rows[-1].hint


def hints(api: BotApi) -> int:
    return sum("cannot hear this group" in call.text for call in api.sent(GROUP))


async def test_demoted_it_says_once_what_to_change(life: Journey, api: BotApi) -> None:
    api.admins.add((GROUP, BOT["id"]))  # type: ignore[arg-type]
    await life.activated()
    await life.settled()
    assert hint(life) is None
    await becomes(life, ADMINISTRATOR, MEMBER)
    await life.sent(GROUP, "cannot hear this group")
    await becomes(life, MEMBER, MEMBER)
    assert (hint(life), hints(api)) == ("deaf", 1)
    await becomes(life, MEMBER, ADMINISTRATOR)
    assert hint(life) is None


async def test_muted_it_stays_silent_and_goes_on(life: Journey, api: BotApi) -> None:
    await life.linked()
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await becomes(life, MEMBER, MUTED)
    assert hint(life) == "muted"
    states = life.ask(lambda session: [chat.state for chat in session.exec(select(Chat)).all()])
    assert states == [ChatState.ACTIVE] * 2
    await life.say(TEAM, OWNER, "/groups")
    await life.sent(TEAM, "I may not write there")


async def test_a_new_title_is_what_the_team_sees(life: Journey, api: BotApi) -> None:
    await life.linked()
    await life.activated()
    await api.inject(message=life.message(GROUP, ADMIN, 1) | {"new_chat_title": "The <b>other</b> corner"})
    await life.settled()
    await life.say(TEAM, OWNER, "/groups")
    await life.sent(TEAM, "The <b>other</b> corner")
