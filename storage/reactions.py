"""Reactions: with which emojis people who are heard react to stored messages."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, delete, select

from storage.tables import Message, Reaction


class Reacted(NamedTuple):
    """How many people react to a story, and how many with each emoji, the most frequent first."""

    people: int
    emojis: tuple[tuple[str, int], ...]


def put(session: Session, brand: str, message: int, person: str, emojis: Sequence[str], at: datetime) -> None:
    """Store that a person reacts to a message (row id) with these emojis and no others; with none, not at all."""
    known = session.get(Reaction, (message, person))
    if emojis:
        kept = list(dict.fromkeys(emojis))
        session.merge(Reaction(message_id=message, person=person, brand=brand, emojis=kept, at=at))
    elif known is not None:
        session.delete(known)


def of_narrative(session: Session, brand: str, narrative: int | None) -> Reacted:
    """Return what people react with to the messages of a narrative; nothing without one."""
    if narrative is None:
        return Reacted(0, ())
    told = select(Reaction.person, Reaction.emojis).join(Message, col(Message.id) == col(Reaction.message_id))
    rows = session.exec(told.where(Message.brand == brand, Message.narrative_id == narrative)).all()
    # Somebody who reacts with the same emoji to several messages is one person.
    once = {(person, emoji) for person, emojis in rows for emoji in emojis}
    counted = Counter(emoji for _, emoji in once)
    ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return Reacted(len({person for person, _ in rows}), tuple(ranked))


def erase(session: Session, brand: str, person: str) -> None:
    """Delete what a person reacted with."""
    session.exec(delete(Reaction).where(col(Reaction.brand) == brand, col(Reaction.person) == person))


def export(session: Session, brand: str, person: str) -> list[dict[str, Any]]:
    """Return what is stored of a person's reactions, as JSON can say it."""
    theirs = select(Reaction).where(Reaction.brand == brand, Reaction.person == person)
    return [{"at": one.at.isoformat(), "emojis": one.emojis} for one in session.exec(theirs.order_by(col(Reaction.at)))]
