"""From the database to a file: the report of one brand."""

import os
import tempfile
from datetime import datetime
from pathlib import Path

from bot.report.data import ReportData, Run
from bot.report.gather import gather
from bot.report.page import render
from config.brand import Brand
from storage.database import Database
from storage.vault import Vault


def build_report(
    database: Database,
    vault: Vault,
    brand: Brand,
    out: Path,
    lang: str | None = None,
    *,
    run: Run | None = None,
    now: datetime | None = None,
) -> ReportData:
    """Write the report of a brand to `out`, readable by its owner only, and return what it shows.

    It opens in `lang`, by default the team's language, and can be switched to every other. An earlier file of that name
    is replaced at once, never left half written. Raises StorageError for the database, OSError for the file.
    """
    data = gather(database, vault, brand, run=run, now=now)
    page = render(data, lang or brand.team.language)
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(page)
        unfinished.replace(out)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return data
