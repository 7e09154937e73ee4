"""What the desk has asked somebody and waits to be told: stored, so that a restart does not forget the question, and
for a short time only."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, delete

from bot.customers.office import Office
from storage.tables import Pending, Sealed

LASTS = timedelta(hours=1)
_NUMBER = re.compile(r"\s*(\d{1,2})\s*[.)!]?\s*")


class Waiting(StrEnum):
    """For what."""

    CHOICE = "choice"  # which of the offered entries is meant
    CONSENT = "consent"  # whether a question may be kept
    ANSWERED = "answered"  # whether the answer was helpful
    SCORE = "score"  # a number of a survey
    COMMENT = "comment"  # a sentence to a survey


@dataclass(frozen=True, slots=True)
class Open:
    """What waits; `mark` tells the buttons of this question from those of an earlier one."""

    kind: Waiting
    mark: str
    content: dict[str, Any]


class Pendings:
    """The open questions of one brand, one a place (`Office.place`)."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def put(self, session: Session, place: str, waiting: Open, now: datetime, *, lasts: timedelta = LASTS) -> None:
        """Wait for something; what waited there before is forgotten."""
        content = {"mark": waiting.mark, "content": waiting.content}
        sealed = self._office.vault.seal_json(content, Sealed.PENDING_CONTENT)
        row = Pending(brand=self._office.slug, lane=place, kind=waiting.kind, content=sealed, expires_at=now + lasts)
        session.merge(row)

    def get(self, session: Session, place: str, now: datetime) -> Open | None:
        """What waits there."""
        row = session.get(Pending, (self._office.slug, place))
        if row is None or row.expires_at <= now:
            return None
        opened = self._office.vault.open_json(row.content, Sealed.PENDING_CONTENT)
        return Open(Waiting(row.kind), opened["mark"], opened["content"])

    def clear(self, session: Session, place: str) -> None:
        """Wait there no more."""
        row = session.get(Pending, (self._office.slug, place))
        if row is not None:
            session.delete(row)
            session.flush()

    def expire(self, session: Session, now: datetime) -> None:
        """Forget what nobody answered in time."""
        session.exec(delete(Pending).where(col(Pending.brand) == self._office.slug, col(Pending.expires_at) <= now))


def typed_number(text: str) -> int | None:
    """Return the number that a text is, for platforms without buttons.

    >>> typed_number(" 2."), typed_number("2 lamps"), typed_number("")
    (2, None, None)
    """
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else None
