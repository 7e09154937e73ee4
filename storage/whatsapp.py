"""What is remembered for WhatsApp: ids of one person, windows in which to write, reports on sendings, files."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, or_
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from storage.portable import insert_into, table
from storage.tables import (
    DeliveryState,
    MovedPerson,
    Outbox,
    OutboxState,
    Sealed,
    WhatsAppMedia,
    WhatsAppStatus,
    WhatsAppWindow,
)
from storage.vault import Vault

WINDOW = timedelta(hours=24)
"""How long one may write freely after somebody's last message.
https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages#customer-service-windows"""
STATUS_KEPT = timedelta(days=14)
ANSWER_KEPT = timedelta(days=7)
"""How long an answer to somebody who is not on record waits for their next message."""
KNOCK_AGAIN = timedelta(days=7)
"""How long a template waits for an answer before another may be sent."""

_RANK = {DeliveryState.SENT: 1, DeliveryState.DELIVERED: 2, DeliveryState.READ: 3, DeliveryState.FAILED: 4}


def origin(session: Session, vault: Vault, brand: str, keys: Collection[str]) -> str | None:
    """Return the first id of the person who has one of these pseudonyms by now; None when none is known as moved."""
    moved = session.exec(select(MovedPerson).where(MovedPerson.brand == brand, col(MovedPerson.key).in_(keys))).first()
    return vault.open_text(moved.origin, Sealed.MOVED_PERSON_ORIGIN) if moved is not None else None


def link(session: Session, vault: Vault, brand: str, key: str, person: str, first: str) -> None:
    """Remember that `key` is another pseudonym of `person`, whose first id is `first`; the first word on it counts."""
    if key == person or session.get(MovedPerson, (brand, key)) is not None:
        return
    sealed = vault.seal_text(first, Sealed.MOVED_PERSON_ORIGIN)
    session.add(MovedPerson(brand=brand, key=key, person=person, origin=sealed))
    session.flush()


def first_person(session: Session, brand: str, key: str) -> str | None:
    """Return the pseudonym under which everything about a person is stored who has another one by now; else None."""
    moved = session.get(MovedPerson, (brand, key))
    return moved.person if moved is not None else None


def other_keys(session: Session, brand: str, person: str) -> Sequence[str]:
    """Return the other pseudonyms of a person."""
    return session.exec(select(MovedPerson.key).where(MovedPerson.brand == brand, MovedPerson.person == person)).all()


def open_window(session: Session, brand: str, lane: str, until: datetime) -> None:
    """Remember that somebody wrote: the lane is open until then, or until later where that is known already."""
    row = table(WhatsAppWindow).c
    new = insert_into(session, WhatsAppWindow).values(brand=brand, lane=lane, until=until, noticed=False)
    later = case((row.until > new.excluded.until, row.until), else_=new.excluded.until)
    over = row.until <= until - WINDOW  # somebody who was silent for a whole window is shown the notice again
    seen = {"until": later, "knocked_at": None, "noticed": case((over, False), else_=row.noticed)}
    session.execute(new.on_conflict_do_update(index_elements=[row.brand, row.lane], set_=seen))


def window_open(session: Session, brand: str, lane: str, now: datetime) -> bool:
    """Return whether the lane may be written to freely."""
    window = session.get(WhatsAppWindow, (brand, lane))
    return window is not None and window.until > now


def close_window(session: Session, brand: str, lane: str, now: datetime) -> None:
    """Believe the platform, which says that the window is closed."""
    window = session.get(WhatsAppWindow, (brand, lane))
    if window is not None:
        window.until = min(window.until, now)
        session.add(window)


def may_knock(session: Session, brand: str, lane: str, now: datetime) -> bool:
    """Return whether a template may be sent to ask for a sign of life."""
    window = session.get(WhatsAppWindow, (brand, lane))
    return window is None or window.knocked_at is None or now - window.knocked_at >= KNOCK_AGAIN


def knocked(session: Session, brand: str, lane: str, now: datetime) -> None:
    """Remember that a template was sent."""
    window = session.get(WhatsAppWindow, (brand, lane)) or WhatsAppWindow(brand=brand, lane=lane, until=now)
    window.knocked_at = now
    session.add(window)
    session.flush()


def forget_lane(session: Session, brand: str, lane: str) -> None:
    """Remove a lane's window."""
    session.execute(delete(WhatsAppWindow).where(col(WhatsAppWindow.brand) == brand, col(WhatsAppWindow.lane) == lane))


def notice_due(session: Session, brand: str, lane: str) -> bool:
    """Return whether the notice was not yet shown in the lane's window, and remember that it is now."""
    window = session.get(WhatsAppWindow, (brand, lane))
    if window is None or window.noticed:
        return False
    window.noticed = True
    session.add(window)
    return True


