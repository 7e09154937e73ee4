"""`earshot analyse`: what the model says of each line."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.app import make_analyser
from config.brand import load_brand
from config.errors import EarshotError
from config.settings import load_settings
from nlp.analysis import Analyser, Analysis
from nlp.redact import redact

LANGUAGES = ("fr", "en")  # whose phone numbers are redacted when no brand file says otherwise
BATCH = 256  # lines read before the model runs: enough to sort by length, little enough to answer a pipe soon


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(analyse)


def analyse(
    brand: Annotated[Path | None, typer.Option(help="A brand file: its topics and languages.")] = None,
) -> None:
    """Analyse JSON lines from standard input: {"text", "id"?} in; one line out for each, in the same order.

    A line that is none is answered with an "error" in its place, and the exit code is then 1.
    """
    loaded = load_brand(brand, ignore_narratives=True) if brand else None
    analyser = make_analyser(load_settings(), loaded)
    languages = loaded.languages if loaded else LANGUAGES
    faults = 0
    with open(sys.stdin.fileno(), encoding="utf-8", errors="surrogateescape", closefd=False) as lines:
        for answer in analysed(lines, analyser, languages):
            faults += "error" in answer
            # A lone surrogate is written as the JSON escape that it was read from.
            sys.stdout.buffer.write((json.dumps(answer, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace"))
            sys.stdout.flush()
    if faults:
        raise EarshotError(f'{faults} lines of standard input were no JSON objects with a "text"; see their "error"')


def analysed(lines: Iterable[str], analyser: Analyser, languages: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield one answer a line of JSON, in their order; blank lines are passed over."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while batch := list(islice(numbered, BATCH)):
        entries = [_parsed(number, line) for number, line in batch]
        texts = [redact(entry.get("text", ""), languages=languages).text for entry in entries]
        for entry, text, said in zip(entries, texts, analyser.analyse(texts), strict=True):
            yield entry if "error" in entry else _answer(entry["id"], text, said)


def _parsed(number: int, line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        entry = None
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        return {"id": None, "error": f'line {number}: expected a JSON object with "text", a string'}
    return {"text": entry["text"], "id": entry.get("id", number - 1)}


def _answer(id_: object, text: str, said: Analysis) -> dict[str, Any]:
    return {
        "id": id_,
        "lang": said.lang,
        "sentiment": said.sentiment,
        "sentiment_scores": {name: round(score, 4) for name, score in said.sentiment_scores.items()},
        "topic": said.topic,
        "intent": said.intent,
        "claim": round(said.claim, 4),
        "text": text,
    }
