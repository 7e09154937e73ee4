"""Invented chats, people and messages for the storage tests."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
from sqlmodel import Session

from nlp.observation import Observation
from storage import messages
from storage.erasure import Erased, erase
from storage.messages import Arrived
from storage.tables import Chat, ChatState, Narrative, Outbox, OutboxState
from storage.vault import Vault

BRAND = "maison-lumen"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
VAULT = Vault([bytes(range(32))])
VECTOR = np.linspace(-1, 1, 8).astype(np.float16)
SCORES = {"negative": 0.1234, "neutral": 0.7, "positive": 0.1766}


def add_chat(session: Session, key: str = "c_one", *, platform: str = "telegram", brand: str = BRAND) -> Chat:
    chat = Chat(brand=brand, platform=platform, key=key, kind="group", state=ChatState.ACTIVE, created_at=NOW)
    session.add(chat)
    session.flush()
    return chat


def observation(key: int, **changes: Any) -> Observation:
    given: dict[str, Any] = {
        "key": key,
        "at": (NOW + timedelta(seconds=key)).timestamp(),
        "chat": "c_one",
        "person": "p_ada",
        "platform": "telegram",
        "lang": "fr",
        "text": f"message {key}",
        "vector": VECTOR,
        "sentiment": "neutral",
        "sentiment_scores": SCORES,
        "topic": "delivery",
        "topic_score": 0.4321,
        "intent": "question",
        "claim": 0.0312,
        "scores": {"joy": 0.02},
    }
    return Observation(**given | changes)


def arrived(seen: Observation, chat_id: int = 1) -> Arrived:
    digest = sha256(str(seen.key).encode()).digest()[:16]
    return Arrived(seen, chat_id, f"m{seen.key:04}", digest, NOW, "model-1")


def store(session: Session, changes: Sequence[dict[str, Any]], chat_id: int = 1, brand: str = BRAND) -> list[int]:
    """Store one message for each set of changes and return the row ids."""
    first = messages.reserve_ids(session, len(changes))
    seen = [observation(first + place, **change) for place, change in enumerate(changes)]
    messages.insert(session, VAULT, brand, [arrived(one, chat_id) for one in seen])
    return [one.key for one in seen]


ADA, BOB = "p_ada", "p_bob"


def pseudonym(platform: str, raw: str) -> str:
    return {"4711": ADA, "Ada Lemaire": ADA, "4712": BOB}.get(raw, f"p_{platform}_{raw}")


def author(source: str, payload: bytes) -> str | None:
    return pseudonym("telegram", str(json.loads(payload)["from"])) if source == "telegram" else None


def narrative(id_: int, **changes: Any) -> Narrative:
    given: dict[str, Any] = {"title": b"title", "messages": 2, "people": 2, "representative": 1} | changes
    return Narrative(
        brand=BRAND,
        id=id_,
        summary=b"summary",
        first_seen=NOW,
        last_seen=NOW,
        state="growing",
        **given,
    )


def outbox(dedupe: str, **changes: Any) -> Outbox:
    given: dict[str, Any] = {"payload": b"payload", "state": OutboxState.SENT} | changes
    return Outbox(brand=BRAND, channel="telegram", lane="team", kind="alert", dedupe=dedupe, created_at=NOW, **given)


def erase_ada(session: Session) -> Erased:
    return erase(session, VAULT, BRAND, ADA, at=NOW, source="command", pseudonym=pseudonym, author=author)