def note_status(session: Session, brand: str, ref: str, state: DeliveryState, code: int | None, at: datetime) -> None:
    """Remember a report; one that says less than an earlier one changes nothing, in whatever order they come. Only a
    failure has an effect to come."""
    known, settled = session.get(WhatsAppStatus, (brand, ref)), state is not DeliveryState.FAILED
    if known is None:
        session.add(WhatsAppStatus(brand=brand, ref=ref, state=state, code=code, at=at, settled=settled))
    elif _RANK[state] > _RANK[known.state]:
        known.state, known.code, known.at, known.settled = state, code, at, settled
        session.add(known)
    session.flush()


def unsettled(session: Session, brand: str, channel: str) -> list[tuple[WhatsAppStatus, Outbox]]:
    """Return the failures that have not had their effect, with what they are about, where that is marked as sent."""
    found = session.exec(
        select(WhatsAppStatus, Outbox).where(
            WhatsAppStatus.brand == brand,
            col(WhatsAppStatus.settled).is_(False),
            Outbox.brand == brand,
            Outbox.channel == channel,
            Outbox.sent_ref == WhatsAppStatus.ref,
            Outbox.state == OutboxState.SENT,
        )
    ).all()
    return list(found)


def failures(session: Session, brand: str) -> dict[int, int]:
    """Return how many sendings failed lately, by WhatsApp's error code (0 without one)."""
    query = (
        select(WhatsAppStatus.code, func.count())
        .where(WhatsAppStatus.brand == brand, WhatsAppStatus.state == DeliveryState.FAILED)
        .group_by(col(WhatsAppStatus.code))
    )
    return {code or 0: count for code, count in session.exec(query).all()}


def keep_file(
    session: Session, vault: Vault, brand: str, key: str, person: str, mime: str, content: bytes, at: datetime
) -> None:
    """Store a downloaded file, once for each key."""
    row = {
        "brand": brand,
        "key": key,
        "person": person,
        "mime": mime,
        "content": vault.seal(content, Sealed.WHATSAPP_MEDIA_CONTENT),
        "stored_at": at,
    }
    session.execute(insert_into(session, WhatsAppMedia).values(row).on_conflict_do_nothing())


def export(session: Session, brand: str, person: str) -> dict[str, Any]:
    """Return what is remembered of a person, as JSON can say it: how many other ids, and which files."""
    files = select(WhatsAppMedia).where(WhatsAppMedia.brand == brand, WhatsAppMedia.person == person)
    return {
        "other_ids": len(other_keys(session, brand, person)),
        "files": [
            {"kind": file.mime, "bytes": len(file.content), "at": file.stored_at.isoformat()}
            for file in session.exec(files.order_by(col(WhatsAppMedia.stored_at))).all()
        ],
    }


def forget(session: Session, brand: str, person: str) -> int:
    """Remove what is remembered of a person beside their windows; returns how many rows went."""
    gone = 0
    for model in (MovedPerson, WhatsAppMedia):
        row = table(model).c
        theirs = select_rows(func.count()).select_from(table(model)).where(row.brand == brand, row.person == person)
        gone += session.execute(theirs).scalar_one()
        session.execute(table(model).delete().where(row.brand == brand, row.person == person))
    return gone


def give_up(session: Session, brand: str, channel: str, now: datetime, replies_kept: timedelta) -> None:
    """Make dead letters, without words and address, of what has waited for its window for too long."""
    outbox = table(Outbox)
    terms = (("answer", now - ANSWER_KEPT), ("reply", now - replies_kept))
    late = or_(*((outbox.c.kind == kind) & (outbox.c.created_at <= term) for kind, term in terms))
    waiting = (outbox.c.brand == brand) & (outbox.c.channel == channel) & (outbox.c.state == OutboxState.WAITING)
    emptied = {"state": OutboxState.DEAD, "payload": None, "address": None, "last_fault": "window", "not_before": None}
    session.execute(outbox.update().where(waiting, late).values(emptied))


def purge(session: Session, brand: str, now: datetime, files_kept: timedelta) -> None:
    """Remove windows that are over, old reports, and files that have reached their term."""
    windows, statuses, files = table(WhatsAppWindow), table(WhatsAppStatus), table(WhatsAppMedia)
    knocked_long_ago = or_(windows.c.knocked_at.is_(None), windows.c.knocked_at <= now - KNOCK_AGAIN)
    session.execute(windows.delete().where(windows.c.brand == brand, windows.c.until <= now, knocked_long_ago))
    session.execute(statuses.delete().where(statuses.c.brand == brand, statuses.c.at <= now - STATUS_KEPT))
    # What a failure is about that was not found by now was an answer to somebody who is not on record.
    lost = (statuses.c.brand == brand) & statuses.c.settled.is_(False) & (statuses.c.at <= now - timedelta(hours=1))
    session.execute(statuses.update().where(lost).values(settled=True))
    session.execute(files.delete().where(files.c.brand == brand, files.c.stored_at <= now - files_kept))
