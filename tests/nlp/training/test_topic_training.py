import json
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from nlp.encoder import load_arrays, load_encoder
from nlp.manifest import Manifest
from nlp.topics import OTHER, TopicMatcher, shapes
from nlp.training import topics
from nlp.training.export import FILES, export_learnt, save_arrays
from nlp.training.topics import fit_topics, minimise, read

TOPICS = {
    "delivery": (
        "Delivery",
        "Late parcels, couriers",
        ("mon colis est en retard", "where is my parcel", "¿y mi envío?"),
    ),
    "price": ("Prices", "What things cost, discounts", ("c'est trop cher", "any discount?", "zu teuer")),
    OTHER: ("Other", "Anything else", ("bonne nuit à tous", "what a match", "haha", "feliz cumple 🎂")),
}


def write_brand(folder: Path, name: str) -> None:
    folder.mkdir(parents=True)
    spec = {
        "brand": {"name": name, "languages": ["fr", "en"]},
        "topics": [{"id": i, "label": label, "description": about} for i, (label, about, _) in TOPICS.items()],
    }
    (folder / "scenario.yaml").write_text(yaml.safe_dump(spec), "utf-8")
    said = [(topic, text) for topic, (_, _, texts) in TOPICS.items() for text in (*texts, f"{name}: {texts[0]}")]
    rows = [
        {"id": f"m{i}", "t": f"2026-05-01T10:{i:02}:00+02:00", "group": "g1", "reply_to": "m0" if i == 1 else None}
        | {"topic": topic, "text": text}
        for i, (topic, text) in enumerate([*said, (OTHER, "")])
    ]
    (folder / "messages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenarios")
    for name in ("Lumiol", "Velba", "Tarka"):
        write_brand(folder / name, name)
    return folder


def test_what_is_learnt_has_its_shape_and_says_how_well_it_chooses(
    scenarios: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "STEPS", 4)
    encoder, said = load_encoder(threads=1), list[str]()
    shipped, folds = encoder.chat_parameters, tmp_path / "folds"
    for path in scenarios.iterdir():
        save_arrays(shipped, folds / f"{path.name}.npz")
    parameters = fit_topics(encoder, scenarios, said.append, folds)
    assert {name: array.shape for name, array in parameters.items()} == shapes(encoder.dimensions)
    assert all(np.isfinite(array).all() for array in parameters.values())
    assert [line.split(" | ")[0] for line in said[1:]] == ["| Lumiol", "| Tarka", "| Velba", "| mean"]
    assert all(0.0 <= float(cell) <= 1.0 for line in said[1:] for cell in line.strip("| ").split(" | ")[1:])
    unseen = load_arrays(folds / "Lumiol.topics.npz")
    assert not np.array_equal(unseen["weights"], parameters["weights"])


def test_training_weighs_topics_as_use_does(scenarios: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "STEPS", 6)
    monkeypatch.setattr("nlp.topics.LEARNT", 1.0)
    encoder = load_encoder(threads=1)
    one = read(scenarios / "Velba", encoder)
    assert len(one.gold) == len(one.rows) == 13
    assert one.owners.tolist() == [0] * 3 + [1] * 3
    parameters = minimise([one])
    matcher = TopicMatcher(encoder, one.topics, one.names, parameters)
    learnt = {name: torch.from_numpy(array) for name, array in parameters.items()}
    scores = topics._scores(one, learnt).numpy()
    for row, analysis, expected in zip(one.rows, one.analyses, scores, strict=True):
        assert [*matcher.evidence(row["text"], analysis.vector).values()] == pytest.approx(expected, abs=1e-3)


def test_what_two_brands_teach_holds_for_a_third(scenarios: Path) -> None:
    encoder = load_encoder(threads=1)
    told = [read(scenarios / name, encoder) for name in ("Lumiol", "Velba")]
    unseen = read(scenarios / "Tarka", encoder)
    learnt = {name: torch.from_numpy(array) for name, array in minimise(told).items()}
    assert (topics._scores(unseen, learnt).argmax(1) == unseen.gold).float().mean() > 0.7


def test_the_file_is_recorded_with_its_checksum(tmp_path: Path) -> None:
    Manifest("m", "1", 8, 8, 16, "", {}).write(tmp_path)
    export_learnt("topics", {name: np.ones(shape, np.float32) for name, shape in shapes(8).items()}, tmp_path)
    record = Manifest.read(tmp_path).files["topics"]
    assert record.path == FILES["topics"]
    assert {name: array.shape for name, array in load_arrays(tmp_path / record.path).items()} == shapes(8)
