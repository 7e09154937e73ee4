import numpy as np
import pytest

from nlp.discriminant import Discriminant
from nlp.encoder import Encoder
from nlp.examples import CHAT, SETS, intents, subjects
from nlp.intents import INTENTS


@pytest.mark.parametrize("name", SETS)
def test_every_class_has_examples_and_none_comes_twice(name: str) -> None:
    known = SETS[name]()
    assert all(isinstance(text, str) for text in known.texts)
    assert len(set(known.texts)) == len(known.texts)
    assert np.bincount(known.labels).min() >= 12


def test_the_classes() -> None:
    assert subjects().classes[-1] == CHAT
    assert set(intents().classes) == set(INTENTS)


@pytest.mark.parametrize("name", SETS)
def test_the_shipped_vectors_are_those_of_the_examples(encoder: Encoder, name: str) -> None:
    """Whoever edits the examples must export the weights anew."""
    texts = SETS[name]().texts
    shipped = encoder.example_vectors[name]
    assert shipped.shape == (len(texts), encoder.dimensions)
    chosen = list(range(0, len(texts), 37))
    vectors = encoder.encode([texts[index] for index in chosen]).vectors
    assert ((vectors * shipped[chosen]).sum(1) > 0.98).all()


def test_it_tells_what_a_message_speaks_of(encoder: Encoder) -> None:
    classifier = Discriminant.of(encoder, "subjects")
    said = {
        "le transporteur a encore perdu mon paquet": "delivery",
        "they doubled the price since last year": "price",
        "l'application se ferme toute seule depuis ce matin": "app",
        "happy birthday Julie!": CHAT,
        "il va faire beau demain": CHAT,
    }
    probabilities = classifier.probabilities(encoder.encode(list(said)).vectors)
    assert np.allclose(probabilities.sum(1), 1.0, atol=1e-5)
    assert [classifier.classes[best] for best in probabilities.argmax(1)] == list(said.values())


def test_two_clouds_are_told_apart_and_between_them_it_is_unsure() -> None:
    random = np.random.default_rng(1)
    clouds = np.concatenate([random.normal(-1, 0.6, (40, 8)), random.normal(1, 0.6, (40, 8))]).astype(np.float32)
    classifier = Discriminant(clouds, np.repeat([0, 1], 40), ("low", "high"))
    low, middle, high = classifier.probabilities(
        np.array([[-1.0], [0.0], [1.0]], np.float32) * np.ones((1, 8), np.float32)
    )
    assert low[0] > 0.95
    assert high[1] > 0.95
    assert 0.3 < middle[0] < 0.7
