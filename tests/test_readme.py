"""The README says what is true: its settings table is made from the settings, its commands exist."""

import re
from pathlib import Path

from bot.__main__ import app
from config.settings import settings_table

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_settings_is_that_of_the_code() -> None:
    rows = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {sentence} |"
        for name, default, sentence in settings_table()
    ]
    table = "\n".join(["| name | default | what it is |", "|---|---|---|", *rows])
    shown = re.search(r"<!-- settings: begin -->\n(.*)\n<!-- settings: end -->", README, re.DOTALL)
    assert shown is not None
    assert shown[1] == table, f"put this into README.md:\n{table}"


def test_every_command_is_told_of() -> None:
    named = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert named <= set(re.findall(r"`earshot ([a-z]+)", README))
