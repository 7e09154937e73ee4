"""`earshot team link`, `earshot status` and what `earshot run` refuses to start without."""

import re
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from bot.__main__ import app
from config.errors import ConfigError
from storage.database import Database
from storage.tables import TeamCode

BRAND = "brand: {name: Orvelle}\nteam: {channels: [{name: team, url: telegram}]}\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "brand.yaml").write_text(BRAND, "utf-8")
    monkeypatch.setenv("EARSHOT_HOME", str(tmp_path))
    monkeypatch.setenv("EARSHOT_BRAND", str(tmp_path / "brand.yaml"))
    monkeypatch.delenv("TELEGRAM_TOKEN", raising=False)
    return tmp_path


def test_a_code_is_printed_and_only_its_digest_kept(home: Path) -> None:
    result = CliRunner().invoke(app, ["team", "link"], catch_exceptions=False)
    code = re.search(r"/link ([A-Z2-9]{8})", result.output)
    assert code is not None
    with Database(home / "earshot.db") as database, database.read() as session:
        (kept,) = session.exec(select(TeamCode)).all()
        assert kept.channel == "team"
        database.scrub()
    assert code[1].encode() not in (home / "earshot.db").read_bytes()


def test_a_brand_file_without_a_team_chat_says_what_to_add(home: Path) -> None:
    (home / "brand.yaml").write_text("brand: {name: Orvelle}\n", "utf-8")
    with pytest.raises(ConfigError, match=r"url: telegram"):
        CliRunner().invoke(app, ["team", "link"], catch_exceptions=False)


def test_status_tells_what_waits(home: Path) -> None:
    CliRunner().invoke(app, ["team", "link"], catch_exceptions=False)
    result = CliRunner().invoke(app, ["status"], catch_exceptions=False)
    assert "inbox: 0 waiting · outbox: 0 waiting" in result.output


def test_run_needs_a_brand(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EARSHOT_BRAND")
    with pytest.raises(ConfigError, match="EARSHOT_BRAND"):
        CliRunner().invoke(app, ["run"], catch_exceptions=False)
