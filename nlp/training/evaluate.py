"""How good a model is: macro-F1 and F1 by head and language, and what its sentence vectors are worth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import f1_score, normalized_mutual_info_score

from nlp.heads import HeadSpec
from nlp.training.benchmarks import TEST, Labelled
from nlp.training.predict import Predict, read_once
from nlp.training.sources import Row, read_rows

Scores = dict[str, Any]
CLUSTERED = 3000  # texts of a stream that are clustered: the cost grows with the square
NEIGHBOURS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """What a score must reach, and where it stands in the scores."""

    path: tuple[str, ...]
    at_least: float


BARS = (
    Bar(("sentiment", "mean_without_hi"), 0.705),
    Bar(("sentiment", "macro_f1", "fr"), 0.74),
    Bar(("sentiment", "macro_f1", "en"), 0.71),
    Bar(("offence", "macro_f1", "en"), 0.78),
    Bar(("irony", "f1", "en"), 0.62),
    Bar(("emotion", "macro_f1", "en"), 0.74),
    Bar(("claim", "f1", "en"), 0.72),
)


def evaluate(
    predict: Predict, heads: Mapping[str, HeadSpec], groups: Mapping[str, str], data: Path, say: Callable[[str], None]
) -> Scores:
    """Return the scores of `predict` on every test split of a head it has, and of its vectors, as plain numbers."""
    scores: Scores = {}
    splits = {name: split.read(data) for name, split in TEST.items() if split.head in heads}
    say(f"heads: {sum(len(labelled.texts) for labelled in splits.values())} texts")
    answers = read_once(predict, {name: labelled.texts for name, labelled in splits.items()}) if splits else {}
    for name, labelled in splits.items():
        head = TEST[name].head
        scores[name] = head_scores(heads[head], groups, answers[name][head], labelled)
    scores["vector"] = vector_scores(predict, data, say)
    return scores


def head_scores(
    head: HeadSpec, groups: Mapping[str, str], logits: NDArray[np.float32], labelled: Labelled
) -> dict[str, Any]:
    """Return macro-F1 by language and, for a yes-or-no head, the F1 of yes; means over languages beside them."""
    said = decide(head, groups, logits, labelled.langs)
    out: dict[str, Any] = {"macro_f1": {}, "f1": {}}
    langs = np.asarray(labelled.langs)
    for lang in sorted(set(labelled.langs)):
        truth, answer = labelled.truth[langs == lang], said[langs == lang]
        if head.kind == "softmax":
            out["macro_f1"][lang] = _f1(truth.argmax(-1), answer.argmax(-1), "macro")
        elif len(head.labels) == 1:
            out["macro_f1"][lang] = _f1(truth[:, 0], answer[:, 0], "macro")
            out["f1"][lang] = _f1(truth[:, 0], answer[:, 0], "binary")
        else:
            out["macro_f1"][lang] = _f1(truth, answer, "macro")
    out["mean"] = round(float(np.mean(list(out["macro_f1"].values()))), 4)
    if "hi" in out["macro_f1"]:
        others = [score for lang, score in out["macro_f1"].items() if lang != "hi"]
        out["mean_without_hi"] = round(float(np.mean(others)), 4)
    return {key: value for key, value in out.items() if value}


def decide(
    head: HeadSpec, groups: Mapping[str, str], logits: NDArray[np.float32], langs: list[str]
) -> NDArray[np.int64]:
    """Return what the head says, int64 [N, labels] of 0 and 1: the most probable label, or those over threshold."""
    probabilities = np.stack(
        [head.probabilities(row, groups.get(lang, "default")) for row, lang in zip(logits, langs, strict=True)]
    )
    if head.kind == "softmax":
        return np.asarray(np.eye(len(head.labels), dtype=np.int64)[probabilities.argmax(-1)])
    limits = np.asarray([head.thresholds.get(label, 0.5) for label in head.labels])
    return np.asarray((probabilities >= limits).astype(np.int64))


def vector_scores(predict: Predict, data: Path, say: Callable[[str], None]) -> dict[str, float]:
    """Return what the sentence vectors are worth: intent by nearest neighbours, stories by clustering.

    banking77: accuracy on the test split of a vote of the 10 nearest (cosine) of 30 training texts an intent.
    tweet89, googlenews_titles: normalised mutual information of average-link cosine clustering, the number of stories
    given, over 3,000 texts (shuffled with seed 0).
    """
    say("vectors: banking77")
    train, test = (list(read_rows(data / f"questions/banking77.{s}.jsonl.gz")) for s in ("train", "test"))
    few = [row for rows in _by_label(train).values() for row in rows[:30]]
    known = predict([row["text"] for row in few])["vector"]
    asked = predict([row["text"] for row in test])["vector"]
    scores = {"banking77_knn": round(_vote(known, [r["label"] for r in few], asked, [r["label"] for r in test]), 4)}
    for name in ("tweet89", "googlenews_titles"):
        say(f"vectors: {name}")
        rows = list(read_rows(data / f"streams/{name}.jsonl.gz"))
        rows = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))[:CLUSTERED]]
        stories = [row["label"] for row in rows]
        clusters = AgglomerativeClustering(len(set(stories)), metric="cosine", linkage="average").fit_predict(
            predict([row["text"] for row in rows])["vector"]
        )
        scores[f"{name}_nmi"] = round(float(normalized_mutual_info_score(stories, clusters)), 4)
    return scores


def reached(scores: Mapping[str, Any], bar: Bar) -> float | None:
    """Return the score that `bar` asks about, None where the model has no such head."""
    value: Any = scores
    for key in bar.path:
        value = value.get(key, {})
    return value if isinstance(value, float) else None


def _by_label(rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["label"], []).append(row)
    return groups


def _vote(known: NDArray[np.float32], labels: list[str], asked: NDArray[np.float32], truth: list[str]) -> float:
    names, codes = np.unique(labels, return_inverse=True)
    similar = asked @ known.T
    nearest = np.argsort(-similar, axis=1, kind="stable")[:, :NEIGHBOURS]
    votes = np.zeros((len(asked), len(names)))
    for column in nearest.T:
        np.add.at(votes, (np.arange(len(asked)), codes[column]), similar[np.arange(len(asked)), column])
    return float(np.mean(names[votes.argmax(1)] == np.asarray(truth)))


def _f1(truth: NDArray[Any], said: NDArray[Any], average: str) -> float:
    return round(float(f1_score(truth, said, average=average, zero_division=0)), 4)
