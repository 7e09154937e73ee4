"""The head of a WhatsApp line: date, time and what ends them, in the layouts that iOS and Android write by language.

    [13/06/2018, 21:25:15] Name: text        iOS
    13/06/2018, 21:25 - Name: text           Android
    13.06.18 21.25.15: Name: text            iOS before 2018

WhatsApp publishes no grammar. These facts are from what public parsers collected: the fixtures and issues of
Pustur/whatsapp-chat-parser, lucasrodes/whatstk, joweich/chat-miner, gesiscss/WhatsR and rodrigogs/whats-reader, and
the time patterns of Unicode CLDR, which both systems follow.
"""

import re
from typing import NamedTuple

MARKS = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\ufeff"
"""Direction and byte order marks, which carry no text. Not U+2068 and U+2069: they hold a mentioned name together."""

_MARKS = f"[{MARKS}]{{0,4}}"  # bounded: a line of nothing but marks must not cost its length squared
_HEAD = re.compile(
    rf"""{_MARKS} (?P<open>\[)? {_MARKS}
    (?P<a>\d{{1,4}}) {_MARKS} (?P<mark>[./-]) \s?
    (?P<b>\d{{1,2}}) {_MARKS} (?P=mark) \s?
    (?P<c>\d{{1,4}}) \.? {_MARKS}
    (?P<comma>[,،])? \s (?:(?:à|às|um|klo|kl\.|alle|ore|a\sles|a\slas)\s)? {_MARKS}
    (?P<hour>\d{{1,2}}) (?P<point>[:.]|\s?h\s?) (?P<minute>\d\d)
    (?:(?:[:.]|\s?min\s?) (?P<second>\d\d) (?:\s?s)?)?
    (?:\s? (?P<noon>[aApP]\.?\s?[mM]\.?|vorm\.|nachm\.|ص|م))? {_MARKS}
    (?(open)\]\s?|(?P<dash>\s[-–]\s|:\s))""",
    re.VERBOSE,
)
_BEGINNINGS = frozenset("[0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹" + MARKS)
_YEARS = {  # by whether the first number has four digits, whether it has one or two, and how many the last has
    (True, False, 1): "first",
    (True, False, 2): "first",
    (False, True, 2): "short",
    (False, True, 4): "last",
}
_AFTER_NOON = "pPnم"


class Shape(NamedTuple):
    """How a file writes its heads: the same on every line, so that a dated line pasted into a message stands out."""

    bracket: bool
    dash: str
    mark: str
    year: str
    comma: bool
    point: str
    seconds: bool
    noon: bool


class Head(NamedTuple):
    """One head: its shape, the date's three numbers as written, the time in 24 hours, and the rest of the line."""

    shape: Shape
    numbers: tuple[int, int, int]
    hour: int
    minute: int
    second: int
    rest: str


def parse_head(line: str) -> Head | None:
    """The head that `line` starts with, or None. The date need not exist, the time does."""
    if line[:1] not in _BEGINNINGS or not (found := _HEAD.match(line)):
        return None
    opened, a, mark, b, c, comma, hours, point, minute, second, noon, dash = found.groups()
    year = _YEARS.get((len(a) == 4, len(a) < 3, len(c)))
    if year is None:
        return None
    hour, minutes, seconds = int(hours), int(minute), int(second or 0)
    if noon and hour <= 12:
        hour = hour % 12 + (12 if noon[0] in _AFTER_NOON else 0)
    if hour > 23 or minutes > 59 or seconds > 59:
        return None
    shape = Shape(
        opened is not None,
        dash.strip() if dash else "",
        mark,
        year,
        comma is not None,
        point.strip(),
        second is not None,
        noon is not None,
    )
    return Head(shape, (int(a), int(b), int(c)), hour, minutes, seconds, line[found.end() :].rstrip("\r\n"))
