"""What the channel asks about lanes at the moment of sending, so that the outbox holds no group's address."""

from collections.abc import Callable
from datetime import UTC, datetime

from alerts.channels.whatsapp import Recipient, Template
from bot.platforms.whatsapp.context import NAME, Context
from storage import whatsapp
from storage.tables import Chat, ChatState


class LaneDirectory:
    """The lanes of one brand: `private:TAG` is a person, `chat:N` a group's row."""

    def __init__(self, context: Context, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._context, self._clock = context, clock

    def recipient(self, lane: str, address: str | None) -> Recipient | None:
        """Whom a lane reaches; None for a group that is no more."""
        kind, _, name = lane.partition(":")
        if kind == "private":
            return Recipient("person", address) if address else None
        with self._context.workspace.database.read() as session:
            chat = session.get(Chat, int(name)) if name.isdecimal() else None
        if chat is None or chat.brand != self._context.brand or chat.platform != NAME or chat.state is ChatState.LEFT:
            return None
        return Recipient("group", self._context.address(chat))

    def open(self, lane: str) -> bool:
        """Whether the lane may be written to freely."""
        with self._context.workspace.database.read() as session:
            return whatsapp.window_open(session, self._context.brand, lane, self._clock())

    def closed(self, lane: str) -> None:
        """Remember that WhatsApp says it may not."""
        with self._context.workspace.database.transaction() as session:
            whatsapp.close_window(session, self._context.brand, lane, self._clock())

    def sign(self, lane: str, do: str) -> str:
        """What a button carries."""
        return self._context.buttons.sign(lane, do)

    def receipt(self, sent: str) -> str:
        """By what a sending is known."""
        return self._context.receipt("sent", sent)

    def template(self, purpose: str, lang: str, number: int | None) -> Template | None:
        """The brand's template for a purpose, else for answers, in the language, else in one of the brand's. One with a
        parameter that is not known is none.
        """
        brand = self._context.workspace.brand
        named = brand.whatsapp.templates
        values = {"brand": brand.name, "contact": brand.conversations.contact, "number": str(number or "")}
        found = [one for kind in (purpose, "answer") for one in named if one.purpose == kind]
        found = [one for one in found if all(values[value] for value in one.parameters)]
        for wanted in dict.fromkeys((lang.split("-")[0], *brand.languages)):
            for one in found:
                if wanted in one.languages:
                    parameters = tuple(values[value] for value in one.parameters)
                    return Template(name=one.name, language=wanted, parameters=parameters)
        return None

    def may_knock(self, lane: str) -> bool:
        """Whether a template may be sent to the lane now."""
        with self._context.workspace.database.read() as session:
            return whatsapp.may_knock(session, self._context.brand, lane, self._clock())

    def knocked(self, lane: str) -> None:
        """Remember that one was sent."""
        with self._context.workspace.database.transaction() as session:
            whatsapp.knocked(session, self._context.brand, lane, self._clock())

    def warn(self, kind: str, **details: str) -> None:
        """Tell the team, once a day for the same."""
        with self._context.workspace.database.transaction() as session:
            self._context.warn(session, kind, details)
        self._context.wake()
