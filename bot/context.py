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
    chats = dict.fromkeys(one.admitted.chat_id for one in heard)
    before = {chat: Turn(*said) if (said := messages.last_said(session, brand, chat)) else None for chat in chats}
    analyses = []
    for one, row, answers in zip(heard, rows, replies, strict=True):
        chat, at, fresh = one.admitted.chat_id, one.admitted.message.sent_at.timestamp(), one.admitted.row is None
        parent = turns.get(answers) if answers is not None else None
        analysis = in_conversation(one.analysis, at, parent=parent, previous=before[chat] if fresh else None)
        turns[row] = Turn(analysis.topic, analysis.topic_score, analysis.intent, at)
        if fresh:
            before[chat] = turns[row]
        analyses.append(analysis)
    return analyses
