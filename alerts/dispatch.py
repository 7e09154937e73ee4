"""Sends what the outbox holds: durable, in order a lane, fair over lanes, at the pace each platform allows.

What happens when the process dies. An entry is marked as being sent, under a lease, before its channel is called, and
as sent afterwards. Killed in between, it is sent again when the lease is over: at least once, and twice only when
the process died between the platform's answer and the mark. Edits repeated so change nothing.

What happens when sending fails. `RetryAfterError` stops the lane, and no other, for the time the platform asks; it is
not counted. Other failures are retried after 2, 4, 8 ... seconds, at most 10 minutes, less a random part (seeded by
the entry, so that a run can be repeated); the lane waits behind its failing head, but after five failures that entry
steps aside, lest one poisoned message silence an address. `RefusedError`, or the 60th failure (some eight hours), makes
it a dead letter, which `earshot status` shows and `alerts.outbox.revive` puts back.

What happens when the clock jumps. Forward: leases and waits end early; what this process is sending is not sent again.
Back: waits are moved back with it, so that no lane rests for as long as the jump; one that happens while nothing runs
is not seen, and what waited then waits that much longer.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from sqlmodel import Session

from alerts import pending
from alerts.channels.base import Channel
from alerts.errors import RefusedError, RetryAfterError
from alerts.outbox import OutboxWriter
from alerts.pacing import MINUTE, Pacer
from alerts.payload import PRIORITY, Payload, Sending
from storage.database import Database
from storage.errors import StorageError, VaultError
from storage.tables import Outbox, Sealed
from storage.vault import Vault

POLL_SECONDS = 0.5
IN_FLIGHT = 32
"""Sendings of one channel at a time: a platform that hangs holds this many lanes, and no other channel."""
LEASE_MARGIN = timedelta(seconds=30)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
SLACK = timedelta(seconds=5)
"""A clock that is set back by less than this is left alone."""
GRACE_SECONDS = 5.0
"""How long a stopping dispatcher waits for sendings under way."""

log = structlog.get_logger(__name__)
Mark = Callable[[Session], None]


class Renderer(Protocol):
    """Who knows what entries are about: the desk."""

    def render(self, session: Session, entry: Outbox, now: datetime) -> Payload | None:
        """The payload of an entry whose own was erased, made anew; None when there is nothing left to say."""
        ...

    def illustrate(self, session: Session, payload: Payload) -> Payload:
        """The payload with the numbers of its chart."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One entry on its way; `ref` is what an edit replaces, `payload` None when there is nothing left to say."""

    id: int
    channel: Channel
    lane: str
    address: str | None
    kind: str
    payload: Payload | None
    ref: str | None


