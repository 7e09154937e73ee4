"""Models under test behind one call: texts in, sentence vectors and logits out."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from transformers import AutoTokenizer

from nlp.normalise import normalise
from nlp.training.model import MultiTaskEncoder
from nlp.training.prepare import TEACHER_PREFIX, pad

Answers = Mapping[str, NDArray[np.float32]]
Predict = Callable[[Sequence[str]], Answers]
"""Returns "vector" (float32 [N, width], unit length) and each head's logits (float32 [N, labels])."""


def trained_model(folder: Path, base: str, threads: int = 2) -> Predict:
    """Return the trained model of `folder` in fp32, with the word table and tokenizer of `base`."""
    _, table = MultiTaskEncoder.from_base(base, {})
    return _predictor(MultiTaskEncoder.load(folder), table, base, "", threads)


def base_model(base: str, threads: int = 2) -> Predict:
    """Return the untouched base model as its authors use it; it answers "vector" only."""
    model, table = MultiTaskEncoder.from_base(base, {})
    return _predictor(model.eval(), table, base, TEACHER_PREFIX, threads)


def shipped_model(weights: Path, threads: int = 2) -> Predict:
    """Return the exported int8 model of `weights`, as Earshot runs it."""
    from nlp.encoder import load_encoder

    encoder = load_encoder(weights, threads=threads)

    def predict(texts: Sequence[str]) -> Answers:
        encoded = encoder.encode([normalise(text) for text in texts])
        return {"vector": encoded.vectors, **encoded.logits}

    return predict


def read_once(predict: Predict, wanted: Mapping[str, Sequence[str]]) -> dict[str, Answers]:
    """Return the answers for each list of texts in `wanted`; a text that stands in several is read once."""
    unique = {text: row for row, text in enumerate(dict.fromkeys(t for texts in wanted.values() for t in texts))}
    answers = predict(list(unique))
    rows = {name: [unique[text] for text in texts] for name, texts in wanted.items()}
    return {name: {key: values[picked] for key, values in answers.items()} for name, picked in rows.items()}


def _predictor(model: MultiTaskEncoder, table: torch.Tensor, base: str, prefix: str, threads: int) -> Predict:
    tokenizer = AutoTokenizer.from_pretrained(base)

    def run(rows: list[list[int]]) -> dict[str, NDArray[np.float32]]:
        with torch.inference_mode():
            tokens, mask = pad(rows)
            return {name: value.numpy() for name, value in model(table[tokens], mask).items()}

    def predict(texts: Sequence[str]) -> Answers:
        prefixed = [prefix + normalise(text) for text in texts]
        ids = tokenizer(prefixed, truncation=True, max_length=model.card.max_tokens)["input_ids"]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        batches = [[ids[i] for i in order[start : start + 24]] for start in range(0, len(ids), 24)]
        with ThreadPoolExecutor(threads) as pool:
            parts = list(track(pool.map(run, batches), "reading", len(batches), transient=True))
        back = np.argsort(order)
        return {name: np.concatenate([part[name] for part in parts])[back] for name in parts[0]}

    return predict
