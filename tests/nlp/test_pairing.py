"""Finding the entry that a text asks for, with the shipped parameters and with some made by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.analysis import Analyser, Analysis
from nlp.encoder import Encoded, Encoder
from nlp.pairing import COMPARED, NO_PAIRS, PARTS, Pairer, decision_features, nearest_entries
from nlp.retrieval import Entry

SHOP = (
    Entry("hours", ("Quels sont vos horaires d'ouverture ?", "When are you open?"), ("De 9 h à 19 h.",)),
    Entry("refund", ("How do I get a refund?",), ("Within ten days, on the card you paid with.",)),
    Entry("delivery", ("Livrez-vous à domicile ?",), ("Oui, partout en Europe, en cinq jours.",)),
    Entry("warranty", ("How long is the warranty?",), ("Two years, parts and labour.",)),
)


@pytest.fixture(scope="module")
def analyser(encoder: Encoder) -> Analyser:
    return Analyser(encoder)


@pytest.fixture(scope="module")
def shop(encoder: Encoder) -> Pairer:
    return Pairer(encoder.answer_parameters, encoder, SHOP)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("à quelle heure vous fermez ?", "hours"),
        ("comment me faire rembourser ?", "refund"),
        ("do you deliver to my home?", "delivery"),
        ("la garantie dure combien de temps ?", "warranty"),
    ],
)
def test_a_question_finds_its_entry_in_either_language(shop: Pairer, analyser: Analyser, text: str, entry: str) -> None:
    found = shop.find(text, analyser.analyse([text])[0])
    assert found.entries[0] == entry
    assert len(found.entries) == 3
    assert found.maybe


def test_chatter_is_less_probable_than_a_question(shop: Pairer, analyser: Analyser) -> None:
    texts = ["when are you open?", "haha quel match hier soir"]
    asked, chat = (shop.find(text, analysis) for text, analysis in zip(texts, analyser.analyse(texts), strict=True))
    assert asked.first > 0.5 > 0.3 > chat.first
    assert asked.sure
    assert not chat.sure


@pytest.mark.parametrize("known", [1, 2, 4])
def test_who_asks_in_the_very_words_of_an_entry_gets_it(encoder: Encoder, analyser: Analyser, known: int) -> None:
    pairer = Pairer(encoder.answer_parameters, encoder, SHOP[:known])
    for entry in SHOP[:known]:
        for question in (entry.questions[0], entry.questions[0].upper().rstrip("?! ")):
            found = pairer.find(question, analyser.analyse([question])[0])
            assert (found.entries[0], found.sure) == (entry.id, True)


def test_nothing_finds_nothing(shop: Pairer, encoder: Encoder, analyser: Analyser) -> None:
    empty, asked = analyser.analyse(["", "anything?"])
    assert shop.find("", empty) == NO_PAIRS
    assert Pairer(encoder.answer_parameters, encoder, ()).find("anything?", asked) == NO_PAIRS


class Axes:
    """Each text is a mix of two directions, by the words "left" and "right" in it."""

    dimensions = 2

    def encode(self, texts: Sequence[str]) -> Encoded:
        rows = [[0.9 if "left" in text else 0.1, 0.9 if "right" in text else 0.1] for text in texts]
        vectors = np.array(rows, np.float32).reshape(-1, 2)
        return Encoded(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), {})


def by_hand(**changed: Any) -> dict[str, np.ndarray]:
    ranked = {"weights": np.array([1, 0, 0, 0, 0], np.float32), "usual": np.zeros(PARTS, np.float32)}
    nothing = np.zeros((1, PARTS), np.float32)
    features = len(decision_features(nothing, np.zeros(1, np.int64), ranked, "", _analysis([1.0, 0.0])))
    plain = {
        **ranked,
        "map": np.eye(2, dtype=np.float32),
        "decision": np.zeros((features + 1, 2), np.float32),
        "limits": np.array([0.5, 0.5], np.float32),
    }
    return plain | changed


def _analysis(vector: list[float]) -> Analysis:
    unit = np.array(vector, np.float32) / np.linalg.norm(vector)
    return Analysis("en", "neutral", {}, None, 0.0, "question", 0.0, vector=unit.astype(np.float32))


def test_the_nearest_way_of_asking_counts() -> None:
    entries = (Entry("both", ("to the left", "to the right")), Entry("left", ("left left",)), Entry("none", ("up",)))
    pairer = Pairer(by_hand(), Axes(), entries)  # type: ignore[arg-type]
    parts = pairer.parts("right", _analysis([0.1, 0.9]).vector)
    assert parts[0, 0] == pytest.approx(1.0, abs=1e-4)
    assert parts[0, 0] > parts[2, 0] > parts[1, 0]


def test_the_map_turns_what_is_compared() -> None:
    swap = np.array([[0, 1], [1, 0]], np.float32)
    entries = (Entry("left", ("left",)), Entry("right", ("right",)))
    same = Pairer(by_hand(map=swap), Axes(), entries)  # type: ignore[arg-type]
    assert same.find("left", _analysis([0.9, 0.1])).entries[0] == "left"
    flat = np.array([[1, 1], [1, 1]], np.float32)
    both = Pairer(by_hand(map=flat), Axes(), entries)  # type: ignore[arg-type]
    assert both.find("x", _analysis([0.1, 0.9])).entries == ("left", "right")  # equal, so in their order


def test_limits_are_reached_at_their_value() -> None:
    found = Pairer(by_hand(), Axes(), (Entry("left", ("left",)),)).find("to the left", _analysis([0.9, 0.1]))  # type: ignore[arg-type]
    assert (found.first, found.sure, found.maybe) == (0.5, True, True)
    higher = by_hand(limits=np.array([0.6, 0.5], np.float32))
    assert not Pairer(higher, Axes(), (Entry("left", ("left",)),)).find("to the left", _analysis([0.9, 0.1])).sure  # type: ignore[arg-type]


@given(
    st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=COMPARED + 3),
    st.floats(-20, 20),
    st.text(max_size=40),
)
def test_features_are_finite_and_as_many_whatever_the_scores(scores: list[float], usual: float, text: str) -> None:
    parts = np.outer(np.array(scores, np.float32), np.arange(1, PARTS + 1)).astype(np.float32)
    parameters = by_hand(usual=np.full(PARTS, usual, np.float32))
    best = nearest_entries(parts @ parameters["weights"])
    features = decision_features(parts, best, parameters, text, _analysis([1.0, 0.0]))
    assert np.isfinite(features).all()
    assert len(features) == len(parameters["decision"]) - 1
