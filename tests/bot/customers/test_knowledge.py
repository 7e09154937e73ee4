from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from customers_world import VAULT, World

from bot.customers import knowledge
from config.brand import Brand, FaqEntry
from nlp.analysis import Analyser

RENT = FaqEntry(id="rent", lang="en", question="Can I rent a lamp for a wedding?", answer="Yes, for a deposit.")


def save(world: World, entry: FaqEntry, *, with_vectors: bool = False) -> None:
    encoder = world.desk.knowledge.encoder if with_vectors else None
    with world.database.transaction() as session:
        knowledge.save(session, VAULT, world.brand.slug, entry, world.now, source="test", encoder=encoder)


def test_an_entry_is_answered_once_it_is_saved_and_as_it_was_changed(
    brand: Brand, tmp_path: Path, analyser: Analyser
) -> None:
    world = World(brand, tmp_path, analyser)
    question = "could I rent a lamp for a wedding?"
    assert "deposit" not in world.ask("ann", question)[0]
    save(world, RENT)
    assert "for a deposit" in world.ask("ann", question)[0]
    save(world, RENT.model_copy(update={"answer": "No, only buy."}))
    assert "only buy" in world.ask("ann", question)[0]


def test_the_brand_file_has_the_last_word(brand: Brand, tmp_path: Path, analyser: Analyser) -> None:
    world = World(brand, tmp_path, analyser)
    save(world, FaqEntry(id="hours", lang="en", question="When are you open?", answer="Never."))
    assert "From 9 am" in world.ask("ann", "when are you open?")[0]


def test_many_entries_follow_beside_the_answering(
    brand: Brand, tmp_path: Path, analyser: Analyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge, "QUICK", -1)
    world = World(brand, tmp_path, analyser)
    world.desk.warm()
    save(world, RENT)
    assert "deposit" not in world.ask("ann", "could I rent a lamp for a wedding?")[0]
    until = monotonic() + 20
    while "deposit" not in "".join(world.ask("ann", "could I rent a lamp for a wedding?", id=str(monotonic()))):
        assert monotonic() < until
        world.now += timedelta(minutes=2)
        sleep(0.05)


def test_stored_vectors_are_not_read_again(brand: Brand, tmp_path: Path, analyser: Analyser) -> None:
    world = World(brand, tmp_path, analyser)
    save(world, RENT, with_vectors=True)
    fresh = knowledge.RememberingEncoder(analyser.encoder)
    with world.database.read() as session:
        (entry,) = knowledge.entries(session, VAULT, world.brand, fresh)
    assert entry == RENT
    stored = fresh.encode([RENT.question, RENT.answer]).vectors
    assert (stored == analyser.encoder.encode([RENT.question, RENT.answer]).vectors).all()
