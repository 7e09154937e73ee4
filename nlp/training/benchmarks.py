"""The scored splits of the public corpora, as texts and truth a head can be held against."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.training.labels import HEADS, Value, polarity, punctuated_question, target_of, without_question_marks
from nlp.training.sources import Row, clean, read_rows


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts of one split with their languages and the truth: float32 [N, labels of the head], 0 or 1."""

    texts: list[str]
    langs: list[str]
    truth: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Split:
    """A file of shared/data's form, the head it tests and how a row's label becomes that head's."""

    stem: str
    head: str
    label: Callable[[Row], Value | None]
    text: Callable[[str], str] = clean

    def read(self, data: Path) -> Labelled:
        """Read the split under `data`; rows without a truth for the head are left out."""
        texts, langs, truth = [], [], []
        for row in read_rows(data / f"{self.stem}.jsonl.gz"):
            value = self.label(row)
            if value is None:
                continue
            truth.append(target_of(HEADS[self.head], value))
            texts.append(self.text(row["text"]))
            langs.append(row["lang"])
        return Labelled(texts, langs, np.asarray(truth, np.float32))


def _is(yes: object) -> Callable[[Row], float]:
    return lambda row: float(row["label"] == yes)


def _label(row: Row) -> str:
    return str(row["label"])


def _feelings(row: Row) -> tuple[str, ...]:
    return tuple(row["label"])


def _polarity(row: Row) -> str | None:
    return polarity(row["label"])


def _asks(row: Row) -> float | None:
    return punctuated_question(row["text"])


def _as_in_chats(text: str) -> str:
    """Write a text as chats do, without capitals or punctuation at its end, so that only its words tell a question."""
    return without_question_marks(clean(text)).rstrip(" .!…").lower() or clean(text)


VALIDATION: Mapping[str, Split] = {
    "sentiment": Split("sentiment/umsab.val", "sentiment", _label),
    "emotion": Split("emotion/tweeteval_emotion.val", "emotion", _label),
    "feelings": Split("emotion/goemotions.dev", "feelings", _feelings),
    "irony": Split("emotion/tweeteval_irony.val", "irony", _is("irony")),
    "offence": Split("emotion/tweeteval_offensive.val", "offence", _is("offensive")),
    "claim": Split("claims/checkthat22_claim.dev", "claim", _is(1)),
    "check_worthy": Split("claims/checkthat22_checkworthy.dev", "check_worthy", _is(1)),
    "question": Split("emotion/goemotions.dev", "question", _asks, _as_in_chats),
}
TEST: Mapping[str, Split] = {
    "sentiment": VALIDATION["sentiment"],
    "goemotions_polarity": Split("emotion/goemotions.test", "sentiment", _polarity),
    "emotion": Split("emotion/tweeteval_emotion.test", "emotion", _label),
    "feelings": Split("emotion/goemotions.test", "feelings", _feelings),
    "irony": Split("emotion/tweeteval_irony.test", "irony", _is("irony")),
    "offence": Split("emotion/tweeteval_offensive.test", "offence", _is("offensive")),
    "claim": Split("claims/checkthat22_claim.dev_test", "claim", _is(1)),
    "check_worthy": Split("claims/checkthat22_checkworthy.dev_test", "check_worthy", _is(1)),
    "check_worthy_2024": Split("claims/checkthat24_checkworthy.dev-test", "check_worthy", _is(1)),
    "question": Split("emotion/goemotions.test", "question", _asks, _as_in_chats),
}
