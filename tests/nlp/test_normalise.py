import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.normalise import normalise


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("@claire_b tu as vu https://boulange.example/p?id=3 !", "@user tu as vu http !"),
        ("écrivez à claire.b@boulange.example", "écrivez à @user"),
        ("[handle] et [email] mais [phone]", "@user et @user mais [phone]"),
        ("nooooooon &amp; merciiiii", "nooon & merciii"),
        ("une ligne\n\n\tdeux", "une ligne deux"),
        ("prix\u202e inversé\u200b \ud83d", "prix inversé"),
        ("www.boulange.example/avis", "http"),
        ("", ""),
        ("🥐🥐🥐🥐🥐", "🥐🥐🥐"),
    ],
)
def test_reads_as_the_training_sets_are_written(raw: str, read: str) -> None:
    assert normalise(raw) == read


@given(st.text(st.characters(exclude_categories=())))
def test_twice_is_once_and_the_result_is_one_clean_line(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip()
    assert "\n" not in once
    once.encode("utf-8")


@given(st.text("ab .!&;@wht:/p\n[]", max_size=40))
def test_twice_is_once_near_the_patterns(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
