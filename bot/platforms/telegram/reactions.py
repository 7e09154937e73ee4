"""What people who are heard react with to messages that are heard: a number beside a story, never a teller of it."""

from datetime import datetime

from sqlmodel import Session

from bot.platforms.telegram.context import Context
from bot.platforms.telegram.events import Reacted
from storage import messages, reactions


class Reactions:
    """The reactions of one brand's groups."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def reacted(self, event: Reacted, entry: int) -> None:
        """Keep what somebody reacts with from now on, if both they and the message are heard."""
        context = self._context

        def keep(session: Session, now: datetime) -> None:
            chat, person = context.chat(session, event.place), context.pseudonym(event.person)
            if chat is None or not context.workspace.pipeline.admission.gate.admits(session, chat, person):
                return  # withdrawn since
            digest = context.receipt(session, event.place.id, event.at)
            row = messages.known(session, context.brand, [digest]).get(digest)
            if row is not None:
                reactions.put(session, context.brand, row, person, event.emojis, now)

        await context.commit(entry, keep)
