"""Reading single fields of what WhatsApp delivers: what must be there is checked, the rest taken where right."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Raw = Mapping[str, Any]
LONGEST_ID = 512
_NOT_NAME = re.compile(r"[^\w .,-]+")


class UnreadableError(Exception):
    """A part is not as WhatsApp describes it; the message says what is wrong and quotes no value of a person's."""


class NeedlessError(Exception):
    """A part is understood and of no use; the message says why."""


def mapping(value: object, what: str = "object") -> Raw:
    """The object. Raises UnreadableError for anything else."""
    if not isinstance(value, dict):
        raise UnreadableError(f"no {what}")
    return value


def dicts(value: object) -> Sequence[dict[str, Any]]:
    """The objects of a list; empty where there is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def identifier(raw: Raw, key: str) -> str:
    """A text or number that must be there, as text. Raises UnreadableError."""
    found = optional(raw, key)
    if found is None:
        raise UnreadableError(f"no {key}")
    return found


def optional(raw: Raw, key: str) -> str | None:
    """A short text or number, as text; None where there is none."""
    value = raw.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40:
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_ID:
        return None
    return value.encode("utf-8", "replace").decode()


def timestamp(value: object) -> datetime:
    """The time of a Unix timestamp. Raises UnreadableError."""
    try:
        return datetime.fromtimestamp(int(str(value)[:20]), UTC)
    except (ValueError, OverflowError, OSError):
        raise UnreadableError("no time") from None


def moment(raw: Raw) -> datetime:
    """When it happened. Raises UnreadableError."""
    return timestamp(raw.get("timestamp"))


def name(value: object) -> str:
    """A name of WhatsApp's own (a field, a kind, an event), fit for a log; "" where there is none."""
    return _NOT_NAME.sub("", value)[:60] if isinstance(value, str) else ""
