"""How well stories are told apart, beside what people would pick instead, and what a message costs.

Every learner sees the same vectors and the same order; Earshot's has one configuration, the peers' thresholds are the
best of those tried on the very set (that is in their favour).
"""

import gzip
import json
import random
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from nlp.narratives.learner import NarrativeLearner
from nlp.narratives.terms import Rarity, words
from nlp.observation import Observation

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Vectors = NDArray[np.float32]
SETS = ("crisislex_t26", "googlenews_titles", "tweet89")
MEMORY = 2_000  # earlier messages that First Story Detection looks back on


def run(data_dir: Path, embed: Embed, *, sets: Sequence[str] = SETS, limit: int | None = None) -> dict[str, Any]:
    """Cluster the streams of `data_dir` (gzip JSON lines with "text", "label", perhaps "t") with every learner.

    `embed` gives unit vectors [n, d]. Prints a table a set and returns {set: {learner: {b3 precision, recall, f1,
    wrong_share, per_second}}}.
    """
    results: dict[str, Any] = {}
    for name in sets:
        rows = read_stream(data_dir / f"{name}.jsonl.gz")[:limit]
        vectors = np.asarray(embed([row["text"] for row in rows]), np.float32)
        results[name] = {learner: _measured(rows, cluster, vectors) for learner, cluster in learners().items()}
        _show(name, results[name])
    Console().print_json(json.dumps(results))
    return results


def read_stream(path: Path) -> list[dict[str, Any]]:
    """Return a stream's lines in time order, or, where it has no times, shuffled with seed 0."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows: list[dict[str, Any]] = [json.loads(line) for line in file]
    if rows and "t" not in rows[0]:
        random.Random(0).shuffle(rows)
    return rows


def learners() -> Mapping[str, Callable[[Sequence[Mapping[str, Any]], Vectors], list[int | None]]]:
    """Return all learners by name; River's are left out where it is not installed."""
    found: dict[str, Callable[[Sequence[Mapping[str, Any]], Vectors], list[int | None]]] = {
        "earshot": _earshot,
        "FSD tf-idf": _best_of(_fsd_sparse, (0.2, 0.3, 0.4)),
        "FSD dense": _best_of(_fsd_dense, (0.4, 0.5, 0.6)),
        "centroid, single pass": _best_of(_single_pass, (0.25, 0.30, 0.40)),
    }
    try:
        import river.cluster  # noqa: F401
    except ImportError:
        return found
    return found | {
        "DBSTREAM (River)": _best_of(_dbstream, (0.8, 1.0)),
        "TextClust (River)": _best_of(_textclust, (0.5, 0.7)),
    }


def bcubed(gold: Sequence[Any], told: Sequence[Any]) -> tuple[float, float, float]:
    """Return B-cubed precision, recall and F1 (Bagga and Baldwin 1998); a message without a story is one of its own."""
    said = [story if story is not None else ("alone", i) for i, story in enumerate(told)]
    labels, stories, both = Counter(gold), Counter(said), Counter(zip(gold, said, strict=True))
    precision = sum(both[a, b] / stories[b] for a, b in zip(gold, said, strict=True)) / len(gold)
    recall = sum(both[a, b] / labels[a] for a, b in zip(gold, said, strict=True)) / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def wrong_share(gold: Sequence[Any], told: Sequence[Any]) -> float:
    """Return the share, in stories of three messages or more, of messages that tell another story or none."""
    members: dict[Any, list[Any]] = defaultdict(list)
    for label, story in zip(gold, told, strict=True):
        if story is not None:
            members[story].append(label)
    large = [labels for labels in members.values() if len(labels) >= 3]
    total = sum(map(len, large))
    right = sum(max(Counter(x for x in labels if x is not None).values(), default=0) for labels in large)
    return 1.0 - right / total if total else 0.0


