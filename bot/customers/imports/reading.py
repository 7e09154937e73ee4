"""From a file to entries of the knowledge. The kind of a file is told by its ending; each kind gives raw pairs with the
line where they stand, and what is wrong with one of them stops none of the others.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from bot.customers.imports.pages import from_html
from bot.customers.imports.pairs import Pair, from_csv, from_markdown, from_yaml
from config.brand import FaqEntry, Translation, slug_of
from config.errors import ConfigError
from config.languages import Language
from nlp.language import UNDETERMINED, detect

LONGEST_ANSWER = 3_500
"""Characters that fit into one message of every platform beside source and notes; longer answers are cut nowhere, and
so not taken."""
LARGEST = 20_000_000  # bytes
_READERS: dict[str, Callable[[str], Iterable[Pair]]] = {
    ".csv": from_csv,
    ".tsv": from_csv,
    ".yaml": from_yaml,
    ".yml": from_yaml,
    ".md": from_markdown,
    ".markdown": from_markdown,
    ".html": from_html,
    ".htm": from_html,
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A pair that is no entry: the line where it begins, and why."""

    line: int
    why: str


@dataclass(slots=True)
class Imported:
    """What a file gave, in its order."""

    entries: list[FaqEntry] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def read_entries(path: Path, *, lang: str | None = None, source: str | None = None) -> Imported:
    """Read the questions and answers of a file; raises ConfigError when it cannot be read at all.

    `lang` is the language of all of them; without it, each pair's own, else the file's main one. `source` stands
    behind every answer that names none; without it, the file's name.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ConfigError(f"{path}: unknown kind of file; give one that ends in {', '.join(sorted(_READERS))}")
    text = _text(path)
    try:
        pairs = list(reader(text))
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from None
    if not pairs:
        raise ConfigError(
            f"{path}: there are no questions with answers in it; docs/customers.md shows what each kind looks like"
        )
    usual = lang or _main_language(pairs)
    made, used = Imported(), Counter[str]()
    for pair in pairs:
        try:
            made.entries.append(_entry(pair, usual, source or path.name, used))
        except ValueError as error:
            made.skipped.append(Skipped(pair.line, _why(error)))
    return made


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path}: is larger than {LARGEST // 1_000_000} MB; split it")
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    for encoding in ("utf-8-sig", "cp1252"):  # what spreadsheets on Windows still write
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _entry(pair: Pair, usual: Language, source: str, used: Counter[str]) -> FaqEntry:
    question, answer = _plain(pair.question), _plain(pair.answer)
    if not question:
        raise ValueError("has no question")
    if not answer:
        raise ValueError("has no answer")
    if len(answer) > LONGEST_ANSWER:
        raise ValueError(f"its answer is longer than {LONGEST_ANSWER} characters; shorten it or split it")
    id_ = re.sub(r"[^\w.-]+", "-", pair.id.strip())[:60].strip("-") or slug_of(question)
    used[id_] += 1
    if used[id_] > 1:
        id_ = f"{id_}-{used[id_]}"
    translations = {code: Translation.model_validate(said) for code, said in pair.translations.items()}
    return FaqEntry.model_validate(
        {
            "id": id_,
            "question": question,
            "answer": answer,
            "lang": pair.lang or usual,
            "translations": translations,
            "source": pair.source or source,
        }
    )


def _plain(text: str) -> str:
    """Text as a message can show it: no lone surrogates or control characters, no more than one empty line."""
    text = text.encode("utf-8", "replace").decode()
    text = re.sub(r"[^\S\n]+", " ", re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", text.replace("\r\n", "\n")))
    return re.sub(r"\n\s*\n+", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _main_language(pairs: Iterable[Pair]) -> Language:
    told = Counter(detect(f"{pair.question}\n{pair.answer}"[:2_000]) for pair in pairs)
    del told[UNDETERMINED]
    return max(told, key=lambda lang: (told[lang], lang), default="en")


def _why(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)
