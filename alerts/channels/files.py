"""Files that go with a message: where they lie on one platform, fetched to be sent on another."""

from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel


class File(BaseModel, frozen=True):
    """A file where it lies; `kind` is one of `bot.message.Media`. On Telegram `ref` is what it calls the kind, a colon,
    and its id."""

    platform: str
    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file's content, and its name with the ending that tells its type."""

    name: str
    content: bytes


class FileSource(Protocol):
    """A platform from which files can be fetched."""

    async def fetch(self, ref: str, largest: int) -> Fetched | None:
        """The file; None when it is larger than that many bytes. Raises RefusedError when it can never be had, and
        ChannelError when it may work later."""
        ...
