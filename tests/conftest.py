"""What all tests share: no deadline on a loaded machine, and a terminal that can draw wherever they run."""

import pytest
from hypothesis import settings

settings.register_profile("earshot", deadline=None)
settings.load_profile("earshot")


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
