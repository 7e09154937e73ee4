"""What the desk knows, kept up to date while it runs: the brand file, and what was saved or imported since.

The brand file's entries come first: an entry saved under an id of theirs is not used.
"""

import base64
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlmodel import Session, col, delete, select

from bot.customers.answering import Answerer, Kind, Reply
from bot.customers.asks import Addressed, Ask
from config.brand import Brand, FaqEntry
from nlp.analysis import Analyser, Analysis
from nlp.encoder import Encoded, Encoder
from nlp.heads import HeadSpec
from nlp.redact import redact
from storage.database import Database
from storage.errors import StorageError
from storage.tables import KnowledgeEntry, Sealed, Setting
from storage.vault import Vault

ABUSIVE = 0.8
"""Probability of offence: insults lie at 0.82 and more, angry complaints with a matter mostly under it."""

REVISION = "knowledge.revision"
QUICK = 2_000
"""Saved entries up to which new ones are read at once, in about a second."""

log = structlog.get_logger(__name__)
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Thought:
    """What was made of an ask before anything is stored: `text` is redacted, `hidden` the kinds of personal data that
    were in it, `links` the addresses shared."""

    text: str
    hidden: tuple[str, ...]
    links: tuple[str, ...]
    analysis: Analysis
    reply: Reply

    @property
    def abusive(self) -> bool:
        """Whether it insults, and asks nothing that could be answered."""
        return self.reply.kind is Kind.HANDOVER and self.analysis.scores.get("offence", 0.0) >= ABUSIVE


class RememberingEncoder:
    """An encoder that remembers the vectors of the texts it has read, for knowledge that changes an entry at a time.
    Heads are not read."""

    heads: Mapping[str, HeadSpec] = {}
    example_vectors: Mapping[str, Array] = {}
    chat_parameters: Mapping[str, Array] = {}
    answer_parameters: Mapping[str, Array] = {}
    topic_parameters: Mapping[str, Array] = {}

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.version, self.dimensions = encoder.name, encoder.version, encoder.dimensions
        self.language_groups, self.search_map = encoder.language_groups, encoder.search_map
        self._known: dict[str, Array] = {}

    def learn(self, text: str, vector: Array) -> None:
        """Remember the vector of a text that was read before."""
        self._known[text] = vector

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Return the vectors of `texts`, in their order; only new ones are read."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new).vectors, strict=True))
        if not texts:
            return Encoded(np.zeros((0, self.dimensions), np.float32), {})
        return Encoded(np.stack([self._known[text] for text in texts]), {})


class Knowledge:
    """One brand's knowledge. Safe to use from several threads."""

    def __init__(self, brand: Brand, database: Database, vault: Vault, analyser: Analyser) -> None:
        self._brand, self._database, self._vault, self._analyser = brand, database, vault, analyser
        self._lock = threading.Lock()
        self._made: tuple[int, Answerer] | None = None
        self._saved = 0
        self._remembering: RememberingEncoder | None = None

    @property
    def encoder(self) -> RememberingEncoder:
        """The encoder of knowledge, which remembers what it has read."""
        if self._remembering is None:
            self._remembering = RememberingEncoder(self._analyser.encoder)
        return self._remembering

    def answerer(self, session: Session) -> Answerer:
        """The answerer, with every entry that the session sees; of many, the new ones follow once they are read, and
        until then nobody waits."""
        revision, made = revised(session, self._brand.slug), self._made
        if made is not None and (made[0] == revision or self._saved > QUICK):
            if made[0] != revision and self._lock.acquire(blocking=False):
                threading.Thread(target=self._follow, daemon=True).start()
            return made[1]
        with self._lock:
            return self._make(session)

    def latest(self, session: Session) -> Answerer:
        """The answerer as last made, without looking for newer entries: within a transaction nobody waits for these."""
        made = self._made
        return made[1] if made is not None else self.answerer(session)

    def _follow(self) -> None:
        """Read what is new, beside the answering; the lock is held already."""
        try:
            with self._database.read() as session:
                self._make(session)
        except StorageError as error:  # tried again when the next one asks
            log.warning("customers.knowledge", fault=type(error).__name__)
        finally:
            self._lock.release()

    def _make(self, session: Session) -> Answerer:
        revision = revised(session, self._brand.slug)
        if self._made is None or self._made[0] != revision:
            saved = entries(session, self._vault, self._brand, self.encoder)
            whole = self._brand.model_copy(update={"faq": (*self._brand.faq, *saved)})
            self._made, self._saved = (revision, Answerer(whole, self._analyser, encoder=self.encoder)), len(saved)
        return self._made[1]

    def think(self, ask: Ask) -> Thought:
        """Redact, analyse and look up an ask: one model pass; it touches no stored thing."""
        words = ask.text or (ask.about or "")
        redacted = redact(words, languages=self._brand.languages)
        (analysis,) = self._analyser.analyse([redacted.text])
        doubted = ask.addressed is Addressed.CHECK or ask.forwarded
        with self._database.read() as session:
            answerer = self.answerer(session)
        spoken = [lang for lang in (analysis.lang, ask.asker.lang) if lang in self._brand.languages]
        lang = next(iter(spoken), None)
        reply = answerer.reply_analysed(redacted.text, analysis, lang=lang, doubted=doubted)
        hidden = tuple(sorted(kind for kind in redacted.found if kind != "link"))
        return Thought(redacted.text, hidden, redacted.links, analysis, reply)


