"""The command line `earshot`."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from bot.cli import analysis, asking, benching, data, faq, health, replaying, running, whatsapp
from bot.errors import REPORTABLE

app = typer.Typer(
    name="earshot",
    help="Hear what a brand's community groups say, with their consent, and tell the team early.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for commands in (replaying, running, analysis, asking, faq, data, health, benching, whatsapp):
    commands.register(app)


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is, and stop.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        print(f"earshot {installed('earshot')}")
        raise typer.Exit


def main() -> None:
    """Run the command line; what a person can act on is printed without a traceback, and the exit code is 1."""
    try:
        app()
    except REPORTABLE as error:
        Console(stderr=True).print(f"[bold red]earshot:[/] {error}", markup=True, highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
