"""What messages mean in their chats: each is read again after what it answers, or after what was said before it."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.understanding import Understood
from nlp.analysis import Analysis
from nlp.conversation import Turn, in_conversation
from storage import messages


def in_context(
    session: Session, brand: str, heard: Sequence[Understood], rows: Sequence[int], replies: Sequence[int | None]
) -> list[Analysis]:
    """Return the analyses of `heard`, in order, given the messages stored before and the earlier ones of the batch.

    `rows` are their row ids and `replies` those of the messages that they answer. An edited message, whose place in
    the chat is long past, is read after what it answers only.
    """
    turns = {
        row: Turn(*said) for row, said in messages.said(session, brand, (r for r in replies if r is not None)).items()
    }
    rooms = dict.fromkeys(map(_room, heard))
    before = {room: Turn(*said) if (said := messages.last_said(session, brand, *room)) else None for room in rooms}
    analyses = []
    for one, row, answers in zip(heard, rows, replies, strict=True):
        room, at, fresh = _room(one), one.admitted.message.sent_at.timestamp(), one.admitted.row is None
        parent = turns.get(answers) if answers is not None else None
        analysis = in_conversation(one.analysis, at, parent=parent, previous=before[room] if fresh else None)
        turns[row] = Turn.of(analysis, at)
        if fresh:
            before[room] = turns[row]
        analyses.append(analysis)
    return analyses


def _room(one: Understood) -> tuple[int, str | None]:
    """Where people talk with each other: a chat, or one of its topics."""
    return one.admitted.chat_id, one.admitted.message.thread
