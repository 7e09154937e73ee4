"""Words that mean the same for every brand: harm, denial, doubt, calls to share, asks for secrets..."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import yaml

CATEGORIES = (
    "harm",
    "hazard",
    "denial",
    "doubt",
    "spread",
    "hearsay",
    "secret",
    "lure",
    "fraud",
    "firsthand",
    "greeting",
    "safety",
)


def plain(text: str) -> str:
    """Return the text in lower case without accents, typographic apostrophes made straight, one space between words."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").lower())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def marks(text: str) -> frozenset[str]:
    """Return the categories of `lexicon.yaml` that occur in a text, in any of its languages."""
    cleaned = plain(text).replace("-", " ")
    return frozenset(name for name, pattern in _patterns() if pattern.search(cleaned))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = yaml.safe_load(files(__package__).joinpath("lexicon.yaml").read_text("utf-8"))
    return tuple(
        (name, _pattern([entry for entries in table[name].values() for entry in entries])) for name in CATEGORIES
    )


def _pattern(entries: Sequence[str]) -> re.Pattern[str]:
    ordered = sorted({str(entry) for entry in entries}, key=lambda entry: (-len(entry), entry))
    alternatives = "|".join(re.escape(e[:-1]) + r"\w*" if e.endswith("*") else re.escape(e) for e in ordered)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
