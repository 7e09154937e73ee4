import numpy as np
import pytest

from nlp.narratives.member import Member, Stance
from nlp.narratives.retired import Retired
from nlp.narratives.story import Story

DIMENSIONS = 8


def member(key: int, person: str) -> Member:
    return Member(
        key, float(key), "c", person, "telegram", "fr", None, "neutral", 0.0, 0.0, 0.0, 0.0, "", Stance.SPREAD,
        frozenset({"harm"}), 1.0, (0.0,) * 6, 0.5, 1.0, False, False, 0, False, ("a.example",), False,
    )  # fmt: skip


def story(number: int, axis: int, *people: str) -> Story:
    made = Story(number, 0, narrative=100 + number, terms={"bread": 2.0})
    vector = np.eye(DIMENSIONS, dtype=np.float16)[axis]
    for place, person in enumerate(people):
        made.add(member(10 * number + place, person), vector)
    return made


def axis(number: int) -> np.ndarray:
    return 3.0 * np.eye(DIMENSIONS, dtype=np.float32)[number]


def test_a_story_comes_out_as_it_went_in() -> None:
    retired = Retired(DIMENSIONS, 4)
    kept = story(1, 2, "p_a", "p_b")
    assert retired.put(kept) is None
    back = retired[1]
    assert (back.members, back.counts, back.terms, back.narrative) == (kept.members, kept.counts, kept.terms, 101)
    assert [key for key, _ in back.vectors] == [10, 11]
    assert np.array_equal(back.centroid(DIMENSIONS), kept.centroid(DIMENSIONS))


def test_only_the_near_ones_are_found() -> None:
    retired = Retired(DIMENSIONS, 200)
    for number in range(100):
        retired.put(story(number, number % DIMENSIONS, "p_a"))
    assert [found.id for found in retired.near(axis(3), 0.9)] == [n for n in range(100) if n % DIMENSIONS == 3]
    assert not list(retired.near(np.zeros(DIMENSIONS, np.float32), -1.0))


def test_the_oldest_leaves_for_a_new_one_and_its_row_is_used_again() -> None:
    retired = Retired(DIMENSIONS, 3)
    assert [retired.put(story(number, number, "p_a")) for number in range(5)] == [None, None, None, 0, 1]
    assert 0 not in retired
    assert not list(retired.near(axis(1), 0.9))
    assert [found.id for found in retired.near(axis(4), 0.9)] == [4]


def test_stories_of_a_person_and_keeping_one_anew() -> None:
    retired = Retired(DIMENSIONS, 3)
    retired.put(story(1, 0, "p_a", "p_b"))
    retired.put(story(2, 1, "p_b"))
    assert [found.id for found in retired.told_by("p_a")] == [1]
    assert retired.put(story(1, 5, "p_b")) is None
    assert not retired.told_by("p_a")
    assert [found.id for found in retired.near(axis(5), 0.9)] == [1]
    retired.drop(2)
    retired.drop(2)
    with pytest.raises(KeyError):
        retired[2]
