"""What stands after the sender's name: a person's words, media, or a sentence of the app's own.

An iPhone puts U+200E before everything that the app and not a person wrote. Android does not, but writes its own
sentences without a sender, and puts angle brackets around what it left out.
"""

from typing import NamedTuple

from bot.message import Media
from bot.platforms.transcript.base import storable
from bot.platforms.transcript.whatsapp.heads import MARKS
from bot.platforms.transcript.whatsapp.phrases import (
    ATTACHED_ANDROID,
    ATTACHED_IOS,
    EDITED,
    LIVE_PLACES,
    OMITTED,
    OPTION,
    PLACE,
    POLLS,
    normal,
    stand_in,
    system_kind,
)
from bot.platforms.transcript.whatsapp.wording import System

_LONGEST_WORDING = 400  # characters of a line: the longest notice has some 200, the longest name of a file 255
_APP = "\u200e"
_EDGE = MARKS + " \t\r\n\u00a0\u202f"
_BY_ENDING = {
    Media.PHOTO: "jpg jpeg png heic gif",
    Media.VIDEO: "mp4 mov 3gp mkv webm",
    Media.VOICE: "opus ogg m4a mp3 aac amr",
    Media.STICKER: "webp was",
    Media.CONTACT: "vcf",
}
_MEDIA = {ending: media for media, endings in _BY_ENDING.items() for ending in endings.split()}


class Content(NamedTuple):
    """What a person sent."""

    text: str
    media: Media | None = None
    edited: bool = False


def read_body(body: str, *, from_group: bool = False) -> Content | System:
    """Tell words, media and the app's sentences apart. `from_group`: the sender's name is the group's title.

    Places and contacts come without their text, which is nothing but personal data; polls as question and answers.
    """
    body, edited = _unedited(body)
    first, _, rest = body.partition("\n")
    start = normal(first) if len(first) <= _LONGEST_WORDING else ""
    if found := _media(body, first, rest, start):
        return Content(_words(found[1]), found[0], edited)
    if start and not rest.strip(_EDGE) and (kind := _sentence(first, start, from_group=from_group)):
        return kind
    return Content(_words(body), None, edited)


def _unedited(body: str) -> tuple[str, bool]:
    """The body without the note that it was edited, and whether there was one."""
    words = body.rstrip(_EDGE)
    note = words.rfind("<") if words.endswith(">") else -1
    if note < 0 or normal(words[note + 1 : -1]) not in EDITED:
        return body, False
    return words[:note], True


def _sentence(line: str, plain: str, *, from_group: bool) -> System | None:
    if line.lstrip().startswith(_APP):
        return system_kind(plain) or (System.OTHER if from_group else None)
    return stand_in(plain)


def _media(body: str, first: str, rest: str, start: str) -> tuple[Media, str] | None:
    """The media and the words that came with it; None for words alone. `start` is the first line as `normal` has it."""
    if media := OMITTED.get(start.strip("<>")):
        return media, rest
    if start.endswith(")") and (attached := ATTACHED_ANDROID.fullmatch(first)):
        return _by_file(attached["name"]), rest
    if (_APP in body or start.startswith("<")) and (found := _after_caption(body)):
        return found
    if start in LIVE_PLACES or ("maps.google" in start and PLACE.fullmatch(body.strip(_EDGE))):
        return Media.LOCATION, ""
    if rest and start.endswith(":") and start.rstrip(" :") in POLLS:
        return Media.POLL, _poll(rest)
    if body.strip(_EDGE) in ("", "null"):  # what Android writes of a view-once photo
        return Media.OTHER, ""
    return None


def _after_caption(body: str) -> tuple[Media, str] | None:
    """Media as an iPhone writes it, at the end and after U+200E, with the words that stand before it."""
    attached = ATTACHED_IOS.search(body)
    caption, _, last = (body[: attached.start()], "", "") if attached else body.rpartition(_APP)
    media = _by_file(attached["name"]) if attached else OMITTED.get(normal(last).strip("<>"))
    if media is None:
        return None
    # Before a document stand its name and number of pages, which are no one's words.
    return media, "" if media is Media.DOCUMENT else caption


def _by_file(name: str) -> Media:
    return _MEDIA.get(name.strip(_EDGE).rpartition(".")[2].lower(), Media.DOCUMENT)


def _poll(lines: str) -> str:
    return "\n".join(_answer(line).strip(_EDGE) for line in lines.split("\n"))


def _answer(line: str) -> str:
    option = OPTION.fullmatch(line) if len(line) <= _LONGEST_WORDING else None
    return option["answer"] if option else line


def _words(text: str) -> str:
    return storable(text).strip(_EDGE)
