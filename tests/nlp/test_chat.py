import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.chat import (
    CUE_COUNT,
    INTENTS,
    STATE,
    ChatReader,
    Reading,
    State,
    name_pattern,
    shapes,
    text_features,
    word_places,
)
from nlp.encoder import Encoder
from nlp.errors import WeightsError
from nlp.narratives.tales import TALES

COUNT = len(STATE)
COMPLAINS = State("complaint", {"negative": 0.9, "neutral": 0.1, "positive": 0.0}, 0.9, 0.8)


def parameters(features: int, seed: int = 0) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)
    arrays = {name: draw.normal(size=shape).astype(np.float32) for name, shape in shapes(features).items()}
    return arrays | {"shares": np.full(len(INTENTS), 1 / len(INTENTS), np.float32)}


def flat(evidence: list[float], shares: list[float] | None = None) -> Reading:
    zeros = np.zeros((2, COUNT, COUNT), np.float32)
    common = np.array(shares or [1.0] * len(INTENTS), np.float32)
    return Reading(np.array(evidence, np.float32), zeros, np.zeros(COUNT, np.float32), common)


@pytest.fixture(scope="module")
def reader(encoder: Encoder) -> ChatReader:
    features = encoder.dimensions + sum(len(head.labels) for head in encoder.heads.values()) + CUE_COUNT
    return ChatReader(parameters(features), encoder, ("Orvelle", "Café Zoé"))


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(), max_size=60),
    seed=st.integers(0, 9),
    state=st.sampled_from([None, COMPLAINS, COMPLAINS._replace(intent="of another version", sentiments={})]),
    fresh=st.floats(0, 1),
)
def test_whatever_is_written_the_answers_are_probabilities(
    encoder: Encoder, reader: ChatReader, text: str, seed: int, state: State | None, fresh: float
) -> None:
    draw = np.random.default_rng(seed)
    vector = draw.normal(size=encoder.dimensions).astype(np.float32)
    logits = {name: draw.normal(size=len(head.labels)).astype(np.float32) for name, head in encoder.heads.items()}
    told = reader.read(text, vector, logits).after(state, state, fresh)
    assert told.intent in INTENTS
    assert sum(told.intents.values()) == pytest.approx(1.0, abs=1e-3)
    assert sum(told.sentiments.values()) == pytest.approx(1.0, abs=1e-3)
    assert 0.0 <= told.about <= 1.0
    assert tuple(told.tells) == TALES
    assert 0.0 <= told.telling == pytest.approx(sum(told.tells.values()), abs=1e-3)


def test_what_stood_long_before_counts_for_nothing_and_a_parent_in_full() -> None:
    context = np.ones((2, COUNT, COUNT), np.float32) * 0.3
    context[:, :, :9] = 0.0
    reading = Reading(np.zeros(COUNT, np.float32), context, np.zeros(COUNT, np.float32), np.ones(6, np.float32))
    alone = reading.after()
    assert (alone.telling, alone.tells) == (0.5, {})  # this reader cannot tell kinds of story apart
    assert reading.after(None, COMPLAINS, 0.0) == alone
    assert reading.after(COMPLAINS) == reading.after(None, COMPLAINS, 1.0)
    assert alone.telling < reading.after(None, COMPLAINS, 0.3).telling < reading.after(COMPLAINS).telling


def test_a_rare_intent_is_given_sooner_than_it_is_likeliest() -> None:
    evidence = [0.0, 0.0, 0.0, 1.0, 0.0, 1.3, 0.0, 0.0, 0.0, 0.0, 0.0]
    told = flat(evidence, [0.15, 0.15, 0.1, 0.05, 0.2, 0.35]).after()
    assert told.intent == "claim"
    assert told.intents["chitchat"] > told.intents["claim"]
    assert flat(evidence).after().intent == "chitchat"


def test_weights_learnt_on_another_encoder_are_refused(encoder: Encoder) -> None:
    with pytest.raises(WeightsError, match=r"'text': \(5, 17\).* fit it anew"):
        ChatReader(parameters(5), encoder)
    with pytest.raises(WeightsError, match="fit it anew"):
        ChatReader({"text": np.zeros((5, COUNT), np.float32)}, encoder)


def test_words_share_weights_whatever_their_case_accents_numbers_and_length() -> None:
    assert word_places("Été 2024 !!").tolist() == word_places("ete 7 !").tolist() != word_places("hiver 7 !").tolist()
    assert word_places("").size == 0
    assert word_places("\ud800").size > 0


def test_a_name_is_found_without_its_accents_and_as_a_word_only() -> None:
    names = name_pattern(("Café Zoé", "DB"))
    assert names is not None
    mentioned = [
        text_features(text, np.zeros(1, np.float32), [], names)[-1] > 0
        for text in ("au CAFE ZOE hier", "au café zoébis", "la db est lente")
    ]
    assert mentioned == [True, False, False]
    assert name_pattern(("DB",)) is None
