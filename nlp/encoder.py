"""Texts to sentence vectors and every head's logits, in one pass.

Two backends: ONNX Runtime on the shipped weights (the default; torch is never imported), and sentence-transformers /
transformers for any model named in the settings (`nlp/torch_backend.py`).

The answer for a text is the same bits alone, in any batch and with any number of threads, so that a replay after a
crash, or an answer kept from an earlier copy of the text, changes nothing. That holds because quantisation works row by
row (see nlp/training/graph.py), because a text is padded to a length that depends on itself alone, and because one
thread computes a batch from end to end: threads share batches out, they never share one.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.cores import usable_cores
from nlp.heads import HeadSpec
from nlp.manifest import WEIGHTS, Manifest
from nlp.tokens import Tokeniser
from nlp.words import WordTable

STEP = 8  # a window's length is rounded up to a multiple of this
ROWS = 512  # token rows in one pass: what keeps a layer's activations in a core's second-level cache

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """`vectors` float32 [n, d], unit length (all zero for a text with nothing in it); `logits` float32 [n, labels]."""

    vectors: Array
    logits: Mapping[str, Array]


class Encoder(Protocol):
    """What analysis needs of a model.

    `dimensions` is the length of a vector, `heads` say how to read the logits, `language_groups` whose temperature a
    language takes, `example_vectors` are those of `nlp/examples` (float32 [n, d] a set) where computed beforehand.
    `search_map` (float32 [d + 1, d], or None) takes a vector, with a one appended, into the space in which a question
    is near to what answers it. `chat_parameters` are the weights of nlp/chat.py, empty where none were learnt on it;
    `answer_parameters` likewise those of nlp/pairing.py, `topic_parameters` those of nlp/topics.py.
    """

    name: str
    version: str
    dimensions: int
    heads: Mapping[str, HeadSpec]
    language_groups: Mapping[str, str]
    example_vectors: Mapping[str, Array]
    search_map: Array | None
    chat_parameters: Mapping[str, Array]
    answer_parameters: Mapping[str, Array]
    topic_parameters: Mapping[str, Array]

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Return vectors and logits of `texts`, in their order."""
        ...


def load_encoder(
    weights: Path | None = None,
    *,
    model: str | None = None,
    sentiment_model: str | None = None,
    threads: int | None = None,
) -> Encoder:
    """Return the shipped model, or the one named.

    `weights` is a folder like nlp/weights; `model` and `sentiment_model` (hub ids or folders, the settings
    ENCODER_MODEL and SENTIMENT_MODEL) choose sentence-transformers and transformers instead; `threads` defaults to the
    cores that this process may use. Raises WeightsError or ModelError with what to do about it.
    """
    if model is not None or sentiment_model is not None:
        from nlp.torch_backend import load_torch_encoder

        shipped = None if model else load_encoder(weights, threads=threads)
        return load_torch_encoder(model, sentiment_model, shipped)
    folder = weights or WEIGHTS
    return OnnxEncoder(Manifest.read(folder), folder, threads=threads)


