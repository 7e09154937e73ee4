"""A small brand with all parts real but the model: vectors come from the words of a text."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from alerts.desk import Desk
from alerts.stories import StoryEngine
from bot.admission import Admission
from bot.consent import ConsentGate
from bot.identity import Identity
from bot.memory import Memory
from bot.message import Chat, Member, Message, Platform
from bot.pipeline import Pipeline, Processed
from bot.understanding import Understanding
from config.brand import Brand, parse_brand
from nlp.analysis import Analysis
from storage.database import Database
from storage.tables import ChatMode
from storage.vault import Vault

CHAT = Chat("-1001", Platform.TELEGRAM, title="Corner")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
VAULT, KEY = Vault([bytes(range(32))]), bytes(range(1, 33))


class WordAnalyser:
    """Stands in for the model: the same text gives the same analysis, texts with the same words are near."""

    def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> Analysis:
        vector = np.zeros(64, np.float32)
        for word in text.lower().split():
            vector[zlib.crc32(word.encode("utf-8", "surrogatepass")) % 64] += 1.0
        vector /= max(float(np.linalg.norm(vector)), 1.0)
        bad = "broken" in text
        scores = {"negative": 0.9 if bad else 0.1, "neutral": 0.05, "positive": 0.05 if bad else 0.85}
        mood = "negative" if bad else "positive"
        return Analysis(
            "en", mood, scores, "quality" if bad else "other", 0.8, "complaint" if bad else "chitchat",
            0.7 if bad else 0.1, {}, vector, "words/1",
        )  # fmt: skip


def brand() -> Brand:
    return parse_brand("brand: {name: Orvelle}\ntopics: [{id: quality, label: Quality}]")


@contextmanager
def pipeline(folder: Path, *, mode: ChatMode = ChatMode.ASSUMED, active: bool = True) -> Iterator[Pipeline]:
    """Open the pipeline over a database in a folder; a second time goes on where the first ended."""
    it = brand()
    with Database(folder / "earshot.db") as database:
        database.migrate()
        admission = Admission(it.slug, VAULT, Identity(KEY, it.slug), ConsentGate(it.slug, it.consent.version))
        made = Pipeline(
            brand=it.slug,
            database=database,
            vault=VAULT,
            admission=admission,
            understanding=Understanding(WordAnalyser(), ("en",)),  # type: ignore[arg-type]
            memory=Memory(it.slug, database, VAULT, lambda: StoryEngine(it, dimensions=64)),
            desk=Desk(it, VAULT),
        )
        if active:
            with database.transaction() as session:
                admission.activate(session, CHAT, mode, START)
        yield made


def message(number: int, text: str, sender: str = "", *, edited: bool = False, reply_to: str | None = None) -> Message:
    return Message(
        str(number), CHAT, Member(sender or f"user{number % 7}"), START + timedelta(minutes=7 * number), text,
        edited=edited, reply_to=reply_to,
    )  # fmt: skip


def hear(pipe: Pipeline, *arrived: Message) -> list[Processed]:
    pipe.receive(arrived)
    return list(pipe.drain())


def talk(count: int) -> list[Message]:
    """A chat in which a complaint goes round among small talk."""
    lines = ["the new kettle is broken again", "my kettle broken too lid loose", "nice weather", "who plays tonight"]
    return [message(number, f"{lines[number % 4]} {number % 3}") for number in range(count)]
