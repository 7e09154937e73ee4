"""From corpora to arrays: tokens, targets and the base model's sentence vectors, written once, read by every run."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from transformers import AutoTokenizer

from nlp.training.heads import HeadSpec
from nlp.training.labels import HEADS, target_of, without_question_marks
from nlp.training.model import MultiTaskEncoder
from nlp.training.sources import Example, read_examples

SEED = 20260
TEACHER_PREFIX = "query: "  # as the base model's card asks; the trained model needs none
CAPS = {"questions": 7000, "statements": 4000, "debates": 6000}
TAUGHT = {"sentiment": 0.5, "questions": 1.0, "statements": 1.0}  # share of a source whose base vectors are kept
NOISY_LANGUAGES = {("sentiment", "hi"): 0.4}  # labels there agree with nothing one can read: see models.md
UNMARKED_SOURCES = frozenset({"subtitles", "feelings", "questions"})


@dataclass(frozen=True, slots=True)
class Prepared:
    """Training data as arrays: example i has tokens[offsets[i]:offsets[i + 1]] and the row i of the others.

    `targets` is float32 [N, columns], NaN where a head has no label; `columns` gives each head's slice.
    `taught` is the row of `teacher` (float16 [M, width], unit length) with the base model's vector, or -1.
    """

    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    source: NDArray[np.int16]
    taught: NDArray[np.int32]
    teacher: NDArray[np.float16]
    sources: tuple[str, ...]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each example, specials included: int64 [N]."""
        return np.diff(self.offsets)

    def save(self, folder: Path) -> None:
        """Write the arrays and a summary into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {name: getattr(self, name) for name in self.__slots__ if name != "sources"}
        np.savez(folder / "examples.npz", **arrays)
        counts = np.bincount(self.source, minlength=len(self.sources))
        summary = {"sources": dict(zip(self.sources, map(int, counts), strict=True)), "seed": SEED}
        (folder / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Prepared":
        """Read what `save` wrote."""
        summary = json.loads((folder / "summary.json").read_text("utf-8"))
        with np.load(folder / "examples.npz") as arrays:
            return cls(**{name: arrays[name] for name in arrays}, sources=tuple(summary["sources"]))


def columns(heads: dict[str, HeadSpec] | None = None) -> dict[str, slice]:
    """Return where each head's labels stand in a row of targets."""
    slices, start = {}, 0
    for name, head in (heads or HEADS).items():
        slices[name] = slice(start, start + len(head.labels))
        start += len(head.labels)
    return slices


def target_row(example: Example) -> NDArray[np.float32]:
    """Return one row of targets, float32 [columns]: one-hot, several-hot or a number; NaN where unlabelled."""
    places = columns()
    row = np.full(max(place.stop for place in places.values()), np.nan, np.float32)
    for name, value in example.targets.items():
        row[places[name]] = target_of(HEADS[name], value)
    return row


def prepare(data: Path, base: str, out: Path, max_tokens: int = 96, threads: int = 2) -> Prepared:
    """Read the corpora under `data`, tokenise, ask the base model for its vectors, and write all to `out`."""
    examples = _capped(read_examples(data))
    for example in examples:
        if example.source in UNMARKED_SOURCES and crc32(example.text.encode()) % 2:
            example.text = without_question_marks(example.text) or example.text
    tokenizer = AutoTokenizer.from_pretrained(base)
    texts = [example.text for example in examples]
    ids = tokenizer(texts, truncation=True, max_length=max_tokens)["input_ids"]
    taught = np.full(len(examples), -1, np.int32)
    chosen = [i for i, e in enumerate(examples) if crc32(e.text.encode()[::-1]) / 2**32 < TAUGHT.get(e.source, 0.0)]
    taught[chosen] = np.arange(len(chosen))
    prefixed = tokenizer([TEACHER_PREFIX + texts[i] for i in chosen], truncation=True, max_length=max_tokens)[
        "input_ids"
    ]
    sources = tuple(sorted({e.source for e in examples}))
    prepared = Prepared(
        tokens=np.concatenate([np.asarray(row, np.int32) for row in ids]),
        offsets=np.concatenate([[0], np.cumsum([len(row) for row in ids])]).astype(np.int64),
        targets=np.stack([target_row(e) for e in examples]),
        weights=np.asarray([NOISY_LANGUAGES.get((e.source, e.lang), 1.0) for e in examples], np.float32),
        source=np.asarray([sources.index(e.source) for e in examples], np.int16),
        taught=taught,
        teacher=base_vectors(base, prefixed, threads),
        sources=sources,
    )
    prepared.save(out)
    return prepared


def base_vectors(base: str, ids: Sequence[Sequence[int]], threads: int) -> NDArray[np.float16]:
    """Return the untouched base model's sentence vectors (mean of the last layer, unit length): float16 [N, width]."""
    model, table = MultiTaskEncoder.from_base(base, {})
    model.eval()
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    batches = [order[i : i + 24] for i in range(0, len(order), 24)]
    vectors = np.zeros((len(ids), table.shape[1]), np.float16)

    def run(rows: list[int]) -> None:
        with torch.inference_mode():
            tokens, mask = pad([ids[i] for i in rows])
            vectors[rows] = model(table[tokens], mask)["vector"].numpy()

    with ThreadPoolExecutor(threads) as pool:
        list(track(pool.map(run, batches), "base vectors", len(batches)))
    return vectors


def pad(rows: Sequence[Sequence[int] | NDArray[np.int32]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return token ids and attention mask, both int64 [B, T], padded at the end to the longest row."""
    tokens = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.int64)
    mask = torch.zeros_like(tokens)
    for i, row in enumerate(rows):
        tokens[i, : len(row)] = torch.as_tensor(np.asarray(row, np.int64))
        mask[i, : len(row)] = 1
    return tokens, mask


def _capped(examples: list[Example]) -> list[Example]:
    """Keep at most CAPS examples of a source, chosen by a hash of the text so that the choice needs no order."""
    by_hash = sorted(examples, key=lambda e: crc32(e.text.encode()))
    kept: dict[str, int] = {}
    out = []
    for example in by_hash:
        kept[example.source] = kept.get(example.source, 0) + 1
        if kept[example.source] <= CAPS.get(example.source, len(examples)):
            out.append(example)
    return out
