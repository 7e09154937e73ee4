"""From a customer's question at Telegram to the answer's being sent, over HTTP, with the shipped model.

python tests/journeys/answer_latency.py [ENTRIES ...]        40 questions a size, one after the other; 1000 and 50000

The entries are made up of words; their vectors are drawn, not computed, which costs the search the same.
"""

import asyncio
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from bot_api import BotApi, bot_api
from telegram_world import Journey, brand

from bot.customers import knowledge
from config.brand import FaqEntry
from nlp.analysis import Analyser
from nlp.encoder import Encoded, load_encoder

QUESTIONS = 40
KNOWLEDGE = """
brand: {name: Lumiol, languages: [fr, en], time_zone: Europe/Paris}
digest: {daily: false, weekly: false}
faq:
  - {id: hours, lang: en, question: "When are you open?", answer: "From 9 am to 7 pm, Monday to Saturday."}
  - {id: refund, question: "Comment se faire rembourser ?", answer: "Sous dix jours, sur la carte utilisée."}
"""
THINGS = "lamp cable bulb shade desk garden sensor battery charger dimmer glass bracket timer remote filter spare"
DEEDS = "return repair clean replace install order exchange recycle store mount paint connect ship gift insure rent"
PLACES = "Lyon Lisbon Oslo Bergen Genoa Malaga Ghent Krakow Turin Porto Nantes Leeds Cork Graz Basel Bremen"


class Drawn:
    """An encoder whose vectors are drawn."""

    search_map = None

    def __init__(self, model: Analyser) -> None:
        encoder = model.encoder
        self.name, self.version, self.dimensions = encoder.name, encoder.version, encoder.dimensions
        self._numbers = np.random.default_rng(1)

    def encode(self, texts: list[str]) -> Encoded:
        vectors = self._numbers.normal(size=(len(texts), self.dimensions)).astype(np.float32)
        return Encoded(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), {})


def entries(count: int) -> list[FaqEntry]:
    """Made-up entries, of about the length of real ones."""
    chance = random.Random(1)
    things, deeds, places = THINGS.split(), DEEDS.split(), PLACES.split()

    def one(number: int) -> FaqEntry:
        deed, thing, place = chance.choice(deeds), chance.choice(things), chance.choice(places)
        rest = " ".join(chance.choice(deeds + things + places) for _ in range(25))
        question = f"How do I {deed} the {thing} number {number} in {place}?"
        return FaqEntry(id=f"e{number}", lang="en", question=question, answer=f"Take it to {place}. {rest}.")

    return [one(number) for number in range(count)]


async def measure(api: BotApi, folder: Path, model: Analyser, count: int) -> None:
    life = Journey(api, folder, brand(KNOWLEDGE))
    life.model = model
    await life.start()
    began, drawn = time.time(), Drawn(model)
    with life.space.database.transaction() as session:
        for entry in entries(count):
            at = datetime.now(UTC)
            knowledge.save(session, life.space.vault, life.brand.slug, entry, at, source="made up", encoder=drawn)  # type: ignore[arg-type]
    await asyncio.to_thread(life.space.customers.warm)
    ready = time.time() - began
    waits = []
    for number in range(QUESTIONS):
        person = 10_000 + number
        said = time.time()
        await life.say(
            person, person, f"hi, when are you open? {number}" if number % 2 else f"can I rent lamp {number}?"
        )
        call = await api.until(lambda person=person: next(iter(api.sent(person)), None))
        waits.append(call.at - said)
        await asyncio.sleep(0.1)
    median, late, worst = np.median(waits), np.quantile(waits, 0.95), max(waits)
    print(f"{count} entries (ready after {ready:.1f} s): median {median:.3f} s, p95 {late:.3f} s, worst {worst:.3f} s")
    await life.stop()


async def main(sizes: list[int]) -> None:
    model = Analyser(load_encoder(threads=1))
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            async with bot_api() as api:
                await measure(api, Path(folder), model, size)


if __name__ == "__main__":
    asyncio.run(main([int(size) for size in sys.argv[1:]] or [1_000, 50_000]))
