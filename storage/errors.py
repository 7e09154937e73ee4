"""What can go wrong with what is kept, and what to do about it.

EarshotError
└── StorageError          the database or a key file cannot be used
    ├── LockedError    another process holds the write lock for too long
    ├── DiskFullError          no room left; nothing of the transaction was kept
    ├── DamagedError      the file is damaged, or is no SQLite database
    ├── UnreachableError  the file, the folder or the server cannot be opened, read or written
    ├── SchemaError       no schema yet, or one made by a newer Earshot
    ├── KeyFileError      a key is missing, too short, too long or readable by others
    └── VaultError        sealed bytes cannot be opened: wrong key, or changed bytes
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from config.errors import EarshotError


class StorageError(EarshotError):
    """The database or a key file cannot be used."""


class LockedError(StorageError):
    """Another process holds the write lock for longer than the configured wait."""


class DiskFullError(StorageError):
    """There is no room left; nothing of the transaction was kept."""


class DamagedError(StorageError):
    """The file is damaged, or is no SQLite database."""


class UnreachableError(StorageError):
    """The file, its folder or the server cannot be opened, read or written."""


class SchemaError(StorageError):
    """The database has no schema yet, or one made by a newer Earshot."""


class KeyFileError(StorageError):
    """A key is missing, of the wrong length, or readable by others."""


class VaultError(StorageError):
    """Sealed bytes cannot be opened: the key is another one, or the bytes were changed."""


_LOCKED = (
    LockedError,
    "another process is writing to {place} and did not finish in time; "
    "look for a second `earshot` that runs on the same EARSHOT_HOME, stop it and try again",
)
_UNREACHABLE = (
    UnreachableError,
    "{place} cannot be opened, read or written; check that the folder exists, that it belongs to the user "
    "who runs Earshot, and that its disk is mounted for writing",
)
_DAMAGED = (
    DamagedError,
    "{place} is damaged or is not an Earshot database; move it away and put the last backup in its place "
    "(`sqlite3 FILE .recover` may save what is left)",
)
_BY_SQLITE_CODE: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_FULL: (
        DiskFullError,
        "no room left for {place}; free some space on its disk and try again. Nothing of the last step was kept, "
        "and nothing before it is lost",
    ),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: _UNREACHABLE,
    sqlite3.SQLITE_PERM: _UNREACHABLE,
    sqlite3.SQLITE_READONLY: _UNREACHABLE,
    sqlite3.SQLITE_IOERR: _UNREACHABLE,
}
_PRIMARY_CODE = 0xFF  # SQLite's extended result codes keep the primary one in the low byte


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn what the database driver raises inside into a `StorageError` that names `place` and says what to do.

    Errors that are a programmer's (a broken constraint, wrong SQL) pass unchanged.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        explanation = _explanation(error, place)
        if explanation is None:
            raise
        raise explanation from error


def _explanation(error: DBAPIError | sqlite3.Error, place: str) -> StorageError | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        return UnreachableError(_UNREACHABLE[1].format(place=place)) if lost else None
    known = _BY_SQLITE_CODE.get(code & _PRIMARY_CODE)
    return known[0](known[1].format(place=place)) if known else None
