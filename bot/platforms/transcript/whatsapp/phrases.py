"""The wordings of all languages as lookups: is this text the app's own, and what does it stand for?"""

import re
import unicodedata
from collections.abc import Callable, Iterable

from bot.message import Media
from bot.platforms.transcript.whatsapp.heads import MARKS
from bot.platforms.transcript.whatsapp.languages import LANGUAGES
from bot.platforms.transcript.whatsapp.wording import System, Wording

_LONGEST = 500  # characters: no sentence of the app's is longer, and no pattern sees more
_SHORTEST_VERB = 7  # characters: " added " names an event inside what would else be a sender, " hat " does not
_PLAIN = {ord(mark): None for mark in MARKS + "\u2068\u2069"} | {ord(s): " " for s in "\u00a0\u202f"} | {ord("’"): "'"}


def normal(text: str) -> str:
    """`text` as wordings are compared: no marks, one kind of space and apostrophe, no case, no full stop at the end."""
    plain = text[:_LONGEST].translate(_PLAIN)
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain)
    return " ".join(plain.casefold().split()).rstrip(" .")


def _split(wordings: str) -> Iterable[str]:
    return (normal(wording) for wording in wordings.split("|"))


def _all(of: Callable[[Wording], str]) -> frozenset[str]:
    return frozenset(phrase for wording in LANGUAGES.values() for phrase in _split(of(wording)))


def _labels(phrases: Iterable[str]) -> str:
    """An alternation of phrases, longest first, composed and decomposed: the apps write both."""
    forms = {form for phrase in phrases for form in (phrase, unicodedata.normalize("NFD", phrase))}
    return "|".join(
        re.escape(form).replace(r"\ ", r"\s") for form in sorted(forms, key=lambda form: (-len(form), form))
    )


def _pattern(template: str) -> str:
    return ".+?".join(re.escape(part) for part in template.rstrip("*").split("*")) + (
        ".*" if template[-1] == "*" else ""
    )


def _templates(kind: System) -> list[str]:
    return sorted({phrase for wording in LANGUAGES.values() for phrase in _split(wording.system.get(kind, ""))} - {""})


def _verbs() -> str:
    """The middles of "* added *": where one stands before the first colon, no person is writing."""
    templates = (template for kind in System for template in _templates(kind))
    verbs = {part for template in templates for part in template.split("*")[1:-1] if len(part) >= _SHORTEST_VERB}
    return "|".join(re.escape(verb) for verb in sorted(verbs, key=lambda verb: (-len(verb), verb)))


OMITTED: dict[str, Media] = {
    phrase: media
    for wording in LANGUAGES.values()
    for media, phrases in wording.omitted.items()
    for phrase in _split(phrases)
}
"""What stands for media left out, as `normal` has it, without the angle brackets that Android puts around it."""

EDITED = _all(lambda wording: wording.edited)
LIVE_PLACES = _all(lambda wording: wording.live_place)
POLLS = _all(lambda wording: wording.poll)

_ATTACHED = _labels(_all(lambda wording: wording.attached))
ATTACHED_ANDROID = re.compile(rf"(?P<name>[^\n]+)\s\((?:{_ATTACHED})\)[{MARKS}\s]*", re.IGNORECASE)
ATTACHED_IOS = re.compile(rf"<(?:{_ATTACHED})\s?:\s(?P<name>[^<>\n]+)>[{MARKS}\s]*$", re.IGNORECASE)
OPTION = re.compile(
    rf"[{MARKS}]*(?:{_labels(_all(lambda wording: wording.option))})\s?:\s(?P<answer>.*?)"
    rf"(?:\s\([{MARKS}]*\d+\s[^()]*\))?[{MARKS}\s]*",
    re.IGNORECASE,
)
PLACE = re.compile(
    rf"[{MARKS}]*(?:(?:{_labels(_all(lambda wording: wording.place))})\s?:\s)?https://maps\.google\.com/\?q=-?[\d.]+,-?[\d.]+",
    re.IGNORECASE,
)

_SYSTEM = [
    (kind, re.compile("|".join(_pattern(template) for template in templates), re.DOTALL))
    for kind in System
    if (templates := _templates(kind))
]
_STAND_IN = [
    (kind, re.compile("|".join(_pattern(template) for template in _templates(kind) if not template.startswith("*"))))
    for kind in (System.DELETED, System.WAITING)
]
_VERB = re.compile(_verbs())


def system_kind(sentence: str) -> System | None:
    """What the app reports with a sentence, as `normal` has it; None when it is none of the app's."""
    return next((kind for kind, pattern in _SYSTEM if pattern.fullmatch(sentence)), None)


def stand_in(sentence: str) -> System | None:
    """What the app put in the place of a person's message: that it was deleted, or has not arrived."""
    return next((kind for kind, pattern in _STAND_IN if pattern.fullmatch(sentence)), None)


def reports_event(sender: str) -> bool:
    """Whether what stands before the first colon is no name but the beginning of one of the app's sentences."""
    return _VERB.search(normal(sender)) is not None
