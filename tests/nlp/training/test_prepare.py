from pathlib import Path

import numpy as np
import pytest

from nlp.training.labels import SHIPPED
from nlp.training.prepare import Prepared, base_vectors, columns, pad, prepare, target_row
from nlp.training.sources import Example, read_examples, read_rows
from tests.nlp.training.conftest import write_rows


def test_labels_of_one_text_are_joined_and_the_text_is_normalised(data: Path) -> None:
    claim = next(e for e in read_examples(data) if e.source == "claims")
    assert claim == Example("the price late http", "nl", "claims", {"claim": 1.0, "harmful": 0.0, "check_worthy": 1.0})


def test_a_text_that_something_is_scored_on_is_never_trained_on(data: Path) -> None:
    assert all(e.text != "never again good" for e in read_examples(data))


def test_polarity_and_question_follow_from_emotions_and_punctuation(data: Path) -> None:
    targets = {e.text: e.targets for e in read_examples(data) if e.source in {"feelings", "subtitles"}}
    assert targets == {
        "who knows the price ?": {"feelings": ("curiosity",), "question": 1.0},
        "good bread !": {"feelings": ("joy", "love"), "polarity": "positive", "question": 0.0},
        "bad bread !": {"feelings": ("anger", "joy"), "question": 0.0},
        "the price": {"plutchik": (), "polarity": "neutral", "question": 0.0},
    }


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    write_rows(path, [{"text": "fine"}])
    import gzip

    with gzip.open(path, "at") as lines:
        lines.write("{broken\n")
    with pytest.raises(ValueError, match="line 2: not JSON"):
        list(read_rows(path))


def test_unlabelled_heads_have_no_target() -> None:
    row = target_row(Example("x", "en", "sentiment", {"sentiment": "neutral"}))
    assert row[columns()["sentiment"]].tolist() == [0.0, 1.0, 0.0]
    assert np.isnan(np.delete(row, np.arange(3))).all()
    assert list(columns())[: len(SHIPPED)] == list(SHIPPED)


def test_prepared_arrays_agree_and_survive_the_disk(data: Path, base: Path, tmp_path: Path) -> None:
    prepared = prepare(data, str(base), tmp_path / "prepared", threads=1)
    assert len(prepared.lengths) == len(prepared.targets) == len(prepared.weights) == len(prepared.source)
    assert prepared.tokens.shape == (prepared.offsets[-1],)
    assert sorted(np.unique(prepared.weights).tolist()) == pytest.approx([0.4, 1.0])
    rows = prepared.taught[prepared.taught >= 0]
    assert sorted(rows.tolist()) == list(range(len(prepared.teacher)))
    loaded = Prepared.load(tmp_path / "prepared")
    assert loaded.sources == prepared.sources
    np.testing.assert_array_equal(loaded.tokens, prepared.tokens)
    np.testing.assert_array_equal(loaded.targets, prepared.targets)


def test_base_vectors_keep_the_order_of_the_texts(base: Path) -> None:
    texts = [[0, 4, 5, 6, 2], [0, 7, 2], [0, 8, 9, 2]]
    together = base_vectors(str(base), texts, threads=2)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(base_vectors(str(base), [text], threads=1)[0], vector, atol=2e-3)


def test_padding_is_masked() -> None:
    tokens, mask = pad([[5, 6, 7], [8]])
    assert tokens.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
