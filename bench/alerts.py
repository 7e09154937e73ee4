"""How early, how often rightly, and how often for nothing the team is told, and what messages are taken for.

A scenario folder holds `scenario.yaml` (a brand file with a block `narratives`: id, kind, alert_expected,
first_message, alert_by_message) and `messages.jsonl` (one message a line, with the labels sentiment, topic, intent and
narrative). Each is replayed as `earshot replay` would, desk included, and judged by what that would write to `--out`.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table
from sklearn.metrics import f1_score

from bench.narratives import bcubed, wrong_share
from bot.app import open_workspace
from bot.errors import EarshotError
from bot.message import Platform
from bot.pipeline import Processed
from bot.platforms.transcript import open_transcript
from bot.replay import replay
from bot.results import write_results
from config.brand import load_brand
from config.settings import Settings
from nlp.encoder import Encoder, load_arrays, load_encoder
from nlp.topics import Parameters
from storage.tables import ChatMode

OWN = Path(__file__).with_name("scenarios")  # what the shipped weights have learnt from
FIELDS = ("sentiment", "topic", "intent")
COUNTS = ("wanted", "found", "on_time", "kind_right", "false", "repeats")
WIDE = 110  # characters, so that no figure is cut where nobody looks on
MEANS = ("false_per_day", "f1", "wrong_share", *FIELDS)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A labelled chat: its messages in time order, and the planted narratives by id."""

    name: str
    messages: Sequence[Row]
    stories: Mapping[str, Row]

    @classmethod
    def read(cls, folder: Path) -> "Scenario":
        """Read a folder."""
        stories = yaml.safe_load((folder / "scenario.yaml").read_text("utf-8"))["narratives"]
        return cls(folder.name, _lines(folder / "messages.jsonl"), {story["id"]: story for story in stories})


def run(data: Path, folds: Path | None = None) -> dict[str, Any]:
    """Replay and judge every scenario in or under `data`; print a table and JSON, and return what the JSON says.

    `folds` holds what has not seen one of the own brands: BRAND.npz reads its chats, BRAND.topics.npz chooses its
    topics (`python -m nlp.training`, `chat` and `topics`, each with `--folds`). Without it those brands are read by
    what has learnt from them: they stand in `learnt_from`, and a line warns of it. Raises EarshotError where there is
    no scenario, or nothing to read an own brand with.
    """
    folders = sorted(path.parent for path in data.rglob("scenario.yaml"))
    if not folders:
        raise EarshotError(f"{data} holds no scenario (a folder with scenario.yaml and messages.jsonl): name another")
    own = {folder.name for folder in folders if (OWN / folder.name).is_dir()}
    encoder = load_encoder()
    shipped, scenarios = (encoder.chat_parameters, encoder.topic_parameters), dict[str, Row]()
    unseen = {name: _unseen(folds, name) for name in sorted(own)} if folds else {}
    for folder in folders:
        encoder.chat_parameters, encoder.topic_parameters = unseen.get(folder.name, shipped)
        scenarios[folder.name] = judge(Scenario.read(folder), replayed(folder, encoder))
    result = {
        "model": f"{encoder.name}/{encoder.version}",
        "learnt_from": [] if folds else sorted(own),
        "scenarios": scenarios,
        "total": _total(list(scenarios.values())),
    }
    _show(result)
    return result


def replayed(folder: Path, encoder: Encoder) -> list[Row]:
    """Return the lines of bot/results.py that a replay of a scenario ends in, everybody's consent assumed."""
    brand = load_brand(folder / "scenario.yaml", ignore_narratives=True)
    groups = {group.id: (Platform(group.platform), group.title) for group in brand.groups}
    transcript = open_transcript(folder / "messages.jsonl", zone=brand.time_zone, groups=groups)
    with tempfile.TemporaryDirectory() as home:
        out = Path(home, "result.jsonl")
        with open_workspace(Settings(home=Path(home)), brand, Path(home, "earshot.db"), encoder=encoder) as workspace:
            replay([transcript], workspace, ChatMode.ASSUMED, _Nobody())
            write_results(out, workspace.database, workspace.vault, brand.slug)
        return _lines(out)


def judge(scenario: Scenario, lines: Sequence[Row]) -> Row:
    """Compare the lines of a replay with the labels.

    Returns what is told of alerts (see `_alerts`), `f1` (B-cubed, over the messages that tell a story) and
    `wrong_share` of narratives, and the macro-F1 of each of FIELDS over the messages that have a text.
    """
    said = {line["id"]: line for line in lines if line["type"] == "message"}
    texted = [message for message in scenario.messages if message["text"].strip() and message["id"] in said]
    telling = [message for message in texted if message["narrative"]]

    def pairs(of: Sequence[Row], field: str) -> tuple[list[Any], list[Any]]:
        return [message[field] for message in of], [said[message["id"]][field] for message in of]

    return _alerts(scenario, [line for line in lines if line["type"] == "alert"]) | {
        "f1": bcubed(*pairs(telling, "narrative"))[2] if telling else 0.0,
        "wrong_share": wrong_share(*pairs(texted, "narrative")),
        **{field: _macro_f1(*pairs(texted, field)) for field in FIELDS},
    }


