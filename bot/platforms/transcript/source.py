"""The file around a transcript: plain, in a .gz or in a .zip, in UTF-8 or UTF-16; read as a stream, within limits."""

import codecs
import gzip
import io
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from bot.platforms.transcript.errors import UnreadableFileError

MAX_UNPACKED = 4 << 30  # bytes: some twenty million messages; what a compressed file may become
MAX_RATIO = 200  # unpacked to packed: chats pack 3 to 20 times, archives made to exhaust a machine 1,000 times
RATIO_FROM = 10 << 20  # bytes: below this no ratio does harm
MAX_LINE = 1 << 20  # characters held of one line
HEAD = 1 << 16  # bytes looked at to recognise a file

_DAMAGE = (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile, struct.error, RuntimeError)
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHAT_NAMES = ("_chat.txt", "result.json")  # what an iPhone and Telegram Desktop call the chat


class _TooLargeError(OSError):
    """A compressed file unpacks to more than the limits allow."""


class _Metered(io.RawIOBase):
    """Counts the bytes read through it, and stops at a limit."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, allowed: Callable[[], int]) -> None:
        self._stream = stream
        self._allowed = allowed
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower than any writable buffer
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        if self.count > RATIO_FROM and self.count > self._allowed():
            raise _TooLargeError
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


class Reader:
    """An opened source. A fault in mid-file ends the text there and is kept in `fault`, as words."""

    def __init__(self, stack: ExitStack, text: io.TextIOWrapper, position: Callable[[], int]) -> None:
        self._stack = stack
        self._text = text
        self._position = position
        self.line = 0
        self.fault: str | None = None

    @property
    def position(self) -> int:
        """Bytes consumed of `Source.size`."""
        return self._position()

    def lines(self) -> Iterator[str]:
        """The lines with their ends; `line` is the number of the last one, from 1. One too long comes cut."""
        while text := self._guarded(self._text.readline, MAX_LINE):
            self.line += 1
            yield text
            while len(text) >= MAX_LINE and not text.endswith("\n"):
                text = self._guarded(self._text.readline, MAX_LINE)

    def read(self, size: int) -> str:
        """Up to `size` characters more; none at the end."""
        return self._guarded(self._text.read, size)

    def _guarded(self, read: Callable[[int], str], size: int) -> str:
        try:
            return read(size)
        except _TooLargeError:
            self.fault = f"the file unpacks to more than {MAX_UNPACKED >> 30} GiB or {MAX_RATIO} times its size"
        except _DAMAGE:
            self.fault = "the file is damaged here"
        return ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read a chat from. `size` is in bytes: of the file or, in a .zip, of the chat inside it, unpacked."""

    path: Path
    size: int
    member: str | None = None
    gzipped: bool = False
    encoding: str = "utf-8"

    @property
    def stem(self) -> str:
        """The file's name without its extensions; in a .zip, the chat's unless every export calls its chat the same."""
        name = self.path.name
        if self.member and Path(self.member).name not in _CHAT_NAMES:
            name = Path(self.member).name
        return re.sub(r"(\.(txt|zip|gz|json|jsonl|ndjson))+$", "", name, flags=re.IGNORECASE)

    def open(self) -> Reader:
        """Open it for reading as text. Raises UnreadableFileError."""
        stack = ExitStack()
        try:
            stream, position = self._stream(stack)
        except _DAMAGE as fault:
            stack.close()
            raise UnreadableFileError(f"{self.path.name}: cannot be opened ({type(fault).__name__})") from fault
        text = io.TextIOWrapper(io.BufferedReader(stream, HEAD), self.encoding, errors="replace", newline="")
        return Reader(stack, stack.enter_context(text), position)

    def head(self) -> bytes:
        """The first bytes, unpacked, as far as they can be read. Raises UnreadableFileError when none can."""
        head = b""
        with ExitStack() as stack:
            try:
                stream = stack.enter_context(self._stream(stack)[0])
                while len(head) < HEAD and (more := stream.read(HEAD - len(head))):
                    head += more
            except _DAMAGE as fault:
                if not head:
                    message = f"{self.path.name}: the file is damaged; export the chat once more"
                    raise UnreadableFileError(message) from fault
        return head

    def _stream(self, stack: ExitStack) -> tuple[_Metered, Callable[[], int]]:
        if self.member is not None:
            archive = stack.enter_context(zipfile.ZipFile(self.path))
            packed = archive.getinfo(self.member).compress_size
            metered = _Metered(archive.open(self.member), lambda: min(MAX_UNPACKED, MAX_RATIO * packed))
            return metered, lambda: metered.count
        file = stack.enter_context(self.path.open("rb"))
        if self.gzipped:
            unpacked = gzip.GzipFile(fileobj=file)
            return _Metered(unpacked, lambda: min(MAX_UNPACKED, MAX_RATIO * file.tell())), file.tell
        metered = _Metered(file, lambda: sys.maxsize)
        return metered, lambda: metered.count


