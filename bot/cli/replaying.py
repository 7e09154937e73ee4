"""`earshot replay` and `earshot demo`: exported chats through the very path of live messages."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot.app import open_workspace
from bot.consent_list import consent_from_file
from bot.demo import SAMPLE
from bot.live import LiveView
from bot.message import Platform
from bot.platforms.transcript import open_transcript
from bot.replay import fingerprint, replay, workspace_place
from bot.report import Run, build_report
from bot.results import write_results
from config.brand import Brand, load_brand
from config.settings import load_settings
from storage.tables import ChatMode

ASSUMED = "assumed"
LINGER = 0.02  # seconds a message of the demo stays alone on the screen, so that people can follow


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked of a replay."""

    consent: str
    out: Path | None
    report: Path | None
    date_order: str | None = None
    fresh: bool = False
    linger: float = 0.0


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("demo")(demo_command)
    app.command("replay")(replay_command)


def demo_command(
    out: Annotated[Path, typer.Option(help="Folder for what the demo writes.")] = Path("demo"),
) -> None:
    """Replay the bundled sample: two groups, five days, one bad buzz and one rumour."""
    out.mkdir(parents=True, exist_ok=True)
    wanted = Wanted(ASSUMED, out / "result.jsonl", out / "report.html", fresh=True, linger=LINGER)
    _replay(load_brand(SAMPLE.brand), SAMPLE.inputs, wanted)


def replay_command(
    inputs: Annotated[list[Path], typer.Argument(help="Exported chats: WhatsApp, Telegram Desktop, JSON lines.")],
    brand: Annotated[Path, typer.Option(help="The brand file.")],
    consent: Annotated[str, typer.Option(help="Who agreed: a file that lists them, or 'assumed' for everybody.")],
    out: Annotated[Path | None, typer.Option(help="Write the result as JSON lines.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report to look at: one HTML file.")] = None,
    date_order: Annotated[str | None, typer.Option(help="dmy, mdy or ymd, for exports that leave it open.")] = None,
    fresh: Annotated[bool, typer.Option(help="Forget what an earlier replay of these exports kept.")] = False,
) -> None:
    """Replay exported chats as if they came in live, and show what the team would have received."""
    loaded = load_brand(brand, ignore_narratives=True)
    _replay(loaded, inputs, Wanted(consent, out, report, date_order, fresh))


def _replay(brand: Brand, inputs: Sequence[Path], wanted: Wanted) -> None:
    settings = load_settings()
    listed = None if wanted.consent == ASSUMED else consent_from_file(Path(wanted.consent))
    mode = ChatMode.OPT_IN if listed else ChatMode.ASSUMED
    groups = {group.id: (Platform(group.platform), group.title) for group in brand.groups}
    transcripts = [
        open_transcript(path, date_order=wanted.date_order, zone=brand.time_zone, groups=groups) for path in inputs
    ]
    place = workspace_place(settings.home, brand.slug, fingerprint(transcripts, mode))
    if wanted.fresh:
        shutil.rmtree(place.parent, ignore_errors=True)
    with open_workspace(settings, brand, place, listed=listed) as workspace:
        with LiveView(workspace, mode, linger=wanted.linger) as view:
            summary = replay(transcripts, workspace, mode, view)
        view.received()
        view.summary(summary)
        if wanted.out:
            write_results(wanted.out, workspace.database, workspace.vault, brand.slug)
        if wanted.report:
            run = Run(summary.broken_lines, tuple(summary.broken), summary.skipped.total())
            build_report(workspace.database, workspace.vault, brand, wanted.report, run=run)
    for written in (wanted.out, wanted.report):
        if written:
            print(f"-> {written}")
