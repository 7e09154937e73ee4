import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.heads import HeadSpec

MOOD = HeadSpec("softmax", ("low", "middle", "high"), {"default": 2.0, "romance": 1.0})
LOUD = HeadSpec("sigmoid", ("loud",))

numbers = st.lists(st.floats(-200, 200, width=32), min_size=3, max_size=3)


@given(logits=numbers)
def test_choices_sum_to_one(logits: list[float]) -> None:
    probabilities = MOOD.probabilities(np.array([logits], np.float32))
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    assert (probabilities >= 0).all()


@given(logit=st.floats(-1e4, 1e4, width=32))
def test_yes_and_no_share_one(logit: float) -> None:
    yes, no = LOUD.probabilities(np.array([[logit], [-logit]], np.float32))[:, 0]
    assert yes + no == pytest.approx(1.0, abs=1e-5)


def test_temperature_goes_by_language_group() -> None:
    logits = np.array([0.0, 0.0, 2.0], np.float32)
    assert MOOD.scores(logits, "romance")["high"] == pytest.approx(0.787, abs=1e-3)
    assert MOOD.scores(logits, "elsewhere")["high"] == MOOD.scores(logits)["high"] == pytest.approx(0.5761, abs=1e-3)
