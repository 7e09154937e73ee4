import numpy as np

from nlp.encoder import Encoder
from nlp.subjects import CHAT, SubjectClassifier, examples


def test_every_subject_has_examples_and_none_comes_twice() -> None:
    known = examples()
    assert len(set(known.texts)) == len(known.texts)
    assert np.bincount(known.labels).min() >= 12
    assert known.subjects[-1] == CHAT


def test_the_shipped_vectors_are_those_of_the_examples(encoder: Encoder) -> None:
    """Whoever edits subjects.yaml must export the weights anew."""
    texts = examples().texts
    assert encoder.subject_vectors is not None
    assert encoder.subject_vectors.shape == (len(texts), encoder.dimensions)
    chosen = list(range(0, len(texts), 37))
    vectors = encoder.encode([texts[index] for index in chosen]).vectors
    assert ((vectors * encoder.subject_vectors[chosen]).sum(1) > 0.98).all()


def test_it_tells_what_a_message_speaks_of(encoder: Encoder) -> None:
    classifier = SubjectClassifier.of(encoder)
    said = {
        "le transporteur a encore perdu mon paquet": "delivery",
        "they doubled the price since last year": "price",
        "l'application se ferme toute seule depuis ce matin": "app",
        "the waitress was so unfriendly": "staff",
        "happy birthday Julie!": CHAT,
        "il va faire beau demain": CHAT,
    }
    probabilities = classifier.probabilities(encoder.encode(list(said)).vectors)
    assert np.allclose(probabilities.sum(1), 1.0, atol=1e-5)
    assert [classifier.subjects[best] for best in probabilities.argmax(1)] == list(said.values())
