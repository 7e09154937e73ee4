"""How much one person, or one group, may ask: then one polite notice, and silence until they have slowed down.

Kept in memory only: who asks how often is nobody's business once the window is over, and a restart forgives.
"""

import threading
from collections import defaultdict, deque
from datetime import datetime
from enum import Enum

from config.brand import Conversations

MOST_KEYS = 10_000
"""Persons and groups remembered; beyond, those whose window is over are dropped."""


class Room(Enum):
    """Whether something may still be dealt with."""

    YES = "yes"
    NOTICE = "notice"
    NO = "no"


class Limits:
    """The limits of one brand, safe to use from several threads.

    A message that is over the limit counts as well: who goes on flooding stays silenced.
    """

    def __init__(self, given: Conversations) -> None:
        self._most = {"person": given.questions_per_person, "group": given.questions_per_group}
        self._within, self._lock = given.within, threading.Lock()
        self._seen: defaultdict[tuple[str, str], deque[datetime]] = defaultdict(deque)
        self._told: dict[tuple[str, str], datetime] = {}

    def room(self, person: str, group: int | None, now: datetime) -> Room:
        """Count a message of a person, said in a group or in private, and say whether it may be dealt with."""
        with self._lock:
            return self._room(person, group, now)

    def may_warn(self, person: str, now: datetime) -> bool:
        """Whether somebody abusive is to be told so: once, and not again as long as they go on."""
        key = ("abuse", person)
        with self._lock:
            told = self._told.get(key)
            self._told[key] = now
            self._seen[key] = deque([now])
        return told is None or now - told >= self._within

    def _room(self, person: str, group: int | None, now: datetime) -> Room:
        keys = [("person", person)] + ([("group", str(group))] if group is not None else [])
        full = [key for key in keys if self._count(key, now) > self._most[key[0]]]
        if not full:
            return Room.YES
        untold = [key for key in full if key not in self._told or now - self._told[key] >= self._within]
        for key in full:
            # As long as the flood goes on, the notice is not repeated.
            self._told[key] = now
        return Room.NOTICE if len(untold) == len(full) else Room.NO

    def _count(self, key: tuple[str, str], now: datetime) -> int:
        if len(self._seen) > MOST_KEYS:
            self._sweep(now)
        times = self._seen[key]
        while times and now - times[0] >= self._within:
            times.popleft()
        if len(times) <= self._most[key[0]]:
            times.append(now)
        else:
            times[-1] = now
        return len(times)

    def _sweep(self, now: datetime) -> None:
        over = [key for key, times in self._seen.items() if not times or now - times[-1] >= self._within]
        for key in over:
            del self._seen[key]
            self._told.pop(key, None)
