import json
from pathlib import Path

from typer.testing import CliRunner

from nlp.training.__main__ import app
from nlp.training.benchmarks import VALIDATION
from nlp.training.heads import ModelCard
from nlp.training.labels import SHIPPED
from tests.nlp.training.conftest import write_rows


def _run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_from_corpora_to_a_calibrated_model(data: Path, base: Path, tmp_path: Path) -> None:
    for split in VALIDATION.values():
        if split.head != "sentiment":
            label = ["joy"] if "goemotions" in split.stem else "anger"
            rows = [{"text": f"bread {i}", "lang": "en", "label": label} for i in range(4)]
            write_rows(data / f"{split.stem}.jsonl.gz", rows)
    shared = ("--base", base)
    assert "texts" in _run("prepare", "--data", data, "--out", tmp_path / "prepared", *shared)
    _run(
        "train",
        "--prepared",
        tmp_path / "prepared",
        "--out",
        tmp_path / "run",
        "--steps",
        2,
        "--batch-size",
        4,
        *shared,
    )
    _run("calibrate", "--run", tmp_path / "run", "--data", data, "--out", tmp_path / "model", *shared)
    card = ModelCard.read(tmp_path / "model")
    assert list(card.heads) == list(SHIPPED)
    assert card.language_groups["fr"] == "romance"
    assert set(card.heads["irony"].thresholds) == {"irony"}
    errors = json.loads((tmp_path / "model/calibration.json").read_text("utf-8"))
    assert set(errors) == set(VALIDATION)
