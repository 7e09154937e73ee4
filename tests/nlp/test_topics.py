import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.encoder import Encoder
from nlp.errors import WeightsError
from nlp.topics import LEARNT, OTHER, Topic, TopicMatcher, posterior, shapes

TOPICS = (
    Topic("taste", "Goût et cuisson", "Taste, freshness, how the pizzas are baked"),
    Topic("delivery", "Livraison", "Late or cold deliveries, couriers, tracking"),
    Topic("money", "Prix", "Prices, promotions, vouchers", ("c'est devenu trop cher",)),
    Topic("hygiene", "Hygiène et sécurité", "Food poisoning, allergens, foreign bodies"),
    Topic(OTHER, "Autre", "Anything else"),
)


@pytest.fixture(scope="module")
def matcher(encoder: Encoder) -> TopicMatcher:
    return TopicMatcher(encoder, TOPICS, names=("Pizza Zébulon", "PZ"))


def told(encoder: Encoder, matcher: TopicMatcher, text: str) -> str:
    evidence = matcher.evidence(text, encoder.encode([text]).vectors[0])
    return max(evidence, key=evidence.__getitem__)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("la pâte était toute molle et pas cuite", "taste"),
        ("livreur arrivé avec une heure de retard", "delivery"),
        ("my order took two hours to arrive", "delivery"),
        ("16 € la margherita, ils abusent", "money"),
        ("toute la famille a été malade après", "hygiene"),
        ("joyeux anniversaire Karim 🎂", OTHER),
        ("quel match hier soir !", OTHER),
    ],
)
def test_messages_meet_topics(encoder: Encoder, matcher: TopicMatcher, text: str, topic: str) -> None:
    assert told(encoder, matcher, text) == topic


def test_a_mention_of_the_brand_speaks_against_other(encoder: Encoder, matcher: TopicMatcher) -> None:
    vector = encoder.encode(["vivement demain"]).vectors[0]
    plain, named = matcher.evidence("vivement demain", vector), matcher.evidence("vivement PIZZA ZEBULON", vector)
    told = (1.0 - LEARNT) * -1.0 + LEARNT * encoder.topic_parameters["signs"][1]
    assert named[OTHER] == pytest.approx(plain[OTHER] + told, abs=2e-4)
    assert told < -1.0
    assert matcher.evidence("pz", vector) == plain


def test_the_evidence_names_each_topic_once(encoder: Encoder, matcher: TopicMatcher) -> None:
    assert list(matcher.evidence("", encoder.encode([""]).vectors[0])) == [
        "taste",
        "delivery",
        "money",
        "hygiene",
        OTHER,
    ]


def test_without_topics_nothing_is_told(encoder: Encoder) -> None:
    matcher = TopicMatcher(encoder, [])
    assert matcher.ids == ()
    assert matcher.evidence("bonjour", encoder.encode(["bonjour"]).vectors[0]) == {}


@given(weights=st.dictionaries(st.text(max_size=3), st.floats(-500, 500), min_size=1, max_size=12))
def test_a_posterior_sums_to_one(weights: dict[str, float]) -> None:
    told = posterior(weights)
    assert list(told) == list(weights)
    assert sum(told.values()) == pytest.approx(1.0, abs=1e-3)
    assert told[max(weights, key=weights.__getitem__)] == max(told.values())


def test_what_was_learnt_moves_the_choice_and_without_it_fixed_weights_stand_in(encoder: Encoder) -> None:
    text = "livreur arrivé avec une heure de retard"
    vector = encoder.encode([text]).vectors[0]
    learnt = TopicMatcher(encoder, TOPICS).evidence(text, vector)
    fixed = TopicMatcher(encoder, TOPICS, parameters={}).evidence(text, vector)
    assert encoder.topic_parameters
    assert learnt != fixed
    assert max(learnt, key=learnt.__getitem__) == max(fixed, key=fixed.__getitem__) == "delivery"


def test_what_was_learnt_on_another_encoder_is_refused(encoder: Encoder) -> None:
    other = {name: np.zeros(shape, np.float32) for name, shape in shapes(encoder.dimensions * 2).items()}
    with pytest.raises(WeightsError, match="fit it anew"):
        TopicMatcher(encoder, TOPICS, parameters=other)
    with pytest.raises(WeightsError, match="fit it anew"):
        TopicMatcher(encoder, [], parameters={"map": np.zeros((encoder.dimensions,) * 2, np.float32)})


def test_a_topic_without_words_is_weighed(encoder: Encoder) -> None:
    bare = TopicMatcher(encoder, [Topic("x", "", ""), Topic("y", "Prix", "")])
    assert all(map(math.isfinite, bare.evidence("trop cher", encoder.encode(["trop cher"]).vectors[0]).values()))


@given(text=st.text(max_size=40))
def test_any_text_has_finite_evidence(encoder: Encoder, matcher: TopicMatcher, text: str) -> None:
    evidence = matcher.evidence(text, encoder.encode([text]).vectors[0])
    assert [*matcher.ids, OTHER] == list(evidence)
    assert all(map(math.isfinite, evidence.values()))