class OutboxDispatcher:
    """Sends the outbox of one brand through `channels`, by name. Entries of other channels wait."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        brand: str,
        channels: Mapping[str, Channel],
        renderer: Renderer,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self._vault, self._brand, self._renderer, self._clock = database, vault, brand, renderer, clock
        self._channels = dict(channels)
        self._writer = OutboxWriter(brand, vault)
        self._pacers = {name: Pacer(channel.pace) for name, channel in self._channels.items()}
        self._in_flight: dict[asyncio.Task[None], Delivery] = {}
        self._looked: tuple[datetime, float] | None = None
        self._marks: list[Mark] = []
        self._wake = asyncio.Event()
        self._remembered = False

    def wake(self) -> None:
        """Look at the outbox now instead of at the next poll; call it after a commit that put something in."""
        self._wake.set()

    async def run_once(self, now: datetime) -> int:
        """Send the entry that may leave now of each lane, and wait for all; returns how many were tried."""
        deliveries = await asyncio.to_thread(self._round, now, ())
        await asyncio.gather(*(self._deliver(delivery, lambda: now) for delivery in deliveries))
        await asyncio.to_thread(self._settle)
        return len(deliveries)

    async def drain(self, now: datetime) -> int:
        """Send until nothing may leave at `now`; returns how many were tried."""
        total = 0
        while tried := await self.run_once(now):
            total += tried
        return total

    async def run(self) -> None:
        """Send until cancelled. A full disk or a locked database is waited out: sendings done are marked later."""
        try:
            while True:
                self._wake.clear()
                deliveries = await self._claimed()
                for delivery in deliveries:
                    task = asyncio.create_task(self._deliver(delivery, self._clock))
                    self._in_flight[task] = delivery
                    task.add_done_callback(self._arrived)
                if not deliveries:
                    # Not `wait_for`: before Python 3.12 it can swallow the cancellation that comes with a wake.
                    with suppress(TimeoutError):
                        async with asyncio.timeout(POLL_SECONDS):
                            await self._wake.wait()
        finally:
            await self._stop()

    async def _claimed(self) -> list[Delivery]:
        """One round in a thread. Cancelled meanwhile, it gives back what it claimed."""
        now = self._clock()
        in_flight, set_back = tuple(self._in_flight.values()), self._set_back(now)
        claiming = asyncio.ensure_future(asyncio.to_thread(self._round, now, in_flight, set_back))
        try:
            return await asyncio.shield(claiming)
        except StorageError as error:
            log.warning("outbox.storage", fault=type(error).__name__)
            return []
        except asyncio.CancelledError:
            with suppress(StorageError):
                claimed = [delivery.id for delivery in await claiming]
                self._marks.append(lambda session: pending.release(session, claimed))
            raise

    def _set_back(self, now: datetime) -> timedelta | None:
        """How far the clock was set back since the last look, if it was."""
        ticks, before = time.monotonic(), self._looked
        self._looked = now, ticks
        if before is None:
            return None
        back = before[0] + timedelta(seconds=ticks - before[1]) - now
        return back if back > SLACK else None

    def _arrived(self, task: asyncio.Task[None]) -> None:
        del self._in_flight[task]
        self._wake.set()

    async def _stop(self) -> None:
        tasks = list(self._in_flight)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
            for task in late:  # their leases run out; whether they were sent is not known
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            self._settle()
        except StorageError as error:  # not marked: sent again when the leases are over
            log.warning("outbox.storage", fault=type(error).__name__)

    def _settle(self) -> None:
        """Write down how sendings ended; what cannot be written stays for the next time."""
        marks = list(self._marks)
        if marks:
            with self._database.transaction() as session:
                for mark in marks:
                    mark(session)
            del self._marks[: len(marks)]

    def _round(self, now: datetime, in_flight: Sequence[Delivery], set_back: timedelta | None = None) -> list[Delivery]:
        self._settle()
        if set_back is not None:
            log.warning("outbox.clock_set_back", seconds=round(set_back.total_seconds()))
            with self._database.transaction() as session:
                pending.set_back(session, self._brand, set_back)
        with self._database.read() as session:
            if not self._remembered:
                self._remember(session, now)
            if not self._free(pending.heads(session, self._brand, self._channels, now), now, in_flight):
                return []
        with self._database.transaction() as session:
            heads = self._free(pending.heads(session, self._brand, self._channels, now), now, in_flight)
            longest = max((self._channels[head.channel].timeout for head in heads), default=0.0)
            rows = pending.claim(session, [head.id for head in heads], now + timedelta(seconds=longest) + LEASE_MARGIN)
            deliveries = [self._delivery(session, row, now) for row in rows]
        for delivery in deliveries:
            self._pacers[delivery.channel.name].sent(delivery.lane, now)
        return deliveries

    def _remember(self, session: Session, now: datetime) -> None:
        for channel, lane, at in pending.sent_since(session, self._brand, now - MINUTE):
            if channel in self._pacers:
                self._pacers[channel].sent(lane, at)
        self._remembered = True

    def _free(self, heads: Iterable[pending.Head], now: datetime, in_flight: Sequence[Delivery]) -> list[pending.Head]:
        """The entries that the channels' pace and room allow: urgent ones first, then lanes that waited longest."""
        busy, flying = Counter(one.channel.name for one in in_flight), {one.id for one in in_flight}
        chosen: Counter[str] = Counter()
        free = []
        for head in sorted((head for head in heads if head.id not in flying), key=self._turn):
            others = chosen[head.channel]
            if others + busy[head.channel] < IN_FLIGHT and self._room(head, now, others):
                chosen[head.channel] += 1
                free.append(head)
        return free

    def _room(self, head: pending.Head, now: datetime, others: int) -> bool:
        urgent = head.priority < PRIORITY[Sending.EDIT]
        return self._pacers[head.channel].free(head.lane, now, others, urgent=urgent)

    def _turn(self, head: pending.Head) -> tuple[int, datetime, int]:
        return head.priority, self._pacers[head.channel].last(head.lane) or LONG_AGO, head.id

    def _delivery(self, session: Session, row: Outbox, now: datetime) -> Delivery:
        channel, ref = self._channels[row.channel], None
        payload = address = None
        try:
            payload = self._writer.open(row) or self._renderer.render(session, row, now)
            address = self._vault.open_text(row.address, Sealed.OUTBOX_ADDRESS) if row.address is not None else None
        except (ValueError, VaultError) as error:  # written by another version, or under a lost key: nobody can send it
            log.warning("outbox.unreadable", entry=row.id, fault=type(error).__name__)
        if payload is not None and channel.supports_pictures:
            payload = self._renderer.illustrate(session, payload)
        if row.kind == Sending.EDIT:
            ref = pending.reference(session, row)
        return Delivery(row.id or 0, channel, row.lane, address, row.kind, payload, ref)

    async def _deliver(self, delivery: Delivery, clock: Callable[[], datetime]) -> None:
        """Call the channel once and note how to mark the entry; only a cancellation leaves it unmarked."""
        id_, channel = delivery.id, delivery.channel
        try:
            async with asyncio.timeout(channel.timeout):
                ref = await _send(delivery)
        except RetryAfterError as error:
            until = clock() + timedelta(seconds=error.seconds)
            log.info("outbox.wait", entry=id_, channel=channel.name, seconds=error.seconds)
            self._marks.append(lambda session: pending.asked_to_wait(session, id_, until))
        except Exception as error:  # a channel is foreign code: whatever it raises must not stop the others
            fault, at, final = type(error).__name__, clock(), isinstance(error, RefusedError)
            log.warning("outbox.failed", entry=id_, channel=channel.name, lane=delivery.lane, fault=fault, dead=final)
            self._marks.append(lambda session: pending.failed(session, id_, fault, at, for_good=final))
        else:
            at = clock()
            self._marks.append(lambda session: pending.succeeded(session, id_, ref, at))


async def _send(delivery: Delivery) -> str | None:
    """Send or edit, as the channel can. An edit of what never left, or that tells nothing new to a channel that cannot
    edit, needs no sending."""
    channel, payload = delivery.channel, delivery.payload
    if payload is None:
        raise RefusedError("What this entry was to say has been erased or cannot be read.")
    if delivery.kind != Sending.EDIT:
        return await channel.send(delivery.lane, delivery.address, payload)
    if channel.supports_edit and delivery.ref is not None:
        await channel.edit(delivery.lane, delivery.address, delivery.ref, payload)
    elif not channel.supports_edit and payload.news:
        await channel.send(delivery.lane, delivery.address, payload)
    return None
