"""How early, how often rightly, and how often for nothing the team is told, over labelled scenario folders.

A folder holds `scenario.yaml` (a brand file with a block `narratives`: id, kind, alert_expected, first_message,
alert_by_message) and `messages.jsonl` (one message a line: id, t, group, sender, text, reply_to, forwarded...).
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

from alerts.signals import Severity, Signal
from alerts.stories import Knowledge, StoryEngine
from bench.narratives import bcubed, wrong_share
from config.brand import Brand, load_brand
from nlp.analysis import Analyser, Analysis
from nlp.encoder import Encoder, load_encoder
from nlp.observation import Observation
from nlp.redact import redact
from nlp.topics import Topic

_LINK = re.compile(r"https?://\S+")


@dataclass(slots=True)
class _Run:
    """One scenario replayed: where each message went, and the first signal about each subject."""

    told: list[int | None] = field(default_factory=list)
    alerts: dict[tuple[int | None, str | None, str | None], tuple[int, Signal, str]] = field(default_factory=dict)


def run(data_dir: Path, weights: Path | None = None) -> dict[str, Any]:
    """Replay every scenario under `data_dir` through the analyser and the story engine; print and return figures.

    The desk is left out: each story's first signal above information counts as its alert.
    """
    encoder = load_encoder(weights)
    folders = sorted(path.parent for path in data_dir.rglob("scenario.yaml"))
    results = {folder.name: _scenario(folder, encoder) for folder in folders}
    table = Table(
        "scenario", "wanted", "found", "on time", "kind right", "false a day", "repeats", "minutes", "F1", "wrong"
    )
    for name, figures in results.items():
        keys = ("wanted", "found", "on_time", "kind_right", "false_per_day", "repeats", "minutes", "f1", "wrong_share")
        table.add_row(name, *(str(figures[key]) for key in keys))
    console = Console()
    console.print(table)
    console.print_json(json.dumps(results))
    return results


def _scenario(folder: Path, encoder: Encoder) -> dict[str, Any]:
    brand = load_brand(folder / "scenario.yaml", ignore_narratives=True)
    stories = {s["id"]: s for s in yaml.safe_load((folder / "scenario.yaml").read_text("utf-8"))["narratives"]}
    rows = [json.loads(line) for line in (folder / "messages.jsonl").read_text("utf-8").splitlines() if line.strip()]
    replayed = _replay(brand, encoder, rows)
    labels = [row["narrative"] for row in rows]
    texted = [i for i, row in enumerate(rows) if row["text"].strip()]
    related = [i for i in texted if labels[i]]
    f1 = bcubed([labels[i] for i in related], [replayed.told[i] for i in related])[2]
    wrong = wrong_share([labels[i] for i in texted], [replayed.told[i] for i in texted])
    return _judged(rows, stories, replayed) | {"f1": round(f1, 3), "wrong_share": round(wrong, 3)}


def _replay(brand: Brand, encoder: Encoder, rows: Sequence[Mapping[str, Any]]) -> _Run:
    topics = [Topic(topic.id, topic.label, topic.description, topic.examples) for topic in brand.topics]
    knowledge = Knowledge.of(brand, lambda texts: encoder.encode(texts).vectors)
    engine = StoryEngine(brand, knowledge, dimensions=encoder.dimensions)
    texts = [redact(row["text"], languages=brand.brand.languages).text for row in rows]
    analyses = Analyser(encoder, topics).analyse(texts)
    places = {row["id"]: i for i, row in enumerate(rows)}
    replayed = _Run(told=[None] * len(rows))
    for i, (row, text, analysis) in enumerate(zip(rows, texts, analyses, strict=True)):
        outcome = engine.observe(_observation(i, row, text, analysis, places.get(row["reply_to"])))
        replayed.told[i] = outcome.assignment.narrative
        for key, narrative in outcome.assignment.moved.items():
            replayed.told[key] = narrative
        for signal in outcome.signals:
            if signal.severity > Severity.INFORMATION:
                subject = (signal.narrative, signal.topic, signal.chat)
                first = replayed.alerts.get(subject, (i, signal, ""))
                replayed.alerts[subject] = (*first[:2], signal.kind.value)
    return replayed


def _observation(key: int, row: Mapping[str, Any], text: str, analysis: Analysis, reply_to: int | None) -> Observation:
    def rounded(scores: Mapping[str, float]) -> dict[str, float]:
        return {name: round(float(score), 4) for name, score in scores.items()}

    return Observation(
        key=key,
        at=datetime.fromisoformat(row["t"]).timestamp(),
        chat=row["group"],
        person=row["sender"],
        platform="other",
        lang=analysis.lang,
        text=text,
        vector=analysis.vector.astype(np.float16),
        sentiment=analysis.sentiment,
        sentiment_scores=rounded(analysis.sentiment_scores),
        topic=analysis.topic,
        topic_score=round(analysis.topic_score, 4),
        intent=analysis.intent,
        claim=round(analysis.claim, 4),
        scores=rounded(analysis.scores),
        reply_to=reply_to,
        forwarded=row["forwarded"],
        forwarded_many=row["forwarded_many"],
        links=tuple(_LINK.findall(row["text"])),
        media=row["media"],
    )


def _judged(
    rows: Sequence[Mapping[str, Any]], stories: Mapping[str, Mapping[str, Any]], replayed: _Run
) -> dict[str, Any]:
    wanted = {name for name, story in stories.items() if story["alert_expected"]}
    times = [datetime.fromisoformat(row["t"]).timestamp() for row in rows]
    places = {row["id"]: i for i, row in enumerate(rows)}
    found: dict[str, int] = {}
    on_time = kind_right = repeats = false = 0
    for at, signal, kind in sorted(replayed.alerts.values(), key=lambda alert: alert[0]):
        votes = Counter(rows[key]["narrative"] for key in signal.messages)
        leader, count = votes.most_common(1)[0] if votes else (None, 0)
        if leader not in wanted or 2 * count < len(signal.messages):
            false += 1
        elif leader in found:
            repeats += 1
        else:
            found[leader] = at
            on_time += at <= places[stories[leader]["alert_by_message"]]
            kind_right += kind == stories[leader]["kind"]
    days = max((times[-1] - times[0]) / 86_400.0, 1e-9)
    leads = [round((times[at] - times[places[stories[name]["first_message"]]]) / 60.0) for name, at in found.items()]
    return {
        "wanted": len(wanted),
        "found": len(found),
        "on_time": on_time,
        "kind_right": kind_right,
        "false_per_day": round(false / days, 2),
        "repeats": repeats,
        "minutes": leads,
        "missed": sorted(wanted - found.keys()),
    }
