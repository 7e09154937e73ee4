import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlp.heads import HeadSpec
from nlp.training.benchmarks import Labelled
from nlp.training.calibrate import LEAST, calibrate_head
from nlp.training.calibration import (
    best_threshold,
    calibration_error,
    crossed_error,
    fit_temperature,
    unsure_below,
)

SOFTMAX = HeadSpec("softmax", ("negative", "neutral", "positive"))
SIGMOID = HeadSpec("sigmoid", ("irony",))


def _softmax_sample(temperature: float, size: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are `temperature` times too sure, and truth drawn from the honest ones."""
    random = np.random.default_rng(0)
    honest = random.normal(0, 1.5, (size, 3)).astype(np.float32)
    truth = np.asarray([random.choice(3, p=p / p.sum()) for p in SOFTMAX.probabilities(honest).astype(np.float64)])
    return honest * np.float32(temperature), np.eye(3, dtype=np.float32)[truth]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_finds_the_temperature_that_was_put_in(temperature: float) -> None:
    assert fit_temperature(SOFTMAX, *_softmax_sample(temperature)) == pytest.approx(temperature, rel=0.1)


def test_sigmoid_heads_are_scaled_too() -> None:
    random = np.random.default_rng(1)
    honest = random.normal(0, 2, (4000, 1)).astype(np.float32)
    truth = (random.random((4000, 1)) < SIGMOID.probabilities(honest)).astype(np.float32)
    assert fit_temperature(SIGMOID, honest * 3, truth) == pytest.approx(3.0, rel=0.1)


def test_scaling_mends_overconfidence_on_texts_it_was_not_fitted_on() -> None:
    before, after = crossed_error(SOFTMAX, *_softmax_sample(3.0))
    assert before > 0.15
    assert after < 0.04


def test_calibration_error_by_hand() -> None:
    probabilities = np.asarray([[0.9, 0.1, 0.0], [0.9, 0.1, 0.0]], np.float32)
    half_right = np.asarray([[1, 0, 0], [0, 1, 0]], np.float32)
    assert calibration_error(SOFTMAX, probabilities, half_right) == pytest.approx(0.4, abs=1e-6)
    sure_no = np.asarray([[0.2], [0.2]], np.float32)
    assert calibration_error(SIGMOID, sure_no, np.zeros((2, 1), np.float32)) == pytest.approx(0.2, abs=1e-6)


@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.booleans()), min_size=5, max_size=50))
@example([(0.0, False), (0.0, False), (0.625, True), (0.3125, True), (float(np.float32(0.35)), False)])
def test_no_grid_point_beats_the_threshold(pairs: list[tuple[float, bool]]) -> None:
    probabilities = np.asarray([p for p, _ in pairs], np.float32)
    truth = np.asarray([t for _, t in pairs])

    def score(gold: np.ndarray, said: np.ndarray) -> float:
        return float((gold == said).mean())

    best = score(truth, probabilities >= best_threshold(probabilities, truth, score))
    assert all(score(truth, probabilities >= point) <= best + 1e-9 for point in (0.1, 0.3, 0.5, 0.7, 0.9))


def test_unsure_is_where_answers_are_no_better_than_a_coin() -> None:
    top = np.linspace(0.4, 0.99, 200, dtype=np.float32)
    probabilities = np.stack([top, 1 - top, np.zeros(200, np.float32)], 1)
    truth = np.zeros((200, 3), np.float32)
    truth[np.arange(200), np.where(top < 0.6, 1, 0)] = 1
    assert unsure_below(probabilities, truth) == pytest.approx(0.6, abs=0.04)
    always_right = np.eye(3, dtype=np.float32)[probabilities.argmax(-1)]
    assert unsure_below(probabilities, always_right) == 0.0


def test_a_language_group_needs_enough_texts_for_a_temperature_of_its_own() -> None:
    logits, truth = _softmax_sample(2.0, LEAST + 50)
    langs = ["fr"] * LEAST + ["de"] * 50
    head, report = calibrate_head(SOFTMAX, "sentiment", logits, Labelled([""] * len(langs), langs, truth))
    assert set(head.temperatures) == {"default", "romance"}
    assert set(head.thresholds) == {"unsure"}
    assert report["error_after"] <= report["error_before"]


def test_languages_with_noise_for_labels_do_not_count() -> None:
    logits, truth = _softmax_sample(1.0, 600)
    truth[300:] = np.eye(3, dtype=np.float32)[np.random.default_rng(3).integers(0, 3, 300)]
    noisy, _ = calibrate_head(SOFTMAX, "sentiment", logits, Labelled([""] * 600, ["ar"] * 300 + ["hi"] * 300, truth))
    clean, _ = calibrate_head(SOFTMAX, "sentiment", logits[:300], Labelled([""] * 300, ["ar"] * 300, truth[:300]))
    assert noisy == clean


def test_yes_or_no_heads_get_a_threshold_a_label() -> None:
    random = np.random.default_rng(2)
    logits = random.normal(0, 2, (300, 1)).astype(np.float32)
    truth = (logits > 1).astype(np.float32)
    head, _ = calibrate_head(SIGMOID, "irony", logits, Labelled([""] * 300, ["en"] * 300, truth))
    said = head.probabilities(logits, "english") >= head.thresholds["irony"]
    assert (said == (truth == 1)).mean() > 0.97
