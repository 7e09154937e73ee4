"""Erasing a person: everything they wrote and everything that quotes them, in the database file and in its log.

What stays, and why: one consent record, state withdrawn, under the person's keyed pseudonym. Without it their next
message would be heard again where members are heard unless they object, and the brand could not show that it honoured
the request (GDPR articles 5(2), 7(3) and 17(3)(b)). It holds no name, number or text, and is anonymous once the
identity key is deleted. Tallies stay too: they count the messages of an hour, and hold no person.

`erase` works in the caller's transaction. Deleted bytes are overwritten at once (`secure_delete`), but SQLite leaves a
few behind in two places: the write-ahead log, until it is emptied, and index pages that were split before (measured: 3
of 5,045 deleted keys). `Database.scrub(vacuum=True)` afterwards clears both. What the disk keeps of overwritten blocks
is out of reach of any program: it holds ciphertext only, and pseudonyms.

What has left already (alerts in the team's chat, e-mails) is out of reach too; `Erased.alerts` names the alerts whose
cards the alert desk should edit where they were sent.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import select as select_rows
from sqlmodel import Session

from storage import consents, reactions, snapshots
from storage.database import Database
from storage.mentions import Pseudonym, mentions
from storage.portable import in_chunks, table
from storage.quotes import empty_payloads, remove_titles
from storage.tables import Alert, Chat, Consent, ConsentState, Inbox, Message, Narrative, Outbox, Sealed
from storage.vault import Vault

Author = Callable[[str, bytes], str | None]
"""Tells whose an inbox update is: (source, payload) -> pseudonym of its author, None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased of a person: numbers of rows, and what others must do next.

    `alerts` and `narratives` are ids: their titles are gone and are to be written anew. `snapshots` were dropped
    because they held the person's messages: whoever holds the learner makes it forget and stores a new one. `cleared`
    is whether the files are rid of the bytes as well; if not, a reader still needed the log: `Database.scrub` again.
    """

    person: str
    messages: int
    consents: int
    inbox: int
    outbox: int
    snapshots: int
    alerts: tuple[int, ...]
    narratives: tuple[int, ...]
    cleared: bool = False

    @property
    def nothing(self) -> bool:
        """Whether nothing was stored of this person, but perhaps an earlier withdrawal."""
        return not any((self.messages, self.consents, self.inbox, self.outbox))


def forget(
    database: Database,
    vault: Vault,
    brand: str,
    person: str,
    *,
    at: datetime,
    source: str,
    pseudonym: Pseudonym,
    author: Author,
    within: Callable[[Session, Erased], None] | None = None,
) -> Erased:
    """Erase a person in one transaction and clear the files of what was deleted; a second time changes nothing.

    `within` runs in the same transaction: to make a learner forget, to store its new snapshot, to refresh alert cards.
    """
    with database.transaction() as session:
        erased = erase(session, vault, brand, person, at=at, source=source, pseudonym=pseudonym, author=author)
        if within is not None:
            within(session, erased)
    return replace(erased, cleared=database.scrub(vacuum=True))


def erase(
    session: Session,
    vault: Vault,
    brand: str,
    person: str,
    *,
    at: datetime,
    source: str,
    pseudonym: Pseudonym,
    author: Author,
) -> Erased:
    """Erase a person (a pseudonym) in the caller's transaction and record their withdrawal from all chats.

    `pseudonym` is `Identity.person`, to find the person in updates that were kept aside; these go when they so much as
    mention them. A waiting update goes when it is the person's own by `author`; others may only mention them, and keep
    nothing of it once they are handled.
    """
    message = table(Message)
    gone = session.execute(
        message.delete()
        .where(message.c.brand == brand, message.c.person == person)
        .returning(message.c.id, message.c.narrative_id)
    ).all()
    reactions.erase(session, brand, person)
    rows = {row.id for row in gone}
    told = [row.narrative_id for row in gone if row.narrative_id is not None]
    stories = _forget_in_narratives(session, brand, rows, told)
    alerts = _forget_in_alerts(session, vault, brand, rows, stories)
    return Erased(
        person=person,
        messages=len(rows),
        consents=_withdraw(session, brand, person, at, source),
        inbox=_forget_in_inbox(session, vault, brand, person, pseudonym, author),
        outbox=_forget_in_outbox(session, brand, person, rows, alerts),
        snapshots=snapshots.drop(session, brand) if rows else 0,
        alerts=tuple(sorted(alerts)),
        narratives=tuple(sorted(stories)),
    )


def _forget_in_narratives(session: Session, brand: str, rows: set[int], told: list[int]) -> set[int]:
    """Take the person out of the numbers of the stories they told (`told` has one entry a message), and their words out
    of titles and summaries, also of stories that went into those or that they tell no more but once were quoted in. A
    story that nobody else tells goes.
    """
    narrative = table(Narrative)
    touched = set(told) | _where(session, brand, narrative.c.representative, rows)
    while absorbed := _where(session, brand, narrative.c.merged_into, touched) - touched:
        touched |= absorbed
    for id_ in touched:
        here = (narrative.c.brand == brand) & (narrative.c.id == id_)
        session.execute(
            narrative.update()
            .where(here)
            .values(
                title=None,
                summary=None,
                representative=None,
                messages=narrative.c.messages - told.count(id_),
                people=narrative.c.people - int(id_ in told),
            )
        )
        session.execute(narrative.delete().where(here, narrative.c.people <= 0))
    return touched


def _where(session: Session, brand: str, column: ColumnElement[Any], values: Collection[int]) -> set[int]:
    """Return the ids of the narratives whose column has one of the values."""
    row = table(Narrative).c
    return {
        id_
        for chunk in in_chunks(list(values))
        for (id_,) in session.execute(select_rows(row.id).where(row.brand == brand, column.in_(chunk)))
    }


def _forget_in_alerts(session: Session, vault: Vault, brand: str, rows: set[int], stories: set[int]) -> set[int]:
    alert = table(Alert)
    touched = set()
    query = select_rows(alert.c.id, alert.c.narrative_id, alert.c.messages).where(alert.c.brand == brand)
    for id_, narrative_id, evidence in session.execute(query).all():
        if narrative_id in stories or not rows.isdisjoint(evidence):
            left = [row for row in evidence if row not in rows]
            session.execute(alert.update().where(alert.c.id == id_).values(messages=left))
            touched.add(id_)
    remove_titles(session, vault, touched)
    return touched


def _forget_in_outbox(session: Session, brand: str, person: str, rows: set[int], alerts: set[int]) -> int:
    outbox = table(Outbox)
    theirs = (outbox.c.brand == brand) & (outbox.c.person == person)
    addressed = session.execute(outbox.delete().where(theirs).returning(outbox.c.id)).all()
    return len(addressed) + empty_payloads(session, brand, rows, alerts)


def _forget_in_inbox(
    session: Session, vault: Vault, brand: str, person: str, pseudonym: Pseudonym, author: Author
) -> int:
    inbox, chat = table(Inbox), table(Chat)
    platforms = session.execute(select_rows(chat.c.platform).where(chat.c.brand == brand).distinct()).scalars().all()
    query = select_rows(inbox.c.id, inbox.c.source, inbox.c.fault, inbox.c.payload).where(
        inbox.c.brand == brand, inbox.c.payload.is_not(None)
    )
    theirs = []
    for id_, source, fault, sealed in session.execute(query):
        payload = vault.open(sealed, Sealed.INBOX_PAYLOAD)
        if fault is None:
            is_theirs = author(source, payload) == person
        else:
            is_theirs = mentions(payload, person, platforms, pseudonym)
        if is_theirs:
            theirs.append(id_)
    for chunk in in_chunks(theirs):
        session.execute(inbox.delete().where(inbox.c.id.in_(chunk)))
    return len(theirs)


def _withdraw(session: Session, brand: str, person: str, at: datetime, source: str) -> int:
    """Leave one withdrawn record and return how many others were deleted."""
    former = consents.of_person(session, brand, person)
    if len(former) == 1 and former[0].state is ConsentState.WITHDRAWN and former[0].chat_id is None:
        return 0
    version = former[-1].version if former else ""
    proof = consents.record(session, brand, person, None, ConsentState.WITHDRAWN, version=version, source=source, at=at)
    row = table(Consent)
    theirs = (row.c.brand == brand) & (row.c.person == person) & (row.c.id != proof.id)
    session.execute(row.delete().where(theirs))
    return len(former)
