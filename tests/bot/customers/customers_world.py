"""A customers' desk without a platform: asks go in, and what the outbox holds comes out."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from alerts.outbox import OutboxWriter
from bot.customers.asks import Addressed, Ask, Asker, Press, TeamPress, TeamSaid
from bot.customers.desk import CustomerDesk
from bot.identity import Identity
from bot.message import Platform
from config.brand import Brand
from nlp.analysis import Analyser
from storage.database import Database
from storage.tables import Chat, Outbox, TeamLink
from storage.vault import Vault

VAULT, KEY = Vault([bytes(range(32))]), bytes(range(1, 33))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


def nothing(session: Session) -> None:
    """No update waits in these tests."""


class World:
    """A brand, its desk, and a clock that is set by hand."""

    def __init__(self, brand: Brand, folder: Path, analyser: Analyser) -> None:
        self.brand, self.now = brand, START
        self.database = Database(folder / "earshot.db")
        self.database.migrate()
        self.identity = Identity(KEY, brand.slug)
        self.desk = CustomerDesk(brand, self.database, VAULT, self.identity, analyser, lambda: self.now)
        self._numbers = itertools.count(1)
        with self.database.transaction() as session:
            self.link(session)

    def link(self, session: Session) -> None:
        chat = Chat(brand=self.brand.slug, platform="telegram", key="c_team", kind="team", created_at=START)
        if session.exec(select(TeamLink)).first() is None:
            session.add(chat)
            session.flush()
            session.add(TeamLink(brand=self.brand.slug, channel="team", chat_id=chat.id or 0))

    def asker(self, name: str, lang: str = "en", platform: Platform = Platform.TELEGRAM) -> Asker:
        return Asker(platform, self.identity.person(platform, name), f"raw-{name}", lang)

    def ask(self, name: str, text: str, addressed: Addressed = Addressed.PRIVATE, **more: Any) -> list[str]:
        """Ask, and return what the asker (or the group) is told."""
        asker = self.asker(name, platform=more.pop("platform", Platform.TELEGRAM))
        id_ = more.pop("id", str(next(self._numbers)))
        before = self.last()
        self.desk.ask(Ask(id_, asker, text, addressed, **more), nothing)
        return [text for lane, text in self.sent(before) if not lane.startswith("team:")]

    def press(self, name: str, do: str, **more: Any) -> str:
        return self.desk.press(Press(str(next(self._numbers)), self.asker(name), do, **more), nothing)

    def team_says(self, subject: str, text: str) -> str | None:
        return self.desk.team_said(TeamSaid(str(next(self._numbers)), "p_agent", "team", subject, text), nothing)

    def team_presses(self, do: str) -> str:
        return self.desk.team_press(TeamPress(str(next(self._numbers)), "p_agent", "team", do), nothing)

    def pass_time(self, length: timedelta) -> list[tuple[str, str]]:
        """Let time pass and look at the clocks; returns what is sent then."""
        self.now += length
        before = self.last()
        with self.database.transaction() as session:
            self.desk.tick(session, self.now)
        return self.sent(before)

    def last(self) -> int:
        with self.database.read() as session:
            return session.exec(select(Outbox.id).order_by(col(Outbox.id).desc())).first() or 0

    def sent(self, after: int = 0) -> list[tuple[str, str]]:
        """Lane and text of what was put into the outbox after an entry."""
        writer = OutboxWriter(self.brand.slug, VAULT)
        with self.database.read() as session:
            rows = session.exec(select(Outbox).where(col(Outbox.id) > after).order_by(col(Outbox.id))).all()
        shown = [(row.lane, writer.open(row)) for row in rows]
        return [(lane, "\n".join(block.text for block in payload.shown().blocks)) for lane, payload in shown if payload]

    def rows(self, model: Any) -> Sequence[Any]:
        with self.database.read() as session:
            return session.exec(select(model)).all()