def entries(session: Session, vault: Vault, brand: Brand, encoder: RememberingEncoder | None = None) -> list[FaqEntry]:
    """Return the saved entries, oldest first; `encoder` learns the vectors that were stored with them."""
    given = {entry.id for entry in brand.faq}
    rows = session.exec(
        select(KnowledgeEntry).where(KnowledgeEntry.brand == brand.slug).order_by(col(KnowledgeEntry.id))
    ).all()
    found = []
    for row in rows:
        if row.faq in given:
            continue
        content = vault.open_json(row.content, Sealed.KNOWLEDGE_CONTENT)
        entry = FaqEntry.model_validate(content["entry"])
        found.append(entry)
        if encoder is not None and content.get("model") == f"{encoder.name}/{encoder.version}":
            for text, stored in zip((entry.question, entry.answer), content["vectors"], strict=True):
                encoder.learn(text, _vector(stored))
    return found


def revised(session: Session, brand: str) -> int:
    """Return how often the saved entries have changed: looked up for every question, so it counts no rows."""
    row = session.get(Setting, (brand, REVISION))
    return int(row.value) if row is not None else 0


def remove(session: Session, brand: str, ids: Sequence[str]) -> None:
    """Remove saved entries by id."""
    session.exec(delete(KnowledgeEntry).where(col(KnowledgeEntry.brand) == brand, col(KnowledgeEntry.faq).in_(ids)))
    _revise(session, brand)


def _revise(session: Session, brand: str) -> None:
    session.merge(Setting(brand=brand, name=REVISION, value=revised(session, brand) + 1))


def is_saved(session: Session, vault: Vault, brand: str, entry: FaqEntry) -> bool:
    """Return whether an entry is saved under its id as it stands."""
    row = _row(session, brand, entry.id)
    return row is not None and vault.open_json(row.content, Sealed.KNOWLEDGE_CONTENT)["entry"] == _told(entry)


def save(
    session: Session,
    vault: Vault,
    brand: str,
    entry: FaqEntry,
    now: datetime,
    *,
    source: str,
    actor: str | None = None,
    encoder: Encoder | None = None,
) -> None:
    """Save an entry, or write it over the saved one of its id.

    With an `encoder` its vectors are stored too, so that a service that starts need not read it again.
    """
    row, content = _row(session, brand, entry.id), dict[str, Any](entry=_told(entry))
    if encoder is not None:
        vectors = encoder.encode([entry.question, entry.answer]).vectors
        content |= {"model": f"{encoder.name}/{encoder.version}", "vectors": [_stored(one) for one in vectors]}
    row = row or KnowledgeEntry(brand=brand, faq=entry.id, lang="", source="", content=b"", updated_at=now)
    row.lang, row.source, row.actor, row.updated_at = entry.lang, source, actor, now
    row.content = vault.seal_json(content, Sealed.KNOWLEDGE_CONTENT)
    session.add(row)
    _revise(session, brand)


def _row(session: Session, brand: str, faq: str) -> KnowledgeEntry | None:
    known = select(KnowledgeEntry).where(KnowledgeEntry.brand == brand, KnowledgeEntry.faq == faq)
    return session.exec(known).one_or_none()


def _told(entry: FaqEntry) -> dict[str, Any]:
    return entry.model_dump(mode="json", exclude_defaults=True) | {"lang": entry.lang}


def _stored(vector: Array) -> str:
    return base64.b64encode(vector.astype(np.float32).tobytes()).decode()


def _vector(stored: str) -> Array:
    return np.frombuffer(base64.b64decode(stored), np.float32)
