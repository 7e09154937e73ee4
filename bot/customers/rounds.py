"""What time alone brings about at the customers' desk. Deterministic in `now` and the database.

A conversation that waits is counted in office time: after `remind_after` the team is reminded, and after each further
`escalate_after` the next channel of `team.escalation` is told.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from alerts.document import Document
from bot.customers.flow import Flow
from bot.customers.handovers import Handovers
from bot.customers.hours import office_time
from bot.customers.office import Office
from bot.customers.wording import plain
from config.texts import texts
from storage.tables import Customer, Handover, HandoverState


class Rounds:
    """The rounds of one brand."""

    def __init__(self, office: Office, flow: Flow, handovers: Handovers) -> None:
        self._office, self._flow, self._handovers = office, flow, handovers

    def make(self, session: Session, now: datetime) -> None:
        """Remind, escalate, close what is over, ask what is due."""
        open_ = select(Handover, Customer).where(
            Handover.brand == self._office.slug,
            Handover.state == HandoverState.OPEN,
            Handover.customer_id == Customer.id,
        )
        for row, customer in session.exec(open_.order_by(col(Handover.id))).all():
            if row.waiting_since is not None:
                self._waits(session, row, row.waiting_since, now)
            else:
                self._idle(session, row, customer, now)
        for survey, customer in self._flow.surveys.due(session, now):
            self._flow.survey(session, customer, survey, now)
        self._flow.pendings.expire(session, now)

    def _waits(self, session: Session, row: Handover, since: datetime, now: datetime) -> None:
        brand, office = self._office.brand, self._office
        waited = office_time(brand.office_hours, since.astimezone(brand.time_zone), now.astimezone(brand.time_zone))
        minutes = int(waited / timedelta(minutes=1))
        if row.reminded_at is None and waited >= brand.office_hours.remind_after:
            row.reminded_at = now
            document = plain(office.say, "team-remind", number=row.id, minutes=minutes)
            self._tell(session, row, row.channel, f"remind:{since.isoformat()}", document, now)
        if waited >= (row.escalated + 1) * brand.office_hours.escalate_after and row.escalated < len(
            brand.team.escalation
        ):
            channel = brand.team.escalation[row.escalated]
            row.escalated += 1
            document = plain(office.say, "team-escalate", number=row.id, minutes=minutes)
            self._tell(session, row, channel, f"escalate:{row.escalated}:{since.isoformat()}", document, now)
        session.add(row)

    def _tell(
        self, session: Session, row: Handover, channel: str, what: str, document: Document, now: datetime
    ) -> None:
        # Under the conversation's subject with a number, so that answering the reminder answers the customer.
        subject = f"handover:{row.id}:{what.partition(':')[0]}"
        self._office.tell_team(
            session, channel, subject, document, now, dedupe=f"handover:{row.id}:{what}", under=f"handover:{row.id}"
        )

    def _idle(self, session: Session, row: Handover, customer: Customer, now: datetime) -> None:
        """Close what has been answered and is silent since."""
        last = row.answered_at or row.opened_at
        if now - last < self._office.brand.conversations.close_after:
            return
        self._handovers.close(session, row, customer, now)
        text = texts(customer.lang).say("desk-closed-idle")
        dedupe = f"handover:{row.id}:idle:{last.isoformat()}"
        self._office.write(session, customer, text, now, dedupe=dedupe, number=row.id)
        self._flow.survey(session, customer, self._flow.surveys.after_handover(session, row, customer, now), now)
