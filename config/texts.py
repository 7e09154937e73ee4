"""What people read, in every language: Fluent messages from `locales/<language>/*.ftl`, one file a subject."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.resolver import MAX_PART_LENGTH

LOCALES = Path(__file__).parent / "locales"
FALLBACK = "en"


class Texts:
    """The messages of one language, in English where a message is missing.

    Each file of the language's folder is loaded; https://projectfluent.org says how they are written.
    """

    def __init__(self, lang: str, folder: Path = LOCALES) -> None:
        self.lang = lang if (folder / lang).is_dir() else FALLBACK
        self._bundles = [_bundle(name, folder / name) for name in dict.fromkeys((self.lang, FALLBACK))]

    def say(self, message: str, /, **variables: object) -> str:
        """Return a message with its variables filled in.

        Numbers and dates are written as the language does. Raises LookupError when the message or one of its variables
        is missing: that is a mistake in the program, which its tests must meet.
        """
        long = {f"\ue000{name}\ue001": text for name, text in variables.items() if _is_long(text)}
        given = {name: f"\ue000{name}\ue001" if _is_long(text) else text for name, text in variables.items()}
        for bundle in self._bundles:
            if bundle.has_message(message) and (pattern := bundle.get_message(message).value) is not None:
                text, errors = bundle.format_pattern(pattern, given)
                if errors:
                    raise LookupError(f"text {message!r} in {bundle.locales[0]}: {errors[0]}")
                return _filled(str(text), long)
        raise LookupError(f"no text {message!r} in {self.lang} or {FALLBACK}; it belongs into config/locales/*/*.ftl")

    def __contains__(self, message: str) -> bool:
        return any(bundle.has_message(message) for bundle in self._bundles)


def languages(folder: Path = LOCALES) -> tuple[str, ...]:
    """Return the languages that have texts, sorted."""
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()))


@cache
def texts(lang: str) -> Texts:
    """Return the texts of a language tag ("fr", "fr-CA"), English for a language without texts."""
    return Texts(lang.replace("_", "-").split("-")[0].lower() or FALLBACK)


def _is_long(value: object) -> bool:
    """Whether fluent would refuse a variable: it fears that a translator's text grows without end."""
    return isinstance(value, str) and len(value) > MAX_PART_LENGTH


def _filled(text: str, long: Mapping[str, object]) -> str:
    """Put long variables where their marks stand, each once: what they hold is not read again."""
    parts = re.split("(\ue000[^\ue001]+\ue001)", text) if long else [text]
    return "".join(str(long.get(part, part)) for part in parts)


def _bundle(lang: str, folder: Path) -> FluentBundle:
    # Isolation marks would show up as boxes in chats and break word matching in what is quoted back.
    bundle = FluentBundle([lang], use_isolating=False)
    for path in sorted(folder.glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle
