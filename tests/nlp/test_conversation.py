import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.analysis import Analysis
from nlp.conversation import Turn, in_conversation

VAGUE = {"price": -2.0, "app": -2.3, "other": -1.8}
SAID = Analysis(
    lang="fr",
    sentiment="negative",
    sentiment_scores={"negative": 0.8, "neutral": 0.1, "positive": 0.1},
    topic="other",
    topic_score=0.4,
    intent="chitchat",
    claim=0.1,
    topic_evidence=VAGUE,
)
PRICE = Turn("price", 0.9, at=1000.0)


def test_a_reply_is_about_what_it_answers() -> None:
    answer = in_conversation(SAID, 50_000.0, parent=PRICE, previous=Turn("app", 0.9, 49_999.0))
    assert (answer.topic, answer.intent) == ("price", "complaint")
    assert answer.topic_score > 0.8


def test_the_next_message_goes_on_and_a_later_one_need_not() -> None:
    assert in_conversation(SAID, 1010.0, previous=PRICE).topic == "price"
    assert in_conversation(SAID, 1000.0 + 7200, previous=PRICE).topic == "other"


def test_clear_words_change_the_subject() -> None:
    clear = replace(SAID, topic_evidence={"price": -6.0, "app": -0.1, "other": -6.0})
    assert in_conversation(clear, 1001.0, previous=PRICE).topic == "app"


@pytest.mark.parametrize("before", [None, Turn(None, 0.0, 0.0), Turn("a topic that the brand gave up", 0.9, 999.0)])
def test_without_a_usable_past_nothing_changes(before: Turn | None) -> None:
    assert in_conversation(SAID, 1000.0, previous=before) is SAID


def test_without_topics_nothing_changes() -> None:
    mute = replace(SAID, topic=None, topic_evidence={})
    assert in_conversation(mute, 1000.0, previous=PRICE) is mute


@given(
    evidence=st.lists(st.floats(-30, 0), min_size=3, max_size=3),
    score=st.floats(0, 1),
    wait=st.floats(-100, 1e6),
    replies=st.booleans(),
)
def test_the_score_is_a_probability_whatever_came_before(
    evidence: list[float], score: float, wait: float, replies: bool
) -> None:
    said = replace(SAID, topic_evidence=dict(zip(VAGUE, evidence, strict=True)))
    before = Turn("price", score, 0.0)
    after = in_conversation(said, wait, parent=before if replies else None, previous=before)
    assert after.topic in VAGUE
    assert 1 / 3 - 1e-4 <= after.topic_score <= 1.0
    assert math.isfinite(after.topic_score)
