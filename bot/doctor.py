"""The checks behind `earshot doctor`: is everything as it should be, and how to mend what is not.

Nothing is made, changed or printed that is secret: a key or a token is only said to be well shaped or not.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlalchemy import text as sql

from config.brand import load_brand
from config.errors import ConfigError
from config.settings import Settings
from nlp.errors import NlpError
from nlp.manifest import REMEDY, WEIGHTS, Manifest
from storage.database import Database
from storage.errors import SchemaError, StorageError
from storage.keys import identity_key, vault_keys

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 500_000_000
_NOT_YET = "not made yet; it is made on the first run"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and, when it is not `ok`, how to mend it."""

    name: str
    ok: bool
    found: str
    mend: str = ""


def run_checks(settings: Settings, brand: Path | None = None, *, weights: Path = WEIGHTS) -> list[Check]:
    """Look at everything Earshot needs and return what was found, faults included; never raises for a fault.

    `brand` is a brand file to check instead of the one in the settings; `weights` the folder of the shipped model.
    """
    return [
        _python(),
        _time_zones(),
        _model(settings, weights),
        _home(settings.home),
        _disk(settings.home),
        _key("identity key", "EARSHOT_IDENTITY_KEY", settings, identity_key),
        _key("vault key", "EARSHOT_VAULT_KEY", settings, vault_keys),
        *_databases(settings),
        _brand(brand or settings.brand),
        *_tokens(settings),
    ]


def _python() -> Check:
    found, least = ".".join(map(str, sys.version_info[:3])), ".".join(map(str, OLDEST_PYTHON))
    return Check("Python", sys.version_info >= OLDEST_PYTHON, found, f"Install Python {least} or newer.")


def _time_zones() -> Check:
    try:
        ZoneInfo("Europe/Paris")
    except (KeyError, OSError) as error:
        return Check("time zones", False, f"no time zone data ({error})", "Install it: pip install tzdata")
    return Check("time zones", True, "found")


def _model(settings: Settings, weights: Path) -> Check:
    try:
        manifest = Manifest.read(weights)
    except NlpError as error:
        return Check("model files", False, str(error).removesuffix(REMEDY).strip(), REMEDY)
    megabytes = sum(record.bytes for record in manifest.files.values()) / 1e6
    found = f"{manifest.name} {manifest.version}, {len(manifest.files)} files, {megabytes:.0f} MB, checksums right"
    others = [f"{name}={model}" for name, model in _other_models(settings) if model]
    return Check("model files", True, f"{found}; replaced by {', '.join(others)}" if others else found)


def _other_models(settings: Settings) -> tuple[tuple[str, str | None], ...]:
    return ("ENCODER_MODEL", settings.encoder_model), ("SENTIMENT_MODEL", settings.sentiment_model)


def _home(home: Path) -> Check:
    place = _nearest(home)
    mend = f"Let the user who runs Earshot own and write {home}, or set EARSHOT_HOME to another folder."
    if not place.is_dir():
        return Check("EARSHOT_HOME", False, f"{place} is a file, not a folder", mend)
    if not os.access(place, os.W_OK | os.X_OK):
        return Check("EARSHOT_HOME", False, f"{place} cannot be written", mend)
    return Check("EARSHOT_HOME", True, f"{home}, writable" if place == home else f"{home}, {_NOT_YET}")


