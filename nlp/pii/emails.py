"""E-mail addresses, written plainly or spelled out against robots, and @handles."""

import re
from collections.abc import Iterator

from nlp.pii.view import Span

_TLD = (
    "ac|at|be|biz|br|ca|cat|ch|club|co|com|cz|de|dev|dk|edu|es|eu|example|fi|fr|gov|ie|info|invalid|io|it|lu|ma|me|net|"
    "nl|no|org|pl|pro|pt|ro|se|sn|swiss|test|tn|uk|us"
)
_PROVIDERS = (
    "aol|bbox|bluewin|free|gmail|gmx|googlemail|hotmail|icloud|laposte|live|mail|neuf|numericable|orange|outlook|posteo|"
    "proton|protonmail|sfr|skynet|telenet|wanadoo|web|yahoo|ymail|zoho"
)
_LOCAL = r"(?<![\w.+'-])[\w.+'-]{1,128}"
_PLAIN = re.compile(r"(?<![\w.+'-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_HOST = re.compile(r"@[\w-]+\.")
_SPACED = re.compile(
    rf"{_LOCAL}[ ]?@[ ]?(?:[\w-]{{1,63}}[ ]?\.[ ]?){{1,4}}(?:{_TLD})\b"
    rf"|{_LOCAL}[ ]?@[ ]?(?:{_PROVIDERS})[ .,]{{1,2}}(?:com|fr|net|org)\b"
    rf"|{_LOCAL}@(?:{_PROVIDERS})\b",
    re.IGNORECASE,
)
_AT_PROVIDER = re.compile(rf"@(?:{_PROVIDERS})\b", re.IGNORECASE)
# "nadia point ferrand arobase free point fr", "nadia(at)free.fr", "nadia at free dot fr". A plain "at" is a word of
# every day: the dot must then be spelled out too.
_DOT_WORD = r"(?:[ ]?[(\[{][ ]?(?:dot|point|punkt|punto|ponto|\.)[ ]?[)\]}][ ]?|[ ](?:dot|point|punkt|punto|ponto)[ ])"
_DOT = rf"(?:{_DOT_WORD}|[ ]?\.[ ]?)"
_AT = (
    r"(?:[ ]?[(\[{][ ]?(?:at|aroba[sz]e?|arroba|chez|chiocciola|@|a)[ ]?[)\]}][ ]?"
    r"|[ ](?:aroba[sz]e?|arroba|chiocciola)[ ])"
)
_JOIN = rf"(?:{_DOT}|[ ](?:tiret(?:[ ]du[ ](?:bas|6|8))?|underscore|dash)[ ])"
_NAME = rf"(?<![\w.+-])[\w+-]{{1,64}}(?:{_JOIN}[\w+-]{{1,64}}){{0,4}}"
_SPELLED = re.compile(
    rf"{_NAME}(?:{_AT}(?:[\w-]{{1,63}}{_DOT}){{1,3}}|[ ](?:at|chez)[ ](?:[\w-]{{1,63}}{_DOT_WORD}){{1,3}})(?:{_TLD})\b",
    re.IGNORECASE,
)
SPELLED_HINTS = (
    " at ",
    " chez ",
    "arob",
    "arrob",
    "chiocciola",
    "at)",
    "at]",
    "at}",
    "(a)",
    "[a]",
    "chez)",
    "@)",
    "@]",
)
# WhatsApp writes a mention as @, then the name between isolation marks, or @ and the number; exports write "~ Name".
_MENTION = re.compile("@\u2068[^\u2068\u2069\n]{1,80}\u2069")
_TILDE = re.compile("(?:@[ ]?~[ ]?|~[\u202f\u00a0])\\w[\\w'-]*(?:[ ][A-ZÀ-Þ][\\w'-]*){0,2}")
# "insta : nadia.f", "my snap is nadia75", "nadia#1234"
_NETWORKS = (
    "insta",
    "snap",
    "tiktok",
    "telegram",
    "twitter",
    "discord",
    "facebook",
    "fb",
    "messenger",
    "skype",
    "signal",
)
_ACCOUNT = re.compile(
    rf"\b(?:{'|'.join(_NETWORKS)})(?:gram|chat)?[ ]?"
    r"(?::|=|c['’]est|is)[ ]?(?P<name>(?=[^\W_]{0,40}[\d._])[^\W\d][\w.]{2,40}\w)",
    re.IGNORECASE,
)
# These call a whole group, nobody in particular.
_EVERYONE = r"(?!(?i:all|everyone|everybody|here|channel|group|admins?|tous|toutes|todos|alle)\b)"
_HANDLE = re.compile(rf"@(?:{_EVERYONE}[^\W\d][\w.]*(?<![.])|\+?\d(?:[ .-]?\d){{5,}})")


def find_emails(text: str) -> Iterator[Span]:
    """Yield e-mail addresses."""
    if "@" in text:
        if _HOST.search(text):
            yield from (Span(*match.span(), "email") for match in _PLAIN.finditer(text))
        if " @" in text or "@ " in text or _AT_PROVIDER.search(text):
            yield from (Span(*match.span(), "email") for match in _SPACED.finditer(text))
    lowered = text.lower()
    if any(hint in lowered for hint in SPELLED_HINTS):
        yield from (Span(*match.span(), "email") for match in _SPELLED.finditer(text))


def find_handles(text: str) -> Iterator[Span]:
    """Yield mentions of people: @name, @number, WhatsApp's marked names, accounts named after their network."""
    lowered = text.lower()
    if any(network in lowered for network in _NETWORKS):
        yield from (Span(*match.span("name"), "handle") for match in _ACCOUNT.finditer(text))
    for sign, pattern in (("@\u2068", _MENTION), ("~", _TILDE), ("@", _HANDLE)):
        if sign in text:
            yield from (Span(*match.span(), "handle") for match in pattern.finditer(text))
