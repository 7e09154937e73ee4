"""Take the README's pictures anew: replays the sample, then photographs its terminal (SVG) and its report (PNG).

python docs/img/shoot.py        needs Chromium on the PATH for the report
"""

import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from bot.app import open_workspace
from bot.demo import SAMPLE
from bot.live import LiveView
from bot.live.screen import Screen
from bot.platforms.transcript import open_transcript
from bot.replay import replay
from bot.report import Run, build_report
from config.brand import load_brand
from config.settings import Settings
from storage.tables import ChatMode

HERE = Path(__file__).parent
COLUMNS, ROWS = 110, 30
WIDTH, HEIGHT = 1200, 1480
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def main() -> None:
    """Write live.svg and report.png beside this file."""
    browser = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"No Chromium found; install one of: {', '.join(CHROMIUM)}")
    brand = load_brand(SAMPLE.brand)
    with tempfile.TemporaryDirectory() as home:
        report = Path(home) / "report.html"
        with open_workspace(Settings(home=Path(home)), brand, Path(home) / "earshot.db") as workspace:
            transcripts = [open_transcript(path, zone=brand.time_zone) for path in SAMPLE.inputs]
            console = Console(file=io.StringIO(), force_terminal=True, width=COLUMNS, height=ROWS)
            with LiveView(workspace, ChatMode.ASSUMED, console=console) as view:
                summary = replay(transcripts, workspace, ChatMode.ASSUMED, view)
                assert isinstance(view.stage, Screen)
                shoot_terminal(view.stage, HERE / "live.svg")
            run = Run(summary.broken_lines, tuple(summary.broken), summary.skipped.total())
            build_report(workspace.database, workspace.vault, brand, report, run=run)
        shoot_page(browser, report, HERE / "report.png")


def shoot_terminal(screen: Screen, out: Path) -> None:
    """Write the terminal's last picture."""
    console = Console(file=io.StringIO(), record=True, force_terminal=True, width=COLUMNS, height=ROWS)
    console.print(screen.picture(), height=ROWS)
    svg = console.export_svg(title="earshot demo", theme=MONOKAI)
    # Rich names fonts on a server; a picture of ours loads nothing.
    out.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL), encoding="utf-8")


def shoot_page(browser: str, page: Path, out: Path) -> None:
    """Photograph the top of a page."""
    with tempfile.TemporaryDirectory() as profile:
        where = (f"--user-data-dir={profile}", f"--screenshot={out}", f"--window-size={WIDTH},{HEIGHT}", page.as_uri())
        subprocess.run([browser, *QUIET, *where], check=True, capture_output=True, timeout=120)  # noqa: S603 - ours


if __name__ == "__main__":
    main()
