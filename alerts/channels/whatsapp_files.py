"""Files of other platforms on WhatsApp: fetched, uploaded, sent by their id.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types. Stickers are left out:
WhatsApp takes none but squares of 512 pixels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from alerts.channels.files import Fetched, File, FileSource
from alerts.channels.graph import GraphApi, GraphError
from alerts.errors import RefusedError

Kind = Literal["image", "video", "audio", "document"]
MEGABYTE = 1_000_000
LARGEST: Mapping[Kind, int] = {
    "image": 5 * MEGABYTE,
    "video": 16 * MEGABYTE,
    "audio": 16 * MEGABYTE,
    "document": 20 * MEGABYTE,  # WhatsApp takes 100; Telegram gives bots no more than this
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES: Mapping[str, tuple[Kind, str]] = {
    ".jpg": ("image", "image/jpeg"),
    ".jpeg": ("image", "image/jpeg"),
    ".png": ("image", "image/png"),
    ".mp4": ("video", "video/mp4"),
    ".3gp": ("video", "video/3gpp"),
    ".oga": ("audio", "audio/ogg"),
    ".ogg": ("audio", "audio/ogg"),
    ".mp3": ("audio", "audio/mpeg"),
    ".m4a": ("audio", "audio/mp4"),
    ".aac": ("audio", "audio/aac"),
    ".amr": ("audio", "audio/amr"),
    ".pdf": ("document", "application/pdf"),
    ".txt": ("document", "text/plain"),
    ".doc": ("document", "application/msword"),
    ".xls": ("document", "application/vnd.ms-excel"),
    ".ppt": ("document", "application/vnd.ms-powerpoint"),
    ".docx": ("document", f"{_OFFICE}.wordprocessingml.document"),
    ".xlsx": ("document", f"{_OFFICE}.spreadsheetml.sheet"),
    ".pptx": ("document", f"{_OFFICE}.presentationml.presentation"),
}
"""What WhatsApp takes, by the ending of a file's name."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file on WhatsApp, by its id there."""

    kind: Kind
    id: str
    name: str

    def fields(self, caption: str = "") -> dict[str, str]:
        """The file as a message names it."""
        named = {"id": self.id} | ({"filename": self.name} if self.kind == "document" else {})
        return named | ({"caption": caption} if caption else {})


@dataclass(slots=True)
class Files:
    """Brings files to WhatsApp, from the platforms in `sources` (by name)."""

    graph: GraphApi
    sources: Mapping[str, FileSource] = field(default_factory=dict)

    async def bring(self, file: File) -> Uploaded | None:
        """Upload a file that lies on another platform; None when WhatsApp or that platform will not have it. Raises
        ChannelError when it may work later."""
        source = self.sources.get(file.platform)
        if source is None:
            return None
        try:
            fetched = await source.fetch(file.ref, max(LARGEST.values()))
        except RefusedError:
            return None
        return await self._upload(fetched) if fetched is not None else None

    async def _upload(self, fetched: Fetched) -> Uploaded | None:
        path = PurePosixPath(fetched.name)
        kind, mime = TYPES.get(path.suffix.lower(), (None, ""))
        if kind is None or not 0 < len(fetched.content) <= LARGEST[kind]:
            return None
        try:
            return Uploaded(kind, await self.graph.upload(fetched.content, path.name, mime), path.name)
        except GraphError as error:
            if error.code in NOT_TAKEN:
                return None
            raise


NOT_TAKEN = frozenset({100, 131051, 131052, 131053})
"""Errors by which WhatsApp says that it will not have a file."""
