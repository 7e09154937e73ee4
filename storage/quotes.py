"""Where messages are quoted outside their own row: titles of alerts, details of their events, outbox payloads.

Erasure and retention both must reach these places; each knows by itself whose quotes have to go.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import select as select_rows
from sqlmodel import Session

from storage.portable import in_chunks, table
from storage.tables import Alert, AlertEvent, Outbox, Sealed
from storage.vault import Vault


def remove_titles(session: Session, vault: Vault, alerts: Collection[int]) -> None:
    """Remove the titles of alerts, and from their events the `title` that some quote; the rest of an event stays."""
    alert, event = table(Alert), table(AlertEvent)
    for chunk in in_chunks(list(alerts)):
        session.execute(alert.update().where(alert.c.id.in_(chunk)).values(title=None))
        query = select_rows(event.c.id, event.c.detail).where(event.c.alert_id.in_(chunk), event.c.detail.is_not(None))
        for id_, sealed in session.execute(query).all():
            detail = vault.open_json(sealed, Sealed.ALERT_EVENT_DETAIL)
            if "title" in detail:
                del detail["title"]
                resealed = vault.seal_json(detail, Sealed.ALERT_EVENT_DETAIL)
                session.execute(event.update().where(event.c.id == id_).values(detail=resealed))


def empty_payloads(session: Session, brand: str, rows: Collection[int], alerts: Iterable[int] = ()) -> int:
    """Empty the outbox payloads that quote one of these message rows or are about one of these alerts.

    A waiting entry is not lost: whoever sends it renders it anew (`Outbox`). Returns how many were emptied.
    """
    outbox, gone, emptied = table(Outbox), frozenset(rows), 0
    subjects = {f"alert:{id_}" for id_ in alerts}
    query = select_rows(outbox.c.id, outbox.c.subject, outbox.c.messages)
    for id_, subject, quoted in session.execute(
        query.where(outbox.c.brand == brand, outbox.c.payload.is_not(None))
    ).all():
        if subject in subjects or not gone.isdisjoint(quoted):
            left = [row for row in quoted if row not in gone]
            session.execute(outbox.update().where(outbox.c.id == id_).values(payload=None, messages=left))
            emptied += 1
    return emptied
