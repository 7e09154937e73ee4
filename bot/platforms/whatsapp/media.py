"""Pictures, voice notes and documents: not downloaded, unless the brand file says so; then few kinds, and not for long.

Only files of people who agreed to analysis are downloaded. They are stored sealed, under the person's pseudonym, and go
with their erasure and after `retention.transcripts_days`.
"""

import asyncio
from collections.abc import Mapping

import structlog

from alerts.errors import ChannelError
from bot.platforms.whatsapp.context import Context
from bot.platforms.whatsapp.events import File
from storage import whatsapp
from storage.errors import StorageError

KINDS: Mapping[str, tuple[tuple[int, bytes], ...]] = {
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "image/webp": ((8, b"WEBP"),),
    "audio/ogg": ((0, b"OggS"),),
    "audio/mpeg": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3")),
    "audio/mp4": ((4, b"ftyp"),),
    "audio/aac": ((0, b"\xff\xf1"), (0, b"\xff\xf9")),
    "audio/amr": ((0, b"#!AMR"),),
    "video/mp4": ((4, b"ftyp"),),
    "video/3gpp": ((4, b"ftyp"),),
    "application/pdf": ((0, b"%PDF-"),),
}
"""The kinds that are kept, with the bytes that such a file has at a place: what it says it is must be what it is."""

log = structlog.get_logger(__name__)


def is_what_it_says(mime: str, content: bytes) -> bool:
    """Return whether a file is of a kind that is kept, and has that kind's bytes.

    >>> is_what_it_says("image/png", b"MZ..."), is_what_it_says("application/x-msdownload", b"MZ...")
    (False, False)
    """
    return any(content[at : at + len(mark)] == mark for at, mark in KINDS.get(mime, ()))


class Files:
    """Downloads files, for one brand, beside the line of updates."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._tasks: set[asyncio.Task[None]] = set()

    def keep(self, file: File, raw: str) -> None:
        """Download a file of somebody (by their first raw id) soon, if the brand wants files."""
        if self._context.workspace.brand.whatsapp.download_media and file.mime in KINDS:
            task = asyncio.create_task(self._keep(file, raw))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finished(self) -> None:
        """Wait for the downloads under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, file: File, raw: str) -> None:
        context = self._context
        largest = context.workspace.brand.whatsapp.max_media_mb * 1_000_000
        try:
            found = await context.graph.file(file.ref)
            size = str(found.get("file_size", ""))
            if not isinstance(found.get("url"), str) or (size.isdecimal() and int(size) > largest):
                log.info("whatsapp.file", outcome="too large")
                return
            content = await context.graph.download(found["url"], largest)
            if content is None or not is_what_it_says(file.mime, content):
                log.info("whatsapp.file", outcome="too large" if content is None else "of another kind")
                return
            await asyncio.to_thread(self._store, file, raw, content)
        except (ChannelError, StorageError) as error:
            log.info("whatsapp.file", outcome=type(error).__name__)

    def _store(self, file: File, raw: str, content: bytes) -> None:
        context = self._context
        with context.workspace.database.transaction() as session:
            whatsapp.keep_file(
                session,
                context.workspace.vault,
                context.brand,
                context.receipt("file", file.ref),
                context.pseudonym(raw),
                file.mime,
                content,
                context.clock(),
            )
