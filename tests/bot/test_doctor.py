"""`earshot doctor`: a sound installation has no fault; each fault is found, told without secrets, and can be mended."""

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from bot import doctor
from bot.doctor import Check, run_checks
from config.settings import Settings, settings_table
from nlp.manifest import FileRecord, Manifest
from storage.keys import identity_key, vault_keys

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, _, _ in settings_table():
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A model folder as small as can be: the doctor looks at files, not at what they compute."""
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "words.q4").write_bytes(b"words")
    files = {"words": FileRecord.of(folder / "words.q4")}
    Manifest("tiny", "1", 2, 2, 8, "", {}, files=files).write(folder)
    return folder


@pytest.fixture
def home(tmp_path: Path, empty_world: Path) -> Path:
    """A home in which Earshot has run before."""
    home = tmp_path / "home"
    home.mkdir()
    identity_key(home, {})
    vault_keys(home, {})
    shutil.copy(empty_world, home / "earshot.db")
    return home


def faults(checks: list[Check]) -> list[str]:
    for check in checks:
        assert check.found
        assert check.ok or check.mend
    return [check.name for check in checks if not check.ok]


def found(checks: list[Check], name: str) -> str:
    return next(check.found for check in checks if check.name == name)


def test_a_sound_installation(home: Path, weights: Path, tmp_path: Path) -> None:
    brand = tmp_path / "brand.yaml"
    brand.write_text("brand: {name: Dé Bleu}", "utf-8")
    checks = run_checks(Settings(home=home, brand=brand), weights=weights)
    assert faults(checks) == []
    assert "checksums right" in found(checks, "model files")
    assert "whole and up to date" in found(checks, "database")
    assert "Dé Bleu" in found(checks, "brand file")


def test_before_the_first_run_nothing_is_amiss_and_nothing_is_made(tmp_path: Path, weights: Path) -> None:
    home = tmp_path / "new" / "home"
    checks = run_checks(Settings(home=home), weights=weights)
    assert faults(checks) == []
    assert "on the first run" in found(checks, "vault key")
    assert not home.parent.exists()


def test_old_python(monkeypatch: pytest.MonkeyPatch, home: Path, weights: Path) -> None:
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (99, 0))
    assert faults(run_checks(Settings(home=home), weights=weights)) == ["Python"]


def test_no_time_zones(monkeypatch: pytest.MonkeyPatch, home: Path, weights: Path) -> None:
    def missing(_name: str) -> None:
        raise KeyError("no time zone found")

    monkeypatch.setattr(doctor, "ZoneInfo", missing)
    assert faults(run_checks(Settings(home=home), weights=weights)) == ["time zones"]


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, home: Path, weights: Path) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 10**18)
    assert faults(run_checks(Settings(home=home), weights=weights)) == ["disk space"]


@pytest.mark.parametrize("harm", ["missing", "changed", "manifest"])
def test_damaged_model_files(harm: str, home: Path, weights: Path) -> None:
    if harm == "missing":
        (weights / "words.q4").unlink()
    elif harm == "changed":
        (weights / "words.q4").write_bytes(b"sword")
    else:
        (weights / "model.json").write_text(json.dumps({"format": 0}), "utf-8")
    assert faults(run_checks(Settings(home=home), weights=weights)) == ["model files"]


def test_another_model_is_named(home: Path, weights: Path) -> None:
    checks = run_checks(Settings(home=home, encoder_model="org/model"), weights=weights)
    assert found(checks, "model files").endswith("replaced by ENCODER_MODEL=org/model")


def test_a_home_that_is_a_file(tmp_path: Path, weights: Path) -> None:
    (tmp_path / "home").write_text("", "utf-8")
    assert faults(run_checks(Settings(home=tmp_path / "home" / "x"), weights=weights)) == ["EARSHOT_HOME"]


def test_a_home_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, home: Path, weights: Path) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK)
    assert faults(run_checks(Settings(home=home), weights=weights)) == ["EARSHOT_HOME"]


def test_key_files_open_to_others_cut_short_or_gone_wrong(home: Path, weights: Path) -> None:
    (home / "keys" / "identity.key").chmod(0o644)
    (home / "keys" / "vault.key").write_text("c2hvcnQ=\n", "ascii")
    checks = run_checks(Settings(home=home), weights=weights)
    assert faults(checks) == ["identity key", "vault key"]
    assert "c2hvcnQ" not in str(checks)
    assert any("chmod 600" in check.mend for check in checks if not check.ok)


def test_keys_from_the_settings(tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_IDENTITY_KEY", "00" * 32)
    checks = run_checks(Settings(home=tmp_path, vault_key="too short"), weights=weights)  # type: ignore[arg-type]
    assert found(checks, "identity key") == "from EARSHOT_IDENTITY_KEY"
    assert faults(checks) == ["vault key"]
    assert "too short" not in found(checks, "vault key")


def test_a_damaged_database(home: Path, weights: Path) -> None:
    file = home / "earshot.db"
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    assert faults(run_checks(Settings(home=home), weights=weights)) == ["database"]
    file.write_text("no database", "utf-8")
    assert faults(run_checks(Settings(home=home), weights=weights)) == ["database"]


def test_databases_of_another_version(home: Path, weights: Path) -> None:
    place = home / "replays" / "de-bleu-1" / "earshot.db"
    place.parent.mkdir(parents=True)
    shutil.copy(home / "earshot.db", place)
    assert faults(run_checks(Settings(home=home), weights=weights)) == []
    for file in (home / "earshot.db", place):
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE alembic_version SET version_num = 'from the future'")
        connection.close()
    assert faults(run_checks(Settings(home=home), weights=weights)) == ["database", "database of de-bleu-1"]


def test_a_wrong_brand_file(home: Path, weights: Path, tmp_path: Path) -> None:
    brand = tmp_path / "brand.yaml"
    brand.write_text("brand: {nam: X}", "utf-8")
    checks = run_checks(Settings(home=home), brand, weights=weights)
    assert faults(checks) == ["brand file"]
    assert "line 1: brand.nam: is no key here" in found(checks, "brand file")


def test_tokens_well_shaped(home: Path, weights: Path) -> None:
    settings = Settings.model_validate(
        {
            "home": home,
            "telegram_token": TOKEN,
            "telegram_webhook_url": "https://x.example/telegram",
            "telegram_webhook_secret": "aZ_9-",
            "whatsapp_token": "EAA" + "x1" * 40,
            "whatsapp_phone_id": "106540352242922",
            "whatsapp_app_secret": "0a" * 16,
            "whatsapp_verify_token": "open-sesame",
        }
    )
    checks = run_checks(settings, weights=weights)
    assert faults(checks) == []
    assert TOKEN not in str(checks)


def test_tokens_of_the_wrong_shape_and_missing_ones(home: Path, weights: Path) -> None:
    settings = Settings.model_validate(
        {
            "home": home,
            "telegram_token": "hush:hush",
            "telegram_webhook_url": "http://x.example/telegram",
            "whatsapp_token": "hush",
            "whatsapp_phone_id": "+33 6 39",
        }
    )
    checks = run_checks(settings, weights=weights)
    assert set(faults(checks)) == {
        "TELEGRAM_TOKEN",
        "TELEGRAM_WEBHOOK_URL",
        "TELEGRAM_WEBHOOK_SECRET",
        "WHATSAPP_TOKEN",
        "WHATSAPP_PHONE_ID",
        "WHATSAPP_APP_SECRET",
        "WHATSAPP_VERIFY_TOKEN",
    }
    assert "hush" not in str(checks)
