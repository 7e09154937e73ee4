"""Phone numbers as people write them in chats, checked against each country's numbering plan (phonenumbers)."""

import re
from collections.abc import Iterator, Sequence

import phonenumbers

from nlp.pii.runs import Run, digits_of, even, runs, thousands
from nlp.pii.view import Span

REGIONS = {
    "fr": ("FR", "BE", "CH", "LU", "CA", "MA", "DZ", "TN", "SN", "CI"),
    "en": ("GB", "US", "IE", "AU"),
    "de": ("DE", "AT", "CH"),
    "es": ("ES", "MX", "AR"),
    "it": ("IT", "CH"),
    "pt": ("PT", "BR"),
    "nl": ("NL", "BE"),
    "ar": ("MA", "DZ", "TN", "EG"),
}
"""Countries whose national numbers are sought, by language."""

_NAMED = re.compile(
    r"(?:t[ée]l[a-zé]{0,8}|phone|mobile|portable|port|num|num[ée]ro|number|cell|gsm|fixe|whatsapp|sms|text|joindre|"
    r"joignable|appel\w{0,4}|rappel\w{0,4}|call|ring|contact\w{0,5}|ligne)\W{0,3}"
    r"(?:(?:est|is|me|moi|nous|us|au|le|on|at|sur|c'est|de)\W{1,2}){0,3}\+?$",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:commandes?|cmd|colis|suivi|r[ée]f(?:[ée]rence)?|ticket|facture|lot|s[ée]rie|article|ean|code[- ]barres?|siret"
    r"|siren|tva|isbn|r[ée]servation|vol|orders?|parcel|tracking|ref(?:erence)?|invoice|batch|serial|booking|flight)\W{0,3}"
    r"(?:(?:n[°ºo]\.?|num[ée]ro|num|number|no\.?|nr|id|est|is|de)\W{0,3}){0,3}[A-Z0-9]{0,4}[-:#]?$",
    re.IGNORECASE,
)
NUMBER_WORDS = ("zero", "zéro", "five", "seven", "trente", "quarante", "cinquante", "soixante", "vingt")
"""A number written in words has at least one of these, in lower case; other words need not be looked at."""
_UNIT = re.compile(r" ?(?:€|\$|£|%|k€|eur|kg\b|km\b|m\b|g\b|ml\b|cl\b)")
_DIGIT_WORD = (
    r"(?:z[ée]ro|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|"
    r"quarante|cinquante|soixante|septante|huitante|octante|nonante|et|\d{1,2})"
)
_SPOKEN = re.compile(
    r"\b(?:z[ée]ro[ ,.-]{1,3}(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf)|0[1-9](?=[ ,.-]{1,3}[a-z]))"
    rf"(?:[ ,.-]{{1,3}}{_DIGIT_WORD}\b){{4,20}}"
    r"|\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)[ ,.-]{1,3}){7,20}"
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b",
    re.IGNORECASE,
)
# National numbers of these countries, the nought included.
_SHAPES = {
    "FR": re.compile(r"0[1-9]\d{8}"),
    "GB": re.compile(r"0[1237]\d{9}"),
}
_SHORTEST, _LONGEST = 7, 12
_LONG_RUN = re.compile(r"\+?\d(?:[ .,:/-]?\d){7,}")
_BEFORE = 40
_MOST_PARSED = 1000


def find_phones(text: str, regions: Sequence[str]) -> Iterator[Span]:
    """Yield phone numbers; `regions` are ISO 3166 codes of the countries whose national numbers are sought."""
    plan = _Plan(regions)
    for run in runs(text):
        at = 0
        while at < len(run):
            size = _phone_at(text, run, at, plan)
            if size:
                yield _span(text, run[at : at + size])
            at += size or 1


def find_spoken_phones(text: str) -> Iterator[Span]:
    """Yield phone numbers written in words, French or English."""
    lowered = text.lower()
    if any(word in lowered for word in NUMBER_WORDS):
        yield from (Span(*match.span(), "phone") for match in _SPOKEN.finditer(text))


def find_long_numbers(text: str) -> Iterator[Span]:
    """Yield numbers of eight digits or more that nothing explains: an order, an amount, a date explain one."""
    for run in runs(text):
        for group in run:
            plain = len(group.digits) < 8 or len(set(group.digits)) <= 2 or _compact_date(group.digits)
            amount = group.gap in (".", ",") or _UNIT.match(text, group.end)
            if not plain and not amount and not _ORDER.search(text[max(0, group.start - _BEFORE) : group.start]):
                yield Span(group.start, group.end, "number")


def find_digit_runs(text: str) -> Iterator[Span]:
    """Yield whatever has eight digits or more with at most a sign between two of them: orders, dates, amounts."""
    yield from (Span(*match.span(), "number") for match in _LONG_RUN.finditer(text))


class _Plan:
    """Numbering plans of some countries, and how often they may still be asked about one text.

    The limit keeps a text of nothing but digits cheap; `find_long_numbers` and the shapes below do not ask.
    """

    def __init__(self, regions: Sequence[str]) -> None:
        self.regions = regions
        self.codes = tuple({str(phonenumbers.country_code_for_region(region)): None for region in regions})
        self.left = _MOST_PARSED

    def allows(self, number: str, region: str | None = None, *, assigned: bool = True) -> bool:
        """Return whether a number is assigned (or only of a right length) in a country, or abroad with its +."""
        if self.left <= 0:
            return False
        self.left -= 1
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            return False
        return phonenumbers.is_valid_number(parsed) if assigned else phonenumbers.is_possible_number(parsed)


