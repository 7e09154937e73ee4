"""Settings: where they come from, what wins, and that faults and secrets are told and kept."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.settings import Settings, load_settings, settings_table


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, _, _ in settings_table():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def write(home: Path, text: str) -> None:
    (home / "settings.env").write_text(text, encoding="utf-8")


def test_defaults(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.home == tmp_path / ".earshot"
    assert settings.database == tmp_path / ".earshot" / "earshot.db"
    assert settings.telegram_token is None
    assert settings.log_level == "INFO"
    assert settings.keys() == {}


def test_the_file_in_home_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path, '\ufeff# ours\nLOG_LEVEL=debug\nlog_format=JSON\nTELEGRAM_TOKEN="12:a b#c"\nEARSHOT_BRAND=~/b.yaml\n'
    )
    monkeypatch.setenv("EARSHOT_HOME", str(tmp_path))
    settings = load_settings()
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert settings.telegram_token
    assert settings.telegram_token.get_secret_value() == "12:a b#c"
    assert settings.brand == tmp_path / "b.yaml"
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    assert load_settings().log_level == "ERROR"


def test_a_named_home_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_HOME", "/elsewhere")
    write(tmp_path, "EARSHOT_THREADS=3\n")
    settings = load_settings(tmp_path)
    assert settings.home == tmp_path
    assert settings.threads == 3


def test_empty_means_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "")
    monkeypatch.setenv("EARSHOT_THREADS", "")
    assert load_settings().telegram_token is None
    assert load_settings().threads is None


def test_general_variables_of_the_machine_are_not_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAND", "/nonsense")
    monkeypatch.setenv("THREADS", "x")
    assert load_settings().brand is None
    assert load_settings().threads is None


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("TELEGRAM_TOKN=1", "settings.env: TELEGRAM_TOKN is no setting; did you mean TELEGRAM_TOKEN?"),
        ("COLOUR=blue", "settings.env: COLOUR is no setting; settings are EARSHOT_HOME,"),
        ("EARSHOT_THREADS=two", "EARSHOT_THREADS must be a whole number; it is set in the environment or in"),
        ("EARSHOT_THREADS=0", "EARSHOT_THREADS input should be greater than or equal to 1"),
        ("LOG_LEVEL=loud", "LOG_LEVEL input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("TELEGRAM_WEBHOOK_URL=x.example", "TELEGRAM_WEBHOOK_URL is no web address; write it whole"),
    ],
)
def test_faults_name_the_setting(tmp_path: Path, line: str, fault: str) -> None:
    write(tmp_path, line + "\n")
    with pytest.raises(ConfigError) as raised:
        load_settings(tmp_path)
    assert fault in str(raised.value)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "settings.env").write_bytes(b"LOG_LEVEL=\xff\n")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        load_settings(tmp_path)


def test_secrets_show_neither_in_repr_nor_in_errors(tmp_path: Path) -> None:
    write(
        tmp_path,
        "TELEGRAM_TOKEN=hush1\nWHATSAPP_APP_SECRET=hush2\nDATABASE_URL=postgresql://u:hush3@h/d\nLOG_LEVEL=x\n",
    )
    with pytest.raises(ConfigError) as raised:
        load_settings(tmp_path)
    assert "hush" not in str(raised.value)
    assert "hush" not in repr(Settings(telegram_token="hush", database_url="postgresql://u:hush@h/d"))  # type: ignore[arg-type]


def test_keys_given_by_setting_are_passed_on(tmp_path: Path) -> None:
    write(tmp_path, "EARSHOT_VAULT_KEY=abc\n")
    assert load_settings(tmp_path).keys() == {"EARSHOT_VAULT_KEY": "abc"}


def test_a_database_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, "DATABASE_URL=postgresql://u:p@h/d\n")
    assert load_settings(tmp_path).database == "postgresql://u:p@h/d"


def test_the_table_has_a_sentence_for_each_setting() -> None:
    table = settings_table()
    assert len(table) == len(Settings.model_fields)
    for name, default, sentence in table:
        assert name == name.upper()
        assert sentence.endswith(".")
        assert "SecretStr" not in default
    assert ("LOG_LEVEL", "INFO") in [(name, default) for name, default, _ in table]
    assert ("EARSHOT_HOME", "~/.earshot") in [(name, default) for name, default, _ in table]
