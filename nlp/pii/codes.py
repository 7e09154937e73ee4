"""Door codes, one-time codes and passwords: what opens something, told by the words around it."""

import re
from collections.abc import Iterator

from nlp.pii.view import Span

_WHAT = (
    r"porte|portail|entr[ée]e|immeuble|b[âa]timent|hall|grille|interphone|acc[èe]s|barri[èe]re|ascenseur|parking|garage|alarme"
    r"|bo[îi]te[ ][àa][ ]cl[ée]s?|coffre|cadenas|wi-?fi|v[ée]rification|confirmation|s[ée]curit[ée]"
)
_WHAT_EN = (
    r"(?:front[ ])?door|gate|entry|entrance|building|access|buzzer|alarm|garage|key[ ]?safe|lock[ ]?box|padlock|lock"
    r"|wi-?fi|verification|confirmation|security"
)
_LABEL = (
    rf"(?:digi-?code|code[ ](?:(?:de[ ]la|de[ ]l['’]|du|de|d['’]|pour[ ]la|pour[ ]le)[ ]?)?(?:{_WHAT})"
    rf"|(?:{_WHAT_EN})[ ]code|code[ ](?:for|to|at)[ ](?:the[ ]|my[ ]|our[ ])?(?:{_WHAT_EN})"
    r"|code[ ](?:pin|secret|confidentiel)|pin(?:[ ]code)?|otp|keypad|buzzer|interphone)"
)
_CODE = r"(?=[A-Za-z*#]{0,6}\d)[A-Za-z0-9*#]{3,8}(?![\w€$£%])"
_LABELLED = re.compile(
    rf"\b{_LABEL}\b\W{{0,3}}(?:(?:est|is|c['’]est|le|n[°º])\W{{1,2}}){{0,2}}"
    rf"(?P<code>{_CODE}(?:[ ]?(?:puis|et|ou|then|and|or|,|/)[ ]?{_CODE})?)",
    re.IGNORECASE,
)
# A bare "code": French keypads have the letters A and B.
_KEYPAD = re.compile(
    r"(?<!erreur )(?<!error )(?<!promo )\bcode\b\W{1,3}(?:(?:c['’]est|est|is)\W{1,2})?"
    r"(?P<code>\d{1,4}[AB]\d{0,4}|[AB]\d{3,5}|\d{4,6})(?![\w€$£%])",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?<!\w)(?P<code>{_CODE})[ ](?:au|pour[ ]le|sur[ ]le|on[ ]the|at[ ]the)[ ]"
    r"(?:digicode|portail|interphone|keypad|gate)\b",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"\b(?:mot[ ]de[ ]passe|mdp|password|passwd|pwd|passcode)\b\W{0,3}(?:(?:est|is|c['’]est)\W{1,2})?"
    r"(?P<code>(?=[^\s\d\0]{0,60}\d)[^\s\0]{4,64})",
    re.IGNORECASE,
)


_HINTS = ("code", "pin", "otp", "keypad", "buzzer", "interphone", "portail", "gate", "passe", "mdp", "passw", "pwd")


def find_codes(text: str) -> Iterator[Span]:
    """Yield codes of doors and accounts, and passwords; the words that name them stay."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return
    for pattern in (_LABELLED, _KEYPAD, _BEFORE):
        yield from (Span(*match.span("code"), "code") for match in pattern.finditer(text))
    yield from (Span(*match.span("code"), "secret") for match in _PASSWORD.finditer(text))