def cost(messages: int = 1_000_000, live: int = 200_000, dimensions: int = 384) -> dict[str, Any]:
    """Feed made-up messages of `live` stories and return milliseconds a message at each order of magnitude.

    Vectors are story centres with noise, words come from a Zipf vocabulary with two of the story's own; memory is the
    process's peak in MB.
    """
    generator = np.random.default_rng(7)
    vocabulary = [f"w{i}" for i in range(200_000)]
    learner = NarrativeLearner(dimensions)
    marks = [10**k for k in range(3, 8) if 10**k <= messages]
    table, times = {}, []
    for key in range(1, messages + 1):
        story = int(generator.integers(live))
        seed = np.random.default_rng(story)
        vector = seed.standard_normal(dimensions) + 0.7 * generator.standard_normal(dimensions) + 1.0
        vector /= np.linalg.norm(vector)
        common = [vocabulary[min(int(z), 199_999)] for z in generator.zipf(1.3, 8)]
        text = " ".join([*common, f"s{story}a", f"s{story}b"])
        seen = _observation(key, {"text": text, "t": key * 0.2}, vector.astype(np.float32))
        start = time.perf_counter()
        learner.learn_one(seen)
        times.append(time.perf_counter() - start)
        if key in marks:
            recent = np.array(times[-min(max(key // 2, 500), 100_000) :]) * 1e3
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            table[str(key)] = {
                "median_ms": round(float(np.median(recent)), 3),
                "p99_ms": round(float(np.percentile(recent, 99)), 3),
                "live": learner.live,
                "peak_mb": round(peak),
            }
            Console().print(key, table[str(key)])
    return table


def _measured(
    rows: Sequence[Mapping[str, Any]],
    cluster: Callable[[Sequence[Mapping[str, Any]], Vectors], list[int | None]],
    vectors: Vectors,
) -> dict[str, float]:
    start = time.perf_counter()
    told = cluster(rows, vectors)
    seconds = time.perf_counter() - start
    labels = [row["label"] for row in rows]
    related = [i for i, label in enumerate(labels) if label is not None]
    precision, recall, f1 = bcubed([labels[i] for i in related], [told[i] for i in related])
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "wrong_share": round(wrong_share(labels, told), 4),
        "per_second": round(len(rows) / seconds),
    }


def _show(name: str, results: Mapping[str, Mapping[str, float]]) -> None:
    table = Table("learner", "precision", "recall", "F1", "wrong share", "messages/s", title=name)
    for learner, row in results.items():
        numbers = (f"{row[key]:.3f}" for key in ("precision", "recall", "f1", "wrong_share"))
        table.add_row(learner, *numbers, str(row["per_second"]))
    Console().print(table)


def _observation(key: int, row: Mapping[str, Any], vector: Vectors) -> Observation:
    return Observation(
        key=key,
        at=float(row.get("t", 60.0 * key)),
        chat="feed",
        person=f"p{key}",
        platform="other",
        lang=str(row.get("lang", "")),
        text=str(row["text"]),
        vector=vector.astype(np.float16),
        sentiment="neutral",
        sentiment_scores={},
        topic=None,
        topic_score=0.0,
        intent="other",
        claim=0.5,
        scores={},
    )


def _earshot(rows: Sequence[Mapping[str, Any]], vectors: Vectors) -> list[int | None]:
    learner = NarrativeLearner(vectors.shape[1])
    told: list[int | None] = [None] * len(rows)
    for i, (row, vector) in enumerate(zip(rows, vectors, strict=True)):
        assignment = learner.learn_one(_observation(i, row, vector))
        told[i] = assignment.narrative
        for key, narrative in assignment.moved.items():
            told[key] = narrative
    return told


def _best_of(
    cluster: Callable[[Sequence[Mapping[str, Any]], Vectors, float], list[int | None]], thresholds: Iterable[float]
) -> Callable[[Sequence[Mapping[str, Any]], Vectors], list[int | None]]:
    def best(rows: Sequence[Mapping[str, Any]], vectors: Vectors) -> list[int | None]:
        labels = [row["label"] for row in rows]
        related = [i for i, label in enumerate(labels) if label is not None]
        tried = [cluster(rows, vectors, threshold) for threshold in thresholds]
        return max(tried, key=lambda told: bcubed([labels[i] for i in related], [told[i] for i in related])[2])

    return best


def _centred(vectors: Vectors) -> Vectors:
    centred = vectors - vectors.mean(axis=0)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6), np.float32)


def _fsd_dense(rows: Sequence[Mapping[str, Any]], vectors: Vectors, threshold: float) -> list[int | None]:
    """First Story Detection (Petrovic et al. 2010) with the nearest of the last 2,000 dense vectors."""
    units, told = _centred(vectors), list[int | None]()
    for i, unit in enumerate(units):
        first = max(0, i - MEMORY)
        cosines = units[first:i] @ unit
        nearest = int(cosines.argmax()) if i else -1
        told.append(told[first + nearest] if i and cosines[nearest] > threshold else i)
    return told


def _fsd_sparse(rows: Sequence[Mapping[str, Any]], vectors: Vectors, threshold: float) -> list[int | None]:
    """First Story Detection with tf-idf over the last 2,000 messages."""
    rarity, told = Rarity(), list[int | None]()
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for i, row in enumerate(rows):
        counts = words(str(row["text"]))
        rarity.learn(counts)
        scores: dict[int, float] = defaultdict(float)
        weights = rarity.weigh(counts)
        for word, weight in weights.items():
            postings[word] = [held for held in postings[word][-300:] if held[0] >= i - MEMORY]
            for other, held in postings[word]:
                scores[other] += weight * held
            postings[word].append((i, weight))
        nearest = max(scores, key=lambda j: (scores[j], -j), default=-1)
        told.append(told[nearest] if nearest >= 0 and scores[nearest] > threshold else i)
    return told


def _single_pass(rows: Sequence[Mapping[str, Any]], vectors: Vectors, threshold: float) -> list[int | None]:
    """Nearest centroid, or a new one."""
    units, told = _centred(vectors), list[int | None]()
    sums, count = np.zeros((len(units), units.shape[1]), np.float32), 0
    norms = np.ones(len(units), np.float32)
    for unit in units:
        cosines = (sums[:count] @ unit) / norms[:count]
        nearest = int(cosines.argmax()) if count else -1
        if count == 0 or cosines[nearest] <= threshold:
            nearest, count = count, count + 1
        sums[nearest] += unit
        norms[nearest] = max(float(np.linalg.norm(sums[nearest])), 1e-6)
        told.append(nearest)
    return told


def _dbstream(rows: Sequence[Mapping[str, Any]], vectors: Vectors, threshold: float) -> list[int | None]:
    """DBSTREAM (Hahsler and Bolanos 2016) over the 32 first principal components: more take River hours."""
    from river.cluster import DBSTREAM

    units = _centred(vectors)
    axes = np.linalg.svd(units[:4_000], full_matrices=False)[2][:32]
    points = units @ axes.T
    points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-6)
    model: Any = DBSTREAM(clustering_threshold=threshold, cleanup_interval=1_000)
    told = list[int | None]()
    for point in points:
        features = dict(enumerate(point.tolist()))
        model.learn_one(features)
        told.append(int(model.predict_one(features)) if model.micro_clusters else None)
    return told


def _textclust(rows: Sequence[Mapping[str, Any]], vectors: Vectors, threshold: float) -> list[int | None]:
    """TextClust (Carnein et al. 2017): its own tf-idf micro-clusters."""
    from river.cluster import TextClust

    made: Any = TextClust
    model, told = made(radius=threshold, real_time_fading=False, num_macro=150), list[int | None]()
    for row in rows:
        counts = {word: int(n) for word, n in words(str(row["text"])).items()}
        model.learn_one(counts)
        told.append(int(model.predict_one(counts)) if model.micro_clusters else None)
    return told
