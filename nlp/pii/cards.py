"""Payment cards: 13 to 19 digits with a right Luhn checksum (ISO/IEC 7812), or grouped by fours like one."""

import re
from collections.abc import Iterator

from stdnum import luhn

from nlp.pii.runs import Run, digits_of, runs
from nlp.pii.view import Span

_ISSUER = re.compile(r"(?:3[0-9]|4|5|6|2[0-9])")
_FOURS = (4, 4, 4, 4)
_SIZES = range(13, 20)
_GROUPINGS = {
    (4, 6, 5),
    (4, 6, 4),
    (4, 4, 4, 4, 3),
    (4, 4, 4, 4, 2),
    (4, 4, 4, 4, 1),
    (6, 13),
    (8, 8),
    (14,),
    (15,),
    (16,),
    (19,),
}
_CODE = re.compile(
    r"\b(?:cvv2?|cvc2?|cvn|cryptogramme|crypto|code de s[ée]curit[ée]|security code)\b\W{0,3}"
    r"(?:(?:est|is)\W)?(\d{3,4})\b",
    re.IGNORECASE,
)


def find_cards(text: str) -> Iterator[Span]:
    """Yield payment cards, and the security code where it is named."""
    for run in runs(text) if sum(map(str.isdecimal, text)) >= min(_SIZES) else ():
        at = 0
        while at < len(run):
            size = _card_at(run, at)
            if size:
                yield Span(run[at].start, run[at + size - 1].end, "card")
            at += size or 1
    yield from (Span(*match.span(1), "code") for match in _CODE.finditer(text))


def _card_at(run: Run, at: int) -> int:
    """Return how many groups from `at` on are a card, 0 for none."""
    if not _ISSUER.match(run[at].digits):
        return 0
    for size in (5, 4, 3, 2, 1):
        groups = run[at : at + size]
        lengths = tuple(len(group.digits) for group in groups)
        if lengths == _FOURS or (lengths in _GROUPINGS and luhn.is_valid(digits_of(groups))):
            return len(groups)
    odd = digits_of(run) if at == 0 and len(run) <= max(_SIZES) else ""
    regular = len({len(group.digits) for group in run[:-1]}) <= 1
    return len(run) if regular and len(odd) in _SIZES and luhn.is_valid(odd) else 0
