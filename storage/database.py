"""The database: one SQLite file (write-ahead log) or a PostgreSQL URL, its transactions and its schema.

SQLite commits with `synchronous=FULL`. `NORMAL` would survive `kill -9`, but not a power cut: the last commits could be
gone although the platform was told that its updates are stored, and it will not send them again.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import NoSuchModuleError
from sqlmodel import Session

from storage.errors import SchemaError, UnreachableError, explained

_WRITES = "earshot_writes"


class Database:
    """A database by path (SQLite) or URL. `busy_timeout` is how long to wait, in seconds, for another writer.

    Errors of all methods: `StorageError` and its kinds, which say what to do.
    """

    def __init__(self, url_or_path: str | Path, *, busy_timeout: float = 5.0) -> None:
        given = str(url_or_path)
        url = make_url(given) if "://" in given else URL.create("sqlite", database=given)
        self.place = url.render_as_string(hide_password=True)
        self.path: Path | None = None
        # Waiting writers poll SQLite, and one that writes without pause starves them: those of a process take turns.
        self._writers = threading.Lock()
        self._writing: int | None = None  # the thread whose turn it is
        # Parameters would put people's data into error messages and logs.
        options: dict[str, Any] = {"hide_parameters": True}
        if url.get_backend_name() == "sqlite":
            if not url.database or url.database == ":memory:":
                raise UnreachableError("the database must be a file; a transient one can lie in a temporary folder")
            self.path = Path(url.database)
            self.place = str(self.path)
            options["creator"] = partial(_open_file, self.path)
        try:
            self._engine = create_engine(url, **options)
        except (ImportError, NoSuchModuleError) as error:
            raise UnreachableError(
                f"{self.place} needs a database driver that is not installed; use a file, or for PostgreSQL install "
                "psycopg and write postgresql+psycopg://..."
            ) from error
        if self.path:
            _speak_sqlite(self._engine, busy_timeout)

    @property
    def url(self) -> str:
        """Where it is, with the password if it has one: for another process of ours, never for people."""
        return self._engine.url.render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back all connections; the last one to leave folds SQLite's log into the file."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that writes: it holds the write lock from the start, commits at the end of the block, and
        keeps nothing when the block raises. Raises RuntimeError inside another one of the same thread, which would wait
        for itself: use that one's session.
        """
        engine = self._engine.execution_options(**{_WRITES: True})
        with (
            self._turn(),
            explained(self.place),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            session.connection()
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._writing == me:
            raise RuntimeError(
                f"a transaction of {self.place} is open in this thread already; use its session instead of a second one"
            )
        with self._writers:
            self._writing = me
            try:
                yield
            finally:
                self._writing = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that sees one state of the database and cannot change it."""
        engine = self._engine.execution_options(postgresql_readonly=True)
        with explained(self.place), Session(engine, expire_on_commit=False) as session:
            yield session

    def migrate(self) -> None:
        """Bring the schema to what this program needs, from nothing or from any earlier version."""
        if self.path:
            _prepare_file(self.path)
        with explained(self.place), self._engine.execution_options(**{_WRITES: True}).begin() as connection:
            self._refuse_newer(connection)
            command.upgrade(alembic_config(connection), "head")

    def check_schema(self) -> None:
        """Raise `SchemaError` unless the schema is the one that this program needs."""
        with explained(self.place), self._engine.connect() as connection:
            found = self._refuse_newer(connection)
        if found != _scripts().get_current_head():
            raise SchemaError(
                f"{self.place} is {found or 'empty'}, not yet brought up to date; call Database.migrate()"
            )

    def check(self) -> None:
        """Raise `StorageError` unless the database can be read."""
        with explained(self.place), self._engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    def _refuse_newer(self, connection: Connection) -> str | None:
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in {script.revision for script in _scripts().walk_revisions()}:
            raise SchemaError(
                f"{self.place} was written by a newer Earshot (schema {found}); update Earshot, or restore the backup "
                "made before that update"
            )
        return found

    def delete_at_once(self, table: str, ids: Sequence[int]) -> None:
        """Delete rows by their ids in a statement that is a transaction of its own.

        On SQLite the write lock is then held for that statement alone, and not while this process waits for its
        interpreter between statements: for a file in which another process must not wait.
        """
        statement = f"DELETE FROM {table} WHERE id IN ({', '.join(str(int(id_)) for id_ in ids)})"  # noqa: S608
        if not self.path:
            with self.transaction() as session:
                session.connection().exec_driver_sql(statement)
            return
        with explained(self.place):
            pooled = self._engine.raw_connection()
            try:
                connection = pooled.driver_connection
                assert isinstance(connection, sqlite3.Connection)
                connection.execute("PRAGMA query_only = OFF")
                connection.execute(statement)
            finally:
                pooled.close()

    def scrub(self, *, vacuum: bool = False) -> bool:
        """Make deleted bytes leave the files: fold the log into the file, empty it, give free pages back.

        `vacuum` also rewrites the whole file, which removes copies that page splits left behind (see
        `storage/erasure.py`); writers wait meanwhile, about a second for 100 MB. Returns False when a reader still
        needs the log: call again later. PostgreSQL does this by itself (autovacuum), and the answer is True.
        """
        if not self.path:
            return True
        with explained(self.place):
            pooled = self._engine.raw_connection()
            try:
                connection = pooled.driver_connection
                assert isinstance(connection, sqlite3.Connection)
                connection.execute("PRAGMA query_only = OFF")
                # A rewrite needs room for a copy of the file, which memory may not have.
                connection.execute("PRAGMA temp_store = FILE")
                # As a script, because `execute` would free a single page: it stops at the first of this pragma's steps.
                connection.executescript("VACUUM" if vacuum else "PRAGMA incremental_vacuum")
                busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                connection.execute("PRAGMA temp_store = MEMORY")
            finally:
                pooled.close()
        return not busy


def alembic_config(connection: Connection) -> Config:
    """Return the configuration under which Alembic works on this connection, without any .ini file."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent / "migrations"))


def _open_file(path: Path) -> sqlite3.Connection:
    """Open a file that exists: SQLite would make a missing one, empty and readable by others."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False)


def _prepare_file(path: Path) -> None:
    """Create folder and file for their owner only; SQLite gives its log files the mode of the database file."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise UnreachableError(
            f"{path} cannot be made or opened ({error.strerror}); choose another EARSHOT_HOME or let the user who runs "
            "Earshot own it"
        ) from error


def _speak_sqlite(engine: Engine, busy_timeout: float) -> None:
    """Set up each SQLite connection, and take over BEGIN: the driver would begin late and without the write lock."""

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {round(busy_timeout * 1000)}",
            "auto_vacuum = INCREMENTAL",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
