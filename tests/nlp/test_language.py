import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.language import UNDETERMINED, detect


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("bonjour, ma commande n'est toujours pas arrivée", "fr"),
        ("bjr qqn sait quand ça rouvre svp ?", "fr"),
        ("is it just me or is the app down again", "en"),
        ("¿alguien sabe cuándo abren mañana?", "es"),
        ("kann mir jemand sagen, wann das Paket kommt?", "de"),
        ("qualcuno sa quando riaprono il negozio?", "it"),
        ("alguém sabe quando chega a encomenda?", "pt"),
        ("متى تصل الطلبية", "ar"),
        ("ON EN A MARRE DE CES RETARDS", "fr"),
    ],
)
def test_it_tells_languages(text: str, lang: str) -> None:
    assert detect(text) == lang


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀", "12:30", "https://x.example/une-page", "@camille #promo", "[phone]", "!?"]
)
def test_what_has_no_words_has_no_language(text: str) -> None:
    assert detect(text) == UNDETERMINED


def test_the_groups_languages_break_a_tie() -> None:
    assert detect("gratuit", ("fr",)) == "fr"


@given(text=st.text(st.characters(), max_size=60))
def test_it_always_answers(text: str) -> None:
    assert detect(text).isalpha()
