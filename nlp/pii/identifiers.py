"""Bank accounts and official numbers, most of them told by their checksum (python-stdnum)."""

import re
from collections.abc import Callable, Iterator
from functools import cache

import stdnum.be.nn
import stdnum.br.cpf
import stdnum.ch.ssn
import stdnum.es.dni
import stdnum.es.nie
import stdnum.fr.nir
import stdnum.iban
import stdnum.it.codicefiscale
import stdnum.us.ssn
from stdnum import numdb

from nlp.pii.view import Span

_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][ .-]?[A-Za-z][ .-]{0,2}\d[ .-]{0,2}\d")
_GROUP = re.compile(r"[\s.:/_-]{0,2}[A-Za-z0-9]")
_MAX_IBAN = 34
# Mistyped: the shape alone, in capitals or after a bank's word.
_IBAN_SHAPE = re.compile(
    r"[A-Za-z]{2}[ ]?\d{2}"
    r"(?:[ ._-]{0,2}(?:[A-Za-z]{4}(?=[ ._-]{0,2}\d)|(?=[A-Za-z]{0,3}\d)[A-Za-z0-9]{1,30})){1,30}"
)
# Bank, branch, account and key of a French account
_RIB = re.compile(r"(?<![\w+])\d{5}[ .-]\d{5}[ .-][0-9A-Z]{11}[ .-]\d\d(?!\w)")
_BANK_WORD = re.compile(
    r"\b(?:iban|rib|bic|compte|virement|virer?|virez|account|acct|transfer|bank|banque|konto|cuenta|conto|conta)\b"
    r"\W{0,3}(?:[\w'’]+\W{1,3}){0,5}$",
    re.IGNORECASE,
)
_BEFORE = 60


def find_ibans(text: str) -> Iterator[Span]:
    """Yield IBANs: with a right checksum in any grouping, or unmistakable in shape (people mistype); French RIBs."""
    yield from (Span(*match.span(), "iban") for match in _RIB.finditer(text))
    at = 0
    while start := _IBAN_START.search(text, at):
        end = _checked_iban(text, start.start()) or _shaped_iban(text, start.start())
        if end:
            yield Span(start.start(), end, "iban")
        at = end or start.start() + 1


def _checked_iban(text: str, start: int) -> int | None:
    """Return the end of the IBAN with a right checksum that begins here."""
    compact = ""
    at, length = start, _MAX_IBAN
    while len(compact) < length and (group := _GROUP.match(text, at)):
        compact += group[0][-1].upper()
        at = group.end()
        if len(compact) == 2:
            length = _iban_length(compact)
    return at if length and len(compact) == length and stdnum.iban.is_valid(compact, check_country=False) else None


@cache
def _iban_length(country: str) -> int:
    """Return the length of a country's IBANs, 0 for no country that has them."""
    structure = numdb.get("iban").info(country)[0][1].get("bban", "")
    return 4 + sum(map(int, re.findall(r"(\d+)!", structure))) if structure else 0


def _shaped_iban(text: str, start: int) -> int | None:
    """Return the end of what is written like an IBAN but has a wrong checksum."""
    match = _IBAN_SHAPE.match(text, start)
    if match is None:
        return None
    compact = re.sub(r"[^A-Za-z0-9]", "", match[0])
    told = compact[:2].isupper() or _BANK_WORD.search(text[max(0, start - _BEFORE) : start])
    enough = len(compact) >= 12 and sum(map(str.isdigit, compact)) >= 8
    return match.end() if told and enough and _iban_length(compact[:2].upper()) else None


def _separated(number: str) -> bool:
    return len(re.findall(r"\d[ .-]\d", number)) >= 4


def _nir(number: str) -> bool:
    return _separated(number) or stdnum.fr.nir.is_valid(re.sub(r"\W", "", number).upper())


