"""How scenarios are judged, on one small enough to judge by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import alerts
from bench.alerts import OWN, Scenario, judge, run
from bot.errors import EarshotError

# The story of each message, an hour apart; `burn` should be told by the fourth message, `thanks` not at all.
TOLD = ("burn", None, "burn", "burn", "thanks", None, "delay", "delay")
STORIES: dict[str, dict[str, Any]] = {
    "burn": {"kind": "safety", "alert_expected": True, "first_message": "m0", "alert_by_message": "m3"},
    "delay": {"kind": "bad_buzz", "alert_expected": True, "first_message": "m6", "alert_by_message": "m6"},
    "thanks": {"kind": "praise", "alert_expected": False, "first_message": "m4", "alert_by_message": None},
}


def _message(at: int, story: str | None) -> dict[str, Any]:
    labels = {"sentiment": "neutral", "topic": "other", "intent": "other", "narrative": story}
    return {"id": f"m{at}", "t": f"2026-03-10T{at:02}:00:00+01:00", "text": "x"} | labels


SCENARIO = Scenario("small", [_message(at, story) for at, story in enumerate(TOLD)], STORIES)


def _said(narratives: list[int | None]) -> list[dict[str, Any]]:
    labels = {"type": "message", "sentiment": "neutral", "topic": "other", "intent": "other"}
    return [labels | {"id": f"m{at}", "narrative": narrative} for at, narrative in enumerate(narratives)]


def _alert(at: int, kind: str, *messages: int) -> dict[str, Any]:
    return {"type": "alert", "at_message": f"m{at}", "kind": kind, "messages": [f"m{one}" for one in messages]}


SAID = _said([1, None, 1, 1, 2, None, 3, 3])


def test_an_alert_in_time_is_found_one_after_it_late_a_second_one_a_repeat() -> None:
    found = judge(SCENARIO, [*SAID, _alert(3, "safety", 0, 2), _alert(7, "rumour", 6, 7), _alert(5, "scam", 2, 3)])
    assert {key: found[key] for key in ("wanted", "found", "on_time", "kind_right", "false", "repeats")} == {
        "wanted": 2, "found": 2, "on_time": 1, "kind_right": 1, "false": 0, "repeats": 1,
    }  # fmt: skip
    assert (found["minutes"], found["missed"]) == ([180, 60], [])


@pytest.mark.parametrize(
    "alert", [_alert(4, "praise", 4), _alert(5, "safety", 5, 1), _alert(3, "safety", 3, 1, 4, 5), _alert(1, "safety")]
)
def test_an_alert_about_nothing_that_was_wanted_is_false(alert: dict[str, Any]) -> None:
    found = judge(SCENARIO, [*SAID, alert])
    assert (found["found"], found["false"], found["missed"]) == (0, 1, ["burn", "delay"])
    assert found["false_per_day"] == pytest.approx(24 / 7)


def test_stories_are_judged_by_who_is_in_them() -> None:
    assert (judge(SCENARIO, SAID)["f1"], judge(SCENARIO, SAID)["wrong_share"]) == (1.0, 0.0)
    mixed = judge(SCENARIO, _said([1, 1, 1, 1, 2, None, 3, 3]))
    assert (mixed["f1"], mixed["wrong_share"]) == (1.0, pytest.approx(1 / 4))
    parted = judge(SCENARIO, _said([1, None, 1, 9, 2, None, 3, 3]))
    assert parted["f1"] == pytest.approx(0.875)  # precision 1, recall 7/9


def test_a_class_never_said_counts_nothing_in_macro_f1() -> None:
    said = [line | {"sentiment": "positive" if line["id"] == "m0" else "neutral"} for line in SAID]
    gold = [{**row, "sentiment": "positive" if row["id"] in ("m0", "m1") else "neutral"} for row in SCENARIO.messages]
    found = judge(Scenario("small", gold, STORIES), said)
    assert found["sentiment"] == pytest.approx((2 / 3 + 12 / 13) / 2)
    assert (found["topic"], found["intent"]) == (1.0, 1.0)


def test_an_own_brand_is_read_by_who_has_not_seen_it_or_the_output_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(EarshotError, match=r"velours\.npz is missing"):
        run(OWN / "velours", tmp_path)
    monkeypatch.setattr(alerts, "replayed", lambda folder, encoder: [])
    result = run(OWN / "velours")
    out, err = capsys.readouterr()
    assert json.loads(out)["learnt_from"] == result["learnt_from"] == ["velours"]
    assert "LEARNT FROM velours" in " ".join(err.split())


def test_a_folder_without_scenarios_is_named(tmp_path: Path) -> None:
    with pytest.raises(EarshotError, match="holds no scenario"):
        run(tmp_path)
