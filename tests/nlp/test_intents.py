import pytest

from nlp.chat import INTENTS, Told
from nlp.encoder import Encoder
from nlp.intents import ExampleReader

MOODS = {
    "-": {"negative": 0.8, "neutral": 0.15, "positive": 0.05},
    "0": {"negative": 0.1, "neutral": 0.8, "positive": 0.1},
    "+": {"negative": 0.05, "neutral": 0.15, "positive": 0.8},
}


@pytest.fixture(scope="module")
def reader(encoder: Encoder) -> ExampleReader:
    return ExampleReader(encoder)


def told(encoder: Encoder, reader: ExampleReader, text: str, mood: str, claim: float, beside: float | None) -> Told:
    return reader.read(text, encoder.encode([text]).vectors[0], MOODS[mood], claim, beside).after()


@pytest.mark.parametrize(
    ("text", "mood", "claim", "intent"),
    [
        ("c'est ouvert demain ?", "0", 0.1, "question"),
        ("how do I send it back?", "0", 0.1, "question"),
        ("trois semaines de retard et personne ne répond, c'est honteux", "-", 0.2, "complaint"),
        ("worst purchase ever, it broke after a day", "-", 0.2, "complaint"),
        ("j'adore, c'est une merveille, merci à toute l'équipe", "+", 0.1, "praise"),
        ("il paraît que leur usine a été fermée par les autorités", "0", 0.9, "claim"),
        ("my cousin works there, she says they import everything", "0", 0.9, "claim"),
        ("tu trouveras ça dans les paramètres, en bas", "0", 0.1, "other"),
    ],
)
def test_intents_about_the_brand(
    encoder: Encoder, reader: ExampleReader, text: str, mood: str, claim: float, intent: str
) -> None:
    said = told(encoder, reader, text, mood, claim, 0.1)
    assert tuple(said.intents) == INTENTS
    assert max(said.intents, key=said.intents.__getitem__) == intent
    assert said.about == pytest.approx(0.9, abs=0.02)


def test_beside_the_brand_it_is_chat(encoder: Encoder, reader: ExampleReader) -> None:
    said = told(encoder, reader, "quel match hier, on a adoré", "+", 0.1, 0.9)
    assert max(said.intents, key=said.intents.__getitem__) == "chitchat"
    assert said.about < 0.2


def test_the_mood_is_the_heads(encoder: Encoder, reader: ExampleReader) -> None:
    said = told(encoder, reader, "bof", "-", 0.1, None)
    assert said.sentiments == pytest.approx(MOODS["-"], abs=1e-3)


def test_complaints_tell_more_than_answers(encoder: Encoder, reader: ExampleReader) -> None:
    complains = told(encoder, reader, "encore en panne, jamais vu un service aussi nul", "-", 0.3, 0.1)
    answers = told(encoder, reader, "tu trouveras ça dans les paramètres, en bas", "0", 0.1, 0.1)
    assert complains.telling > 0.7 > 0.3 > answers.telling
