"""Which verified fact of the brand a doubtful text is about: by link, by near copy, then by meaning."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from config.brand import Fact
from nlp.bm25 import BM25, words
from nlp.encoder import Encoder
from nlp.retrieval import Entry, Retriever

COPY = 0.6
"""The weighted share of a fact's text that a near copy holds: about nine tenths of its n-grams."""
SURE, MAYBE = 0.35, 0.25
"""Confidence of the retrieval. With 4 to 12 checked claims as facts and tweets as questions (CheckThat 2022, training
part), 0.35 confirms 86-89 % of those that a fact answers and 1 % of the others; 0.25 finds 97 %, and 5-12 %."""
SHORTEST = 6
"""Words under which nothing is confirmed by meaning alone."""

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)


class Ground(StrEnum):
    """Why a fact was found."""

    LINK = "link"
    COPY = "copy"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact, why it was found, how surely (0 to about 1), and whether that is enough to confirm it unasked."""

    fact: str
    ground: Ground
    score: float
    confirmed: bool


class FactFinder:
    """Finds among the facts of one brand."""

    def __init__(self, encoder: Encoder, facts: Sequence[Fact]) -> None:
        self._links = {address(fact.evidence_url): fact.id for fact in reversed(facts)}
        self._texts = [(fact.id, text) for fact in facts for text in (fact.statement, *fact.reply.values())]
        self._retriever = Retriever(
            encoder, [Entry(fact.id, (fact.statement,), tuple(fact.reply.values())) for fact in facts]
        )

    def find(self, text: str, vector: NDArray[np.float32]) -> Finding | None:
        """Return the fact that a text with this sentence vector is about; None when none is near."""
        certain = self._linked(text) or self._copied(text)
        if certain is not None:
            return certain
        match = self._retriever.match_vector(text, vector, limit=1)
        if match.confidence < MAYBE:
            return None
        confirmed = match.confidence >= SURE and len(words(text)) >= SHORTEST
        return Finding(match.entries[0], Ground.MEANING, match.confidence, confirmed)

    def _linked(self, text: str) -> Finding | None:
        for link in _LINK.findall(text):
            if (fact := self._links.get(address(link))) is not None:
                return Finding(fact, Ground.LINK, 1.0, confirmed=True)
        return None

    def _copied(self, text: str) -> Finding | None:
        if not self._texts or len(words(text)) < SHORTEST:
            return None
        index = BM25([text])
        shares = [float(index.scores(known)[0]) for _, known in self._texts]
        best = max(range(len(shares)), key=shares.__getitem__)
        if shares[best] < COPY or len(words(self._texts[best][1])) < SHORTEST:
            return None
        return Finding(self._texts[best][0], Ground.COPY, round(min(shares[best], 1.0), 4), confirmed=True)


def address(link: str) -> str:
    """Return what makes a web address the same page: host and path without "www.", query, fragment and last slash.

    >>> address("https://www.Shop.example/recalls/?utm_source=chat")
    'shop.example/recalls'
    """
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
    except ValueError:
        return link
    host = (parts.netloc.rpartition("@")[2]).lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/.,;:!?)')}"
