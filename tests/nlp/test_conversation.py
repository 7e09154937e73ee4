import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nlp.analysis import Analysis
from nlp.conversation import Turn, in_conversation
from nlp.intents import INTENTS

VAGUE = {"price": -2.0, "app": -2.3, "other": -1.8}
SAID = Analysis(
    lang="fr",
    sentiment="negative",
    sentiment_scores={"negative": 0.8, "neutral": 0.1, "positive": 0.1},
    topic="other",
    topic_score=0.4123,
    intent="chitchat",
    claim=0.1,
    topic_evidence=VAGUE,
    intent_evidence={
        "question": -4.0,
        "complaint": -1.0,
        "praise": -4.0,
        "claim": -3.0,
        "other": -1.4,
        "chitchat": -1.2,
    },
)
PRICE = Turn("price", 0.9, "complaint", at=1000.0)


def test_a_reply_is_about_what_it_answers() -> None:
    answer = in_conversation(SAID, 50_000.0, parent=PRICE, previous=Turn("app", 0.9, "other", 49_999.0))
    assert (answer.topic, answer.intent) == ("price", "complaint")
    assert answer.topic_score > 0.8


def test_the_next_message_goes_on_and_a_later_one_need_not() -> None:
    assert in_conversation(SAID, 1010.0, previous=PRICE).topic == "price"
    assert in_conversation(SAID, 1000.0 + 7200, previous=PRICE).topic == "other"


def test_clear_words_change_the_subject() -> None:
    clear = replace(SAID, topic_evidence={"price": -6.0, "app": -0.1, "other": -6.0})
    assert in_conversation(clear, 1001.0, previous=PRICE).topic == "app"


def test_an_answer_follows_a_question() -> None:
    answer = in_conversation(SAID, 1001.0, previous=replace(PRICE, intent="question"))
    assert (answer.topic, answer.intent) == ("price", "other")


def test_without_a_past_nothing_changes() -> None:
    assert in_conversation(SAID, 1000.0) is SAID


def test_a_topic_that_the_brand_gave_up_says_nothing() -> None:
    after = in_conversation(SAID, 1000.0, previous=Turn("gone", 0.9, "claim", 999.0))
    assert (after.topic, after.topic_score) == ("other", 0.4123)


def test_silence_stays_silence() -> None:
    silent = replace(SAID, topic_evidence={}, intent_evidence={})
    assert in_conversation(silent, 1000.0, previous=PRICE) is silent


@given(
    evidence=st.lists(st.floats(-30, 0), min_size=3, max_size=3),
    score=st.floats(0, 1),
    wait=st.floats(-100, 1e6),
    replies=st.booleans(),
    intent=st.sampled_from([*INTENTS, "an intent of another version"]),
)
def test_the_score_is_a_probability_whatever_came_before(
    evidence: list[float], score: float, wait: float, replies: bool, intent: str
) -> None:
    said = replace(SAID, topic_evidence=dict(zip(VAGUE, evidence, strict=True)))
    before = Turn("price", score, intent, 0.0)
    after = in_conversation(said, wait, parent=before if replies else None, previous=before)
    assert after.topic in VAGUE
    assert 1 / 3 - 1e-4 <= after.topic_score <= 1.0
    assert math.isfinite(after.topic_score)
