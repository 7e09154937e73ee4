"""docs/customers.md quotes the bot as it speaks."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
QUOTES = ("« Ma lampe", "« is it true")  # what customers say in the examples


def spoken() -> list[re.Pattern[str]]:
    """Each line that the bot can say in English, its variables open."""
    lines = []
    for path in sorted((ROOT / "config" / "locales" / "en").glob("customers*.ftl")):
        for line in path.read_text("utf-8").splitlines():
            text = re.sub(r"^\[?\*?\[[a-z]+\] |^[a-z-]+ = ", "", line.strip().removeprefix("*"))
            lines.append(re.compile(r".+".join(map(re.escape, re.split(r"\{[^{}]*\}", text)))))
    return [line for line in lines if len(line.pattern) > 12]


def test_every_quotation_is_something_that_the_bot_says() -> None:
    known = spoken()
    quoted = [
        line[2:].strip()
        for line in (ROOT / "docs" / "customers.md").read_text("utf-8").splitlines()
        if line[:2] == "> "
    ]
    assert len(quoted) > 25
    unknown = [
        line for line in quoted if line and not line.startswith(QUOTES) and not any(one.search(line) for one in known)
    ]
    assert unknown == []
