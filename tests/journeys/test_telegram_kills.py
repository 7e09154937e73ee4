"""kill -9 in the middle of a burst: nothing lost, nothing doubled. `kills.py` does it a hundred times."""

from pathlib import Path

from bot_api import BotApi
from kills import burst


async def test_killed_in_a_burst(api: BotApi, tmp_path: Path) -> None:
    result = await burst(api, tmp_path, kills=3, messages=300)
    assert (result.stored, result.distinct, result.waiting) == (300, 300, 0)
    assert result.alerts == result.entries == 1
    # Telegram takes no key for a sending: a card is doubled when the process dies between its answer and our note.
    assert result.cards.total() <= 1 + result.kills
