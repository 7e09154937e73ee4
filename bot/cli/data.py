"""`earshot forget` and `earshot mydata`: a person's rights, from the command line, in every database of a brand."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.app import open_workspace
from bot.identity import Identity
from bot.keeping import forget_person
from bot.platforms.waiting import Waiting
from config.brand import Brand, load_brand
from config.errors import EarshotError
from config.settings import Settings, load_settings
from storage.export import export_person
from storage.keys import identity_key

BrandFile = Annotated[Path, typer.Option(help="The brand file.")]
Platform = Annotated[str, typer.Option(help="telegram, whatsapp or other: where --id is from.")]
RawId = Annotated[str, typer.Option("--id", help="The person's id or name on the platform, as an export writes it.")]
Person = Annotated[str, typer.Option(help="The person's pseudonym (p_...), instead of --platform and --id.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(forget)
    app.command()(mydata)


def forget(brand: BrandFile, platform: Platform = "", raw_id: RawId = "", person: Person = "") -> None:
    """Erase a person everywhere, live and in replays, and say what was erased."""
    settings, loaded = load_settings(), load_brand(brand, ignore_narratives=True)
    pseudonym = _pseudonym(settings, loaded, platform, raw_id, person)
    console = Console(highlight=False)
    places = list(_places(settings, loaded))
    for place in places:
        with open_workspace(settings, loaded, place) as workspace:
            waiting, now = Waiting(workspace, pseudonym), datetime.now(UTC)
            deliveries = waiting.drop_deliveries()
            erased = forget_person(
                workspace.pipeline, pseudonym, at=now, source="command line", authors=waiting.authors
            )
        console.print(
            f"{place}: erased {erased.messages} messages, {erased.consents} consent records, "
            f"{erased.inbox + deliveries} waiting updates, {erased.outbox} prepared sendings; "
            f"{len(erased.narratives)} stories and {len(erased.alerts)} alerts no longer quote them",
            soft_wrap=True,
        )
        if not erased.cleared:
            console.print(
                f"[yellow]{place}: somebody was reading, so its log may still hold what was erased; "
                "run this again when they are done (or when `earshot run` is stopped).[/]",
                soft_wrap=True,
            )
    if not places:
        console.print(f"Nothing is kept of {loaded.name} under {settings.home}.")


def mydata(brand: BrandFile, platform: Platform = "", raw_id: RawId = "", person: Person = "") -> None:
    """Print all that is stored of a person, as JSON."""
    settings, loaded = load_settings(), load_brand(brand, ignore_narratives=True)
    pseudonym = _pseudonym(settings, loaded, platform, raw_id, person)
    found = {}
    for place in _places(settings, loaded):
        with open_workspace(settings, loaded, place) as workspace, workspace.database.read() as session:
            found[str(place)] = export_person(session, workspace.vault, loaded.slug, pseudonym)
    print(json.dumps(found, ensure_ascii=False, indent=2, default=str))


def _pseudonym(settings: Settings, brand: Brand, platform: str, raw_id: str, person: str) -> str:
    if person.startswith("p_"):
        return person
    if not (platform and raw_id):
        raise EarshotError("say who: --platform and --id, or --person with a pseudonym (p_...)")
    return Identity(identity_key(settings.home, settings.keys()), brand.slug).person(platform, raw_id)


def _places(settings: Settings, brand: Brand) -> Iterator[Path | str]:
    live = settings.database
    if not isinstance(live, Path) or live.exists():
        yield live
    yield from sorted((settings.home / "replays").glob(f"{brand.slug}-*/earshot.db"))
