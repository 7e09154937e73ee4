"""Fixtures: a brand, its database, and a world in which things are said about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_channels import FakeChannel
from desk_post import Post
from desk_world import BRAND, World
from sqlalchemy import event

from config.brand import Brand
from storage.database import Database
from storage.vault import Vault


def quick(path: Path) -> Database:
    """Open a database that does not wait for the disk: no test here cuts the power."""
    database = Database(path)
    event.listen(database._engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return database


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its schema and nothing in it, to be copied: migrating costs a quarter of a second."""
    path = tmp_path_factory.mktemp("empty") / "earshot.db"
    with Database(path) as database:
        database.migrate()
        database.scrub()
    return path


@pytest.fixture
def brand() -> Brand:
    return Brand.model_validate(BRAND)


@pytest.fixture
def vault() -> Vault:
    return Vault([bytes(range(32))])


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Iterator[Database]:
    path = tmp_path / "earshot.db"
    path.write_bytes(empty_database.read_bytes())
    with quick(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Database]:
    """A database that all examples of a property share; each empties it first."""
    path = tmp_path_factory.mktemp("shelf") / "earshot.db"
    path.write_bytes(empty_database.read_bytes())
    with quick(path) as opened:
        yield opened


@pytest.fixture
def world(brand: Brand, database: Database, vault: Vault) -> Iterator[World]:
    with database.transaction() as session:
        made = World(brand, database, vault, session)
        made.chat("c_a", "Les buveurs")
        made.chat("c_b", "Herbal <club>")
        yield made


@pytest.fixture
def post(database: Database, vault: Vault) -> Post:
    return Post(database, vault, FakeChannel())
