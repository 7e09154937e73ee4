"""Texts that are longer than a message of Telegram, and what people write of its markup."""

from pathlib import Path

from bot_api import BotApi
from telegram_world import ADMIN, BRAND, GROUP, OWNER, STRANGER, TEAM, journey

CLAUSES = "\\n\\n".join(f"Clause {number}: " + "what is heard, and why & how <so>. " * 8 for number in range(20))
LONG_NOTICE = BRAND + f'consent: {{notice: {{en: "👂 {CLAUSES}"}}}}\n'


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


async def test_a_long_notice_is_shown_whole_in_parts_with_the_buttons_last(api: BotApi, tmp_path: Path) -> None:
    async with journey(api, tmp_path, LONG_NOTICE) as life:
        api.admins.add((GROUP, ADMIN))
        await life.added(GROUP, ADMIN)
        await life.press(await life.sent(GROUP, "Clause 19"), "English", ADMIN)
        await api.until(lambda: api.sent(GROUP, "pinChatMessage"))
        await life.say(GROUP, STRANGER, "/privacy")
        await api.until(lambda: len([call for call in api.sent(GROUP) if "Clause 19" in call.text]) == 3)
        for number in range(20):
            assert sum(f"Clause {number}:" in call.text for call in api.sent(GROUP)) == 3
        last = [call for call in api.sent(GROUP) if "Clause 19" in call.text]
        await api.until(lambda: all(call.message_id is not None for call in api.sent(GROUP)))  # none was refused
        assert last[1].button("I take part")
        assert sum("I take part" in call.fields.get("reply_markup", "") for call in api.sent(GROUP)) == 1
        (pinned,) = api.sent(GROUP, "pinChatMessage")
        assert int(pinned.fields["message_id"]) == last[1].message_id


async def test_a_long_list_of_groups_reaches_the_team(api: BotApi, tmp_path: Path) -> None:
    async with journey(api, tmp_path) as life:
        await life.linked()
        for number in range(30):
            await life.added(GROUP - number, ADMIN, title=f"<b>{number:03}</b> & " + "🦊" * 110)
        await life.settled()
        await life.say(TEAM, OWNER, "/groups")
        await life.sent(TEAM, "<b>029</b>")
        shown = [call for call in api.sent(TEAM) if "</b> &" in call.text]
        assert len(shown) > 1
        await api.until(lambda: all(call.message_id is not None for call in shown))
        assert all(units(call.text) <= 4096 for call in shown)
        assert "".join(call.text for call in shown).count("🦊") == 30 * 110
