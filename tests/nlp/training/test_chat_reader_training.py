import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import yaml

from nlp.chat import ChatReader, shapes
from nlp.encoder import Encoded
from nlp.errors import WeightsError
from nlp.heads import HeadSpec
from nlp.manifest import Manifest
from nlp.training.chat import LONE_FILE, Chat, Parameters, fit, fit_chat, read_chats, read_lone, scores, told
from nlp.training.export import export_learnt, save_arrays

SAYS = {
    ("question", "neutral", "shop", None): ["when do they open ?", "is it dear ?", "who knows the price ?"],
    ("complaint", "negative", "shop", "n1"): ["late again", "still late today", "late and nobody answers"],
    ("chitchat", "positive", "other", None): ["happy birthday !", "lovely sun today", "haha good one"],
}


class Plain:
    """An encoder whose vectors say nothing but which text it is: what is learnt is in the words and in the chat."""

    name, version, dimensions = "plain", "1", 8
    heads: ClassVar = {"sentiment": HeadSpec("softmax", ("negative", "neutral", "positive"))}

    def encode(self, texts: Sequence[str]) -> Encoded:
        rows = [np.random.default_rng(sum(map(ord, text))).normal(size=self.dimensions) for text in texts]
        vectors = np.array(rows, np.float32).reshape(len(texts), self.dimensions)
        return Encoded(vectors / 10, {"sentiment": np.zeros((len(texts), 3), np.float32)})


def write_chat(folder: Path, seed: int) -> None:
    folder.mkdir(parents=True)
    brand = {"name": f"Brand{seed}", "aliases": ["bee"], "languages": ["en"]}
    (folder / "scenario.yaml").write_text(
        yaml.safe_dump({"brand": brand, "narratives": [{"id": "n1", "kind": "bad_buzz"}]})
    )
    draw, lines, kinds = np.random.default_rng(seed), [], list(SAYS)
    for number in range(60):
        kind = kinds[draw.integers(3)]
        after_question = number > 0 and lines[-1]["intent"] == "question"
        intent, mood, topic, story = ("other", "neutral", "shop", None) if after_question else kind
        text = (
            " ".join(f"{a}{chr(97 + seed)}{chr(97 + number % 26)}" for a in "xyz")
            if after_question
            else str(draw.choice(SAYS[kind]))
        )
        lines.append(
            {
                "id": f"m{number}", "t": f"2026-03-01T10:{number:02}:00+01:00", "group": "g1", "text": text,
                "reply_to": f"m{number - 1}" if after_question and number % 2 else None,
                "intent": intent, "sentiment": mood, "topic": topic, "narrative": story,
            }
        )  # fmt: skip
    lines.append({**lines[-1], "id": "photo", "text": ""})
    (folder / "messages.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chats")
    for seed, brand in enumerate(("ash", "birch", "cedar")):
        write_chat(folder / brand, seed)
    alone = {"lang": "en", "intent": "complaint", "sentiment": "negative", "about": True, "tells": "bad_buzz"}
    lines = [alone | {"text": f"{word} never came"} for word in ("parcel", "refund", "bike", "answer")]
    lines.append(alone | {"intent": "chitchat", "about": False, "tells": None, "text": "what a match"})
    (folder / LONE_FILE).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


@pytest.fixture(scope="module")
def chats(scenarios: Path) -> list[Chat]:
    return read_chats(scenarios, Plain())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def learnt(chats: list[Chat], scenarios: Path) -> Parameters:
    return fit(chats[:2], read_lone(scenarios, Plain()))  # type: ignore[arg-type]


def reader(parameters: Parameters) -> ChatReader:
    return ChatReader(parameters, Plain(), ("Brand2", "bee"))  # type: ignore[arg-type]


def test_a_brand_not_learnt_from_is_read(chats: list[Chat], learnt: Parameters) -> None:
    figures = scores(chats[2], reader(learnt))
    assert figures["intent"] > 0.7
    assert figures["sentiment"] > 0.8
    assert figures["about"] > 0.9
    assert figures["telling"] > 0.9
    assert figures["telling Brier"] < 0.1


def test_the_place_in_the_chat_is_learnt(chats: list[Chat], learnt: Parameters) -> None:
    chat = chats[2]
    answers = chat.truth[:, 0] == 4  # words that say nothing, after a question
    alone = replace(chat, parents=np.full_like(chat.parents, -1), previous=np.full_like(chat.previous, -1))

    def share(of: Chat) -> float:
        said = zip(told(of, reader(learnt)), answers, strict=True)
        return float(np.mean([one.intents["other"] for one, counts in said if one and counts]))

    assert share(chat) > share(alone) + 0.2


def test_a_message_without_text_is_not_read(chats: list[Chat], learnt: Parameters) -> None:
    assert told(chats[2], reader(learnt))[-1] is None


def test_outside_of_a_chat_a_text_is_read_as_those_written_one_by_one(learnt: Parameters) -> None:
    text = "xa ya za"
    encoded = Plain().encode([text])
    reading = reader(learnt).read(
        text, encoded.vectors[0], {name: values[0] for name, values in encoded.logits.items()}
    )
    assert reading.outside().telling > reading.after().telling
    assert reading.outside().sentiments["negative"] > reading.after().sentiments["negative"]


def test_it_is_the_same_every_time(chats: list[Chat], learnt: Parameters, scenarios: Path) -> None:
    again = fit(chats[:2], read_lone(scenarios, Plain()))  # type: ignore[arg-type]
    assert {name: values.tobytes() for name, values in again.items()} == {
        name: values.tobytes() for name, values in learnt.items()
    }


def test_the_command_prints_each_brand_and_keeps_who_has_not_seen_it(scenarios: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    found = fit_chat(Plain(), scenarios, lines.append, tmp_path)  # type: ignore[arg-type]
    assert [line.split()[1] for line in "\n".join(lines).splitlines()] == [
        "brand",
        "---",
        "ash",
        "birch",
        "cedar",
        "mean",
    ]
    assert {name: values.shape for name, values in found.items()} == shapes(len(found["text"]))
    with np.load(tmp_path / "birch.npz") as kept:
        assert kept["text"].shape == found["text"].shape
        assert not np.array_equal(kept["text"], found["text"].astype(np.float16))


def test_what_is_shipped_is_verified(learnt: Parameters, tmp_path: Path) -> None:
    Manifest("plain", "1", 8, 8, 16, "", Plain.heads).write(tmp_path)
    export_learnt("chat", learnt, tmp_path)
    assert set(Manifest.read(tmp_path).files) == {"chat"}
    save_arrays({**learnt, "bias": learnt["bias"] + 1}, tmp_path / "chat.npz")
    with pytest.raises(WeightsError, match=r"chat\.npz .*: (it is damaged|its SHA-256 differs)"):
        Manifest.read(tmp_path)