def _phone_at(text: str, run: Run, at: int, plan: _Plan) -> int:
    """Return how many groups from `at` on are a phone number, 0 for none."""
    # Within a run only digits and separators stand before a group: no word, no plus.
    before = text[max(0, run[0].start - _BEFORE) : run[0].start] if at == 0 else ""
    plus = before.rstrip(" (").endswith("+")
    if plus or run[at].digits.startswith("00"):
        return _international(run, at, plan, plus=plus)
    windows = _windows(run, at)
    if before and windows and _NAMED.search(before) and not _ORDER.search(before):
        return _named(run, at, windows, plan)
    if run[at].digits[0] == "0":
        return _national(run, at, windows, plan) or _mistyped(run, at)
    if before[-1:].isalnum() or _ORDER.search(before):
        return 0
    return next((size for size, digits in windows if _without_trunk(text, run[at : at + size], digits, plan)), 0)


def _windows(run: Run, at: int) -> list[tuple[int, str]]:
    """Return (groups, digits) of the stretches from `at` on with 7 to 12 digits, longest first."""
    found: list[tuple[int, str]] = []
    digits = ""
    for size, group in enumerate(run[at : at + _LONGEST], start=1):
        digits += group.digits
        if len(digits) > _LONGEST:
            break
        if len(digits) >= _SHORTEST:
            found.append((size, digits))
    return found[::-1]


def _named(run: Run, at: int, windows: Sequence[tuple[int, str]], plan: _Plan) -> int:
    """Return how many groups are a number after a word such as "tel": any will do, best one with even gaps."""
    right = _national(run, at, windows, plan, uneven=True) if run[at].digits[0] == "0" else 0
    return right or next((size for size, _ in windows if even(run[at : at + size])), windows[0][0])


def _international(run: Run, at: int, plan: _Plan, *, plus: bool) -> int:
    assigned = possible = longest = 0
    digits = ""
    for size, group in enumerate(run[at : at + 16], start=1):
        # +33 (0)6...: the nought in brackets is not dialled from abroad
        digits += "" if group.digits == "0" and "(" in group.gap else group.digits
        number = "+" + (digits if plus else digits.removeprefix("00"))
        if len(number) > 16:
            break
        if len(number) < 8:
            continue
        longest = size
        assigned = size if plan.allows(number) else assigned
        possible = size if plan.allows(number, assigned=False) else possible
    return assigned or possible or (longest if plus else 0)


def _national(run: Run, at: int, windows: Sequence[tuple[int, str]], plan: _Plan, *, uneven: bool = False) -> int:
    """Return how many groups are a number with a leading nought in one of the countries."""
    # The shape will do where it is unmistakable: numbers kept for fiction or not yet assigned are not for the taking.
    shapes = [_SHAPES[region] for region in plan.regions if region in _SHAPES]
    for size, digits in windows:
        if any(shape.fullmatch(digits) for shape in shapes) and (uneven or even(run[at : at + size])):
            return size
    for size, digits in windows:
        if len(digits) < 9 or digits[1] == "0" or not even(run[at : at + size]):
            continue
        if any(plan.allows(digits, region) for region in plan.regions):
            return size
    return 0


def _without_trunk(text: str, groups: Run, digits: str, plan: _Plan) -> bool:
    """Return whether digits without a leading nought are a number: grouped as its country does, or in one piece."""
    if len(digits) < 9 or thousands(groups) or len(set(digits)) <= 2 or not even(groups):
        return False
    lengths = [len(group.digits) for group in groups]
    if "FR" in plan.regions and lengths in ([1, 2, 2, 2, 2], [2, 1, 2, 2, 2, 2]) and re.match(r"(?:33)?[67]", digits):
        return True
    if min(lengths[1:], default=2) < 2 or _UNIT.match(text, groups[-1].end):
        return False
    if len(lengths) != 2 and any(digits.startswith(code) and plan.allows("+" + digits) for code in plan.codes):
        return True
    if len(digits) == 12:
        return False
    if lengths == [3, 3, 4] and "US" in plan.regions and plan.allows(digits, "US", assigned=False):
        return True
    alone = len(lengths) == 1
    return any(plan.allows(digits, region) and (alone or _grouped(text, groups, region)) for region in plan.regions)


def _grouped(text: str, groups: Run, region: str) -> bool:
    written = text[groups[0].start : groups[-1].end]
    leniency = phonenumbers.Leniency.STRICT_GROUPING
    return any(
        match.raw_string == written for match in phonenumbers.PhoneNumberMatcher(written, region, leniency=leniency)
    )


def _mistyped(run: Run, at: int) -> int:
    """Return how many groups are a French number in all but one digit: 0X, then pairs, one of them a digit off."""
    groups = list(run[at : at + 6])
    while len(groups) >= 4:
        total = len(digits_of(groups))
        shaped = re.fullmatch(r"0[1-9]", groups[0].digits) and all(1 <= len(g.digits) <= 3 for g in groups[1:])
        pairs = sum(len(g.digits) == 2 for g in groups)
        if shaped and total in (9, 11) and pairs >= len(groups) - 1 and even(groups):
            return len(groups)
        groups.pop()
    return 0


def _span(text: str, groups: Run) -> Span:
    start, end = groups[0].start, groups[-1].end
    while start and text[start - 1] in "+ (" and "+" in text[max(0, start - 3) : start]:
        start -= 1
    if ")" in text[start:end] and text[start - 1 : start] == "(":
        start -= 1
    return Span(start, end, "phone")


def _compact_date(digits: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?", digits))
