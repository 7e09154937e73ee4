import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from nlp.encoder import load_encoder
from nlp.pairing import Pairer
from nlp.retrieval import Entry
from nlp.training import answers
from nlp.training.answers import fit_answers

FAQ = {
    "hours": ("When are you open?", "From nine to seven, Monday to Saturday.", "vous êtes ouverts le dimanche ?"),
    "refund": ("How do I get my money back?", "Within ten days, on the card you paid with.", "rembourser svp ?"),
    "parcel": ("How long does delivery take?", "Five days, anywhere in Europe.", "mon colis arrive quand ?"),
    "repair": ("Do you repair lamps?", "Yes, bring yours to the workshop.", "ma lampe est cassée, que faire ?"),
}
NONE = ("do you hire students?", "qui a dessiné le logo ?", "is there a podcast?")
CHAT = ("haha", "bonne nuit à tous", "what a match", "joyeux anniversaire !")


def write_brand(folder: Path, name: str) -> None:
    folder.mkdir(parents=True)
    entries = [{"id": i, "lang": "en", "question": q, "answer": a} for i, (q, a, _) in FAQ.items()]
    (folder / "scenario.yaml").write_text(yaml.safe_dump({"faq": entries}, allow_unicode=True), "utf-8")
    messages = [{"text": f"{text} {name}", "intent": "chitchat", "faq": None} for text in CHAT]
    asked = [{"text": f"{name}, {text}", "faq": i} for i, (_, _, text) in FAQ.items()]
    asked += [{"text": f"{name}: {text}", "faq": "none"} for text in NONE]
    for file, rows in (("messages.jsonl", messages), ("questions.jsonl", asked)):
        (folder / file).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def test_what_is_learnt_finds_entries_of_a_brand_and_says_how_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "STEPS", 5)
    for name in ("Lumiol", "Velba", "Tarka", "Orsel"):
        write_brand(tmp_path / name, name)
    encoder, said = load_encoder(threads=1), list[str]()
    parameters = fit_answers(encoder, [tmp_path], said.append)
    assert {name: array.shape for name, array in parameters.items()} == {
        "map": (384, 384),
        "weights": (5,),
        "usual": (5,),
        "decision": (42, 2),
        "limits": (2,),
    }
    assert all(np.isfinite(array).all() for array in parameters.values())
    assert said[0].startswith("4 brands")
    assert any(line.startswith("12 without one, beside") for line in said)
    entries = [Entry(i, (question,), (answer,)) for i, (question, answer, _) in FAQ.items()]
    pairer = Pairer(parameters, encoder, entries)
    vectors = encoder.encode([text for _, _, text in FAQ.values()]).vectors
    scores = [
        pairer.parts(text, v) @ parameters["weights"] for (_, _, text), v in zip(FAQ.values(), vectors, strict=True)
    ]
    assert [int(row.argmax()) for row in scores] == [0, 1, 2, 3]
