"""Whether a doubtful text is one that was looked into before: by link, by near copy, then by meaning."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.customers.facts import COPY, SHORTEST, address
from nlp.bm25 import BM25, words

SURE, MAYBE = 0.62, 0.5
"""Cosine from which two texts tell the same, and from which one is offered. With the shipped model, rewordings of one
claim lie at 0.6 to 0.75 in one language and about 0.55 across languages; other claims on one product under 0.5."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was told: `ref` names it, with the ways in which it was told, their vectors (float32 [n, d], unit
    length) and the addresses shared with it."""

    ref: str
    texts: tuple[str, ...]
    vectors: Array
    links: frozenset[str]


@dataclass(frozen=True, slots=True)
class Closest:
    """What a text is nearest to, how near (0 to about 1), and whether that is enough to say so unasked."""

    ref: str
    score: float
    sure: bool


def pages(links: Iterable[str]) -> frozenset[str]:
    """Return what makes each address the same page (`facts.address`); sites without a page tell nothing."""
    return frozenset(page for page in map(address, links) if "/" in page)


def closest(text: str, vector: Array, links: Iterable[str], known: Sequence[Told]) -> Closest | None:
    """Return which of `known` a text with this vector and these links tells again; None when none is near.

    A short text is never sure by its meaning alone.
    """
    shared = pages(links)
    linked = next((one.ref for one in known if shared & one.links), None)
    if linked is not None:
        return Closest(linked, 1.0, sure=True)
    long = len(words(text)) >= SHORTEST
    best: Closest | None = None
    index = BM25([text]) if long else None
    for one in known:
        copied = max((_copied(index, told) for told in one.texts), default=0.0) if index is not None else 0.0
        if copied >= COPY:
            return Closest(one.ref, round(min(copied, 1.0), 4), sure=True)
        near = float((one.vectors @ vector).max()) if len(one.vectors) and vector.any() else 0.0
        if near >= MAYBE and (best is None or near > best.score):
            best = Closest(one.ref, round(near, 4), sure=near >= SURE and long)
    return best


def _copied(index: BM25, told: str) -> float:
    return float(index.scores(told)[0]) if len(words(told)) >= SHORTEST else 0.0