def _disk(home: Path) -> Check:
    free = shutil.disk_usage(_nearest(home)).free
    mend = f"Free at least {LEAST_FREE_BYTES / 1e6:.0f} MB on the disk of {home}, or move EARSHOT_HOME to a larger one."
    return Check("disk space", free >= LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free", mend)


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    return next(place for place in (folder, *folder.absolute().parents) if _exists(place))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # in a folder that may not be looked into; the check of EARSHOT_HOME says so
        return False


def _key(name: str, variable: str, settings: Settings, load: Callable[..., object]) -> Check:
    environ = {**settings.keys(), **{key: value for key, value in os.environ.items() if key == variable}}
    file = settings.home / "keys" / f"{variable.removeprefix('EARSHOT_').removesuffix('_KEY').lower()}.key"
    if not environ.get(variable) and not _exists(file):
        return Check(name, True, _NOT_YET)
    try:
        load(settings.home, environ)
    except StorageError as error:
        return Check(name, False, *_halves(error))
    return Check(name, True, f"from {variable}" if environ.get(variable) else f"{file}, for its owner only")


def _databases(settings: Settings) -> Iterator[Check]:
    """Check the database of the service and those of replays."""
    yield _database("database", settings.database)
    for place in sorted(settings.home.glob("replays/*/earshot.db")):
        yield _database(f"database of {place.parent.name}", place)


def _database(name: str, place: str | Path) -> Check:
    if isinstance(place, Path) and not _exists(place):
        return Check(name, True, _NOT_YET)
    try:
        with Database(place) as database:
            if database.path and (damage := _damage(database)):
                mend = "Stop Earshot, keep a copy of the file, and restore the last backup."
                return Check(name, False, f"{database.place} is damaged: {damage}", mend)
            database.check_schema()
            return Check(name, True, f"{database.place}, whole and up to date")
    except SchemaError as error:
        return Check(
            name, False, str(error), "Make a backup; the next start of Earshot brings an older one up to date."
        )
    except StorageError as error:
        return Check(name, False, *_halves(error))


def _damage(database: Database) -> str:
    """Return the first fault that SQLite finds in the file, nothing when it is whole."""
    with database.read() as session:
        said = session.connection().execute(sql("PRAGMA quick_check(1)")).scalar_one()
    return "" if said == "ok" else str(said)


def _halves(error: StorageError) -> tuple[str, str]:
    """Return what was found and what to do: messages of storage say the one, then the other after a semicolon."""
    found, _, mend = str(error).partition("; ")
    return found, mend[:1].upper() + mend[1:] if mend else f"See {error.__class__.__name__} in storage/errors.py."


def _brand(path: Path | None) -> Check:
    if path is None:
        return Check("brand file", True, "none named (--brand FILE or EARSHOT_BRAND)")
    try:
        brand = load_brand(path)
    except ConfigError as error:
        mend = "Mend the lines named; config/brand.example.yaml shows every key."
        return Check("brand file", False, str(error), mend)
    counts = f"{len(brand.topics)} topics, {len(brand.faq)} answers, {len(brand.facts)} facts"
    return Check("brand file", True, f"{path}: {brand.name}, {counts}, {len(brand.team.channels)} channels")


# What each token looks like, and where to get one.
_SHAPES = {
    "TELEGRAM_TOKEN": (
        r"\d{6,16}:[\w-]{30,64}",
        "Copy it again from @BotFather: digits, a colon, 35 letters and digits.",
    ),
    "TELEGRAM_WEBHOOK_SECRET": (
        r"[\w-]{1,256}",
        "Use 1 to 256 letters, digits, _ and -; `openssl rand -hex 32` makes one.",
    ),
    "WHATSAPP_TOKEN": (
        r"EAA[A-Za-z0-9]{20,}",
        "Make a system user's token in Meta Business settings; it begins with EAA.",
    ),
    "WHATSAPP_PHONE_ID": (r"\d{10,20}", "Copy the phone number id (digits) from WhatsApp > API setup, not the number."),
    "WHATSAPP_APP_SECRET": (r"[0-9a-f]{32}", "Copy the app secret (32 hexadecimal digits) from App settings > Basic."),
    "WHATSAPP_VERIFY_TOKEN": (
        r"\S{8,}",
        "Choose at least 8 characters without spaces, the same as in Meta's webhook form.",
    ),
}


def _tokens(settings: Settings) -> Iterator[Check]:
    """Check each token that is set, and that none is missing beside it."""
    needed = set()
    if settings.telegram_webhook_url:
        needed.add("TELEGRAM_WEBHOOK_SECRET")
    given = {name: _secret(getattr(settings, name.lower())) for name in _SHAPES}
    if any(value for name, value in given.items() if name.startswith("WHATSAPP_")):
        needed |= {name for name in _SHAPES if name.startswith("WHATSAPP_")}
    for name, (shape, mend) in _SHAPES.items():
        if value := given[name]:
            ok = re.fullmatch(shape, value, re.ASCII) is not None
            yield Check(name, ok, "set and well shaped" if ok else "set, but not shaped like one", mend)
        elif name in needed:
            yield Check(name, False, "not set, while others that need it are", mend)
    if settings.telegram_webhook_url and not settings.telegram_webhook_url.startswith("https://"):
        yield Check("TELEGRAM_WEBHOOK_URL", False, "not https", "Give the https address; Telegram uses no other.")


def _secret(value: SecretStr | str | None) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value or ""
