from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import LargeBinary, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel
from storage_world import add_chat

import storage
from storage.database import Database, alembic_config
from storage.tables import Sealed

SCRIPTS = ScriptDirectory(str(Path(storage.__file__).parent / "migrations"))
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()]


def upgrade(path: Path, revision: str) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)
    engine.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_earlier_schema_is_brought_up_to_the_tables_of_this_program(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "earshot.db"
    upgrade(path, revision)
    with Database(path) as database:
        database.migrate()
        database.check_schema()
        with database.transaction() as session:
            command.check(alembic_config(session.connection()))


def test_migrating_twice_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        add_chat(session)
    database.migrate()
    with database.transaction() as session:
        command.check(alembic_config(session.connection()))


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    def start(_: int) -> None:
        with Database(tmp_path / "earshot.db", busy_timeout=20) as database:
            database.migrate()
            database.check_schema()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(start, range(4)))


def test_revisions_are_numbered_in_order() -> None:
    assert [f"{number:04}" for number in range(len(REVISIONS), 0, -1)] == REVISIONS


def test_every_column_of_bytes_is_sealed_but_digests() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and column.name != "digest"
    }
    assert columns == set(Sealed)


@pytest.mark.parametrize("table", SQLModel.metadata.sorted_tables, ids=lambda table: str(table.name))
def test_every_table_can_be_made_in_postgresql(table: object) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    ddl = str(CreateTable(table).compile(dialect=dialect))  # type: ignore[arg-type]
    assert "TIMESTAMP WITHOUT" not in ddl
    for index in table.indexes:  # type: ignore[attr-defined]
        assert str(CreateIndex(index).compile(dialect=dialect)).count(" WHERE ") == (index.name in PARTIAL)


PARTIAL = ("uq_alert_live", "ix_inbox_waiting")
