"""Whether what somebody said is for the pipeline, and as which message."""

from datetime import timedelta

from sqlmodel import Session

from bot.message import Chat, ChatKind, Forward, Member, Message, Platform
from bot.platforms.whatsapp.context import Context
from bot.platforms.whatsapp.events import Revoked, Said
from storage import messages
from storage.tables import Chat as ChatRow
from storage.tables import ChatState, ConsentState

LATE = timedelta(minutes=1)
"""What comes this long after it was said may be from before a consent."""


def chat_of(context: Context, session: Session, event: Said | Revoked) -> ChatRow | None:
    """The chat in which something was said, if it is heard at all: a group that is switched on, or the number."""
    row = context.group(session, event.group) if event.group is not None else context.private_chat(session)
    if row is None or row.state is not ChatState.ACTIVE or (event.group is not None and row.kind != ChatKind.GROUP):
        return None
    return row


def heard(context: Context, session: Session, event: Said | Revoked, row: ChatRow) -> Message | None:
    """The message for the pipeline; None when its author is not heard there, or was not when they said it.

    What somebody took back becomes a message without words, if it was stored.
    """
    raw = context.first_id(session, event.person)
    person, gate = context.pseudonym(raw), context.workspace.pipeline.admission.gate
    if not gate.admits(session, row, person):
        return None
    if context.clock() - event.at > LATE:
        given = [one.at for one in gate.history(session, person) if one.state is ConsentState.GIVEN]
        if given and event.at < min(given):
            return None
    kind = ChatKind.GROUP if event.group is not None else ChatKind.PRIVATE
    chat = Chat(event.group or context.number.id, Platform.WHATSAPP, kind)
    at = min(event.at, context.clock())
    message = Message(id=event.id, chat=chat, sender=Member(raw), sent_at=at)
    if isinstance(event, Said):
        return Message(
            id=event.id,
            chat=chat,
            sender=Member(raw),
            sent_at=at,
            text=event.text,
            reply_to=event.answers if not event.to_bot else None,
            forward=Forward(many=event.forwarded_many) if event.forwarded else None,
            media=event.media,
            edited=event.edited,
        )
    digest = context.workspace.pipeline.admission.receipt(message)
    if not messages.known(session, context.brand, [digest]):
        return None
    return Message(id=event.id, chat=chat, sender=Member(raw), sent_at=at, edited=True)
