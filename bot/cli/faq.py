"""`earshot faq` and `earshot surveys`: what customers can be answered, what is missing, and how they found it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlmodel import Session, col, select

from config.brand import Brand, load_brand
from config.errors import ConfigError, EarshotError
from config.settings import Settings, load_settings
from storage.customers import missing_entries
from storage.database import Database
from storage.keys import vault_keys
from storage.portable import in_chunks
from storage.tables import KnowledgeEntry, SurveyKind
from storage.vault import Vault

BrandFile = Annotated[Path | None, typer.Option(help="The brand file; EARSHOT_BRAND when left out.")]
Days = Annotated[int, typer.Option(help="How many days back to look.", min=1)]
File = Annotated[Path, typer.Argument(help="A .csv, .yaml, .md or .html file of questions with answers.")]
Lang = Annotated[str, typer.Option(help="The language of all of them (ISO 639-1); found out when left out.")]
Source = Annotated[
    str, typer.Option(help="What stands behind the answers as their source; the file's name by default.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be taken; store nothing.")]

BATCH = 200
"""Entries stored at a time: the model reads them before, so that no other writer waits for it."""

faq = typer.Typer(help="What customers can be answered.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    faq.command("import")(import_)
    faq.command("gaps")(gaps)
    faq.command("remove")(remove)
    app.add_typer(faq, name="faq")
    app.command()(surveys)


def import_(file: File, brand: BrandFile = None, lang: Lang = "", source: Source = "", dry_run: DryRun = False) -> None:
    """Take questions with answers from a file; the same file again changes only what changed in it."""
    from bot.app import make_analyser  # the model takes a second to load
    from bot.customers.imports import read_entries
    from bot.customers.knowledge import RememberingEncoder, is_saved, save

    settings, loaded = _given(brand)
    read = read_entries(file, lang=lang or None, source=source or None)
    given = {entry.id for entry in loaded.faq}
    console, fresh = Console(highlight=False), 0
    for skipped in read.skipped:
        console.print(f"{file}, line {skipped.line}: not taken: {skipped.why}", soft_wrap=True, markup=False)
    for entry in read.entries:
        if entry.id in given:
            console.print(f"not taken: {entry.id!r} stands in the brand file, which counts", markup=False)
        elif dry_run:
            console.print(f"{entry.id} [{entry.lang}] {entry.question}", soft_wrap=True, markup=False)
    wanted = [entry for entry in read.entries if entry.id not in given]
    if not dry_run:
        encoder = RememberingEncoder(make_analyser(settings, None).encoder)
        with _store(settings) as (database, vault):
            for batch in in_chunks(wanted, BATCH):
                with database.read() as session:
                    new = [entry for entry in batch if not is_saved(session, vault, loaded.slug, entry)]
                encoder.encode([text for entry in new for text in (entry.question, entry.answer)])
                with database.transaction() as session:
                    for entry in new:
                        now, source_ = datetime.now(UTC), f"file {file.name}"
                        save(session, vault, loaded.slug, entry, now, source=source_, encoder=encoder)
                fresh += len(new)
    done = "would be taken" if dry_run else f"taken, of which {fresh} are new or changed"
    console.print(f"{len(wanted)} entries {done}; {len(read.entries) + len(read.skipped) - len(wanted)} not taken.")


def gaps(brand: BrandFile = None, days: Days = 90) -> None:
    """Show what customers asked and nothing answers: most people first, in their words where enough asked."""
    settings, loaded = _given(brand)
    console = Console(highlight=False)
    since, least = datetime.now(UTC) - timedelta(days=days), loaded.privacy.min_people_for_quotes
    with _store(settings) as (database, vault), database.read() as session:
        found = missing_entries(session, vault, loaded.slug, least=least, since=since)
    if not found:
        console.print(
            f"Nothing is missing: no question went unanswered in {days} days by people who agreed to be kept."
        )
        return
    table = Table("people", "questions", "language", "last asked", "question")
    for gap in found:
        words = gap.text or f"(fewer than {least} people, or erased)"
        table.add_row(str(gap.people), str(gap.questions), gap.lang, f"{gap.last_at:%Y-%m-%d}", words)
    console.print(table)


def remove(ids: Annotated[list[str], typer.Argument(help="Ids of entries.")], brand: BrandFile = None) -> None:
    """Take entries out of what customers are answered that were imported or saved; the brand file's stay."""
    from bot.customers.knowledge import remove as remove_entries

    settings, loaded = _given(brand)
    mine = col(KnowledgeEntry.brand) == loaded.slug
    with _store(settings) as (database, _), database.transaction() as session:
        known = set(session.exec(select(KnowledgeEntry.faq).where(mine)).all())
        unknown = [id_ for id_ in ids if id_ not in known]
        if unknown:
            raise EarshotError(f"no imported or saved entry is called {', '.join(map(repr, unknown))}")
        remove_entries(session, loaded.slug, ids)
    Console(highlight=False).print(f"{len(ids)} removed.")


def surveys(brand: BrandFile = None, days: Days = 365) -> None:
    """Show what customers said in surveys, with 95 % confidence intervals; nothing where too few answered."""
    settings, loaded = _given(brand)
    console = Console(highlight=False)
    with _store(settings) as (database, _), database.read() as session:
        for line in survey_lines(session, loaded, datetime.now(UTC) - timedelta(days=days)):
            console.print(line, soft_wrap=True)


def survey_lines(session: Session, brand: Brand, since: datetime) -> Iterator[str]:
    """Yield what each survey says, a line or two each."""
    from bot.customers.surveys import results

    for kind in SurveyKind:
        result = results(session, brand, kind, since)
        yield f"{kind}: {result.answers} of {result.asked} answered"
        if result.counts is None or result.value is None or result.low is None or result.high is None:
            yield f"  shown from {brand.surveys.min_answers} answers on"
            continue
        given = ", ".join(f"{number}: {count}" for number, count in result.counts.items() if count)
        if kind is SurveyKind.SATISFACTION:
            yield f"  satisfied (4 or 5): {result.value:.0%}, between {result.low:.0%} and {result.high:.0%} ({given})"
        else:
            between = f"between {result.low:+.0f} and {result.high:+.0f}"
            yield f"  net promoter score: {result.value:+.0f}, {between} ({given})"


@contextmanager
def _store(settings: Settings) -> Iterator[tuple[Database, Vault]]:
    vault = Vault(vault_keys(settings.home, settings.keys()))
    with Database(settings.database) as database:
        database.migrate()
        yield database, vault


def _given(brand: Path | None) -> tuple[Settings, Brand]:
    settings = load_settings()
    path = brand or settings.brand
    if path is None:
        raise ConfigError("which brand? Give --brand FILE, or set EARSHOT_BRAND")
    return settings, load_brand(path)
