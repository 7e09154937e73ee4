"""Settings of an installation: from the environment, then from `EARSHOT_HOME/settings.env`, then defaults.

Settings are data: each field below is a name, a default and one sentence, and the README's table is made of them.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.brand.base import WebAddress
from config.errors import ConfigError

DEFAULT_HOME = Path("~/.earshot")
SETTINGS_FILE = "settings.env"
PREFIX = "EARSHOT_"
"""Begins the name of each setting that has no name of its own."""


_WRONG = {"int_parsing": "must be a whole number"}


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class Settings(BaseSettings):
    """What an installation needs to know; secrets never show in `repr` or errors. Read it with `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        env_ignore_empty=True,
        use_attribute_docstrings=True,
    )

    home: Annotated[Path, AfterValidator(Path.expanduser)] = Field(default=DEFAULT_HOME, validate_default=True)
    """The folder that holds all that Earshot keeps: database, keys, settings."""
    brand: Annotated[Path, AfterValidator(Path.expanduser)] | None = None
    """The brand file, where a command names none."""
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    """A PostgreSQL address; without it the database is a SQLite file in EARSHOT_HOME."""
    identity_key: SecretStr | None = None
    """The key of pseudonyms, 32 bytes in base64 or hexadecimal; without it a key file is made in EARSHOT_HOME/keys."""
    vault_key: SecretStr | None = None
    """The key of encryption at rest, as above; several, separated by commas, to change it, the newest last."""
    telegram_token: SecretStr | None = Field(default=None, validation_alias="TELEGRAM_TOKEN")
    """The Telegram bot's token, from @BotFather."""
    telegram_webhook_url: WebAddress | None = Field(default=None, validation_alias="TELEGRAM_WEBHOOK_URL")
    """The public https address at which Telegram delivers updates; without it the bot asks for them (long polling)."""
    telegram_webhook_secret: SecretStr | None = Field(default=None, validation_alias="TELEGRAM_WEBHOOK_SECRET")
    """What Telegram must say with each delivery; needed with TELEGRAM_WEBHOOK_URL."""
    whatsapp_token: SecretStr | None = Field(default=None, validation_alias="WHATSAPP_TOKEN")
    """The access token of the WhatsApp Cloud API."""
    whatsapp_phone_id: str | None = Field(default=None, validation_alias="WHATSAPP_PHONE_ID")
    """The id of the WhatsApp Business number (not the number itself)."""
    whatsapp_app_secret: SecretStr | None = Field(default=None, validation_alias="WHATSAPP_APP_SECRET")
    """The Meta app's secret, with which deliveries are signed; without it none is accepted."""
    whatsapp_verify_token: SecretStr | None = Field(default=None, validation_alias="WHATSAPP_VERIFY_TOKEN")
    """What Meta says when it checks the webhook's address; choose it freely."""
    encoder_model: str | None = Field(default=None, validation_alias="ENCODER_MODEL")
    """A sentence-transformers model (hub id or folder) instead of the shipped one."""
    sentiment_model: str | None = Field(default=None, validation_alias="SENTIMENT_MODEL")
    """A transformers sentiment model (hub id or folder) instead of the shipped one."""
    threads: Annotated[int, Field(ge=1, le=1024)] | None = None
    """How many threads the model uses; without it, as many as there are cores for this process."""
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = Field(
        default="INFO", validation_alias="LOG_LEVEL"
    )
    """How much is logged: DEBUG, INFO, WARNING or ERROR. Never message text."""
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = Field(
        default="console", validation_alias="LOG_FORMAT"
    )
    """How it is logged: console for people, json for machines."""

    @property
    def database(self) -> str | Path:
        """Where the database is: the URL given, or the SQLite file under `home`."""
        return self.database_url.get_secret_value() if self.database_url else self.home / "earshot.db"

    def keys(self) -> Mapping[str, str]:
        """Return the keys given by setting, for `storage.keys`, under the names it looks for."""
        given = {"EARSHOT_IDENTITY_KEY": self.identity_key, "EARSHOT_VAULT_KEY": self.vault_key}
        return {name: key.get_secret_value() for name, key in given.items() if key}


def load_settings(home: Path | str | None = None) -> Settings:
    """Read the settings; `home` wins over EARSHOT_HOME. Raises ConfigError that names each setting at fault."""
    folder = Path(home or os.environ.get("EARSHOT_HOME") or DEFAULT_HOME).expanduser()
    file = folder / SETTINGS_FILE
    chosen: dict[str, Any] = {} if home is None else {"home": folder}
    try:
        return Settings(_env_file=file, _env_file_encoding="utf-8-sig", **chosen)
    except ValidationError as error:
        faults = (_fault(str(detail["loc"][0]), detail["type"], detail["msg"], file) for detail in error.errors())
        raise ConfigError("\n".join(faults)) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: is not UTF-8 text; save it again as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None


def settings_table() -> list[tuple[str, str, str]]:
    """Return each setting as (name, default, sentence), in the order in which they are documented."""
    return [(name, _shown(field.default), field.description or "") for name, field in _by_name().items()]


def _by_name() -> dict[str, Any]:
    fields = Settings.model_fields.items()
    return {str(field.validation_alias or PREFIX + name.upper()): field for name, field in fields}


def _shown(default: object) -> str:
    return "" if default is None else str(default)


def _fault(place: str, kind: str, message: str, file: Path) -> str:
    """Return what is wrong with a setting, without its value: it may be a secret."""
    names = list(_by_name())
    name = place.upper() if place.upper() in names else PREFIX + place.upper()
    if kind == "extra_forbidden":
        near = get_close_matches(place.upper(), names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"settings are {', '.join(names)}"
        return f"{file}: {place.upper()} is no setting; {hint}"
    return f"{name} {_WRONG.get(kind, message[0].lower() + message[1:])}; it is set in the environment or in {file}"
