"""Messages that were heard: stored in bulk, and given back exactly as they went in.

`storage` does not import `nlp`: what goes in has the attributes of an observation (`storage/observed.py`), and what
comes back is built by the caller's class.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, bindparam, func
from sqlalchemy import select as select_rows
from sqlmodel import Session

from storage.content import Content, pack, unpack
from storage.observed import Observed
from storage.portable import in_chunks, reserve, table
from storage.tables import Chat, Message, Sealed
from storage.vault import Vault

T = TypeVar("T")
_PAGE = 500  # rows in memory while iterating


@dataclass(frozen=True, slots=True)
class Arrived:
    """An observation with what only storage needs: `digest` is its receipt, `model` what analysed it."""

    observation: Observed
    chat_id: int
    platform_id: str
    digest: bytes
    received_at: datetime
    model: str
    edited: bool = False


class StoredMessage(NamedTuple):
    """A stored message for people to look at; `text` and `platform_id` are None once they have reached their term."""

    id: int
    chat_id: int
    person: str
    sent_at: datetime
    lang: str
    sentiment: str
    topic: str | None
    intent: str
    claim: float
    narrative: int | None
    reply_to: int | None
    forwarded: bool
    media: str | None
    platform_id: str | None
    text: str | None


class Said(NamedTuple):
    """What a message was about, wanted and felt; `at` is when it was sent, in seconds since 1970 UTC."""

    topic: str | None
    topic_score: float
    intent: str
    at: float
    sentiment_scores: Mapping[str, float]
    scores: Mapping[str, float]


def reserve_ids(session: Session, count: int) -> int:
    """Return the first of `count` consecutive row ids, for observations about to be stored in this transaction."""
    return reserve(session, "message", count)


def insert(session: Session, vault: Vault, brand: str, arrived: Sequence[Arrived]) -> None:
    """Store messages under the ids in their `observation.key`.

    `observation.at` must be a whole number of microseconds, as the time of a `datetime` is; the rest is kept bit for
    bit. Raises `IntegrityError` when a digest is stored already: look first with `known`.
    """
    if arrived:
        session.execute(table(Message).insert(), [_row(vault, brand, one) for one in arrived])


def revise(session: Session, vault: Vault, brand: str, arrived: Sequence[Arrived]) -> None:
    """Replace what is stored under the ids in `observation.key`: their authors have edited these messages."""
    if arrived:
        message = table(Message)
        rows = [{**_row(vault, brand, one), "edited": True} for one in arrived]
        changed: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name not in _KEPT}
        session.execute(
            message.update().where(message.c.id == bindparam("row")).values(changed),
            [{"row": row["id"], **{f"new_{name}": row[name] for name in changed}} for row in rows],
        )


_KEPT = (
    "id",
    "brand",
    "chat_id",
    "thread",
    "person",
    "platform_id",
    "digest",
    "received_at",
)  # what an edit does not change


def _row(vault: Vault, brand: str, arrived: Arrived) -> dict[str, Any]:
    seen = arrived.observation
    content = pack(Content(seen.text, seen.links, seen.vector))
    return {
        "id": seen.key,
        "brand": brand,
        "chat_id": arrived.chat_id,
        "person": seen.person,
        "platform_id": vault.seal_text(arrived.platform_id, Sealed.MESSAGE_PLATFORM_ID),
        "digest": arrived.digest,
        "sent_at": datetime.fromtimestamp(seen.at, UTC),
        "received_at": arrived.received_at,
        "lang": seen.lang,
        "sentiment": seen.sentiment,
        "sentiment_scores": dict(seen.sentiment_scores),
        "topic": seen.topic,
        "topic_score": seen.topic_score,
        "intent": seen.intent,
        "claim": seen.claim,
        "scores": dict(seen.scores),
        "model": arrived.model,
        "reply_to": seen.reply_to,
        "thread": seen.thread,
        "forwarded": seen.forwarded,
        "forwarded_many": seen.forwarded_many,
        "media": seen.media,
        "edited": arrived.edited,
        "content": vault.seal(content, Sealed.MESSAGE_CONTENT),
    }


def said(session: Session, brand: str, rows: Iterable[int]) -> dict[int, Said]:
    """Return what the messages with these row ids said, those that are stored."""
    row = table(Message).c
    found: dict[int, Said] = {}
    for chunk in in_chunks(sorted(set(rows))):
        query = select_rows(row.id, *(row[name] for name in _SAID))
        for id_, *values in session.execute(query.where(row.brand == brand, row.id.in_(chunk))):
            found[id_] = _said(*values)
    return found


def last_said(session: Session, brand: str, chat_id: int, thread: str | None = None) -> Said | None:
    """Return what the newest message of a chat, or of one of its topics, said; None before the first."""
    row = table(Message).c
    query = select_rows(*(row[name] for name in _SAID))
    here = query.where(row.brand == brand, row.chat_id == chat_id, row.thread == thread)
    newest = here.order_by(row.id.desc()).limit(1)
    found = session.execute(newest).first()
    return _said(*found) if found is not None else None


_SAID = ("topic", "topic_score", "intent", "sent_at", "sentiment_scores", "scores")


def _said(topic: str | None, score: float, intent: str, sent_at: datetime, moods: Any, scores: Any) -> Said:
    return Said(topic, score, intent, sent_at.timestamp(), moods, scores)


def newest_time(session: Session, brand: str) -> float:
    """Return the latest time of any message of a brand, in seconds since 1970 UTC; 0 when there is none."""
    row = table(Message).c
    newest: datetime | None = session.execute(select_rows(func.max(row.sent_at)).where(row.brand == brand)).scalar_one()
    return newest.timestamp() if newest else 0.0


def known(session: Session, brand: str, digests: Iterable[bytes]) -> dict[bytes, int]:
    """Return the row ids of those digests that are stored."""
    row = table(Message).c
    found: dict[bytes, int] = {}
    for chunk in in_chunks(list(digests)):
        rows = session.execute(select_rows(row.digest, row.id).where(row.brand == brand, row.digest.in_(chunk)))
        found.update((digest, id_) for digest, id_ in rows)
    return found


def tell(session: Session, brand: str, narratives: Mapping[int, int | None]) -> None:
    """Set the narrative of messages: row id -> narrative id, or None for no story."""
    if narratives:
        message = table(Message)
        moved = message.update().where(message.c.id == bindparam("row"), message.c.brand == brand)
        session.execute(
            moved.values(narrative_id=bindparam("story")),
            [{"row": row, "story": story} for row, story in narratives.items()],
        )


def observations(session: Session, vault: Vault, brand: str, build: Callable[..., T], after: int = 0) -> Iterator[T]:
    """Yield what was stored with row ids above `after`, in order, as `build(key=..., at=..., ...)`.

    Messages whose text has reached its term are left out. Memory is bounded.
    """
    message, chat = table(Message), table(Chat)
    row = message.c
    names = (
        "person", "lang", "sentiment", "sentiment_scores", "topic", "topic_score", "intent", "claim", "scores",
        "reply_to", "thread", "forwarded", "forwarded_many", "media",
    )  # fmt: skip
    query = (
        select_rows(row.id, row.sent_at, chat.c.key, chat.c.platform, row.content, *(row[name] for name in names))
        .join(chat, chat.c.id == row.chat_id)
        .where(row.brand == brand, row.id > after, row.content.is_not(None))
        .order_by(row.id)
        .execution_options(yield_per=_PAGE)
    )
    for key, sent_at, chat_key, platform, sealed, *rest in session.execute(query):
        content = unpack(vault.open(sealed, Sealed.MESSAGE_CONTENT))
        yield build(
            key=key,
            at=sent_at.timestamp(),
            chat=chat_key,
            platform=platform,
            text=content.text,
            vector=content.vector,
            links=content.links,
            **dict(zip(names, rest, strict=True)),
        )


def stored(session: Session, vault: Vault, brand: str) -> Iterator[StoredMessage]:
    """Yield all messages of a brand in the order in which they arrived. Memory is bounded."""
    row = table(Message).c
    yield from _opened(session, vault, _shown().where(row.brand == brand).order_by(row.id))


def by_id(session: Session, vault: Vault, ids: Iterable[int]) -> dict[int, StoredMessage]:
    """Return messages by row id; ids whose message is gone are missing from the answer."""
    row = table(Message).c
    return {
        one.id: one
        for chunk in in_chunks(list(ids))
        for one in _opened(session, vault, _shown().where(row.id.in_(chunk)))
    }


_SHOWN = (
    "id", "chat_id", "person", "sent_at", "lang", "sentiment", "topic", "intent", "claim", "narrative_id", "reply_to",
    "forwarded", "media",
)  # fmt: skip


def _shown() -> Select[Any]:
    row = table(Message).c
    return select_rows(*(row[name] for name in _SHOWN), row.platform_id, row.content)


def _opened(session: Session, vault: Vault, query: Select[Any]) -> Iterator[StoredMessage]:
    for *plain, platform_id, content in session.execute(query.execution_options(yield_per=_PAGE)):
        id_ = platform_id and vault.open_text(platform_id, Sealed.MESSAGE_PLATFORM_ID)
        text = content and unpack(vault.open(content, Sealed.MESSAGE_CONTENT)).text
        yield StoredMessage._make((*plain, id_, text))
