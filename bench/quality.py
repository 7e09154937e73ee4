"""How good the shipped model is: every head by language, the sentence vector, calibration; a lexicon beside it.

Everything is read by the int8 weights as Earshot runs them. VADER (Hutto and Gilbert 2014), the lexicon that most
people install, answers the same sentiment splits; with `base`, the untouched base model's vectors stand beside ours.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.metrics import f1_score

from nlp.manifest import WEIGHTS, Manifest
from nlp.training.benchmarks import TEST, Labelled
from nlp.training.calibration import calibration_error
from nlp.training.evaluate import BARS, evaluate, reached, vector_scores
from nlp.training.predict import Predict, base_model, read_once, shipped_model

LEXICON = "VADER"
NEUTRAL = 0.05  # VADER's authors' threshold on its compound score


def run(data_dir: Path, base: str | None = None, weights: Path | None = None) -> dict[str, Any]:
    """Score the model on the test splits under `data_dir`; print tables and return all figures as plain numbers.

    `base` is the folder or hub id of the base model whose vectors are measured beside ours (it needs torch).
    """
    console = Console(stderr=True)
    folder = weights or WEIGHTS
    manifest, predict = Manifest.read(folder), shipped_model(folder)
    scores = evaluate(predict, manifest.heads, manifest.language_groups, data_dir, console.print)
    figures: dict[str, Any] = {
        "model": f"{manifest.name} {manifest.version}",
        "scores": scores,
        "lexicon": {name: lexicon_scores(TEST[name].read(data_dir)) for name in ("sentiment", "goemotions_polarity")},
        "calibration_error": calibration(predict, manifest, data_dir),
    }
    if base is not None:
        figures["base_vector"] = vector_scores(base_model(base), data_dir, console.print)
    for table in tables(figures):
        Console().print(table)
    print(json.dumps(figures, ensure_ascii=False))
    return figures


def lexicon_scores(labelled: Labelled) -> dict[str, float]:
    """Return VADER's macro-F1 of negative, neutral, positive by language; it was made for English."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    lexicon = SentimentIntensityAnalyzer()
    compound = np.array([lexicon.polarity_scores(text)["compound"] for text in labelled.texts])
    said = np.where(compound <= -NEUTRAL, 0, np.where(compound >= NEUTRAL, 2, 1))
    truth, langs = labelled.truth.argmax(-1), np.asarray(labelled.langs)
    return {lang: _macro_f1(truth[langs == lang], said[langs == lang]) for lang in sorted(set(labelled.langs))}


def calibration(predict: Predict, manifest: Manifest, data_dir: Path) -> dict[str, float]:
    """Return the expected calibration error on each test split: how far, on average, a probability is from the share of
    answers that are right. Temperatures were fitted on other splits, but for sentiment, which has only one."""
    splits = {name: split.read(data_dir) for name, split in TEST.items()}
    answers = read_once(predict, {name: labelled.texts for name, labelled in splits.items()})
    errors = {}
    for name, labelled in splits.items():
        head, logits = manifest.heads[TEST[name].head], answers[name][TEST[name].head]
        groups = [manifest.language_groups.get(lang, "default") for lang in labelled.langs]
        chances = np.stack([head.probabilities(row, group) for row, group in zip(logits, groups, strict=True)])
        errors[name] = round(calibration_error(head, chances, labelled.truth), 4)
    return errors


def tables(figures: Mapping[str, Any]) -> list[Table]:
    """Return the figures as tables: the bars, sentiment by language beside the lexicon, the vector beside the base."""
    scores = figures["scores"]
    bars = Table("score", "reached", "at least", title=figures["model"])
    for bar in BARS:
        bars.add_row(" ".join(bar.path), str(reached(scores, bar)), str(bar.at_least))
    lexicon = figures["lexicon"]["sentiment"]
    sentiment = Table("sentiment, macro-F1", *lexicon)
    sentiment.add_row("shipped, int8", *(str(scores["sentiment"]["macro_f1"][lang]) for lang in lexicon))
    sentiment.add_row(LEXICON, *(str(score) for score in lexicon.values()))
    vector = Table("vector", *scores["vector"])
    vector.add_row("shipped, int8", *map(str, scores["vector"].values()))
    if "base_vector" in figures:
        vector.add_row("base, fp32", *map(str, figures["base_vector"].values()))
    errors = Table("calibration error", *figures["calibration_error"])
    errors.add_row("shipped, int8", *map(str, figures["calibration_error"].values()))
    return [bars, sentiment, vector, errors]


def _macro_f1(truth: NDArray[Any], said: NDArray[Any]) -> float:
    return round(float(f1_score(truth, said, average="macro", zero_division=0)), 4)
