"""A text as the finders see it: invisible marks left out, exotic digits, spaces and dashes made plain.

"０６ 39\\u200b98" and "0️⃣6️⃣ 39 98" hide a number from patterns but not from people; finders work on the plain view, and
`View.origin` leads back to what was written.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

HIDDEN = "\0"
"""Stands for characters already found: no finder's pattern matches it."""

_FOREIGN_DIGITS = "".join(char for char in map(chr, range(0x80, 0x1FC00)) if char.isdecimal())
_ODD = re.compile(
    "[\u00a0\u00ad\u00b7\u061c\u1680\u180e\u2000-\u200f\u2010-\u2015\u2022\u2028-\u202f\u205f-\u2065\u206a-\u206f"
    f"\u2212\u20e3\u3000\ufe0e\ufe0f\ufe52\ufe63\ufe6b\ufeff\uff01-\uff5e{_FOREIGN_DIGITS}]"
)
_GONE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2065\u206a-\u206f\u20e3\ufe0e\ufe0f\ufeff]")
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_DASH = re.compile("[\u2010-\u2015\u2212\ufe63]")
_DOT = re.compile("[\u00b7\u2022\ufe52]")


class Span(NamedTuple):
    """A part of a view to be replaced: `[start, end)`, its kind, and the text to put there (None: `[kind]`)."""

    start: int
    end: int
    kind: str
    instead: str | None = None


class View(NamedTuple):
    """`text`, and for each of its characters (and its end) the index in what was written."""

    text: str
    origin: Sequence[int]


def view_of(written: str) -> View:
    """Return the plain view of a text."""
    if written.isascii() or not _ODD.search(written):
        return View(written, range(len(written) + 1))
    plain: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(written):
        if char.isascii() or not _ODD.match(char):
            shown = char
        elif _GONE.match(char):
            continue
        else:
            shown = _plain(char)
            if shown == " " and plain and plain[-1] == "~":
                shown = char  # "~", narrow space, name: how WhatsApp writes people who are no contacts
        plain.append(shown)
        origin.append(index)
    origin.append(len(written))
    return View("".join(plain), origin)


def hide(text: str, spans: Sequence[Span]) -> str:
    """Return the text with the spans (in order, apart) made invisible to finders; its length stays."""
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += (text[at : span.start], HIDDEN * (span.end - span.start))
        at = span.end
    parts.append(text[at:])
    return "".join(parts)


def _plain(char: str) -> str:
    if _SPACE.match(char):
        return " "
    if _DASH.match(char):
        return "-"
    if _DOT.match(char):
        return "."
    if char == "\ufe6b":
        return "@"
    if "\uff01" <= char <= "\uff5e":
        return chr(ord(char) - 0xFEE0)
    return str(unicodedata.decimal(char)) if char.isdecimal() else " "
