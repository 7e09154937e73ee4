import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.narratives.tales import NOTHING, SCORE, TALES, added, alike, guessed, log_odds, told

TELLS = st.tuples(*[st.floats(0.0, 1.0)] * len(TALES))
MOODLESS = {"negative": 0.1, "positive": 0.1, "claim": 0.1, "forwards": 0, "imitates": False}


def likeliest(marks: frozenset[str], **over: float) -> str:
    tells = guessed(1.0, marks, **(MOODLESS | over))  # type: ignore[arg-type]
    return TALES[tells.index(max(tells))]


def test_without_a_reader_words_and_mood_say_what_is_told() -> None:
    assert likeliest(frozenset({"harm"})) == "safety"
    assert likeliest(frozenset({"fraud", "secret"})) == "scam"
    assert likeliest(frozenset({"hearsay", "doubt"})) == "rumour"
    assert likeliest(frozenset(), negative=0.9) == "bad_buzz"
    assert likeliest(frozenset(), positive=0.9) == "praise"


def test_a_reader_is_believed_and_its_absence_noticed() -> None:
    assert told({"about": 0.9}) is None
    assert told({SCORE + "bad_buzz": 0.2, SCORE + "scam": 0.5}) == (0.2, 0.0, 0.0, 0.5, 0.0, 0.0)


@given(worth=st.floats(-50, 50), marks=st.frozensets(st.sampled_from(["harm", "fraud", "spread", "doubt", "unknown"])))
def test_a_guess_shares_out_the_worth(worth: float, marks: frozenset[str]) -> None:
    tells = guessed(worth, marks, negative=0.5, positive=0.2, claim=0.3, forwards=2, imitates=True)
    assert len(tells) == len(TALES)
    assert min(tells) >= 0.0
    assert sum(tells) <= 1.0 + 1e-3
    if -5.0 < worth < 5.0:
        assert log_odds(tells) == pytest.approx(worth, abs=0.1)


@given(one=TELLS, other=TELLS, times=st.floats(0.1, 10.0))
def test_likeness_does_not_hang_on_how_much_is_told(
    one: tuple[float, ...], other: tuple[float, ...], times: float
) -> None:
    assert 0.0 <= alike(one, other) <= 1.0 + 1e-6
    if sum(one) > 0.01 and sum(other) > 0.01:
        assert alike(added(NOTHING, one, times), other) == pytest.approx(alike(one, other), abs=1e-6)
        assert alike(one, one) == pytest.approx(1.0)
    assert alike(one, NOTHING) == 0.5
