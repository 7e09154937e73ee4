"""Fixtures: a world whose database only has to be copied, for migrating it costs a quarter of a second."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from report_world import World


@pytest.fixture(scope="session")
def empty_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty-world")
    World(folder).close()
    return folder / "earshot.db"


@pytest.fixture
def world(tmp_path: Path, empty_world: Path) -> Iterator[World]:
    (tmp_path / "earshot.db").write_bytes(empty_world.read_bytes())
    made = World(tmp_path)
    yield made
    made.close()
