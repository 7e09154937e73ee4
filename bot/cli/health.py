"""`earshot doctor`: is everything as it should be, and how to mend what is not."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.doctor import run_checks
from config.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(doctor)


def doctor(brand: Annotated[Path | None, typer.Option(help="A brand file to check too.")] = None) -> None:
    """Check Python, model files, keys, database and brand file; say how to mend each fault."""
    console = Console(highlight=False)
    checks = run_checks(load_settings(), brand)
    for check in checks:
        console.print(
            f"[green]ok[/]    {check.name}: {check.found}"
            if check.ok
            else f"[red]fault[/] {check.name}: {check.found}\n      {check.mend}"
        )
    if not all(check.ok for check in checks):
        raise typer.Exit(1)
