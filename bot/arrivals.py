"""What waits in the inbox: a message as it arrived, and its form at rest."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.message import Chat, ChatKind, Forward, Media, Member, Message, Platform


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message taken from the inbox; `entry` is the inbox row that goes when its effects are stored."""

    entry: int
    message: Message


def encode(message: Message) -> bytes:
    """The message as UTF-8 JSON; lone surrogates survive."""
    return json.dumps(asdict(message), default=datetime.isoformat, separators=(",", ":")).encode()


def decode(payload: bytes) -> Message:
    """The message that `encode` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    raw = json.loads(payload)
    chat, forward, media = raw["chat"], raw["forward"], raw["media"]
    return Message(
        id=raw["id"],
        chat=Chat(chat["id"], Platform(chat["platform"]), ChatKind(chat["kind"]), chat["title"]),
        sender=Member(**raw["sender"]),
        sent_at=datetime.fromisoformat(raw["sent_at"]),
        text=raw["text"],
        reply_to=raw["reply_to"],
        forward=Forward(**forward) if forward else None,
        media=Media(media) if media else None,
        edited=raw["edited"],
        thread=raw.get("thread"),  # what waited before there were threads has none
    )
