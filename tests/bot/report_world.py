"""A database in which things were said, for tests of the report."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np

from alerts.evidence import encode_reasons
from alerts.life import Action
from alerts.records import Records
from alerts.signals import Kind, Reason, Severity
from bot.report import ReportData, Run
from bot.report.gather import gather
from config.brand import Brand, parse_brand
from nlp.narratives.summary import NarrativeState, NarrativeSummary
from nlp.observation import Observation
from storage import chats, messages, narratives
from storage.database import Database
from storage.messages import Arrived
from storage.tables import Alert, AlertState, Chat, ChatMode, ChatState
from storage.vault import Vault

START = datetime(2026, 3, 16, 7, tzinfo=UTC)
BRAND = """
brand: {name: Theine & Co, languages: [fr, en], time_zone: Europe/Paris}
topics:
  - {id: taste, label: Goût}
  - {id: price, label: Prix}
  - {id: other, label: Autre}
facts:
  - {id: organic, statement: "Toutes les feuilles sont bio.", evidence_url: "https://theine.example/bio?a=1&b=2"}
"""


class World:
    """One brand's database. Messages get the row ids 1, 2, 3, ... in the order in which they are heard."""

    def __init__(self, folder: Path) -> None:
        self.brand: Brand = parse_brand(BRAND)
        self.vault = Vault([bytes(range(32))])
        self.database = Database(folder / "earshot.db")
        self.database.migrate()
        self._rows = count(1)
        self._chats: dict[str, Chat] = {}

    def close(self) -> None:
        """Let the database go."""
        self.database.close()

    def chat(
        self, title: str, *, mode: ChatMode = ChatMode.OPT_IN, platform: str = "telegram", dropped: int = 0
    ) -> None:
        """Open a group; messages are heard in the group opened last unless they name another."""
        with self.database.transaction() as session:
            chat = chats.put(
                session,
                self.vault,
                self.brand.slug,
                platform=platform,
                key=f"c_{title}",
                kind="group",
                title=title,
                address="-100",
                state=ChatState.ACTIVE,
                mode=mode,
                at=START,
            )
            assert chat.id is not None
            chats.dropped(session, {chat.id: dropped})
        self._chats[title] = chat

    def hear(
        self,
        text: str,
        person: str = "p_a",
        *,
        hours: float = 0,
        chat: str | None = None,
        sentiment: str = "neutral",
        topic: str | None = "other",
        intent: str = "chitchat",
        narrative: int | None = None,
        forwarded: bool = False,
        lang: str = "fr",
    ) -> int:
        """Store a message and return its row id."""
        key = next(self._rows)
        at = START + timedelta(hours=hours)
        where = self._chats[chat] if chat else list(self._chats.values())[-1]
        assert where.id is not None
        seen = Observation(
            key=key,
            at=at.timestamp(),
            chat=where.key,
            person=person,
            platform=where.platform,
            lang=lang,
            text=text,
            vector=np.zeros(4, np.float16),
            sentiment=sentiment,
            sentiment_scores={sentiment: 1.0},
            topic=topic,
            topic_score=0.5,
            intent=intent,
            claim=0.0,
            scores={},
            forwarded=forwarded,
        )
        new = Arrived(seen, where.id, f"raw-{key}", key.to_bytes(8, "big"), at, "test-model 1")
        with self.database.transaction() as session:
            messages.insert(session, self.vault, self.brand.slug, [new])
            messages.tell(session, self.brand.slug, {key: narrative})
        return key

    def narrative(
        self, id_: int, title: str, rows: list[int], *, people: int, facts: Mapping[str, str] | None = None
    ) -> None:
        """Store a narrative as the learner would have told it."""
        summary = NarrativeSummary(
            id=id_,
            title=title,
            lang="fr",
            representative=rows[0],
            state=NarrativeState.GROWING,
            first_seen=START.timestamp(),
            last_seen=START.timestamp() + 3600,
            messages=len(rows),
            people=people,
            chats=(),
            platforms=("telegram",),
            forwards=1,
            langs={"en": 1, "fr": len(rows) - 1},
            sentiment={"negative": 1.0},
            emotion={},
            stance={"spread": 2, "question": 1, "denial": 0},
            velocity=1.0,
            acceleration=0.0,
            links=(),
            topic="taste",
            facts=facts or {},
            quotes=tuple(rows),
            history=(),
        )
        with self.database.transaction() as session:
            narratives.store(session, self.vault, self.brand.slug, [(summary, asdict(summary))])

    def alert(
        self,
        title: str,
        rows: list[int],
        *,
        narrative: int | None = None,
        kind: Kind = Kind.RUMOUR,
        fact: str | None = None,
        state: AlertState = AlertState.OPEN,
    ) -> int:
        """Store an alert raised two hours in, and that it grew an hour later; returns its id."""
        at = START + timedelta(hours=2)
        records = Records(self.brand.slug, self.vault)
        with self.database.transaction() as session:
            alert = Alert(
                brand=self.brand.slug,
                narrative_id=narrative,
                kind=kind,
                severity=Severity.WARNING,
                sure=0.8,
                topic="taste",
                opened_at=at,
                notified_at=at,
                messages=rows,
                reasons=encode_reasons([Reason("people", 3, 0.5, 24)]),
                fact=fact,
                contradicts=fact is not None,
                title=records.sealed_title(title),
                updated_at=at,
            )
            records.record(session, alert, Action.RAISE, at)
            records.record(session, alert, Action.GROW, at + timedelta(hours=1), severity=2)
            alert.state = state
            assert alert.id is not None
            return alert.id


def read(world: World, run: Run | None = None) -> ReportData:
    """The report's data, nine days on."""
    return gather(world.database, world.vault, world.brand, run=run, now=START + timedelta(days=9))


def rumour(world: World, people: int) -> list[int]:
    """Let a story be told once by each of some people, one every half hour; returns its rows."""
    rows = [
        world.hear(
            f"le thé rend malade n°{at}",
            f"p_{at}",
            hours=at / 2,
            sentiment="negative",
            topic="taste",
            intent="claim",
            narrative=7,
        )
        for at in range(people)
    ]
    world.narrative(7, "malade · thé", rows, people=people, facts={"organic": "contradicts"})
    return rows
