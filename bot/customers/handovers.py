"""A conversation between a customer and the team: opened, both ways, taken, closed, reopened.

What the customer writes is redacted before anybody sees it. The team answers a message of the conversation in its
chat; what it writes goes to the customer as it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.customers.asks import Button, MediaRef
from bot.customers.office import Office
from bot.customers.questions import Asked
from bot.customers.wording import expectation, handover_card, handover_line
from bot.message import Media, Platform
from config.texts import texts
from storage.tables import Customer, Handover, HandoverLine, HandoverState, Sealed

CAPTION = 700
"""Characters of a text that go with a file as its caption."""
EARLIER = 4
"""Messages of the conversation before that are shown with a new one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message: `ours` when the team wrote it."""

    ours: bool
    text: str


class Handovers:
    """The conversations of one brand."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def get(self, session: Session, id_: int) -> tuple[Handover, Customer] | None:
        """A conversation of this brand, with its customer."""
        row = session.get(Handover, id_)
        if row is None or row.brand != self._office.slug:
            return None
        customer = session.get(Customer, row.customer_id)
        return (row, customer) if customer is not None else None

    def current(self, session: Session, customer: Customer) -> Handover | None:
        """The open conversation with a customer."""
        return session.exec(
            select(Handover)
            .where(Handover.customer_id == customer.id, Handover.state == HandoverState.OPEN)
            .order_by(col(Handover.id).desc())
        ).first()

    def open(
        self,
        session: Session,
        customer: Customer,
        asked: Asked,
        media: MediaRef | None,
        question: int | None,
        now: datetime,
    ) -> str:
        """Begin a conversation, or go on with the open one; returns what to tell the customer."""
        running = self.current(session, customer)
        if running is not None:
            self.said(session, running, customer, asked.text, media, now)
            return texts(customer.lang).say("desk-passed-on")
        row = Handover(
            brand=self._office.slug,
            customer_id=customer.id or 0,
            channel=self._office.channel,
            lang=asked.lang,
            sentiment=asked.sentiment,
            question_id=question,
            opened_at=now,
            waiting_since=now,
        )
        session.add(row)
        session.flush()
        self._add(session, row, None, asked.text, media, now)
        document = self._card(session, row, customer)
        buttons = self.buttons(row)
        self._office.tell_team(session, row.channel, _subject(row), document, now, buttons=buttons)
        if media is not None:
            self._post(session, row, customer, "", media, now)
        expected = expectation(self._office, customer.lang, now)
        return texts(customer.lang).say("desk-handed-over", expected=expected)

    def said(
        self,
        session: Session,
        row: Handover,
        customer: Customer,
        text: str,
        media: MediaRef | None,
        now: datetime,
    ) -> None:
        """Pass on what a customer says in an open conversation."""
        self._add(session, row, None, text, media, now)
        row.waiting_since = row.waiting_since or now
        session.add(row)
        self._post(session, row, customer, text, media, now)
        self.show(session, row, customer, now)

    def answered(
        self,
        session: Session,
        row: Handover,
        customer: Customer,
        actor: str,
        text: str,
        media: MediaRef | None,
        dedupe: str,
        now: datetime,
    ) -> None:
        """Pass on what a member of the team writes; a closed conversation goes on with it."""
        self._add(session, row, actor, text, media, now)
        row.state, row.closed_at = HandoverState.OPEN, None
        row.assigned_to = row.assigned_to or actor
        row.waiting_since, row.reminded_at, row.escalated, row.answered_at = None, None, 0, now
        session.add(row)
        say = texts(customer.lang)
        shown = text
        if media is not None and not media.reaches(customer.platform):
            shown = "\n".join(filter(None, [say.say(f"media-{media.kind}"), text]))
        end = [[Button(say.say("desk-button-end"), f"c:end:{row.id}")]]
        self._office.write(session, customer, shown, now, dedupe=dedupe, buttons=end, media=media, number=row.id)
        self.show(session, row, customer, now)

    def take(self, session: Session, row: Handover, customer: Customer, actor: str, now: datetime) -> bool:
        """A member of the team takes it on; False when they had already."""
        if row.assigned_to == actor or row.state is not HandoverState.OPEN:
            return False
        row.assigned_to = actor
        session.add(row)
        self.show(session, row, customer, now)
        return True

    def close(self, session: Session, row: Handover, customer: Customer, now: datetime) -> bool:
        """End it; False when it was closed already."""
        if row.state is not HandoverState.OPEN:
            return False
        row.state, row.closed_at, row.waiting_since = HandoverState.CLOSED, now, None
        session.add(row)
        self.show(session, row, customer, now)
        return True

    def reopen(self, session: Session, row: Handover, customer: Customer, now: datetime) -> bool:
        """Go on with a closed one; False when it is open, or another with the same customer is."""
        if row.state is HandoverState.OPEN or self.current(session, customer) is not None:
            return False
        row.state, row.closed_at = HandoverState.OPEN, None
        session.add(row)
        self.show(session, row, customer, now)
        return True

    def lines(self, session: Session, handover: int, limit: int | None = None) -> list[Line]:
        """What was said, oldest first; with a limit, the newest of it."""
        query = select(HandoverLine).where(HandoverLine.handover_id == handover).order_by(col(HandoverLine.id).desc())
        rows = session.exec(query.limit(limit) if limit is not None else query).all()
        return [Line(row.actor is not None, self._open(row)["text"]) for row in reversed(rows)]

    def show(self, session: Session, row: Handover, customer: Customer, now: datetime) -> None:
        """Bring the card in the team's chat up to date."""
        document = self._card(session, row, customer)
        self._office.edit_team(session, _subject(row), document, now, buttons=self.buttons(row))

    def buttons(self, row: Handover) -> list[list[Button]]:
        """What the team can do with it."""
        say, id_ = self._office.say, row.id
        if row.state is HandoverState.CLOSED:
            again = Button(say.say("team-button-reopen"), f"ct:reopen:{id_}")
            return [[again, Button(say.say("team-button-save"), f"ct:save:{id_}")]]
        close = Button(say.say("team-button-close"), f"ct:close:{id_}")
        rows = [[Button(say.say("team-button-take"), f"ct:take:{id_}"), close]]
        if row.answered_at is not None:
            rows.append([Button(say.say("team-button-save"), f"ct:save:{id_}")])
        return rows

    def _card(self, session: Session, row: Handover, customer: Customer) -> Any:
        first = session.exec(
            select(HandoverLine).where(HandoverLine.handover_id == row.id).order_by(col(HandoverLine.id))
        ).first()
        asked = self._open(first)["text"] if first is not None else ""
        waits = row.state is HandoverState.OPEN and row.waiting_since is not None
        return handover_card(self._office, row, customer.person, asked, self._earlier(session, row), waits)

    def _earlier(self, session: Session, row: Handover) -> Sequence[tuple[bool, str]]:
        before = session.exec(
            select(Handover.id)
            .where(Handover.customer_id == row.customer_id, col(Handover.id) < (row.id or 0))
            .order_by(col(Handover.id).desc())
        ).first()
        return [(one.ours, one.text) for one in self.lines(session, before, EARLIER)] if before is not None else []

    def _post(
        self, session: Session, row: Handover, customer: Customer, text: str, media: MediaRef | None, now: datetime
    ) -> None:
        """One more message in the team's chat, under the card; a long text and a file are two, so that both can be
        taken back."""
        number = len(self.lines(session, row.id or 0))
        parts = [(text, None), ("", media)] if media is not None and len(text) > CAPTION else [(text, media)]
        for part, (words, file) in enumerate(parts):
            document = handover_line(self._office, row, customer.person, words, file)
            subject = f"{_subject(row)}:{number}" + ("b" if part else "")
            self._office.tell_team(session, row.channel, subject, document, now, media=file, under=_subject(row))

    def _add(
        self, session: Session, row: Handover, actor: str | None, text: str, media: MediaRef | None, now: datetime
    ) -> None:
        content: dict[str, Any] = {"text": text}
        if media is not None:
            content["media"] = {"platform": media.platform, "kind": media.kind, "ref": media.ref}
        sealed = self._office.vault.seal_json(content, Sealed.HANDOVER_LINE_CONTENT)
        session.add(HandoverLine(handover_id=row.id or 0, at=now, actor=actor, content=sealed))
        session.flush()

    def _open(self, row: HandoverLine) -> dict[str, Any]:
        opened: dict[str, Any] = self._office.vault.open_json(row.content, Sealed.HANDOVER_LINE_CONTENT)
        return opened


def media_of(given: dict[str, Any] | None) -> MediaRef | None:
    """Return the file that a sealed content names."""
    return MediaRef(Platform(given["platform"]), Media(given["kind"]), given["ref"]) if given else None


def _subject(row: Handover) -> str:
    return f"handover:{row.id}"
