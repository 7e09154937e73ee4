from collections.abc import Iterator
from pathlib import Path

import pytest
from storage_world import VAULT

from storage.database import Database
from storage.vault import Vault


@pytest.fixture
def vault() -> Vault:
    return VAULT


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path / "home" / "earshot.db", busy_timeout=0.2) as database:
        database.migrate()
        yield database
