"""The public corpora, read from one folder into examples that carry whatever labels the corpus has."""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlp.normalise import normalise
from nlp.training.labels import FEELINGS, PLUTCHIK, Value, polarity, punctuated_question, unpunctuated_question

Row = Mapping[str, Any]
Targets = dict[str, Value]


@dataclass(slots=True)
class Example:
    """A normalised text and its labels by head."""

    text: str
    lang: str
    source: str
    targets: Targets = field(default_factory=dict)


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the objects of a gzipped JSON-lines file. Raises FileNotFoundError, or ValueError naming the line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path}, line {number}: not JSON ({error.msg})") from error


def _goemotions(row: Row) -> Targets:
    targets: Targets = {"feelings": tuple(label for label in row["label"] if label in FEELINGS)}
    return _with(targets, polarity=polarity(row["label"]), question=punctuated_question(row["text"]))


def _xed(row: Row) -> Targets:
    targets: Targets = {"plutchik": tuple(label for label in row["label"] if label in PLUTCHIK)}
    return _with(targets, polarity=polarity(row["label"]), question=punctuated_question(row["text"]))


def _question(row: Row) -> Targets:
    asks = punctuated_question(row["text"]) or unpunctuated_question(row["text"])
    return _with({}, question=asks)


def _with(targets: Targets, **more: str | float | None) -> Targets:
    return targets | {head: value for head, value in more.items() if value is not None}


def _flag(head: str, yes: object) -> Callable[[Row], Targets]:
    return lambda row: {head: float(row["label"] == yes)}


@dataclass(frozen=True, slots=True)
class Source:
    """A training corpus: the stem of its file, how its rows are labelled, and the files that scores are taken on."""

    stem: str
    targets: Callable[[Row], Targets]
    held_out: tuple[str, ...] = ()


SOURCES: Mapping[str, tuple[Source, ...]] = {
    "sentiment": (Source("sentiment/umsab.train", lambda r: {"sentiment": r["label"]}, ("sentiment/umsab.val",)),),
    "feelings": (
        Source("emotion/goemotions.train", _goemotions, ("emotion/goemotions.dev", "emotion/goemotions.test")),
    ),
    "subtitles": (Source("emotion/xed", _xed), Source("emotion/xed_neutral_en", _xed)),
    "emotion": (
        Source(
            "emotion/tweeteval_emotion.train",
            lambda r: {"emotion": r["label"]},
            ("emotion/tweeteval_emotion.val", "emotion/tweeteval_emotion.test"),
        ),
    ),
    "irony": (
        Source(
            "emotion/tweeteval_irony.train",
            _flag("irony", "irony"),
            ("emotion/tweeteval_irony.val", "emotion/tweeteval_irony.test"),
        ),
    ),
    "offence": (
        Source(
            "emotion/tweeteval_offensive.train",
            _flag("offence", "offensive"),
            ("emotion/tweeteval_offensive.val", "emotion/tweeteval_offensive.test"),
        ),
    ),
    "hate": (
        Source(
            "emotion/tweeteval_hate.train",
            _flag("hate", "hate"),
            ("emotion/tweeteval_hate.val", "emotion/tweeteval_hate.test"),
        ),
    ),
    "claims": tuple(
        Source(
            f"claims/checkthat22_{name}.train",
            _flag(head, 1),
            (f"claims/checkthat22_{name}.dev", f"claims/checkthat22_{name}.dev_test"),
        )
        for name, head in (("claim", "claim"), ("harmful", "harmful"), ("checkworthy", "check_worthy"))
    ),
    "debates": (
        Source(
            "claims/checkthat24_checkworthy.train",
            _flag("check_worthy", 1),
            ("claims/checkthat24_checkworthy.dev", "claims/checkthat24_checkworthy.dev-test"),
        ),
    ),
    "questions": (
        Source("questions/banking77.train", _question, ("questions/banking77.test",)),
        Source("questions/clinc150.train", _question, ("questions/clinc150.val", "questions/clinc150.test")),
        Source("questions/massive_de.train", _question, ("questions/massive_de.dev", "questions/massive_de.test")),
    ),
    "statements": (Source("claims/retrieval_claims", lambda r: {"question": 0.0}),),
}


def clean(text: str) -> str:
    """Return a corpus text normalised, without the line number that xed_neutral_en carries before a tab."""
    return normalise(re.sub(r"^\d+\t", "", text))


def read_examples(data: Path) -> list[Example]:
    """Read every training corpus under `data`; labels of one text from several files of a source are joined.

    Texts that also occur in a split on which something is scored are left out, whatever their source.
    """
    held_out = {
        clean(row["text"])
        for group in SOURCES.values()
        for s in group
        for stem in s.held_out
        for row in _rows(data, stem)
    }
    examples: list[Example] = []
    for name, group in SOURCES.items():
        by_text: dict[str, Example] = {}
        for source in group:
            for row in _rows(data, source.stem):
                text = clean(row["text"])
                if not text or text in held_out:
                    continue
                example = by_text.setdefault(text, Example(text, row["lang"], name))
                example.targets |= source.targets(row)
        examples += by_text.values()
    return examples


def _rows(data: Path, stem: str) -> Iterator[Row]:
    return read_rows(data / f"{stem}.jsonl.gz")
