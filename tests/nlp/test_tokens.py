from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.tokens import MAX_WINDOWS, Tokeniser

MODEL = Path("nlp/weights/tokenizer.model")


@pytest.fixture(scope="module")
def tokeniser() -> Tokeniser:
    return Tokeniser(MODEL, "query: ", 32)


def test_the_pieces_are_the_models_own(tokeniser: Tokeniser) -> None:
    """Ids of "query: bonjour, ça va ?" as the model's published tokenizer gives them."""
    assert tokeniser.windows(["bonjour, ça va ?"]) == [[[0, 41, 1294, 12, 3948, 100201, 4, 3244, 307, 705, 2]]]


@settings(deadline=None)
@given(words=st.integers(0, 400))
def test_windows_share_out_a_text(tokeniser: Tokeniser, words: int) -> None:
    [windows] = tokeniser.windows(["encore " * words])
    head, room = windows[0][:4] if windows else [], 32 - 4 - 1
    assert all(len(window) <= 32 and window[:4] == head and window[-1] == 2 for window in windows)
    body = sum(len(window) - 5 for window in windows)
    assert body == min(words, MAX_WINDOWS * room)


def test_the_texts_end_is_left_out_beyond_the_limit(tokeniser: Tokeniser) -> None:
    [windows] = tokeniser.windows(["a b c d " * 5_000])
    assert len(windows) == MAX_WINDOWS
