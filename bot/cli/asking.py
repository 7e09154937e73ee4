"""`earshot ask`: what customers would be answered."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.app import make_analyser
from bot.customers.answering import Answerer, Reply
from config.brand import load_brand
from config.errors import EarshotError
from config.settings import load_settings

BATCH = 256  # lines read before the model runs


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(ask)


def ask(
    brand: Annotated[Path, typer.Option(help="The brand file: its faq and facts.")],
) -> None:
    """Answer JSON lines from standard input: {"text", "id"?} in; what a customer would get out, in the same order.

    A line that is none is answered with an "error" in its place, and the exit code is then 1.
    """
    loaded = load_brand(brand, ignore_narratives=True)
    answerer = Answerer(loaded, make_analyser(load_settings(), loaded))
    faults = 0
    with open(sys.stdin.fileno(), encoding="utf-8", errors="surrogateescape", closefd=False) as lines:
        for said in replies(lines, answerer):
            faults += "error" in said
            sys.stdout.buffer.write((json.dumps(said, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace"))
            sys.stdout.flush()
    if faults:
        raise EarshotError(f'{faults} lines of standard input were no JSON objects with a "text"; see their "error"')


def replies(lines: Iterable[str], answerer: Answerer) -> Iterator[dict[str, Any]]:
    """Yield one reply a line of JSON, in their order; blank lines are passed over."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while batch := list(islice(numbered, BATCH)):
        asked = [_parsed(number, line) for number, line in batch]
        for one, reply in zip(asked, answerer.reply([one.get("text", "") for one in asked]), strict=True):
            yield one if "error" in one else _line(one["id"], reply)


def _parsed(number: int, line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        entry = None
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        return {"id": None, "error": f'line {number}: expected a JSON object with "text", a string'}
    return {"text": entry["text"], "id": entry.get("id", number - 1)}


def _line(id_: object, reply: Reply) -> dict[str, Any]:
    return {
        "id": id_,
        "kind": reply.kind.value,
        "faq": reply.faq,
        "choices": list(reply.choices) if reply.choices is not None else None,
        "fact": reply.fact,
        "score": reply.score,
        "text": reply.text,
    }
