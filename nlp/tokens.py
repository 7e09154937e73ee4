"""Texts to windows of vocabulary pieces."""

from collections.abc import Sequence
from pathlib import Path

import sentencepiece

from nlp.normalise import normalise

MAX_WINDOWS = 8  # a text is read up to this many windows: about 4,000 characters at 128 tokens a window
MAX_CHARACTERS = 20_000  # a text is cut here before it is normalised and tokenised


class Tokeniser:
    """SentencePiece pieces with the model's prefix and special tokens, cut into windows."""

    def __init__(self, path: Path, prefix: str, max_tokens: int) -> None:
        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self._prefix = [self._processor.bos_id(), *self._processor.encode(prefix)]
        self._suffix = [self._processor.eos_id()]
        self._room = max_tokens - len(self._prefix) - len(self._suffix)

    def windows(self, texts: Sequence[str]) -> list[list[list[int]]]:
        """Return each text's windows of piece ids, prefix and special tokens included; an empty text has none."""
        clean = [normalise(text[:MAX_CHARACTERS]) for text in texts]
        return [self._cut(pieces) for pieces in self._processor.encode(clean)]

    def _cut(self, pieces: list[int]) -> list[list[int]]:
        limit = min(len(pieces), MAX_WINDOWS * self._room)
        starts = range(0, limit, self._room)
        return [[*self._prefix, *pieces[start : min(start + self._room, limit)], *self._suffix] for start in starts]
