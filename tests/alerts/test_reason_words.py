import re
from pathlib import Path

import pytest

import alerts.detectors
from alerts.signals import Reason
from alerts.wording import reason_sentence
from config.texts import texts

DETECTORS = Path(alerts.detectors.__file__).parent


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_number_that_a_detector_gives_has_words(lang: str) -> None:
    names = {name for path in DETECTORS.glob("*.py") for name in re.findall(r'Reason\(\s*"(\w+)"', path.read_text())}
    assert len(names) > 5
    say = texts(lang)
    assert [name for name in sorted(names) if f"reason-{name}" not in say] == []


@pytest.mark.parametrize(
    ("hours", "said"), [(0.003, "in 1 min"), (0.5, "in 30 min"), (1.0, "in 1 h"), (5.25, "in 5.2 h")]
)
def test_a_window_under_an_hour_is_said_in_minutes(hours: float, said: str) -> None:
    assert reason_sentence(Reason("reports", 3.0, None, hours), texts("en")).endswith(said)
