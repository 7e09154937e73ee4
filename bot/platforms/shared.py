"""What the platforms have in common: the brand's workspace, and how its chats, notices and updates are known."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from sqlmodel import Session

from alerts.outbox import OutboxWriter
from bot.app import Workspace
from bot.message import ChatKind, Platform
from bot.platforms.seals import ButtonSeals
from storage import chats, inbox
from storage.tables import Chat, ChatMode, ChatState, Sealed


class PlatformContext:
    """One brand on one platform. `turn` is held by whoever uses the pipeline, `wake` tells the outbox."""

    __slots__ = ()

    platform: ClassVar[Platform]
    carried: ClassVar[int]
    """How many bytes a button carries."""

    workspace: Workspace
    wake: Callable[[], None]
    clock: Callable[[], datetime]
    turn: asyncio.Lock

    @property
    def brand(self) -> str:
        """The brand's slug."""
        return self.workspace.brand.slug

    @property
    def outbox(self) -> OutboxWriter:
        """The brand's outbox."""
        return OutboxWriter(self.brand, self.workspace.vault)

    @property
    def buttons(self) -> ButtonSeals:
        """The seals of this brand's buttons."""
        return ButtonSeals(self.workspace.identity, self.platform, self.carried)

    def key(self, raw_chat: str) -> str:
        """By what a chat is known."""
        return self.workspace.identity.chat(self.platform, raw_chat)

    def address(self, chat: Chat) -> str:
        """The raw id that a chat has now."""
        return self.workspace.vault.open_text(chat.address, Sealed.CHAT_ADDRESS) if chat.address else ""

    def version_tag(self) -> str:
        """A few signs that tell the notice in force from others, for buttons."""
        return self.workspace.identity.receipt(self.platform, "notice", self.workspace.brand.consent.version)[:4].hex()

    def store_chat(
        self, session: Session, raw: str, title: str, kind: ChatKind, state: ChatState, mode: ChatMode, at: datetime
    ) -> Chat:
        """Store a chat, or bring title, state and mode of one known before up to date."""
        return chats.put(
            session,
            self.workspace.vault,
            self.brand,
            platform=self.platform,
            key=self.key(raw),
            kind=kind,
            title=title,
            address=raw,
            state=state,
            mode=mode,
            at=at,
        )

    def done(self, session: Session, entry: int) -> None:
        """The inbox entry has had its effect, in the transaction that stores it; its key is remembered."""
        inbox.done(session, [entry], remember_at=self.clock())
