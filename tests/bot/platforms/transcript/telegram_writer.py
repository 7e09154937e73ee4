"""Writes a chat as Telegram Desktop's result.json."""

import json
from collections.abc import Iterable
from typing import Any

from bot.message import Media, Message


def write_export(messages: Iterable[Message], *, indent: int | None = 1) -> str:
    """The export of one supergroup; people get numbers in the order in which they first write."""
    people: dict[str, int] = {}
    entries = [_entry(number, message, people) for number, message in enumerate(messages)]
    about = {"name": "Les Coureurs du lac", "type": "private_supergroup", "id": 1234567, "messages": entries}
    return json.dumps(about, ensure_ascii=False, indent=indent)


def _entry(number: int, message: Message, people: dict[str, int]) -> dict[str, Any]:
    stamp = int(message.sent_at.timestamp())
    entry: dict[str, Any] = {
        "id": number,
        "type": "message",
        "date": message.sent_at.strftime("%Y-%m-%dT%H:%M:%S"),
        "date_unixtime": str(stamp),
        "from": message.sender.name,
        "from_id": f"user{people.setdefault(message.sender.name, 100 + len(people))}",
    }
    if message.edited:
        entry["edited_unixtime"] = str(stamp + 60)
    if message.media is Media.PHOTO:
        entry["photo"] = "(File not included. Change data exporting settings to download.)"
    return entry | {"text": message.text, "text_entities": [{"type": "plain", "text": message.text}]}
