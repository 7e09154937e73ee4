import sys

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.errors import MissingExtraError

BENCHES = ("speed", "quality", "narratives", "cost", "alerts", "answers", "replay")


def test_every_bench_is_a_command() -> None:
    shown = CliRunner().invoke(app, ["bench", "--help"]).output
    for name in BENCHES:
        assert name in shown


def test_a_bench_runs_and_prints_its_figures() -> None:
    result = CliRunner().invoke(app, ["bench", "cost", "--messages", "1000", "--live", "200"])
    assert result.exit_code == 0
    assert "median_ms" in result.output


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "bench.replay", raising=False)
    monkeypatch.setitem(sys.modules, "psutil", None)
    result = CliRunner().invoke(app, ["bench", "replay", "--data", "."])
    assert isinstance(result.exception, MissingExtraError)
    assert "psutil" in str(result.exception)
    assert "earshot[bench,training]" in str(result.exception)
