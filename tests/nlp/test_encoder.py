import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.encoder import Encoded, Encoder, load_encoder
from nlp.errors import WeightsError

TEXTS = (
    "bonjour",
    "ok",
    "😀😀",
    "http://x.example/a",
    "Ma commande devait arriver lundi, on est jeudi et toujours rien, c'est la troisième fois cette année.",
    "is this true? someone told me they recalled the whole batch",
    "كيف حالك اليوم يا صديقي",
    "mixed écriture 混在 текст",
    "1,45 € ???",
    "la livraison est en retard " * 6,
    "a" * 10_000,
    "un très long message. " * 300,
    "\ud800 lone",
    "yes",
    "no",
    "merci beaucoup",
    "the app crashes every time I open it since the update",
)


@pytest.fixture(scope="module")
def together(encoder: Encoder) -> Encoded:
    return encoder.encode(TEXTS)


def rows(encoded: Encoded, chosen: list[int]) -> Encoded:
    return Encoded(encoded.vectors[chosen], {name: logits[chosen] for name, logits in encoded.logits.items()})


def assert_same_bits(left: Encoded, right: Encoded) -> None:
    assert left.vectors.tobytes() == right.vectors.tobytes()
    for name, logits in left.logits.items():
        assert logits.tobytes() == right.logits[name].tobytes(), name


@settings(max_examples=25, deadline=None)
@given(chosen=st.lists(st.integers(0, len(TEXTS) - 1), min_size=1, max_size=24))
def test_a_text_gets_the_same_bits_in_any_company(encoder: Encoder, together: Encoded, chosen: list[int]) -> None:
    assert_same_bits(encoder.encode([TEXTS[index] for index in chosen]), rows(together, chosen))


def test_a_text_gets_the_same_bits_alone(encoder: Encoder, together: Encoded) -> None:
    for index, text in enumerate(TEXTS):
        assert_same_bits(encoder.encode([text]), rows(together, [index]))


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_change_nothing(together: Encoded, threads: int) -> None:
    assert_same_bits(load_encoder(threads=threads).encode(TEXTS), together)


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(), max_size=80))
def test_whatever_the_text_the_answer_is_defined(encoder: Encoder, text: str) -> None:
    encoded = encoder.encode([text])
    norm = float(np.linalg.norm(encoded.vectors[0]))
    assert norm == pytest.approx(1.0, abs=1e-4) or norm == 0.0
    assert all(np.isfinite(logits).all() for logits in encoded.logits.values())


def test_shapes_and_order(encoder: Encoder, together: Encoded) -> None:
    assert together.vectors.shape == (len(TEXTS), encoder.dimensions)
    assert together.vectors.dtype == np.float32
    assert {name: logits.shape for name, logits in together.logits.items()} == {
        name: (len(TEXTS), len(head.labels)) for name, head in encoder.heads.items()
    }


@pytest.mark.parametrize("text", ["", "   ", "\n\u200b"])
def test_nothing_said_is_a_zero_vector(encoder: Encoder, text: str) -> None:
    assert not encoder.encode([text]).vectors.any()


def test_no_texts_at_all(encoder: Encoder) -> None:
    assert encoder.encode([]).vectors.shape == (0, encoder.dimensions)


def test_a_long_text_is_read_beyond_its_first_window(encoder: Encoder) -> None:
    calm = "le chat dort sur le canapé et tout va bien. " * 20
    alarm = "l'appareil a pris feu, ma fille est brûlée et personne ne répond. " * 20
    first, both = encoder.encode([calm, calm + alarm]).vectors
    assert first @ both < 0.95


def test_meaning_crosses_languages(encoder: Encoder) -> None:
    french, english, other = encoder.encode(
        ["mon colis n'est toujours pas arrivé", "my parcel still has not arrived", "quel beau temps aujourd'hui"]
    ).vectors
    assert french @ english > 0.5 > 0.3 > french @ other


def test_weights_that_are_not_there(tmp_path) -> None:
    with pytest.raises(WeightsError, match=r"model\.json does not exist.*reinstall earshot"):
        load_encoder(tmp_path)
