"""Somebody has another phone number, or another business-scoped id: they stay who they are."""

from sqlmodel import Session, col, select

from bot.platforms.whatsapp.context import NAME, Context
from bot.platforms.whatsapp.events import Renumbered
from storage import whatsapp
from storage.tables import Customer, Outbox, OutboxState, Sealed


def renumber(context: Context, session: Session, event: Renumbered) -> None:
    """Follow a change of ids that WhatsApp announces, of who is on record; of others nothing is stored."""
    first = context.first_id(session, event.before)
    person, vault, brand = context.pseudonym(first), context.workspace.vault, context.brand
    if not context.on_record(session, person):
        return
    for id_ in event.after.ids:
        whatsapp.link(session, vault, brand, context.pseudonym(id_), person, first)
    address = event.after.address
    customer = session.exec(select(Customer).where(Customer.brand == brand, Customer.person == person)).one_or_none()
    if customer is not None:
        customer.address = vault.seal_text(address, Sealed.CUSTOMER_ADDRESS)
        session.add(customer)
    waiting = select(Outbox).where(
        Outbox.brand == brand,
        Outbox.channel == NAME,
        Outbox.lane == context.private_lane(person),
        col(Outbox.state).in_((OutboxState.WAITING, OutboxState.DEAD)),
    )
    for entry in session.exec(waiting).all():
        entry.address = vault.seal_text(address, Sealed.OUTBOX_ADDRESS)
        session.add(entry)
