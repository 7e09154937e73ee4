"""From Telegram into the inbox: what is acknowledged has been stored, or may not be.

Consent and activation count from the moment they are given: after an update that may change who is heard, the updates
behind it wait until it has had its effect (`Intake.take`).
"""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot.platforms.telegram.context import NAME, Context
from bot.platforms.telegram.events import Place, Reacted, Said, encode
from bot.platforms.telegram.reading import read
from bot.platforms.telegram.sieve import Sieve
from storage import chats, inbox
from storage.tables import Setting

MARK = "telegram.upto"
MARK_LASTS = timedelta(days=6)
"""Telegram counts updates anew after a week without any."""

log = structlog.get_logger(__name__)
Update = Mapping[str, Any]


class Intake:
    """Stores updates; `settle` has everything stored take its effect, `chatter` says that there is something to do."""

    def __init__(self, context: Context, settle: Callable[[], Awaitable[None]], chatter: Callable[[], None]) -> None:
        self._context, self._settle, self._chatter = context, settle, chatter
        self._sieve = Sieve(context)

    async def take(self, updates: Sequence[Update]) -> None:
        """Store updates. When this returns, they may be acknowledged; raises StorageError when they may not."""
        rest = list(updates)
        while rest:
            stored, barrier = await asyncio.to_thread(self._store, rest)
            rest = rest[stored:]
            if barrier:
                await self._settle()
        self._chatter()

    def offset(self) -> int:
        """From which update on to ask, so that nothing stored before a restart comes again; 0 when unknown."""
        with self._context.workspace.database.read() as session:
            mark = session.get(Setting, (self._context.brand, MARK))
        if mark is None or self._context.clock() - datetime.fromisoformat(mark.value["at"]) > MARK_LASTS:
            return 0
        return int(mark.value["id"]) + 1

    def _store(self, updates: Sequence[Update]) -> tuple[int, bool]:
        """Store updates up to and including the first that may change who is heard; how many, and whether one did."""
        space, now, dropped = self._context.workspace, self._context.clock(), Counter[int]()
        entries: list[tuple[str, bytes]] = []
        stored, barrier = 0, False
        with space.database.transaction() as session:
            for update in updates:
                stored += 1
                try:
                    event = read(update, self._context.me.id, self._context.me.name)
                except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError) as error:
                    self._keep_aside(session, update, error, now)
                    continue
                kept = self._sieve.sift(session, event, dropped) if event is not None else None
                asked = self._sieve.asked(session, event) if event is not None else None
                if asked is not None:
                    entries.append((f"{update['update_id']}:asked", encode(asked)))
                if kept is not None:
                    entries.append((str(update["update_id"]), encode(kept)))
                    if not isinstance(kept, Said | Reacted):
                        barrier = True
                        break
            inbox.put(session, space.vault, space.brand.slug, NAME, entries, now)
            chats.dropped(session, dropped)
            self._mark(session, int(updates[stored - 1]["update_id"]), now)
        return stored, barrier

    def _mark(self, session: Session, update: int, now: datetime) -> None:
        session.merge(Setting(brand=self._context.brand, name=MARK, value={"id": update, "at": now.isoformat()}))

    def _keep_aside(self, session: Session, update: Update, error: Exception, now: datetime) -> None:
        """Keep what cannot be read: whole where its author agreed to be heard, otherwise only that it came."""
        space, kind = self._context.workspace, next((key for key in update if key != "update_id"), "nothing")
        fault = f"{type(error).__name__} in {kind[:40]}"
        payload = json.dumps(update).encode() if self._author_agreed(session, update.get(kind)) else b"{}"
        key = str(update["update_id"])
        inbox.put(session, space.vault, space.brand.slug, NAME, [(key, payload)], now)
        found = inbox.by_key(session, space.brand.slug, NAME, key)
        if found is not None:
            inbox.keep_aside(session, found, fault)
        log.warning("telegram.unreadable", fault=fault)

    def _author_agreed(self, session: Session, body: object) -> bool:
        match body:
            case {"chat": {"id": int(chat), "type": str(kind)}, "from": {"id": int(person)}}:
                row = self._context.chat(session, Place(str(chat), kind == "private"))
                return self._sieve.admits(session, row, str(person))
            case _:
                return False
