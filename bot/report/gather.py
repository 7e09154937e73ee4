"""Reading everything that the report shows from the database."""

from datetime import UTC, datetime
from importlib.metadata import version

from alerts.evidence import Evidence
from alerts.records import Records
from bot.report.data import ReportData, Run
from bot.report.numbers import Numbers
from bot.report.stories import Reader
from config.brand import Brand
from storage.database import Database
from storage.vault import Vault


def gather(
    database: Database, vault: Vault, brand: Brand, *, run: Run | None = None, now: datetime | None = None
) -> ReportData:
    """Read the report of a brand as of `now`; `run` is what only the run that read the inputs knows.

    Everything is read from one state of the database. Raises StorageError like all of storage.
    """
    records = Records(brand.slug, vault)
    evidence = Evidence(brand, vault, records)
    with database.read() as session:
        numbers = Numbers(session, vault, brand)
        period = numbers.period()
        reader = period and Reader(session, vault, brand, evidence, records, numbers.chat_titles(), period)
        alerts = reader.alerts() if reader else ()
        stories, untold = reader.stories(alerts) if reader else ((), 0)
        return ReportData(
            brand=brand.name,
            time_zone=brand.brand.time_zone,
            made_at=now or datetime.now(UTC),
            version=version("earshot"),
            quorum=brand.privacy.min_people_for_quotes,
            people=numbers.people(),
            mix=numbers.mix(),
            intents=numbers.totals("intent"),
            langs=numbers.totals("lang"),
            models=numbers.totals("model"),
            chats=numbers.chats(),
            timeline=numbers.timeline(period) if period else None,
            alerts=alerts,
            stories=stories,
            untold=untold,
            topics=numbers.topics(),
            redacted=numbers.redacted(),
            run=run,
        )
