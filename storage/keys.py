"""The two secrets of an installation, kept outside the database: one for pseudonyms, one for encryption.

Each lies in `EARSHOT_HOME/keys/NAME.key` (base64, one key a line, mode 0600, made on first run) or in the environment
(`EARSHOT_IDENTITY_KEY`, `EARSHOT_VAULT_KEY`; base64 or hexadecimal, several separated by commas), which wins.
"""

import base64
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from storage.errors import KeyFileError
from storage.vault import KEY_BYTES

_HEXADECIMAL = re.compile(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def identity_key(home: Path, environ: Mapping[str, str] = os.environ) -> bytes:
    """Return the 32-byte key behind pseudonyms and receipts; made on first run. It cannot be rotated: another key
    would make strangers of everybody who agreed.
    """
    keys = _load(home, "identity", environ)
    if len(keys) > 1:
        raise KeyFileError("the identity key must be a single one; keep the first line of keys/identity.key")
    return keys[0]


def vault_keys(home: Path, environ: Mapping[str, str] = os.environ) -> tuple[bytes, ...]:
    """Return the 32-byte keys of the vault, oldest first; made on first run."""
    return _load(home, "vault", environ)


def _load(home: Path, name: str, environ: Mapping[str, str]) -> tuple[bytes, ...]:
    variable = f"EARSHOT_{name.upper()}_KEY"
    if given := environ.get(variable, "").strip():
        return tuple(_decoded(part, variable) for part in given.split(","))
    path = home / "keys" / f"{name}.key"
    try:
        if not path.exists():
            _create(path)
        return _read(path)
    except OSError as error:
        raise KeyFileError(
            f"{path} cannot be read or made ({error.strerror}); let the user who runs Earshot own {home}, "
            f"or set {variable}"
        ) from error


def _read(path: Path) -> tuple[bytes, ...]:
    mode = path.stat().st_mode
    if os.name == "posix" and mode & _OTHERS:
        raise KeyFileError(f"{path} can be read by others (mode {stat.S_IMODE(mode):04o}); run: chmod 600 {path}")
    lines = path.read_text("ascii", errors="replace").split()
    if not lines:
        raise KeyFileError(f"{path} is empty; put the key back from your backup, or delete the file if nothing is kept")
    return tuple(_decoded(line, f"{path}, line {number}") for number, line in enumerate(lines, 1))


def _decoded(text: str, place: str) -> bytes:
    text = text.strip()
    if _HEXADECIMAL.fullmatch(text):
        return bytes.fromhex(text)
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(
            f"{place} does not hold a key: {KEY_BYTES} bytes are needed in base64 or hexadecimal "
            f"(a new one: `openssl rand -base64 {KEY_BYTES}`)"
        )
    return key


def _create(path: Path) -> None:
    """Write a new key where none is. It appears whole or not at all, and the first of two racing processes wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)  # exclusive and 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
