"""What of a person waits before the consent gate, found so that an erasure can drop it at once.

Updates wait in the inbox, an event each. WhatsApp's deliveries wait before it, as they came, and may hold what several
people said: of these only the person's own parts go.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session

from bot.app import Workspace
from bot.keeping import Whose
from bot.message import Platform
from bot.platforms.telegram import events as telegram
from bot.platforms.whatsapp import deliveries, messages
from bot.platforms.whatsapp import events as whatsapp
from bot.platforms.whatsapp.events import Person
from bot.platforms.whatsapp.fields import dicts, optional
from storage import inbox
from storage import whatsapp as ids
from storage.database import Database
from storage.tables import Inbox, Sealed

AT_ONCE = 256
"""Deliveries looked at in one transaction: who stores new ones waits meanwhile."""


class Waiting:
    """What waits of one person (a pseudonym), by whatever ids they have."""

    def __init__(self, workspace: Workspace, person: str) -> None:
        self._space = workspace
        brand = workspace.brand.slug
        with workspace.database.read() as session:
            self._person = ids.first_person(session, brand, person) or person
            self._keys = {person, self._person, *ids.other_keys(session, brand, self._person)}

    @property
    def authors(self) -> Mapping[str, Whose]:
        """Whose an update in the inbox is, as `forget_person` asks it."""
        return {Platform.TELEGRAM: self._on_telegram, Platform.WHATSAPP: self._on_whatsapp}

    def drop_deliveries(self) -> int:
        """Drop what the person said from deliveries that wait, and clear the files of it; returns how many deliveries
        held some."""
        found = self._drop(self._space.database)
        with _front(self._space.database) as front:
            if front is not None:
                found += self._drop(front)
                front.scrub(vacuum=True)
        return found

    def _drop(self, database: Database) -> int:
        vault, brand = self._space.vault, self._space.brand.slug
        found = last = 0
        while True:
            with database.transaction() as session:
                entries = inbox.take(session, vault, brand, AT_ONCE, last, source=deliveries.SOURCE)
                for entry in entries:
                    left = without(entry.payload, self._theirs)
                    if left != entry.payload:
                        found += 1
                        _replace(session, entry.id, vault.seal(left, Sealed.INBOX_PAYLOAD) if left else None)
            if len(entries) < AT_ONCE:
                return found
            last = entries[-1].id

    def _on_telegram(self, payload: bytes) -> str | None:
        raw = telegram.author(payload)
        return self._space.identity.person(Platform.TELEGRAM, raw) if raw is not None else None

    def _on_whatsapp(self, payload: bytes) -> str | None:
        try:
            person = whatsapp.author(whatsapp.decode(payload))
        except ValueError:
            return None  # the worker will keep it aside
        return self._person if person is not None and self._theirs(person) else None

    def _theirs(self, person: Person) -> bool:
        return any(self._space.identity.person(Platform.WHATSAPP, id_) in self._keys for id_ in person.ids)


def without(body: bytes, theirs: Callable[[Person], bool]) -> bytes:
    """Return a delivery without what somebody said and what was reported of messages to them: the same bytes when
    nothing of it was theirs, none when nothing is left. What is no delivery at all stays, for the worker to judge.
    """
    try:
        delivery = json.loads(body)
    except (ValueError, RecursionError):
        return body
    changed, entries = False, []
    for entry in dicts(delivery.get("entry")) if isinstance(delivery, dict) else ():
        changes = []
        for change in dicts(entry.get("changes")):
            value = change.get("value")
            left = _value(value, theirs) if isinstance(value, dict) else value
            changed = changed or left != value
            if left is not None:
                changes.append(change | {"value": left})
        if changes:
            entries.append(entry | {"changes": changes})
    if not changed:
        return body
    return json.dumps(delivery | {"entry": entries}, separators=(",", ":")).encode() if entries else b""


def _value(value: dict[str, Any], theirs: Callable[[Person], bool]) -> dict[str, Any] | None:
    """A change's value without somebody's parts; None when it was theirs alone."""

    def sent(raw: Any) -> bool:
        author = messages.sender(raw, value) if isinstance(raw, dict) else None
        return author is not None and theirs(author)

    def is_theirs(raw: Any, bsuid: str, phone: str) -> bool:
        return isinstance(raw, dict) and theirs(Person(optional(raw, bsuid), optional(raw, phone)))

    gone: Mapping[str, Callable[[Any], bool]] = {
        "messages": sent,
        "statuses": lambda raw: is_theirs(raw, "recipient_user_id", "recipient_id"),
        "contacts": lambda raw: is_theirs(raw, "user_id", "wa_id"),
    }
    left = dict(value)
    for part, is_gone in gone.items():
        if isinstance(value.get(part), list):
            left[part] = [raw for raw in value[part] if not is_gone(raw)]
    said = [part for part in ("messages", "statuses") if value.get(part)]
    return None if said and not any(left[part] for part in said) else left


@contextmanager
def _front(database: Database) -> Iterator[Database | None]:
    """The file in which deliveries wait beside a brand's SQLite file; None where there is none."""
    path = database.path.with_name(deliveries.FILE) if database.path is not None else None
    if path is None or not path.exists():
        yield None
        return
    with Database(path) as front:
        front.migrate()
        yield front


def _replace(session: Session, id_: int, payload: bytes | None) -> None:
    row = session.get(Inbox, id_)
    if row is None:
        return
    if payload is None:
        session.delete(row)
    else:
        row.payload = payload
        session.add(row)