class OnnxEncoder:
    """The shipped model in ONNX Runtime.

    The direction that all sentence vectors share (Mu and Viswanath 2018, "All-but-the-Top") is subtracted, so that a
    cosine near 0 means unrelated and similarities spread over the whole range.
    """

    def __init__(self, manifest: Manifest, folder: Path, *, threads: int | None = None) -> None:
        import onnxruntime

        self.name, self.version, self.dimensions = manifest.name, manifest.version, manifest.dimensions
        self.heads, self.language_groups = manifest.heads, manifest.language_groups
        path = {key: folder / record.path for key, record in manifest.files.items()}
        self._words = WordTable(path["words"], manifest.width)
        self._centre: Array = np.load(path["centre"])
        self.example_vectors: Mapping[str, Array] = load_arrays(path.get("examples"))
        self.chat_parameters: Mapping[str, Array] = load_arrays(path.get("chat"))
        self.answer_parameters: Mapping[str, Array] = load_arrays(path.get("answers"))
        self.topic_parameters: Mapping[str, Array] = load_arrays(path.get("topics"))
        self.search_map: Array | None = np.load(path["search"]).astype(np.float32) if "search" in path else None
        self._tokeniser = Tokeniser(path["tokenizer"], manifest.prefix, manifest.max_tokens)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(path["encoder"], options, providers=["CPUExecutionProvider"])
        self._outputs = ["vector", *self.heads]
        self._threads = threads or usable_cores()
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Return vectors and logits of `texts`, in their order; nothing that a text may hold is an error."""
        windows = self._tokeniser.windows(texts)
        owners = [owner for owner, pieces in enumerate(windows) for _ in pieces]
        flat = [window for pieces in windows for window in pieces]
        rows: list[Sequence[Array]] = [()] * len(flat)
        for batch, answers in self._run(list(_batches([len(window) for window in flat])), flat):
            for place, index in enumerate(batch):
                rows[index] = [answer[place] for answer in answers]
        return self._pool_windows(len(texts), owners, [len(window) for window in flat], rows)

    def _run(self, batches: list[list[int]], windows: list[list[int]]) -> Iterator[tuple[list[int], Sequence[Array]]]:
        def run(batch: list[int]) -> tuple[list[int], Sequence[Array]]:
            return batch, self._infer([windows[index] for index in batch])

        if self._threads == 1 or len(batches) < 2:
            return map(run, batches)
        with self._lock:
            self._pool = self._pool or ThreadPoolExecutor(self._threads, "encoder")
        return self._pool.map(run, batches)

    def _infer(self, windows: list[list[int]]) -> Sequence[Array]:
        length = _padded(max(map(len, windows)))
        pieces = np.zeros((len(windows), length), np.int64)
        mask = np.zeros((len(windows), length), np.int64)
        for row, window in enumerate(windows):
            pieces[row, : len(window)] = window
            mask[row, : len(window)] = 1
        vectors = self._words[pieces]
        answers: Sequence[Array] = self._session.run(self._outputs, {"word_vectors": vectors, "attention_mask": mask})
        return answers

    def _pool_windows(self, texts: int, owners: list[int], lengths: list[int], rows: list[Sequence[Array]]) -> Encoded:
        """Join the windows of each text: the mean by length of vectors and softmax logits, the maximum of sigmoid ones.

        What is said in one window of a long message counts for yes/no heads; an overall mood is an average.
        """
        vectors = np.zeros((texts, self.dimensions), np.float32)
        logits = {name: np.zeros((texts, len(head.labels)), np.float32) for name, head in self.heads.items()}
        total = np.zeros(texts, np.float32)
        for owner, length, row in zip(owners, lengths, rows, strict=True):
            share = np.float32(length)
            first = total[owner] == 0
            total[owner] += share
            vectors[owner] += row[0] * share
            for (name, head), answer in zip(self.heads.items(), row[1:], strict=True):
                if head.kind == "softmax":
                    logits[name][owner] += answer * share
                else:
                    logits[name][owner] = answer if first else np.maximum(logits[name][owner], answer)
        said = total > 0
        for name, head in self.heads.items():
            if head.kind == "softmax":
                logits[name][said] /= total[said, None]
        vectors[said] = _unit(_unit(vectors[said]) - self._centre)
        return Encoded(vectors, logits)


def load_arrays(path: Path | None) -> dict[str, Array]:
    """Return the arrays of a .npz file by name, float32; none without a file."""
    if path is None:
        return {}
    with np.load(path) as arrays:
        return {name: values.astype(np.float32) for name, values in arrays.items()}


def _unit(vectors: Array) -> Array:
    norms = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    return np.asarray(vectors / np.maximum(norms, np.float32(1e-12)), np.float32)


def _padded(length: int) -> int:
    return -(-length // STEP) * STEP


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield indices of windows to run together: equal padded length, longest first, at most `ROWS` token rows."""
    groups: dict[int, list[int]] = {}
    for index, length in enumerate(lengths):
        groups.setdefault(_padded(length), []).append(index)
    for padded in sorted(groups, reverse=True):
        members, size = groups[padded], max(1, ROWS // padded)
        for start in range(0, len(members), size):
            yield members[start : start + size]
