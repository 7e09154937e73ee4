"""Resolves lanes at the moment of sending, so that the outbox holds no address and follows a chat that has moved."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlmodel import Session

from alerts.channels.telegram import CALLBACK_BYTES
from bot.app import Workspace
from bot.message import Platform
from bot.platforms.seals import ButtonSeals
from storage import team
from storage.tables import Alert, AlertThread, Chat, ChatState, Sealed


class LaneDirectory:
    """The lanes of one brand: `team:NAME` is a channel of the brand file, `chat:N` a chat's row."""

    def __init__(self, workspace: Workspace, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._workspace, self._clock = workspace, clock
        self._buttons = ButtonSeals(workspace.identity, Platform.TELEGRAM, CALLBACK_BYTES)

    def address(self, lane: str) -> str | None:
        """The raw id of the chat behind a lane; None when none is linked, or when the bot is no longer in it."""
        with self._workspace.database.read() as session:
            chat = self._chat(session, lane)
        if chat is None or chat.address is None or chat.state is ChatState.LEFT:
            return None
        return self._workspace.vault.open_text(chat.address, Sealed.CHAT_ADDRESS)

    def silent(self, lane: str) -> bool:
        """Whether the team has muted the lane."""
        kind, _, name = lane.partition(":")
        if kind != "team":
            return False
        with self._workspace.database.read() as session:
            link = team.link_of(session, self._workspace.brand.slug, name)
        return link is not None and link.muted_until is not None and self._clock() < link.muted_until

    def sign(self, lane: str, do: str) -> str:
        """What a button carries."""
        return self._buttons.sign(lane, do)

    def thread(self, lane: str, alert: int) -> int | None:
        """The topic in which the team is told of an alert."""
        with self._workspace.database.read() as session:
            known = session.get(AlertThread, (lane, alert))
        return known.thread if known is not None else None

    def keep_thread(self, lane: str, alert: int, thread: int | None) -> None:
        """Remember the topic of an alert, or that it is gone."""
        with self._workspace.database.transaction() as session:
            known, brand = session.get(AlertThread, (lane, alert)), self._workspace.brand.slug
            if thread is not None and session.get(Alert, alert) is not None:
                session.merge(AlertThread(lane=lane, alert_id=alert, brand=brand, thread=thread))
            elif known is not None:
                session.delete(known)

    def _chat(self, session: Session, lane: str) -> Chat | None:
        kind, _, name = lane.partition(":")
        if kind == "team":
            link = team.link_of(session, self._workspace.brand.slug, name)
            return session.get(Chat, link.chat_id) if link is not None else None
        chat = session.get(Chat, int(name))
        return chat if chat is not None and chat.brand == self._workspace.brand.slug else None
