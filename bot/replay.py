"""Replay exported chats through the pipeline, into a workspace of their own (docs/decisions/0003).

The same path as live messages: what is read goes to the inbox in batches, and from there through `Pipeline.process`.
Killed at any point, running the same replay again ends in the same messages, narratives and alerts.
"""

import hashlib
import heapq
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

from bot.app import Workspace
from bot.arrivals import encode
from bot.message import Chat, Message
from bot.pipeline import Processed
from bot.platforms.transcript import Broken, Transcript
from storage import chats
from storage.tables import ChatMode

BATCHES = (8, 64)  # messages a batch: a card's numbers are as of its batch, so short replays take small ones
LONG = 1_000_000  # bytes of input from which on speed matters more
SHOWN_BROKEN = 10  # broken lines named in the summary; all are counted


class Watcher(Protocol):
    """Who looks on while a replay runs: the live view, or a plain progress line."""

    def progress(self, read: int, total: int) -> None:
        """Bytes of the inputs read so far, of how many."""

    def processed(self, batch: Processed) -> None:
        """A batch went through."""


@dataclass(slots=True)
class Summary:
    """What a replay did. `broken` holds the first faults in full, `broken_lines` counts all of them."""

    read: int = 0
    stored: int = 0
    dropped: int = 0
    known: int = 0
    broken_lines: int = 0
    broken: list[Broken] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    redacted: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, batch: Processed) -> None:
        """Count what a batch did."""
        self.stored += len(batch.stored)
        self.dropped += batch.dropped
        self.known += batch.known
        self.redacted.update(batch.redacted)


def fingerprint(transcripts: Sequence[Transcript], mode: ChatMode) -> str:
    """Name a replay by how its inputs begin, in 12 hex digits: a longer export of the same chats has the same."""
    beginnings = [
        encode(message)
        for transcript in transcripts
        for message in islice((one for one in transcript if isinstance(one, Message)), 1)
    ]
    return hashlib.sha256(b"\0".join([mode.encode(), *sorted(beginnings)])).hexdigest()[:12]


def workspace_place(home: Path, brand: str, name: str) -> Path:
    """Where a replay's database lies."""
    return home / "replays" / f"{brand}-{name}" / "earshot.db"


def replay(transcripts: Sequence[Transcript], workspace: Workspace, mode: ChatMode, watcher: Watcher) -> Summary:
    """Send all that the transcripts hold through the workspace's pipeline, in time order over all of them."""
    summary, started = Summary(), time.monotonic()
    total = sum(transcript.size for transcript in transcripts)
    active = set[Chat]()
    _drain(workspace, summary, watcher)  # what a killed run had received
    with workspace.database.transaction() as session:
        chats.forget_dropped(session, workspace.brand.slug)
    messages = _in_time_order(transcripts, summary)
    while batch := list(islice(messages, BATCHES[total >= LONG])):
        _activate(workspace, {message.chat: None for message in batch}.keys() - active, mode)
        active |= {message.chat for message in batch}
        workspace.pipeline.receive(batch)
        _drain(workspace, summary, watcher)
        watcher.progress(sum(transcript.bytes_read for transcript in transcripts), total)
    _close(workspace, watcher)
    for transcript in transcripts:
        summary.skipped.update(transcript.skipped)
    summary.seconds = time.monotonic() - started
    return summary


def _in_time_order(transcripts: Sequence[Transcript], summary: Summary) -> Iterator[Message]:
    for message in heapq.merge(*(_heard(one, summary) for one in transcripts), key=lambda message: message.sent_at):
        summary.read += 1
        yield message


def _heard(transcript: Transcript, summary: Summary) -> Iterator[Message]:
    for one in transcript:
        if isinstance(one, Message):
            yield one
        else:
            summary.broken_lines += 1
            if len(summary.broken) < SHOWN_BROKEN:
                summary.broken.append(one)


def _activate(workspace: Workspace, chats: "set[Chat]", mode: ChatMode) -> None:
    if chats:
        with workspace.database.transaction() as session:
            for chat in sorted(chats, key=lambda chat: (chat.platform, chat.id)):
                workspace.pipeline.admission.activate(session, chat, mode)


def _drain(workspace: Workspace, summary: Summary, watcher: Watcher) -> None:
    for done in workspace.pipeline.drain():
        summary.add(done)
        watcher.processed(done)


def _close(workspace: Workspace, watcher: Watcher) -> None:
    """Let the alerts that still wait to be sent go out: a replay ends, a chat does not."""
    clock = workspace.pipeline.memory.clock
    if clock:
        end = datetime.fromtimestamp(clock, UTC) + workspace.brand.alerts.group_wait
        watcher.processed(Processed(alerts=workspace.pipeline.tick(end)))
