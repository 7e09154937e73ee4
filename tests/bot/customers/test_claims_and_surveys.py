import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.customers.claims import SURE, Told, closest, pages
from bot.customers.surveys import recommendation, satisfaction

LONG = "the founder has been arrested in Lisbon last week, they say"


def told(ref: str, text: str, closeness: float, *links: str) -> Told:
    """Something whose vector has this cosine with `ASKED`."""
    vector = np.array([closeness, np.sqrt(1 - closeness**2), 0], np.float32)
    return Told(ref, (text,), vector[None, :], pages(links))


ASKED = np.array([1, 0, 0], np.float32)
OTHER = "something else entirely that nobody would take for it"


def test_a_shared_link_decides_whatever_the_words() -> None:
    known = [told("a", OTHER, 0.9), told("b", OTHER, 0.0, "https://www.news.example/arrest?x=1")]
    found = closest("true?", ASKED, ["http://news.example/arrest/"], known)
    assert found is not None
    assert (found.ref, found.sure) == ("b", True)


def test_a_site_alone_is_no_shared_link() -> None:
    assert closest("true?", ASKED, ["https://news.example"], [told("a", OTHER, 0.0, "https://news.example/")]) is None


def test_a_near_copy_is_sure() -> None:
    found = closest(LONG, ASKED, (), [told("a", OTHER, 0.7), told("b", LONG + "!!", 0.0)])
    assert found is not None
    assert (found.ref, found.sure) == ("b", True)


@pytest.mark.parametrize(
    ("text", "closeness", "expected"),
    [(LONG, 0.7, True), (LONG, 0.55, False), ("is it true?", 0.95, False), (LONG, 0.3, None)],
)
def test_meaning_has_two_thresholds_and_short_texts_are_never_sure(
    text: str, closeness: float, expected: bool | None
) -> None:
    found = closest(text, ASKED, (), [told("a", OTHER, closeness)])
    assert (found.sure if found is not None else None) is expected


def test_the_nearest_of_several_counts_and_an_empty_text_is_near_nothing() -> None:
    known = [told("a", OTHER, 0.65), told("b", OTHER, 0.8), told("c", OTHER, 0.7)]
    found = closest(LONG, ASKED, (), known)
    assert found is not None
    assert found.ref == "b"
    assert found.score > SURE
    assert closest("", np.zeros(3, np.float32), (), known) is None
    assert closest(LONG, ASKED, (), []) is None


@given(st.lists(st.integers(1, 5), min_size=1, max_size=200))
def test_the_interval_of_satisfaction_holds_its_share(scores: list[int]) -> None:
    share, low, high = satisfaction(scores)
    assert -1e-9 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1 + 1e-9
    assert high - low > 0


@given(st.lists(st.integers(0, 10), min_size=1, max_size=200))
def test_the_interval_of_recommendation_holds_its_score_and_narrows(scores: list[int]) -> None:
    score, low, high = recommendation(scores)
    assert -100 <= low <= score <= high <= 100
    _, more_low, more_high = recommendation(scores * 4)
    assert more_high - more_low < high - low + 1e-9
