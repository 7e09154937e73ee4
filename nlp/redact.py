"""Redaction: personal data in a text becomes typed placeholders, before anything is stored or analysed.

>>> redact("appelle-moi au 06 39 98 41 27 ou nadia@boitelibre.example").text
'appelle-moi au [phone] ou [email]'
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from nlp.pii.addresses import find_addresses
from nlp.pii.cards import find_cards
from nlp.pii.codes import find_codes
from nlp.pii.emails import SPELLED_HINTS, find_emails, find_handles
from nlp.pii.identifiers import find_ibans, find_identifiers
from nlp.pii.links import find_links
from nlp.pii.phones import NUMBER_WORDS, REGIONS, find_digit_runs, find_long_numbers, find_phones, find_spoken_phones
from nlp.pii.view import Span, hide, view_of

KINDS = ("phone", "email", "iban", "card", "id", "handle", "address", "code", "secret", "number")
"""The placeholders are these in square brackets. `id` is an official or customer number or a key, `code` what opens a
door, `secret` a password, `number` a long number of no known kind; beside personal data any long number."""

_PLACEHOLDER = re.compile(rf"\[({'|'.join(KINDS)})\]")
_KEPT = "kept "
_LEADS = frozenset({"phone", "email", "iban", "card", "id", "address"})
# Nearly every message ends here: nothing personal is without a digit, an @, an address or a spelled-out form of these.
_WORTH_A_LOOK = re.compile(r"[\d@＠﹫]|[./][^\W\d_]{2}|~[\u00a0\u202f]|://")
_SPELLED_OUT = (*SPELLED_HINTS, *NUMBER_WORDS)
_MOST_PASSES = 4


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data; how often each kind was found (`link`: an address cut); the addresses shared."""

    text: str
    found: Mapping[str, int]
    links: tuple[str, ...]


def redact(text: str, *, region: str = "FR", languages: Sequence[str] = ("fr", "en")) -> Redacted:
    """Replace personal data by placeholders such as `[phone]` (see KINDS).

    National phone numbers are sought as written in `region` (ISO 3166) and in the countries of `languages` (ISO 639-1).
    Redacting twice changes nothing more; any text is accepted; the time is linear in its length.
    """
    found: Counter[str] = Counter()
    links: dict[str, None] = {}
    regions = _regions(region, tuple(languages))
    # Replacing may bring new neighbours together; nearly always the second pass finds nothing.
    for _ in range(_MOST_PASSES):
        if not _worth_a_look(text):
            break
        text, changed = _pass(text, regions, found, links)
        if not changed:
            break
    return Redacted(text, dict(found), tuple(links))


def _worth_a_look(text: str) -> bool:
    if _WORTH_A_LOOK.search(text):
        return True
    lowered = text.lower()
    return any(word in lowered for word in _SPELLED_OUT)


@cache
def _regions(region: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((region.upper(), *(country for lang in languages for country in REGIONS.get(lang, ())))))


def _pass(text: str, regions: Sequence[str], found: Counter[str], links: dict[str, None]) -> tuple[str, bool]:
    """Return the text with all that one look finds replaced, and whether anything was."""
    view = view_of(text)
    shown = view.text
    spans: list[Span] = []
    for find in _finders(shown, regions):
        new = _apart(find(shown))
        if new:
            shown = hide(shown, new)
            spans += new
    if _leads_to_someone(spans):
        spans += find_digit_runs(shown)
    parts: list[str] = []
    at = 0
    for span in _apart(spans):
        if span.kind == "link":
            links.setdefault(span.instead or "")
        if span.instead == view.text[span.start : span.end]:
            continue
        parts += (text[at : view.origin[span.start]], span.instead if span.instead is not None else f"[{span.kind}]")
        at = view.origin[span.end]
        found[span.kind] += 1
    parts.append(text[at:])
    return "".join(parts), at > 0


def _finders(shown: str, regions: Sequence[str]) -> Iterator[Callable[[str], Iterable[Span]]]:
    """Yield the finders in the order in which they look: each sees only what those before it left.

    A finder is left out where the text has too few digits for what it finds.
    """
    digits = sum(map(str.isdecimal, shown))
    # Addresses without a scheme look like the right half of "nadia (at) site.fr": e-mails are read before them.
    yield partial(find_links, bare=False)
    yield find_emails
    yield partial(find_links, bare=True)
    yield _find_placeholders
    yield find_handles
    yield find_spoken_phones
    wanted: tuple[tuple[int, Callable[[str], Iterable[Span]]], ...] = (
        (8, find_ibans),
        (3, find_identifiers),
        (3, find_cards),
        (1, find_codes),
        (7, partial(find_phones, regions=regions)),
        (1, find_addresses),
        (8, find_long_numbers),
    )
    for least, find in wanted:
        if digits >= least:
            yield find


def _find_placeholders(text: str) -> Iterator[Span]:
    return (Span(*match.span(), _KEPT + match[1], match[0]) for match in _PLACEHOLDER.finditer(text))


def _leads_to_someone(spans: Iterable[Span]) -> bool:
    """Return whether a text gives, or gave before, personal data: an order number beside it is one lead more."""
    return any(span.kind.removeprefix(_KEPT) in _LEADS for span in spans)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order; those that overlap are one, of the kind of the first."""
    apart: list[Span] = []
    for span in sorted(spans):
        if apart and span.start < apart[-1].end:
            apart[-1] = apart[-1]._replace(end=max(apart[-1].end, span.end))
        else:
            apart.append(span)
    return apart
