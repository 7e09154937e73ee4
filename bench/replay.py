"""How much memory a long replay takes and how fast it goes: `python -m bench.replay --data DIR --messages 100000`.

The texts are those of the data sets in DIR (`*.jsonl.gz` with "text"), written by made-up people in made-up groups, two
messages a minute, each tenth an answer to an earlier one. Peak resident memory is the kernel's own figure.
"""

import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

BRAND = {
    "brand": {"name": "Orvelle", "aliases": ["Orvelle"], "sector": "kitchen shops", "languages": ["fr", "en"]},
    "topics": [
        {"id": "delivery", "label": "Delivery", "description": "Parcels, delays, lost orders"},
        {"id": "quality", "label": "Quality", "description": "Broken, faulty or well-made products"},
        {"id": "other", "label": "Other", "description": "Anything else"},
    ],
}
START = 1_750_000_000  # a summer day in 2025


def texts(data: Path, seed: int = 0) -> Iterator[str]:
    """Yield the distinct texts of all data sets under a folder, shuffled."""
    found = dict[str, None]()
    for path in sorted(data.rglob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found.update((json.loads(line)["text"], None) for line in lines)
    shuffled = sorted(found)
    random.Random(seed).shuffle(shuffled)
    yield from shuffled


def write_chat(path: Path, data: Path, messages: int, people: int = 2_000, groups: int = 5) -> int:
    """Write a chat as JSON lines and return how many messages it has: fewer when the data has fewer texts."""
    chance = random.Random(1)
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, text in enumerate(islice(texts(data), messages), 1):
            answered = f"m{chance.randrange(1, count)}" if count > 1 and chance.random() < 0.1 else None
            line = {
                "id": f"m{count}",
                "t": START + 30 * count,
                "group": f"g{chance.randrange(groups)}",
                "sender": f"u{chance.randrange(people)}",
                "text": text,
                "reply_to": answered,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return count


def run(data: Path, messages: int) -> dict[str, Any]:
    """Replay a made-up chat in a process of its own; returns speed (messages/s) and resident memory (MB) over time."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        count = write_chat(home / "chat.jsonl", data, messages)
        (home / "brand.yaml").write_text(json.dumps(BRAND))  # JSON is YAML
        command = [sys.executable, "-m", "bot", "replay", "chat.jsonl", "--brand", "brand.yaml", "--consent", "assumed"]
        command += ["--out", "result.jsonl"]
        environment = {"EARSHOT_HOME": str(home / "home"), "PATH": "", "NO_COLOR": "1", "PYTHONPATH": str(Path.cwd())}
        started = time.monotonic()
        process = subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.DEVNULL)
        resident = _watch(process, messages)
        seconds = time.monotonic() - started
        with (home / "result.jsonl").open(encoding="utf-8") as lines:
            answered = sum('"type": "message"' in line for line in lines)
        database = sum(path.stat().st_size for path in home.glob("home/replays/*/earshot.db"))
    tenths = [resident[len(resident) * tenth // 10] for tenth in range(10)] if resident else []
    return {
        "messages": count,
        "answered": answered,
        "exit": process.returncode,
        "seconds": round(seconds, 1),
        "messages_per_second": round(count / seconds, 1),
        "resident_mb_by_tenth_of_time": tenths,
        "peak_resident_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
        "database_bytes_a_message": round(database / count) if count else 0,
    }


def _watch(process: "subprocess.Popen[bytes]", messages: int) -> list[int]:
    """Resident memory in MB, every second until the process ends."""
    resident = []
    child = psutil.Process(process.pid)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        progress.add_task(f"replaying {messages} messages", total=None)
        while process.poll() is None:
            try:
                resident.append(child.memory_info().rss >> 20)
            except psutil.NoSuchProcess:
                break
            time.sleep(1)
    process.wait()
    return resident


def main(
    data: Annotated[Path, typer.Option(help="A folder with *.jsonl.gz data sets.")],
    messages: Annotated[int, typer.Option(help="How many messages.")] = 100_000,
) -> None:
    """Measure a long replay and print a table and JSON."""
    result = run(data, messages)
    table = Table("measure", "value")
    for name, value in result.items():
        table.add_row(name, str(value))
    Console(stderr=True).print(table)
    print(json.dumps(result))


if __name__ == "__main__":
    typer.run(main)
