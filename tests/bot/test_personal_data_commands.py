"""`earshot forget` and `earshot mydata` on what a replay kept, with the shipped model."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.demo import SAMPLE
from config.errors import EarshotError

TEXT = "the kettle lid came off in my hand"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which a replay has kept one message of ann and one of bob."""
    monkeypatch.setenv("EARSHOT_HOME", str(tmp_path / "home"))
    lines = [
        {"id": f"m{place}", "t": 1_750_000_000 + 60 * place, "group": "g", "sender": who, "text": text}
        for place, (who, text) in enumerate([("ann", TEXT), ("bob", "mine works, I like it")])
    ]
    (tmp_path / "chat.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert run("replay", str(tmp_path / "chat.jsonl"), "--consent", "assumed").exit_code == 0
    return tmp_path / "home"


def run(command: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, [command, *arguments, "--brand", str(SAMPLE.brand)])


def test_a_person_sees_and_erases_what_is_kept(kept: Path) -> None:
    ann = ("--platform", "other", "--id", "ann")
    assert TEXT in run("mydata", *ann).output
    assert "erased 1 messages" in run("forget", *ann).output
    assert TEXT not in run("mydata", *ann).output
    assert "erased 0 messages" in run("forget", *ann).output
    assert "mine works" in run("mydata", "--platform", "other", "--id", "bob").output


def test_a_reader_in_the_way_is_said(kept: Path) -> None:
    database = next(kept.rglob("earshot.db"))
    reader = sqlite3.connect(database)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM message").fetchone()
        shown = run("forget", "--platform", "other", "--id", "ann").output
    finally:
        reader.close()
    assert "may still hold what was erased" in shown


def test_whom_must_be_said(kept: Path) -> None:
    assert isinstance(run("forget").exception, EarshotError)
