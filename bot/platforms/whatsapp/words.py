"""The words by which people decide about their own data, where there are no buttons: the same in every chat.

They are recognised in all languages that Earshot speaks, whatever the chat's: who writes STOP means it.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from config.texts import languages, texts

_PUNCTUATION = re.compile(r"[^\w\s]|_")


class Word(StrEnum):
    """What somebody wants."""

    YES = "yes"
    PART = "part"  # a yes that cannot be meant otherwise, as groups need it
    NO = "no"
    STOP = "stop"
    DELETE = "delete"
    DATA = "data"
    NOTICE = "notice"


def word_of(text: str) -> tuple[Word, str] | None:
    """Return what a message of nothing but such a word wants, and its language ("" where several have the word).

    >>> word_of(" Données ! "), word_of("stop"), word_of("don't stop me now")
    ((<Word.DATA: 'data'>, 'fr'), (<Word.STOP: 'stop'>, ''), None)
    """
    return _words().get(_plain(text)) if len(text) <= 40 else None


def shown(word: Word, lang: str) -> str:
    """Return how a word is written in a notice."""
    return texts(lang).say(f"wa-words-{word}").split(",")[0].strip()


@cache
def _words() -> Mapping[str, tuple[Word, str]]:
    found: dict[str, tuple[Word, str]] = {}
    for lang in languages():
        for word in Word:
            for form in texts(lang).say(f"wa-words-{word}").split(","):
                plain = _plain(form)
                known = found.get(plain)
                found[plain] = (word, lang if known is None else "")
    return found


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_PUNCTUATION.sub(" ", letters).split())
