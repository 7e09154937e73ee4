"""Invented messages, sorted by what they speak of (`subjects.yaml`) and by what they want (`intents.yaml`).

They lend a brand's one-line topics the words that people use, in several languages, and need no training data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

FOLDER = Path(__file__).parent
CHAT = "chat"


@dataclass(frozen=True, slots=True)
class Examples:
    """`texts[i]` belongs to class `classes[labels[i]]`."""

    classes: tuple[str, ...]
    texts: tuple[str, ...]
    labels: NDArray[np.int64]


@cache
def subjects() -> Examples:
    """Return what customers of any brand speak of; the last class, "chat", is what belongs to no brand."""
    raw = _read("subjects.yaml")
    brand = {name: [*words["says"], *words["names"]] for name, words in raw["brand"].items()}
    return _examples(brand | {CHAT: [text for texts in raw["chat"].values() for text in texts]})


@cache
def intents() -> Examples:
    """Return how people ask, complain, praise, claim, help and chat."""
    return _examples(_read("intents.yaml"))


SETS = {"subjects": subjects, "intents": intents}


def _read(name: str) -> Mapping[str, Any]:
    raw: Mapping[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return raw


def _examples(texts: Mapping[str, list[str]]) -> Examples:
    labels = np.repeat(np.arange(len(texts)), [len(group) for group in texts.values()])
    return Examples(tuple(texts), tuple(text for group in texts.values() for text in group), labels)
