"""Web addresses: kept as evidence of what goes round, without what may be secret or lead to a person.

Query, fragment and user information go; so do phone numbers, e-mails, handles and tokens in the path.
"""

import re
from collections.abc import Iterator

from nlp.pii.view import Span

# No address ends in these; a closing bracket belongs to it only when it was opened there.
_TRAILING = ".,;:!?…'*_~»”’"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_NO_PATH = "app|biz|cat|club|com|dev|edu|eu|example|fr|gov|info|link|net|nl|online|org|shop|site|store|top|uk|xyz"
_WHOLE = re.compile(r"(?<![\w@.+-])(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s<>\"«»“”\0]+", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w@.+/-])(?:[\w-]{1,63}\.){1,6}"
    rf"(?:[a-z]{{2,24}}(?::\d{{2,5}})?[/?#][^\s<>\"«»“”\0]*|(?:{_NO_PATH})(?![\w@-]|\.\w))",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"\[[a-z]+\]")
_EMAIL = re.compile(r"[\w.+-]{1,64}(?:@|%40)[\w.-]{2,}", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d(?:[ .+_-]?\d){8,14}(?!\d)")
_TOKEN = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[a-z0-9_=]{16,}", re.IGNORECASE)
# Sites where a path of one segment (or one after `in`, `add`, `user`) names a person or a private group.
_PROFILES = re.compile(
    r"(?:www\.|m\.|mobile\.)?(?:t\.me|telegram\.me|wa\.me|chat\.whatsapp\.com|instagram\.com|facebook\.com|fb\.com"
    r"|fb\.me|m\.me|twitter\.com|x\.com|tiktok\.com|snapchat\.com|linkedin\.com|threads\.net|github\.com|paypal\.me"
    r"|lydia-app\.com|venmo\.com)",
    re.IGNORECASE,
)
_SECTIONS = re.compile(
    "channel|company|events|explore|groups|hashtag|help|home|intent|marketplace|p|pages|photos?|posts?|privacy|reels?|s|"
    "search|settings|share|stories|videos?|watch",
    re.IGNORECASE,
)
_NAMING = re.compile("add|c|in|invite|joinchat|message|profile|user", re.IGNORECASE)
_VIDEO = re.compile(r"(?:[?&])(v=[\w-]{11})(?![\w-])")


def find_links(text: str, *, bare: bool) -> Iterator[Span]:
    """Yield addresses with a scheme or www, or, when `bare`, those without; each is replaced by its safe form."""
    for match in (_BARE if bare else _WHOLE).finditer(text):
        written = _trimmed(match[0])
        yield Span(match.start(), match.start() + len(written), "link", _safe(written))


def _trimmed(link: str) -> str:
    """Return the address without the punctuation of the sentence around it."""
    end = len(link)
    excess = {close: link.count(close) - link.count(opened) for close, opened in _BRACKETS.items()}
    while end:
        last = link[end - 1]
        if excess.get(last, 0) > 0:
            excess[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return link[:end]


def _safe(link: str) -> str:
    """Return scheme, host and path of an address, without secrets; the same again for what it returned."""
    scheme, colon, rest = link.partition("://") if "://" in link else ("", "", link)
    cut = next((index for index, char in enumerate(rest) if char in "/?#"), len(rest))
    host, tail = rest[:cut].rpartition("@")[2], rest[cut:]
    path = re.split(r"[?#]", tail, maxsplit=1)[0]
    safe = f"{scheme}{colon}{host}" + _safe_path(host, path)
    video = _VIDEO.search(tail) if path.endswith("/watch") and "youtube." in host.lower() else None
    return f"{safe}?{video[1]}" if video else safe


def _safe_path(host: str, path: str) -> str:
    segments = path.split("/")
    if _PROFILES.fullmatch(host):
        segments = _without_person(segments)
    return "/".join(_safe_segment(segment) for segment in segments)


def _without_person(segments: list[str]) -> list[str]:
    """Replace the segment that names a person: the first, or the one after `in`, `user`, `joinchat`..."""
    first = segments[1] if len(segments) > 1 else ""
    at = 2 if _NAMING.fullmatch(first) else 1
    if _SECTIONS.fullmatch(first) or not "".join(segments[at : at + 1]) or _PLACEHOLDER.search(segments[at]):
        return segments
    kind = "[phone]" if re.fullmatch(r"\+?\d{7,}", segments[at]) else "[handle]"
    return [*segments[:at], kind, *segments[at + 1 :]]


def _safe_segment(segment: str) -> str:
    if segment.startswith("@") and len(segment) > 1 and not _PLACEHOLDER.search(segment):
        return "[handle]"
    segment = _EMAIL.sub("[email]", segment)
    segment = _TOKEN.sub(lambda match: "[id]" if _random(match[0]) else match[0], segment)
    return _PHONE.sub(lambda match: "[phone]" if re.match(r"\+|00?[1-9]|33", match[0]) else match[0], segment)


def _random(token: str) -> bool:
    """Return whether a path's token looks drawn by lot: letters and many digits, or hexadecimal."""
    digits = sum(char.isdigit() for char in token)
    return 4 <= digits < len(token) - 3
