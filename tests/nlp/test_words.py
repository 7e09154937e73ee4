from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nlp.words import BLOCK, WordTable, dequantise, quantise


@given(
    codes=hnp.arrays(np.int8, st.tuples(st.integers(1, 5), st.just(2 * BLOCK)), elements=st.integers(-8, 7)),
    scale=st.sampled_from([0.001, 0.0625, 0.31, 4.0]),
)
def test_a_table_that_was_packed_comes_back(codes: np.ndarray, scale: float) -> None:
    codes[:, ::BLOCK] = -8  # as GGML packs: the largest value of a block lies at -8 steps
    table = codes.astype(np.float32) * np.float32(np.float16(scale))
    assert np.array_equal(dequantise(quantise(table)), table)


@given(table=hnp.arrays(np.float32, (3, BLOCK), elements=st.floats(-4, 4, width=32)))
def test_any_table_comes_back_within_a_step(table: np.ndarray) -> None:
    step = np.abs(table).max(axis=1, keepdims=True) / 7
    assert (np.abs(dequantise(quantise(table)) - table) <= 1.01 * step + 1e-3).all()


def test_rows_are_read_from_the_file(tmp_path: Path) -> None:
    table = np.random.default_rng(0).normal(size=(10, 64)).astype(np.float32)
    packed = quantise(table)
    packed.tofile(tmp_path / "words.q4")
    words = WordTable(tmp_path / "words.q4", 64)
    pieces = np.array([[3, 3, 9], [0, 1, 2]])
    assert len(words) == 10
    assert words[pieces].shape == (2, 3, 64)
    assert np.array_equal(words[pieces], dequantise(packed)[pieces])


def test_a_file_of_another_width_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words.q4").write_bytes(b"\0" * 37)
    with pytest.raises(ValueError, match="no whole number of rows of 36 bytes"):
        WordTable(tmp_path / "words.q4", 64)
    with pytest.raises(ValueError, match="multiple of 32, not 65"):
        WordTable(tmp_path / "words.q4", 65)
