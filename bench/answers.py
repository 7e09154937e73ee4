"""How well customers' questions are answered: `python -m bench.answers DATA_DIR [--scenarios DIR]`.

Four measures, each beside what would be picked instead:
- scenarios: messages of communities of invented brands, labelled with the faq entry that answers them, or "none";
- claims: tweets that repeat one of 10,375 checked claims (CheckThat! 2022, task 2B), mean average precision at 5, with
  plain BM25 on words and with vectors alone;
- clinc150: the first 8 training questions of each intent as the knowledge, one threshold, that at which 70 % of the
  out-of-scope questions are refused (Larson et al. 2019);
- speed: one question against 1,000 and 50,000 entries.
"""

import gzip
import json
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import bm25s  # type: ignore[import-untyped]
import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from bot.app import make_analyser
from bot.customers.answering import Answerer, Kind, Reply
from config.brand import load_brand
from config.settings import Settings
from nlp.encoder import Encoder, load_encoder
from nlp.retrieval import Entry, Retriever, lexical_weight

SHOTS = 8
REFUSED = 0.70
SIZES = (1_000, 50_000)

Row = dict[str, Any]


def run(data_dir: Path, scenarios: Path | None = None, *, settings: Settings | None = None) -> dict[str, Any]:
    """Measure everything that the folders hold; `data_dir` has claims/ and questions/, `scenarios` a folder each."""
    encoder = load_encoder()
    result: dict[str, Any] = {"model": f"{encoder.name}/{encoder.version}"}
    if scenarios is not None:
        result["scenarios"] = of_scenarios(scenarios, settings or Settings())
    result["claims"] = of_claims(data_dir / "claims", encoder)
    result["clinc150"] = of_clinc(data_dir / "questions", encoder)
    result["milliseconds"] = of_speed(data_dir / "claims", encoder)
    return result


def of_scenarios(folder: Path, settings: Settings) -> dict[str, float]:
    """Shares of labelled messages: see the keys."""
    groups: defaultdict[str, list[tuple[Row, Reply]]] = defaultdict(list)
    for path in sorted(folder.glob("*/scenario.yaml")):
        brand = load_brand(path, ignore_narratives=True)
        messages = [json.loads(line) for line in path.with_name("messages.jsonl").read_text("utf-8").splitlines()]
        answerer = Answerer(brand, make_analyser(settings, brand))
        for message, reply in zip(messages, answerer.reply([m["text"] for m in messages]), strict=True):
            groups[_group(message)].append((message, reply))

    def share(group: str, *kinds: Kind) -> float:
        return _mean([reply.kind in kinds for _, reply in groups[group]])

    entries = groups["entry"]
    return {
        "entries": len(entries),
        "entry_answered_right": _mean([reply.faq == message["faq"] for message, reply in entries]),
        "entry_answered_or_in_choice": _mean(
            [message["faq"] in (reply.faq, *(reply.choices or ())) for message, reply in entries]
        ),
        "entry_answered_wrong": _mean([reply.faq not in (None, message["faq"]) for message, reply in entries]),
        "none": len(groups["none"]),
        "none_not_answered": 1.0 - share("none", Kind.ANSWER),
        "chitchat": len(groups["chitchat"]),
        "chitchat_answered": share("chitchat", Kind.ANSWER),
        "chitchat_offered": share("chitchat", Kind.CHOOSE),
    }


def of_claims(folder: Path, encoder: Encoder) -> dict[str, float]:
    """Mean average precision at 5 on the development part, and milliseconds a question, encoding included."""
    claims, queries = _rows(folder / "retrieval_claims"), _rows(folder / "retrieval_queries.dev")
    retriever = Retriever(encoder, [Entry(row["id"], (row["title"],), (row["text"],)) for row in claims])
    places = {row["id"]: place for place, row in enumerate(claims)}
    gold = [places[row["claim"]] for row in queries]
    texts = [row["text"] for row in queries]
    plain = bm25s.BM25()
    plain.index([_words(f"{row['title']} {row['text']}") for row in claims], show_progress=False)
    started = time.perf_counter()
    vectors = [encoder.encode([text]).vectors[0] for text in texts]
    dense = [retriever.dense(vector) for vector in vectors]
    grams = [retriever.lexical(text) for text in texts]
    both = [d + lexical_weight(text) * g for text, d, g in zip(texts, dense, grams, strict=True)]
    seconds = time.perf_counter() - started
    return {
        "bm25_words": _precision([plain.get_scores(_words(text)) for text in texts], gold),
        "bm25_ngrams": _precision(grams, gold),
        "dense": _precision(dense, gold),
        "hybrid": _precision(both, gold),
        "milliseconds": round(1_000 * seconds / len(texts), 1),
    }


