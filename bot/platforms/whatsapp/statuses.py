"""What became of the brand's messages: reports close the outbox entries, and what failed is dealt with or told.

A report may come before the sending is marked as sent. It is stored under the sending's receipt, and has its effect
when both are there (`settle`).
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from alerts.channels.whatsapp import Outcome, outcome_of
from bot.platforms.whatsapp.context import NAME, Context
from bot.platforms.whatsapp.events import Reported
from storage import whatsapp
from storage.tables import DeliveryState, Outbox, OutboxState, WhatsAppStatus

AGAIN = timedelta(minutes=1)


def note(context: Context, session: Session, event: Reported) -> None:
    """Store a report; which comes first does not matter."""
    ref = context.receipt("sent", event.id)
    whatsapp.note_status(session, context.brand, ref, event.state, event.code, event.at)


def settle(context: Context, session: Session, now: datetime) -> int:
    """Give reports their effect on what they are about; returns how many had one."""
    found = whatsapp.unsettled(session, context.brand, NAME)
    for status, entry in found:
        if status.state is DeliveryState.FAILED:
            _failed(context, session, status, entry, now)
        status.settled = True
        session.add(status)
    return len(found)


def _failed(context: Context, session: Session, status: WhatsAppStatus, entry: Outbox, now: datetime) -> None:
    """A message that was accepted and then not delivered: once more where that can help, else it is a dead letter."""
    outcome = outcome_of(status.code or 0)
    entry.last_fault = f"whatsapp {status.code or 0}"
    if outcome is Outcome.WINDOW:
        whatsapp.close_window(session, context.brand, entry.lane, now)
    again = outcome in (Outcome.WINDOW, Outcome.WAIT, Outcome.WAIT_PAIR, Outcome.LATER, Outcome.LOCKED)
    if again and entry.payload is not None and entry.attempts < MOST_AGAIN:
        entry.state, entry.not_before, entry.attempts = OutboxState.WAITING, now + AGAIN, entry.attempts + 1
    else:
        entry.state = OutboxState.DEAD
        context.warn(session, "undeliverable", {"code": str(status.code or 0)})
    session.add(entry)


MOST_AGAIN = 5
"""How often a message is sent again that was accepted and then not delivered."""
