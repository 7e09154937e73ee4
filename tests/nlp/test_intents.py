import pytest

from nlp.intents import intent_of, is_question


@pytest.mark.parametrize(
    ("text", "head", "asks"),
    [
        ("c'est ouvert demain ?", 0.1, True),
        ("bonjour, quelqu'un sait comment on annule", 0.8, True),
        ("quelqu'un a encore laissé la porte ouverte", 0.1, False),
        ("combien ça coûte", None, True),
        ("how do I send it back", 0.9, True),
        ("hallo, wie stellt man das ein", 0.9, True),
        ("qué horarios tienen", 0.9, True),
        ("ça sera prêt demain", 0.9, False),
        ("", None, False),
    ],
)
def test_what_is_a_question(text: str, head: float | None, asks: bool) -> None:
    assert is_question(text, head) is asks


@pytest.mark.parametrize(
    ("asks", "sentiment", "claim", "about_brand", "intent"),
    [
        (True, "negative", 0.9, True, "question"),
        (False, "negative", 0.9, True, "claim"),
        (False, "negative", 0.1, True, "complaint"),
        (False, "positive", 0.1, True, "praise"),
        (False, "neutral", 0.1, True, "other"),
        (False, "negative", 0.9, False, "chitchat"),
    ],
)
def test_intents(asks: bool, sentiment: str, claim: float, about_brand: bool, intent: str) -> None:
    assert intent_of(asks=asks, sentiment=sentiment, claim=claim, about_brand=about_brand) == intent
