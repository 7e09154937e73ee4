import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.analysis import Analysis
from nlp.chat import INTENTS, STATE, Reading
from nlp.conversation import Turn, fresh, in_conversation

VAGUE = {"price": -2.0, "app": -2.3, "other": -1.8}
COUNT = len(STATE)
CONTEXT = np.zeros((2, COUNT, COUNT), np.float32)
CONTEXT[:, INTENTS.index("question"), INTENTS.index("other")] = 3.0
CONTEXT[:, STATE.index("telling"), STATE.index("telling")] = 2.0
ALONE = np.array([-4.0, -1.0, -4.0, -3.0, -1.4, -0.9, 1.0, 0.0, -1.0, -0.3, -0.5], np.float32)
SAID = Analysis(
    lang="fr",
    sentiment="neutral",
    sentiment_scores={"negative": 0.1, "neutral": 0.8, "positive": 0.1},
    topic="other",
    topic_score=0.4123,
    intent="chitchat",
    claim=0.1,
    topic_evidence=VAGUE,
    reading=Reading(ALONE, CONTEXT, np.zeros(COUNT, np.float32), np.ones(len(INTENTS), np.float32)),
)
MOOD = {"negative": 0.7, "neutral": 0.2, "positive": 0.1}
PRICE = Turn("price", 0.9, "complaint", 1000.0, MOOD, {"about": 0.9, "telling": 0.8})


def test_a_reply_is_about_what_it_answers() -> None:
    answer = in_conversation(SAID, 50_000.0, parent=PRICE, previous=replace(PRICE, topic="app", at=49_999.0))
    assert answer.topic == "price"
    assert answer.topic_score > 0.8


def test_the_next_message_goes_on_and_a_later_one_need_not() -> None:
    assert in_conversation(SAID, 1010.0, previous=PRICE).topic == "price"
    assert in_conversation(SAID, 1000.0 + 7200, previous=PRICE).topic == "other"


def test_clear_words_change_the_subject() -> None:
    clear = replace(SAID, topic_evidence={"price": -6.0, "app": -0.1, "other": -6.0})
    assert in_conversation(clear, 1001.0, previous=PRICE).topic == "app"


def test_an_answer_follows_a_question() -> None:
    assert in_conversation(SAID, 1001.0, previous=replace(PRICE, intent="question")).intent == "other"
    assert in_conversation(SAID, 1001.0, previous=PRICE).intent == "chitchat"


def test_a_story_goes_on_and_fades() -> None:
    alone, soon, late = (in_conversation(SAID, 1000.0 + wait, previous=PRICE) for wait in (1e6, 10.0, 1800.0))
    assert alone.telling == in_conversation(SAID, 0.0).telling < late.telling < soon.telling
    assert soon.scores["telling"] == soon.telling


def test_in_a_group_the_mood_is_the_chat_readers() -> None:
    alone = in_conversation(SAID, 1000.0)
    assert alone.sentiment == "negative"
    assert sum(alone.sentiment_scores.values()) == pytest.approx(1.0, abs=2e-4)


def test_what_was_stored_without_a_reading_counts_for_the_topic_only() -> None:
    old = replace(PRICE, sentiment_scores={}, scores={})
    after = in_conversation(SAID, 1001.0, previous=old)
    assert (after.topic, after.telling) == ("price", in_conversation(SAID, 0.0).telling)


def test_a_turn_is_what_an_analysis_said() -> None:
    after = in_conversation(SAID, 1001.0, previous=PRICE)
    turn = Turn.of(after, 1001.0)
    assert (turn.topic, turn.intent, turn.scores["about"], turn.at) == (after.topic, after.intent, after.about, 1001.0)


def test_a_topic_that_the_brand_gave_up_says_nothing() -> None:
    after = in_conversation(SAID, 1000.0, previous=replace(PRICE, topic="gone"))
    alone = in_conversation(SAID, 1000.0)
    assert (after.topic, after.topic_score) == (alone.topic, alone.topic_score)


@pytest.mark.parametrize(("logit", "topic"), [(-5.0, "other"), (1.0, "price"), (5.0, "price")])
def test_whether_it_has_a_topic_is_what_the_chat_reader_says(logit: float, topic: str) -> None:
    assert SAID.reading
    evidence = SAID.reading.evidence.copy()
    evidence[STATE.index("about")] = logit
    for other in (-90.0, 90.0):
        said = replace(SAID, topic_evidence=VAGUE | {"other": other}, reading=replace(SAID.reading, evidence=evidence))
        assert in_conversation(said, 1000.0).topic == topic


def test_without_topics_about_gives_none() -> None:
    assert in_conversation(replace(SAID, topic_evidence={}), 1000.0).topic is None
    assert in_conversation(replace(SAID, topic_evidence={"other": 0.0}), 1000.0).topic == "other"


def test_silence_stays_silence() -> None:
    silent = replace(SAID, topic_evidence={}, reading=None)
    assert in_conversation(silent, 1000.0, previous=PRICE) is silent


@given(
    evidence=st.lists(st.floats(-30, 0), min_size=3, max_size=3),
    score=st.floats(0, 1),
    about=st.floats(0, 1),
    wait=st.floats(-100, 1e6),
    replies=st.booleans(),
    intent=st.sampled_from([*INTENTS, "an intent of another version"]),
)
def test_scores_are_probabilities_whatever_came_before(
    evidence: list[float], score: float, about: float, wait: float, replies: bool, intent: str
) -> None:
    said = replace(SAID, topic_evidence=dict(zip(VAGUE, evidence, strict=True)))
    before = Turn("price", score, intent, 0.0, MOOD, {"about": about, "telling": score})
    after = in_conversation(said, wait, parent=before if replies else None, previous=before)
    assert after.topic in VAGUE
    assert 1 / 3 - 1e-4 <= after.topic_score <= 1.0
    assert math.isfinite(after.topic_score)
    assert after.intent in INTENTS
    assert min(after.about, after.telling, after.scores["complaint"]) >= 0.0
    assert max(after.about, after.telling, after.scores["complaint"]) <= 1.0


@given(st.floats(-1e9, 1e9))
def test_freshness_is_a_share(seconds: float) -> None:
    assert 0.0 <= fresh(seconds) <= 1.0
