"""`earshot status`: what it says of false alarms."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from storage.database import Database
from storage.tables import Alert, AlertState


def test_what_false_alarms_taught_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_HOME", str(tmp_path))
    brand = tmp_path / "brand.yaml"
    brand.write_text("brand: {name: Tisane}\n", encoding="utf-8")
    now = datetime.now(UTC)
    with Database(tmp_path / "earshot.db") as database:
        database.migrate()
        with database.transaction() as session:
            session.add(
                Alert(
                    brand="tisane", kind="rumour", severity=2, state=AlertState.DISMISSED, sure=0.7, topic="quality",
                    opened_at=now, resolved_at=now, updated_at=now,
                )
            )  # fmt: skip
    shown = CliRunner().invoke(app, ["status", "--brand", str(brand)])
    assert shown.exit_code == 0, shown.output
    assert "1 of rumour about quality; the next must be 0.65 sure instead of 0.50" in shown.output
