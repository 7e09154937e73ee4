"""What WhatsApp itself writes into an export: the kinds of line that are no message, and one language's wordings."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.message import Media


class System(StrEnum):
    """What a line reports, when no person wrote it. The values are the keys of `Transcript.skipped`."""

    DELETED = "deleted message"
    WAITING = "message not received"
    ENCRYPTION = "encryption notice"
    CREATED = "group created"
    SUBJECT = "group renamed"
    ICON = "group picture"
    DESCRIPTION = "group description"
    SETTINGS = "group settings"
    JOINED = "member joined"
    ADDED = "member added"
    REMOVED = "member removed"
    LEFT = "member left"
    NUMBER = "number changed"
    SECURITY_CODE = "security code"
    ADMIN = "admin changed"
    PINNED = "message pinned"
    DISAPPEARING = "disappearing messages"
    CONTACT = "contact or business notice"
    CALL = "call"
    OTHER = "other system line"


@dataclass(frozen=True)
class Wording:
    """One language's wordings, written as `languages.py` says: of media left out, files attached, and what is no text.

    `place` and `live_place` stand for shared positions, `poll` and `option` head the lines of a poll.
    """

    omitted: Mapping[Media, str]
    attached: str
    edited: str
    poll: str
    option: str
    place: str
    live_place: str
    system: Mapping[System, str]
