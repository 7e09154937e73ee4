"""Chats: the row behind each conversation that the bot was added to or that an export shows."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage.portable import reserve, table
from storage.tables import Chat, ChatMode, ChatState, Sealed
from storage.vault import Vault


def of_keys(session: Session, brand: str, keys: set[str]) -> dict[str, Chat]:
    """Return the chats with these pseudonyms, by pseudonym; unknown ones are missing."""
    rows = session.exec(select(Chat).where(Chat.brand == brand, col(Chat.key).in_(keys)))
    return {chat.key: chat for chat in rows}


def put(
    session: Session,
    vault: Vault,
    brand: str,
    *,
    platform: str,
    key: str,
    kind: str,
    title: str,
    address: str,
    state: ChatState,
    mode: ChatMode,
    at: datetime,
) -> Chat:
    """Store a chat, or bring title, state and mode of the one with this key up to date; returns its row."""
    chat = session.exec(select(Chat).where(Chat.brand == brand, Chat.key == key)).one_or_none()
    if chat is None:
        chat = Chat(id=reserve(session, "chat", 1), brand=brand, platform=platform, key=key, kind=kind, created_at=at)
        chat.address = vault.seal_text(address, Sealed.CHAT_ADDRESS)
    if title:
        chat.title = vault.seal_text(title, Sealed.CHAT_TITLE)
    chat.state, chat.mode = state, mode
    session.add(chat)
    session.flush()
    return chat


def heard_groups(session: Session, brand: str, platform: str | None = None) -> list[Chat]:
    """Return the groups of a brand that are heard, of one platform where one is given."""
    heard = select(Chat).where(Chat.brand == brand, Chat.kind == "group", Chat.state == ChatState.ACTIVE)
    if platform is not None:
        heard = heard.where(Chat.platform == platform)
    return list(session.exec(heard.order_by(col(Chat.id))).all())


def dropped(session: Session, counts: dict[int, int]) -> None:
    """Add to the number of messages that each chat's gate turned away."""
    chat = table(Chat)
    for chat_id, count in counts.items():
        session.execute(chat.update().where(chat.c.id == chat_id).values(dropped=chat.c.dropped + count))


def forget_dropped(session: Session, brand: str) -> None:
    """Set the numbers of messages turned away back to 0: a replay is about to count all of them."""
    chat = table(Chat)
    session.execute(chat.update().where(chat.c.brand == brand).values(dropped=0))
