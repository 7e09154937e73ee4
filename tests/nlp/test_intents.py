import pytest

from nlp.encoder import Encoder
from nlp.intents import INTENTS, IntentReader, is_question, likeliest_intent

MOODS = {
    "-": {"negative": 0.8, "neutral": 0.15, "positive": 0.05},
    "0": {"negative": 0.1, "neutral": 0.8, "positive": 0.1},
    "+": {"negative": 0.05, "neutral": 0.15, "positive": 0.8},
}


@pytest.fixture(scope="module")
def reader(encoder: Encoder) -> IntentReader:
    return IntentReader(encoder)


@pytest.mark.parametrize(
    ("text", "mood", "claim", "question", "intent"),
    [
        ("c'est ouvert demain ?", "0", 0.1, 0.9, "question"),
        ("bonjour, quelqu'un sait comment on annule", "0", 0.1, 0.9, "question"),
        ("how do I send it back", "0", 0.1, 0.9, "question"),
        ("trois semaines de retard et personne ne répond, c'est honteux", "-", 0.2, 0.1, "complaint"),
        ("worst purchase ever, it broke after a day", "-", 0.2, 0.1, "complaint"),
        ("j'adore, c'est une merveille, merci à toute l'équipe", "+", 0.1, 0.1, "praise"),
        ("il paraît que leur usine a été fermée par les autorités", "0", 0.9, 0.1, "claim"),
        ("my cousin works there, she says they import everything", "0", 0.9, 0.1, "claim"),
        ("tu trouveras ça dans les paramètres, en bas", "0", 0.1, 0.1, "other"),
    ],
)
def test_intents_about_the_brand(
    encoder: Encoder, reader: IntentReader, text: str, mood: str, claim: float, question: float, intent: str
) -> None:
    evidence = reader.evidence(text, encoder.encode([text]).vectors[0], MOODS[mood], claim, question)
    assert tuple(evidence) == INTENTS
    assert likeliest_intent(evidence, 0.1) == intent


def test_beside_the_brand_it_is_chat(encoder: Encoder, reader: IntentReader) -> None:
    text = "quel match hier, on a adoré"
    evidence = reader.evidence(text, encoder.encode([text]).vectors[0], MOODS["+"], 0.1, 0.1)
    assert likeliest_intent(evidence, 0.9) == "chitchat"


def test_a_question_mark_counts_even_without_a_head(encoder: Encoder, reader: IntentReader) -> None:
    vector = encoder.encode(["demain"]).vectors[0]
    asked = reader.evidence("demain ?", vector, MOODS["0"], 0.1, None)
    said = reader.evidence("demain", vector, MOODS["0"], 0.1, None)
    assert asked["question"] == pytest.approx(said["question"] + 3.0)


def test_without_topics_the_wording_decides() -> None:
    assert likeliest_intent({"question": -1.0, "chitchat": -0.5}, None) == "chitchat"


@pytest.mark.parametrize(
    ("text", "head", "asks"),
    [
        ("c'est ouvert demain ?", 0.1, True),
        ("bonjour, quelqu'un sait comment on annule", 0.8, True),
        ("quelqu'un a encore laissé la porte ouverte", 0.1, False),
        ("combien ça coûte", None, True),
        ("hallo, wie stellt man das ein", 0.9, True),
        ("qué horarios tienen", 0.9, True),
        ("ça sera prêt demain", 0.9, False),
        ("", None, False),
    ],
)
def test_what_is_a_question(text: str, head: float | None, asks: bool) -> None:
    assert is_question(text, head) is asks
