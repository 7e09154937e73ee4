"""Lexical search that needs neither stemmer nor list of stop words, in any language with letters.

BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework") over the character n-grams of words
(McNamee and Mayfield 2004, "Character N-Gram Tokenization for European Language Text Retrieval"), so that typos and
inflections still meet. A knowledge of twelve questions cannot tell that "the" is common: how rare a word is in general
comes from the tokeniser's unigram model, how rare its n-grams are here from the knowledge.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import sentencepiece
from numpy.typing import NDArray

from nlp.manifest import WEIGHTS

GRAM = 4
SATURATION = 1.2  # k1: how soon a repeated n-gram stops counting
LENGTH = 0.4  # b: how much longer documents are held back
COMMON, RARE = 7.0, 13.0  # nats: a word as common as "the" weighs next to nothing, one as rare as "mechanic" all
OWN = 200  # documents after which what is rare in them counts as much as what is rare in general
LONGEST_QUERY = 2_000  # characters

_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)+/\S+", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")

Array = NDArray[np.float32]


class BM25:
    """An index of `documents`."""

    def __init__(self, documents: Sequence[str]) -> None:
        counts = [Counter(gram for word in words(text) for gram in grams(word)) for text in documents]
        lengths = np.array([sum(count.values()) for count in counts], np.float32)
        share = lengths / max(float(lengths.mean()), 1.0) if len(lengths) else lengths
        hold = SATURATION * (1.0 - LENGTH + LENGTH * share)
        found: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for row, count in enumerate(counts):
            for gram, repeated in count.items():
                found[gram][0].append(row)
                found[gram][1].append(repeated)
        self._documents = len(documents)
        self._idf = {gram: self._rarity(len(rows)) for gram, (rows, _) in found.items()}
        self._postings: dict[str, tuple[NDArray[np.int64], Array]] = {}
        for gram, (rows, times) in found.items():
            where, often = np.array(rows), np.array(times, np.float32)
            weight = self._idf[gram] * often * (SATURATION + 1.0) / (often + hold[where])
            self._postings[gram] = where, weight.astype(np.float32)

    def scores(self, query: str) -> Array:
        """Return float32 [documents]: how much of the query's weight each holds, 0 for nothing, about 1 for all."""
        scores, total = np.zeros(self._documents, np.float32), 0.0
        unknown = self._rarity(0)
        general = OWN / (OWN + self._documents)
        for gram, rarity in query_weights(query).items():
            weight = rarity**general
            total += weight * self._idf.get(gram, unknown)
            if gram in self._postings:
                rows, held = self._postings[gram]
                scores[rows] += np.float32(weight) * held
        return scores / np.float32(total) if total else scores

    def _rarity(self, documents: int) -> float:
        return math.log(1.0 + (self._documents - documents + 0.5) / (documents + 0.5))


def query_weights(query: str) -> dict[str, float]:
    """Return the n-grams of a query, in their order, with the weight of the rarest word that each comes from."""
    weights: dict[str, float] = {}
    for word in dict.fromkeys(words(query[:LONGEST_QUERY])):
        rarity = word_rarity(word)
        for gram in grams(word):
            weights[gram] = max(weights.get(gram, 0.0), rarity)
    return weights


def words(text: str) -> list[str]:
    """Return the words of a text in lower case without accents; links are left out, CamelCase is taken apart.

    >>> words("Où est #MonColis ? https://x.example/a")
    ['ou', 'est', 'mon', 'colis']
    """
    plain = unicodedata.normalize("NFKD", _HUMP.sub(" ", _LINK.sub(" ", text)).casefold())
    return _WORD.findall("".join(character for character in plain if not unicodedata.combining(character)))


def grams(word: str) -> Iterator[str]:
    """Yield the character n-grams of a word, its ends marked; a short word whole.

    >>> list(grams("colis"))
    ['<col', 'coli', 'olis', 'lis>']
    """
    marked = f"<{word}>"
    yield from (marked[start : start + GRAM] for start in range(max(1, len(marked) - GRAM + 1)))


@lru_cache(maxsize=100_000)
def word_rarity(word: str) -> float:
    """Return how much a word tells, 0.05 to 1, by its log-probability in the tokeniser's corpus of 100 languages."""
    tokeniser = _tokeniser()
    pieces = tokeniser.encode(word)
    nats = -sum(tokeniser.get_score(piece) or -RARE for piece in pieces)
    return min(max((nats - COMMON) / (RARE - COMMON), 0.05), 1.0)


@lru_cache(maxsize=1)
def _tokeniser() -> sentencepiece.SentencePieceProcessor:
    return sentencepiece.SentencePieceProcessor(model_file=str(WEIGHTS / "tokenizer.model"))