# Name, shape, and what else must hold. Capitals only where the shape says so: lower-case look-alikes are words.
_OFFICIAL: tuple[tuple[str, str, Callable[[str], bool] | None], ...] = (
    (
        "french_social_security",
        r"[12][ .-]?\d\d[ .-]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .-]?(?:\d\d|2[ABab])[ .-]?\d{3}[ .-]?\d{3}"
        r"(?:[ ./-]{0,3}\d\d)?",
        _nir,
    ),
    ("french_passport", r"\d\d[A-Z]{2}\d{5}", None),
    ("french_number_plate", r"[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}", None),
    ("british_insurance", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]", None),
    ("american_social_security", r"\d{3}-\d{2}-\d{4}", stdnum.us.ssn.is_valid),
    ("spanish_dni", r"\d{8}-?[A-Za-z]", stdnum.es.dni.is_valid),
    ("spanish_nie", r"[XYZxyz]-?\d{7}-?[A-Za-z]", stdnum.es.nie.is_valid),
    ("italian_fiscal_code", r"[A-Za-z]{6}\d\d[A-Za-z]\d\d[A-Za-z]\d{3}[A-Za-z]", stdnum.it.codicefiscale.is_valid),
    ("belgian_register", r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d", stdnum.be.nn.is_valid),
    ("swiss_social_security", r"756\.?\d{4}\.?\d{4}\.?\d\d", stdnum.ch.ssn.is_valid),
    ("brazilian_cpf", r"\d{3}\.\d{3}\.\d{3}-\d\d", stdnum.br.cpf.is_valid),
    (
        "internet_address",
        r"(?<!\.)(?=[\d.]{10})(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?!\.\d)",
        None,
    ),
)
_SHAPES = re.compile(rf"(?<![\w+])(?:{'|'.join(f'(?P<{name}>{shape})' for name, shape, _ in _OFFICIAL)})(?!\w)")
_HOLDS = {name: holds for name, _, holds in _OFFICIAL if holds}
# A number whose owner is named by the word before it.
_LABELLED = re.compile(
    r"""\b(?:
        (?:num[ée]ro|num|n[°ºo]\.?)[ ](?:de[ ]|d')?
            (?:client|adh[ée]rent|membre|abonn[ée]|allocataire|fiscal|compte|dossier)
        | (?:n(?:um[ée]ro|um|[°ºo]\.?)[ ](?:de[ ])?)?
            (?:s[ée]cu(?:rit[ée][ ]sociale)?|passeport|cni|permis|carte[ ]d'identit[ée])
        | (?:customer|client|member(?:ship)?|account|licen[cs]e)[ ](?:number|no\.?|id|nr)
        | (?:passport|national[ ]insurance|social[ ]security|ssn|nhs)(?:[ ](?:number|no\.?|id|nr))?
    )[ ]?(?:(?:est|is|n[°ºo]\.?|[:\#=,])[ ]?){0,2}
    (?P<number>(?=[A-Z]{0,2}[ -]?\d)[A-Z0-9]{1,20}(?:[ .-]\d[A-Z0-9]{0,12}){0,6})""",
    re.IGNORECASE | re.VERBOSE,
)
_DATE = r"(?:\d{1,2}(?:er)?[ ./-]{1,2}(?:\d{1,2}|[^\W\d_]{3,10})[ ./-]{1,2}\d{2,4}|\d{4}-\d\d-\d\d)"
_BIRTH = re.compile(
    r"\b(?:n[ée]e?s? (?:en |le )|date de naissance\W{1,3}(?:le )?|born (?:on )?(?:the )?|d\.?o\.?b\.?\W{1,3}"
    r"|birth ?date\W{1,3})"
    rf"(?P<date>{_DATE})(?!\w)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"(?<![\w#-])(?=[A-Za-z_]{0,40}\d)[A-Za-z0-9_]{20,}(?![\w-])")


def find_identifiers(text: str) -> Iterator[Span]:
    """Yield official numbers, birth dates, numbers of customers and members, and tokens such as keys and wallets."""
    for match in _SHAPES.finditer(text):
        holds = _HOLDS.get(match.lastgroup or "")
        if holds is None or holds(match[0]):
            yield Span(*match.span(), "id")
    for match in _LABELLED.finditer(text):
        if sum(map(str.isdigit, match["number"])) >= 5:
            yield Span(*match.span("number"), "id")
    yield from (Span(*match.span("date"), "id") for match in _BIRTH.finditer(text))
    for match in _TOKEN.finditer(text):
        digits = sum(map(str.isdigit, match[0]))
        if 5 <= digits <= len(match[0]) - 5:
            yield Span(*match.span(), "id")
