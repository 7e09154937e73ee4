"""Whole replays of the bundled sample: twice, killed, with some who never agreed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.demo import SAMPLE

COMMAND = [sys.executable, "-m", "bot", "replay", *map(str, SAMPLE.inputs), "--brand", str(SAMPLE.brand)]


def replay(home: Path, out: Path, consent: str = "assumed", **more: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "EARSHOT_HOME": str(home), "NO_COLOR": "1"}
    return subprocess.Popen(
        [*COMMAND, "--consent", consent, "--out", str(out)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,
    )  # fmt: skip


def finished(process: subprocess.Popen[bytes]) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()
    return out.decode()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home and the result of a replay that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    finished(replay(folder / "home", folder / "result.jsonl"))
    return folder / "home", folder / "result.jsonl"


def test_everything_read_is_answered_once(undisturbed: tuple[Path, Path]) -> None:
    lines = [json.loads(line) for line in undisturbed[1].read_text().splitlines()]
    messages = [line for line in lines if line["type"] == "message"]
    assert len(messages) > 250
    assert {line["sentiment"] for line in messages} == {"negative", "neutral", "positive"}
    assert any(line["narrative"] is not None for line in messages)
    assert any(line["type"] == "alert" for line in lines)


def test_replaying_twice_changes_nothing(undisturbed: tuple[Path, Path], tmp_path: Path) -> None:
    home, first = undisturbed
    finished(replay(home, tmp_path / "again.jsonl"))
    assert (tmp_path / "again.jsonl").read_bytes() == first.read_bytes()


def test_killed_and_run_again_ends_as_if_nothing_had_happened(undisturbed: tuple[Path, Path], tmp_path: Path) -> None:
    chance = random.Random(7)
    home, out = tmp_path / "home", tmp_path / "result.jsonl"
    for _ in range(3):
        process = replay(home, out)
        time.sleep(chance.uniform(0.5, 4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    finished(replay(home, out))
    assert out.read_bytes() == undisturbed[1].read_bytes()


def test_who_never_agreed_is_nowhere_on_disk(tmp_path: Path) -> None:
    agreed = tmp_path / "agreed.txt"
    agreed.write_text("Nobody Of This Name\n")
    home, out = tmp_path / "home", tmp_path / "result.jsonl"
    said = finished(replay(home, out, consent=str(agreed)))
    assert out.read_text() == ""
    assert "0" in said