def _alerts(scenario: Scenario, alerts: Sequence[Row]) -> dict[str, Any]:
    """Return how many narratives were `wanted`, `found`, found `on_time` and with their `kind_right`; alerts that were
    `false`, also `false_per_day`, or `repeats` of what was found; `minutes` from the first message to the alert; the
    `missed`.

    An alert is about the narrative that most of its messages tell, if at least half of them do.
    """
    messages, stories = scenario.messages, scenario.stories
    place = {message["id"]: at for at, message in enumerate(messages)}
    times = [datetime.fromisoformat(message["t"]) for message in messages]
    wanted = {name for name, story in stories.items() if story["alert_expected"]}
    found: dict[str, int] = {}
    on_time = kind_right = repeats = false = 0
    for alert in sorted(alerts, key=lambda alert: place[alert["at_message"]]):
        votes = Counter(messages[place[known]]["narrative"] for known in alert["messages"])
        leader, count = votes.most_common(1)[0] if votes else (None, 0)
        if leader not in wanted or 2 * count < len(alert["messages"]):
            false += 1
        elif leader in found:
            repeats += 1
        else:
            found[leader] = at = place[alert["at_message"]]
            on_time += at <= place[stories[leader]["alert_by_message"]]
            kind_right += alert["kind"] == stories[leader]["kind"]
    days = max((times[-1] - times[0]).total_seconds() / 86_400.0, 1e-9)
    waits = [times[at] - times[place[stories[name]["first_message"]]] for name, at in found.items()]
    return {
        "wanted": len(wanted),
        "found": len(found),
        "on_time": on_time,
        "kind_right": kind_right,
        "false": false,
        "false_per_day": false / days,
        "repeats": repeats,
        "minutes": [round(wait.total_seconds() / 60.0) for wait in waits],
        "missed": sorted(wanted - found.keys()),
    }


class _Nobody:
    """Looks on while a replay runs, and says nothing."""

    def progress(self, read: int, total: int) -> None:
        pass

    def processed(self, batch: Processed) -> None:
        pass


def _unseen(folds: Path, brand: str) -> tuple[Parameters, Parameters]:
    """Return what reads chats and what chooses topics, learnt from all brands but this one."""
    chat, topics = folds / f"{brand}.npz", folds / f"{brand}.topics.npz"
    for path, command in ((chat, "chat"), (topics, "topics")):
        if not path.is_file():
            raise EarshotError(f"{path} is missing: write it with `python -m nlp.training {command} --folds {folds}`")
    return load_arrays(chat), load_arrays(topics)


def _lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _macro_f1(gold: Sequence[str], said: Sequence[str]) -> float:
    return float(f1_score(gold, said, labels=sorted(set(gold)), average="macro", zero_division=0)) if gold else 0.0


def _total(scenarios: Sequence[Row]) -> Row:
    """Return counts added up, and rates averaged: each scenario counts the same."""
    counts = {key: sum(one[key] for one in scenarios) for key in COUNTS}
    return counts | {key: fmean(one[key] for one in scenarios) for key in MEANS}


def _show(result: Row) -> None:
    heads = ("found", "on time", "kind right", "false a day", "repeats", "B-cubed F1", "wrong share", *FIELDS)
    table = Table("scenario", *heads, box=None)
    for name, one in [*result["scenarios"].items(), ("total", result["total"])]:
        counts = (f"{one['found']}/{one['wanted']}", str(one["on_time"]), str(one["kind_right"]))
        shares = (f"{one[key]:.3f}" for key in ("f1", "wrong_share", *FIELDS))
        table.add_row(name, *counts, f"{one['false_per_day']:.2f}", str(one["repeats"]), *shares)
    console = Console(stderr=True, width=None if sys.stderr.isatty() else WIDE)
    console.print(table)
    if result["learnt_from"]:
        console.print(
            f"What reads these chats has LEARNT FROM {', '.join(result['learnt_from'])}: the figures say nothing of a "
            "brand that it has not seen. Use --folds (python -m nlp.training, chat and topics, --folds FOLDER)."
        )
    print(json.dumps(_rounded(result)))


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(inner) for key, inner in value.items()}
    return round(value, 4) if isinstance(value, float) else value
