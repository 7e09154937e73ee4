"""The figures of `models.md`: scores of several models side by side, as Markdown."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp.training.evaluate import BARS, reached
from nlp.training.train import LOG_FILE, RECIPE_FILE


def report(scores: Mapping[str, Mapping[str, Any]], run: Path | None = None) -> str:
    """Return Markdown: the bars, each score of each model of `scores` (by its name), and what the run in `run` took."""
    parts = [_bars(scores), _scores(scores)]
    if run is not None:
        parts.append(_run(run))
    return "\n\n".join(parts) + "\n"


def _bars(scores: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        [" ".join(bar.path), f"{bar.at_least:.3f}", *(_number(reached(model, bar)) for model in scores.values())]
        for bar in BARS
    ]
    return _table(["bar", "at least", *scores], rows)


def _scores(scores: Mapping[str, Mapping[str, Any]]) -> str:
    flat = {name: _flatten(model) for name, model in scores.items()}
    keys = list(dict.fromkeys(key for model in flat.values() for key in model))
    return _table(["score", *scores], [[key, *(_number(model.get(key)) for model in flat.values())] for key in keys])


def _run(run: Path) -> str:
    lines = (run / LOG_FILE).read_text("utf-8").splitlines()
    recipe = json.loads((run / RECIPE_FILE).read_text("utf-8"))
    last = json.loads(lines[-1])
    facts = {**recipe, "steps": last["step"], "minutes": round(last["seconds"] / 60, 1)}
    return _table(["of the run", "value"], [[key, str(value)] for key, value in facts.items() if value is not None])


def _flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    flat: dict[str, float] = {}
    for key, value in values.items():
        flat |= _flatten(value, f"{prefix}{key} ") if isinstance(value, Mapping) else {f"{prefix}{key}": float(value)}
    return flat


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
