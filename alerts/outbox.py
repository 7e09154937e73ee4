"""The outbox: what must be sent, stored in the caller's transaction before anything is sent.

A lane is one address of one channel. Within a lane entries leave by priority, then in the order they were put in, and
an entry never overtakes an earlier one about the same subject. `alerts/dispatch.py` sends them.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from alerts.errors import DeskError
from alerts.payload import PRIORITY, Payload, Sending, decode_payload, encode_payload
from storage.tables import Outbox, OutboxState, Sealed
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Lane:
    """Where something goes: a channel ("apprise", "telegram", "whatsapp", "console"), the lane's name there, which
    tells no raw identity, and the address that the channel needs; without one the channel resolves the name."""

    channel: str
    name: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead entry, for `earshot status`: `fault` is the kind of the last error."""

    id: int
    channel: str
    lane: str
    kind: str
    attempts: int
    fault: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """How the outbox does: entries that wait (the oldest since when) and entries that were given up."""

    waiting: int
    oldest: datetime | None
    dead: tuple[Letter, ...]


class OutboxWriter:
    """Puts entries of one brand into the outbox, sealed."""

    def __init__(self, brand: str, vault: Vault) -> None:
        self._brand, self._vault = brand, vault

    def put(
        self,
        session: Session,
        lane: Lane,
        kind: Sending,
        payload: Payload,
        now: datetime,
        *,
        dedupe: str,
        subject: str | None = None,
        person: str | None = None,
        not_before: datetime | None = None,
    ) -> bool:
        """Store something to send; False when an entry with the same `dedupe` key was stored before."""
        known = select(Outbox.id).where(Outbox.brand == self._brand, Outbox.dedupe == dedupe)
        if session.exec(known).first() is not None:
            return False
        address = None if lane.address is None else self._vault.seal_text(lane.address, Sealed.OUTBOX_ADDRESS)
        session.add(
            Outbox(
                brand=self._brand,
                channel=lane.channel,
                lane=lane.name,
                address=address,
                kind=kind,
                priority=PRIORITY[kind],
                subject=subject,
                dedupe=dedupe,
                person=person,
                messages=list(payload.quoted),
                payload=self._seal(payload),
                not_before=not_before,
                created_at=now,
            )
        )
        session.flush()
        return True

    def edit(self, session: Session, lane: Lane, payload: Payload, now: datetime, *, subject: str) -> bool:
        """Bring what was said about `subject` up to date: the newest waiting entry about it is rewritten, and an edit
        is put in only where it has left already. False when nothing was ever said about it in this lane, or when it
        says the same already."""
        entries = select(Outbox).where(
            Outbox.brand == self._brand,
            Outbox.subject == subject,
            Outbox.channel == lane.channel,
            Outbox.lane == lane.name,
            col(Outbox.kind).in_((Sending.ALERT, Sending.EDIT)),
        )
        newest = session.exec(entries.order_by(col(Outbox.id).desc())).first()
        if newest is None:
            return False
        if newest.state is OutboxState.WAITING:
            self._rewrite(newest, payload)
            session.add(newest)
            return True
        if newest.state is OutboxState.SENT and _same(self.open(newest), payload):
            return False
        dedupe = f"{subject}:{lane.channel}:{lane.name}:edit:{newest.id}"
        return self.put(session, lane, Sending.EDIT, payload, now, dedupe=dedupe, subject=subject)

    def open(self, entry: Outbox) -> Payload | None:
        """The payload of an entry; None when erasure or retention has emptied it."""
        if entry.payload is None:
            return None
        return decode_payload(self._vault.open_json(entry.payload, Sealed.OUTBOX_PAYLOAD))

    def lanes(self, session: Session, subject: str) -> list[Lane]:
        """Where `subject` has been said, oldest first."""
        said = select(Outbox).where(Outbox.brand == self._brand, Outbox.subject == subject)
        rows = session.exec(said.where(Outbox.kind == Sending.ALERT).order_by(col(Outbox.id))).all()
        return list(dict.fromkeys(Lane(row.channel, row.lane, self._address(row)) for row in rows))

    def _rewrite(self, entry: Outbox, payload: Payload) -> None:
        earlier = self.open(entry)
        if earlier and earlier.news and not payload.news and earlier.card and payload.card:
            payload = replace(payload, card=replace(payload.card, news=earlier.card.news), news=True)
        entry.payload, entry.messages = self._seal(payload), list(payload.quoted)

    def _seal(self, payload: Payload) -> bytes:
        return self._vault.seal_json(encode_payload(payload), Sealed.OUTBOX_PAYLOAD)

    def _address(self, entry: Outbox) -> str | None:
        return None if entry.address is None else self._vault.open_text(entry.address, Sealed.OUTBOX_ADDRESS)


def _same(said: Payload | None, payload: Payload) -> bool:
    """Whether two payloads show the same but for the moment at which they were made."""
    if said is not None and said.card is not None and payload.card is not None:
        said = replace(said, card=replace(said.card, at=payload.card.at))
    return said == payload


def health(session: Session, brand: str) -> Health:
    """How the outbox of a brand does."""
    pending = (Outbox.brand == brand, col(Outbox.state).in_((OutboxState.WAITING, OutboxState.SENDING)))
    waiting, oldest = session.exec(select(func.count(), func.min(Outbox.created_at)).where(*pending)).one()
    dead = session.exec(
        select(Outbox).where(Outbox.brand == brand, Outbox.state == OutboxState.DEAD).order_by("id")
    ).all()
    letters = tuple(
        Letter(row.id or 0, row.channel, row.lane, row.kind, row.attempts, row.last_fault, row.created_at)
        for row in dead
    )
    return Health(waiting, oldest, letters)


def revive(session: Session, brand: str, entry: int, now: datetime) -> None:
    """Put a dead entry back into the queue, as if it had never been tried. Raises DeskError when it is not dead."""
    row = session.get(Outbox, entry)
    if row is None or row.brand != brand or row.state is not OutboxState.DEAD:
        raise DeskError(f"Outbox entry {entry} is not a dead one; `earshot status` lists those.")
    row.state, row.attempts, row.not_before, row.last_fault = OutboxState.WAITING, 0, now, None
    session.add(row)
