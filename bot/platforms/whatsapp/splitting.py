"""One delivery, taken apart into the inbox: an update each, known by its own key, in the order of the delivery.

What cannot be read is kept aside with its reason: as it came, unless it was said in a group by somebody who is not
heard there; then only that it came.
"""

import structlog
from sqlmodel import Session

from bot.platforms.whatsapp.context import NAME, Context
from bot.platforms.whatsapp.deliveries import SOURCE
from bot.platforms.whatsapp.events import encode
from bot.platforms.whatsapp.reading import Piece, read
from storage import inbox
from storage.inbox import Entry
from storage.tables import ChatState

log = structlog.get_logger(__name__)


def split(context: Context, session: Session, delivery: Entry) -> None:
    """Put what a delivery tells into the inbox; a second time changes nothing."""
    vault, entries = context.workspace.vault, list[tuple[str, bytes]]()
    for piece in _pieces(delivery):
        if piece.event is not None:
            entries.append((context.receipt(*piece.key), encode(piece.event)))
        elif piece.aside:
            _keep_aside(context, session, piece, delivery)
        else:
            log.debug("whatsapp.needless", kind=piece.reason)
    inbox.put(session, vault, context.brand, NAME, entries, delivery.received_at)


def _pieces(delivery: Entry) -> list[Piece]:
    try:
        return read(delivery.payload)
    except Exception as error:  # a mistake in reading must not stop the line: the delivery is for a person to look at
        key = ("delivery", delivery.key)
        return [Piece(key, reason=f"{type(error).__name__} while reading", aside=True, raw=delivery.payload)]


def _keep_aside(context: Context, session: Session, piece: Piece, delivery: Entry) -> None:
    payload = piece.raw if _may_be_kept(context, session, piece) else b"{}"
    key, vault = context.receipt("aside", *piece.key), context.workspace.vault
    if inbox.put(session, vault, context.brand, SOURCE, [(key, payload)], delivery.received_at):
        kept = inbox.by_key(session, context.brand, SOURCE, key)
        if kept is not None:
            inbox.keep_aside(session, kept, piece.reason)
        log.warning("whatsapp.unreadable", reason=piece.reason)


def _may_be_kept(context: Context, session: Session, piece: Piece) -> bool:
    if piece.group is None:
        return True
    chat = context.group(session, piece.group)
    if chat is None or chat.state is not ChatState.ACTIVE or piece.person is None:
        return False
    person = context.pseudonym(context.first_id(session, piece.person))
    return context.workspace.pipeline.admission.gate.admits(session, chat, person)
