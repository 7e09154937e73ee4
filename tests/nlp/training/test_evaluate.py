from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from nlp.heads import HeadSpec
from nlp.training.benchmarks import TEST, VALIDATION, Labelled, Split
from nlp.training.evaluate import BARS, CLUSTERED, decide, evaluate, head_scores, reached, vector_scores
from nlp.training.labels import HEADS
from nlp.training.predict import Answers
from nlp.training.report import report
from tests.nlp.training.conftest import write_rows

SENTIMENT = HEADS["sentiment"]


def test_decides_the_likeliest_label_and_every_label_over_its_threshold() -> None:
    logits = np.asarray([[0.0, 2.0, 1.0], [3.0, 0.0, 0.0]], np.float32)
    assert decide(SENTIMENT, {}, logits, ["en", "fr"]).tolist() == [[0, 1, 0], [1, 0, 0]]
    head = HeadSpec("sigmoid", ("joy", "fear"), {"default": 1.0, "romance": 4.0}, {"joy": 0.7})
    logits = np.asarray([[1.0, 0.1], [1.0, 0.1]], np.float32)
    assert decide(head, {"fr": "romance"}, logits, ["en", "fr"]).tolist() == [[1, 1], [0, 1]]


def test_scores_stand_by_language_with_hindi_apart() -> None:
    truth = np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1, 2]]
    logits = np.concatenate([truth[:3], np.eye(3, dtype=np.float32)[[0, 0, 0]]])
    scores = head_scores(SENTIMENT, {}, logits, Labelled([""] * 6, ["fr"] * 3 + ["hi"] * 3, truth))
    assert scores["macro_f1"] == {"fr": 1.0, "hi": pytest.approx(1 / 6, abs=1e-4)}
    assert scores["mean_without_hi"] == 1.0


def test_a_yes_or_no_head_has_the_f1_of_its_yes() -> None:
    truth = np.asarray([[1], [1], [0], [0]], np.float32)
    logits = np.asarray([[2], [-2], [-2], [2]], np.float32)
    scores = head_scores(HEADS["irony"], {}, logits, Labelled([""] * 4, ["en"] * 4, truth))
    assert scores["f1"] == {"en": 0.5}


def test_every_bar_asks_about_a_score_that_exists() -> None:
    assert {bar.path[0] for bar in BARS} <= set(TEST)
    assert {split.head for split in (*TEST.values(), *VALIDATION.values())} == {
        *("sentiment", "emotion", "feelings", "irony", "offence", "claim", "check_worthy", "question")
    }


def test_rows_without_a_truth_are_left_out(tmp_path: Path) -> None:
    rows = [{"text": "9\tgood", "lang": "en", "label": ["joy"]}, {"text": "who", "lang": "en", "label": ["curiosity"]}]
    write_rows(tmp_path / "x.jsonl.gz", rows)
    labelled = Split("x", "sentiment", TEST["goemotions_polarity"].label).read(tmp_path)
    assert labelled.texts == ["good"]
    assert labelled.truth.tolist() == [[0.0, 0.0, 1.0]]


def _vector_by_first_letter(texts: Sequence[str]) -> Answers:
    return {"vector": np.stack([np.eye(26, dtype=np.float32)[ord(text[0]) - ord("a")] for text in texts])}


def test_vectors_that_tell_stories_apart_score_one(tmp_path: Path) -> None:
    rows = [{"text": f"{letter}{i}", "lang": "en", "label": letter} for letter in "abc" for i in range(12)]
    for stem in (
        "questions/banking77.train",
        "questions/banking77.test",
        "streams/tweet89",
        "streams/googlenews_titles",
    ):
        write_rows(tmp_path / f"{stem}.jsonl.gz", rows)
    said: list[str] = []
    scores = vector_scores(_vector_by_first_letter, tmp_path, said.append)
    assert scores == {"banking77_knn": 1.0, "tweet89_nmi": 1.0, "googlenews_titles_nmi": 1.0}
    assert len(said) == 3
    assert evaluate(_vector_by_first_letter, {}, {}, tmp_path, said.append) == {"vector": scores}
    assert len(rows) < CLUSTERED


def test_the_report_sets_models_side_by_side(tmp_path: Path) -> None:
    good = {"sentiment": {"macro_f1": {"fr": 0.75, "en": 0.7}, "mean_without_hi": 0.71}}
    assert reached(good, BARS[0]) == 0.71
    assert reached({}, BARS[0]) is None
    (tmp_path / "log.jsonl").write_text('{"step": 20, "seconds": 90}\n')
    (tmp_path / "recipe.json").write_text('{"steps": 20, "minutes": null}\n')
    text = report({"base": {}, "fp32": good}, tmp_path)
    assert "| bar | at least | base | fp32 |" in text
    assert "| sentiment macro_f1 fr | 0.740 |  | 0.7500 |" in text
    assert "| minutes | 1.5 |" in text