def locate(path: Path) -> tuple[Source, bytes]:
    """Find the chat in `path`, and its first bytes, unpacked. Raises UnreadableFileError."""
    if path.is_dir():
        raise UnreadableFileError(f"{path.name}: is a folder; name the exported chats in it")
    try:
        source = Source(path, path.stat().st_size)
    except OSError as fault:
        raise UnreadableFileError(f"{path.name}: there is no such file, or it may not be read") from fault
    head = source.head()
    if head.startswith(b"PK\x03\x04"):
        source = _in_archive(path)
        head = source.head()
    elif head.startswith(b"\x1f\x8b"):
        source = Source(path, source.size, gzipped=True)
        head = source.head()
    if not head.strip():
        raise UnreadableFileError(f"{path.name}: the file is empty")
    return Source(path, source.size, source.member, source.gzipped, _encoding(head)), head


def _in_archive(path: Path) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            member = _chat_in(path, archive.infolist())
    except _DAMAGE as fault:
        raise UnreadableFileError(f"{path.name}: the archive is damaged; export the chat once more") from fault
    if member.flag_bits & 1:
        raise UnreadableFileError(f"{path.name}: the archive is locked with a password; unpack it first")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFileError(
            f"{path.name}: the archive is packed in an unusual way; unpack it and pass the .txt inside"
        )
    if member.file_size > MAX_UNPACKED or member.file_size > max(RATIO_FROM, MAX_RATIO * member.compress_size):
        raise UnreadableFileError(
            f"{path.name}: the chat inside says it unpacks to {member.file_size:,} bytes, {MAX_RATIO} times its size "
            f"or more than {MAX_UNPACKED >> 30} GiB; no exported chat does. Unpack it and look at it first"
        )
    return Source(path, member.file_size, member.filename)


def _chat_in(path: Path, members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The chat among photos, voice notes and shared documents: by the names the apps give it, else the only text."""
    texts = [
        member
        for member in members
        if member.filename.lower().endswith((".txt", ".json", ".jsonl"))
        and not member.filename.startswith("__MACOSX/")
        and not Path(member.filename).name.startswith("._")
    ]
    by_name = [member for member in texts if Path(member.filename).name in _CHAT_NAMES]
    by_title = [m for m in texts if "whatsapp" in m.filename.lower() or Path(m.filename).stem == path.stem]
    for candidates in (by_name, by_title, texts):
        if len(candidates) == 1:
            return candidates[0]
    found = f"{len(texts)} text files and none of them is named like one" if texts else "no text file"
    raise UnreadableFileError(f"{path.name}: expected one exported chat in the archive and found {found}")


def _encoding(head: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    for encoding, of_ascii in (("utf-16-le", head[1:400:2]), ("utf-16-be", head[0:400:2])):
        if of_ascii.count(0) > 0.7 * len(of_ascii):
            return encoding
    return "utf-8"