def of_clinc(folder: Path, encoder: Encoder) -> dict[str, float]:
    """In-scope accuracy where 70 % of the out-of-scope questions are refused: hybrid, and vectors alone."""
    shots: defaultdict[str, list[str]] = defaultdict(list)
    for row in _rows(folder / "clinc150.train"):
        if row["label"] != "oos" and len(shots[row["label"]]) < SHOTS:
            shots[row["label"]].append(row["text"])
    shots.pop("oos", None)
    retriever = Retriever(encoder, [Entry(label, tuple(texts)) for label, texts in shots.items()])
    test = _rows(folder / "clinc150.test")
    vectors = encoder.encode([row["text"] for row in test]).vectors
    hybrid = [retriever.match_vector(row["text"], v, limit=1) for row, v in zip(test, vectors, strict=True)]
    dense = [retriever.dense(vector) for vector in vectors]
    labels = [row["label"] for row in test]
    first = [retriever.ids[int(scores.argmax())] for scores in dense]
    threshold, accuracy, refused = _at_refusal(
        labels, [match.entries[0] for match in hybrid], [match.confidence for match in hybrid]
    )
    _, accuracy_dense, _ = _at_refusal(labels, first, [float(scores.max()) for scores in dense])
    return {
        "threshold": threshold,
        "accuracy": accuracy,
        "refused": refused,
        "accuracy_dense": accuracy_dense,
        "accuracy_without_threshold": _mean(
            [match.entries[0] == label for match, label in zip(hybrid, labels, strict=True) if label != "oos"]
        ),
    }


def of_speed(folder: Path, encoder: Encoder) -> dict[str, float]:
    """Median milliseconds from a question's text to its match, by the number of entries, with vectors made up."""
    claims, queries = _rows(folder / "retrieval_claims"), _rows(folder / "retrieval_queries.dev")
    medians = {}
    for size in SIZES:
        entries = [
            Entry(f"{row['id']}-{place}", (f"{row['title']} {place}",))
            for place, row in enumerate((claims * (size // len(claims) + 1))[:size])
        ]
        retriever = Retriever(_Dice(encoder), entries)
        took = []
        for row in queries[:50]:
            started = time.perf_counter()
            retriever.match_vector(row["text"], encoder.encode([row["text"]]).vectors[0])
            took.append(time.perf_counter() - started)
        medians[f"entries_{size}"] = round(1_000 * float(np.median(took)), 1)
    return medians


class _Dice:
    """Random unit vectors for any texts: encoding 50,000 entries is no part of the measure."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    def encode(self, texts: Sequence[str]) -> Any:
        from nlp.encoder import Encoded

        vectors = np.random.default_rng(0).standard_normal((len(texts), self._encoder.dimensions)).astype(np.float32)
        return Encoded(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), {})


def _at_refusal(labels: Sequence[str], first: Sequence[str], sure: Sequence[float]) -> tuple[float, float, float]:
    """The lowest threshold that refuses enough, the accuracy in scope with it, the share refused out of scope."""
    outside = sorted(s for s, label in zip(sure, labels, strict=True) if label == "oos")
    threshold = float(np.nextafter(outside[int(np.ceil(REFUSED * len(outside))) - 1], np.inf))
    right = [f == label and s >= threshold for f, label, s in zip(first, labels, sure, strict=True) if label != "oos"]
    return round(threshold, 4), _mean(right), _mean([s < threshold for s in outside])


def _precision(scores: Sequence[NDArray[Any]], gold: Sequence[int]) -> float:
    def one(row: NDArray[Any], place: int) -> float:
        best = np.argsort(-row, kind="stable")[:5].tolist()
        return 1.0 / (best.index(place) + 1) if place in best else 0.0

    return _mean([one(row, place) for row, place in zip(scores, gold, strict=True)])


def _group(message: Row) -> str:
    if message["faq"] is not None:
        return "none" if message["faq"] == "none" else "entry"
    return str(message["intent"])


def _rows(stem: Path) -> list[Row]:
    with gzip.open(f"{stem}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0


def main(
    data_dir: Annotated[Path, typer.Argument(help="A folder with claims/ and questions/.")],
    scenarios: Annotated[Path | None, typer.Option(help="A folder of labelled scenarios.")] = None,
) -> None:
    """Measure the answers and print a table and JSON."""
    result = run(data_dir, scenarios)
    table = Table("measure", "figure", "value")
    for name, figures in result.items():
        for key, value in figures.items() if isinstance(figures, dict) else [("", figures)]:
            table.add_row(name, key, str(value))
    Console(stderr=True).print(table)
    print(json.dumps(result))


if __name__ == "__main__":
    typer.run(main)
