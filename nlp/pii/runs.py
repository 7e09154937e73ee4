"""Runs of digits: groups such as 06 39 98 41 27, with what stands between them; phones and cards are sought there."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Group(NamedTuple):
    """Digits without a gap: where they stand, and the separators before them (empty for the first of a run)."""

    start: int
    end: int
    digits: str
    gap: str


Run = Sequence[Group]

# "O6 39..." with a letter for the nought is read as people read it.
_DIGITS = re.compile(r"(?:(?<!\w)[Oo](?=[1-9](?:[ ./_-]?\d\d){4}(?!\d)))?\d+")
_GAP = re.compile(r"[ .\-/_*,:()|¦~\n\t]{1,3}")
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_DATE = re.compile(
    rf"(?<!\d)(?<!\d[./-])(?:\d{{4}}([./-]){_MONTH}\1{_DAY}|{_DAY}([./-]){_MONTH}\2(?:\d{{4}}|\d\d))(?![./-]?\d)"
)

_DATE_GAP = re.compile(r"[./-]\d{1,2}[./-]")


def runs(text: str) -> Iterator[Run]:
    """Yield the runs of a text. A date ends a run and is in none."""
    dates = {match.start(): match.end() for match in _DATE.finditer(text)} if _DATE_GAP.search(text) else {}
    run: list[Group] = []
    skip_to = 0
    for match in _DIGITS.finditer(text):
        if match.start() in dates:
            skip_to = dates[match.start()]
        if match.start() < skip_to:
            if run:
                yield run
            run = []
            continue
        gap = text[run[-1].end : match.start()] if run else ""
        if run and not _GAP.fullmatch(gap):
            yield run
            run, gap = [], ""
        run.append(Group(*match.span(), match[0].replace("O", "0").replace("o", "0"), gap))
    if run:
        yield run


def digits_of(groups: Run) -> str:
    """Return the digits of some groups, joined."""
    return "".join(group.digits for group in groups)


def even(groups: Run) -> bool:
    """Return whether the gaps between groups are of one kind, but for one: 06.39.98.41.27, not 06.30-08.45."""
    kinds = [re.sub(r"\s", "", group.gap) for group in groups[1:] if not {"(", ")"} & set(group.gap)]
    usual = max(kinds, key=kinds.count, default="")
    others = [number for number, kind in enumerate(kinds) if kind != usual]
    # 0475/12.34.56 is Belgian; anywhere else than first, these two part one number from the next.
    return not others or (len(others) == 1 and len(kinds) >= 3 and (others == [0] or not {",", "/"} & set(kinds)))


def thousands(groups: Run) -> bool:
    """Return whether the groups read as one amount: 12 000, 1.250.000."""
    first, *rest = groups
    return bool(rest) and len(first.digits) <= 3 and first.digits[0] != "0" and all(len(g.digits) == 3 for g in rest)
