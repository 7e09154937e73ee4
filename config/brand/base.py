"""What the blocks of the brand file are made of: frozen models, and types whose errors say what to write."""

import re
from collections.abc import Sequence
from datetime import time, timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError


class Block(BaseModel):
    """A block of the brand file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|m|min|h|d)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("duration", "is no duration; write a number and a unit such as 30s, 10m, 4h, 2d")
    return timedelta(seconds=float(match[1]) * _SECONDS[match[2]])


def _clock(value: object) -> object:
    if isinstance(value, time):
        return value
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value.strip()) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("clock", "is no time of day; write HH:MM between 00:00 and 23:59")
    return time(int(match[1]), int(match[2]))


def _id(value: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,64}", value):
        raise PydanticCustomError("id", "is no id; write letters, digits, '-', '_' or '.', no spaces, at most 64")
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        good = False
    if not good:
        raise PydanticCustomError(
            "web_address", "is no web address; write it whole, beginning with https:// or http://"
        )
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_id)]
"""An id: letters, digits, `_`, `-` and `.`; at most 64."""
Clock = Annotated[time, BeforeValidator(_clock)]
"""A time of day, HH:MM."""
Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""A length of time: 30s, 10m, 4h or 2d."""
WebAddress = Annotated[str, AfterValidator(_web_address)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
SeverityName = Literal["information", "warning", "critical"]


def refuse(kind: str, message: str, at: Sequence[str | int] = ()) -> PydanticCustomError:
    """Return the error to raise for a fault found across keys; `at` leads from the block to the key at fault."""
    return PydanticCustomError(kind, "{what}", {"what": message, "at": tuple(at)})


def check_unique(values: Sequence[str], where: str, key: str) -> None:
    """Raise when two entries of the list `where` have the same `key`."""
    seen: dict[str, int] = {}
    for number, value in enumerate(values):
        if value in seen:
            message = f"{value!r} is used twice in {where}; each entry needs its own {key}"
            raise refuse("not_unique", message, (where, number, key))
        seen[value] = number
