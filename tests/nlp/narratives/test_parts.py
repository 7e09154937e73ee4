import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from story_world import direction

from nlp.narratives.copies import Copies
from nlp.narratives.frame import Frame
from nlp.narratives.lexicon import CATEGORIES, marks
from nlp.narratives.state import States
from nlp.narratives.terms import Rarity, surfaces, words

WARNING = "please share this now: the new kettle from the big shop is said to melt and to poison whole families"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Mon fils a fait une allergie, on est aux urgences", "harm"),
        ("my little one had lips swelled up after two bites", "harm"),
        ("mi hija acabó en urgencias", "harm"),
        ("Das ist ein Rückruf, bitte nicht benutzen", "hazard"),
        ("N’importe quoi, c’est faux", "denial"),
        ("is this legit??", "doubt"),
        ("⚠️ À FAIRE TOURNER ⚠️", "spread"),
        ("rellena el formulario con tus datos bancarios", "secret"),
        ("attenzione è una truffa", "fraud"),
        ("parabéns pelo seu dia", "greeting"),
    ],
)
def test_universal_words_are_found_in_all_languages(text: str, category: str) -> None:
    assert category in marks(text)


def test_everyday_words_are_no_alarm() -> None:
    for text in (
        "c'est une tuerie ce gâteau",
        "the killer app of the year",
        "on a perdu 3-0, honteux",
        "ok super merci",
    ):
        assert not marks(text) & {"harm", "hazard", "fraud", "secret", "spread"}


def test_every_category_has_words_in_six_languages() -> None:
    assert all(marks(text) <= set(CATEGORIES) for text in ("hospital", "fake", "urgent"))


def test_links_that_imitate_the_brand() -> None:
    frame = Frame(names=("Orvelle",), domains=("www.orvelle.example",))
    assert frame.owns("https://orvelle.example/help")
    assert frame.owns("https://shop.orvelle.example")
    assert not frame.imitates("https://shop.orvelle.example")
    for link in ("https://orvelle-refund.example/form", "http://orvele.example", "http://my-orvelle.test"):
        assert frame.imitates(link)
    assert not frame.imitates("https://news.example/orvelle-in-town")


def test_short_aliases_count_only_as_written() -> None:
    frame = Frame(names=("Dé Rouge", "DR"))
    assert frame.mentioned_in("la DR exagère")
    assert frame.mentioned_in("chez de rouge")
    assert not frame.mentioned_in("the dr. said so")


def test_changed_copies_are_found_and_others_are_not() -> None:
    copies = Copies(capacity=3)
    assert copies.find(1, WARNING) is None
    found = copies.find(2, "I got this: " + WARNING.replace("melt", "burn"))
    assert found is not None
    assert found[0] == 1
    assert copies.find(3, "the weather is really nice today and we all go to the beach with the dog") is None
    copies.drop([1, 2])
    assert copies.find(4, WARNING) is None


def test_old_copies_are_forgotten_when_there_are_too_many() -> None:
    copies = Copies(capacity=2)
    for key in range(10):
        copies.find(key, " ".join(f"word{key}x{i}" for i in range(12)))
    assert copies.find(99, " ".join(f"word0x{i}" for i in range(12))) is None


def test_rare_words_weigh_more() -> None:
    rarity = Rarity()
    for i in range(200):
        rarity.learn(words(f"the train number{i} is late"))
    assert rarity.idf("train") < rarity.idf("number7") <= rarity.idf("unseen")
    weights = rarity.weigh(words("the train number7"))
    assert np.isclose(sum(w * w for w in weights.values()), 1.0)


def test_words_keep_numbers_and_lose_accents_and_links() -> None:
    assert words("L'été à 1,45 € #Météo https://a.example/x") == {"ete": 1.0, "1,45": 1.0, "meteo": 1.0}
    assert surfaces("L'Été") == {"ete": "été"}


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert len(words(text)) <= 48
    marks(text)
    Copies().find(1, text)


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=4) | st.integers(0, 99), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(plain)
def test_plain_state_comes_back_as_it_was(value: object) -> None:
    states = States()
    assert states.load(states.dump(value)) == value


def test_arrays_come_back_bit_for_bit_and_strangers_are_refused() -> None:
    states = States()
    array = direction("any").reshape(4, -1)
    back = states.load(states.dump({"a": array}))["a"]
    assert back.dtype == array.dtype
    assert back.tobytes() == array.tobytes()
    with pytest.raises(TypeError, match="not registered"):
        states.dump(Frame())
    with pytest.raises(ValueError, match="no state"):
        states.load(b"\xc1")
