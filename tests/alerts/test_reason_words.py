import re
from pathlib import Path

import pytest

import alerts.detectors
from config.texts import texts

DETECTORS = Path(alerts.detectors.__file__).parent


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_number_that_a_detector_gives_has_words(lang: str) -> None:
    names = {name for path in DETECTORS.glob("*.py") for name in re.findall(r'Reason\(\s*"(\w+)"', path.read_text())}
    assert len(names) > 5
    say = texts(lang)
    assert [name for name in sorted(names) if f"reason-{name}" not in say] == []
