"""A small brand with a database, and messages, stories and signals as the parts before the desk would give them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlmodel import Session, select

from alerts.desk import Desk
from alerts.evidence import encode_summary
from alerts.outbox import OutboxWriter
from alerts.payload import Payload
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Brand
from nlp.narratives.summary import NarrativeState, NarrativeSummary
from nlp.observation import Observation
from storage import messages
from storage.database import Database
from storage.tables import Chat, ChatState, Narrative, Outbox, Sealed
from storage.vault import Vault

NOON = datetime(2025, 3, 11, 12, 0, tzinfo=UTC)  # 13:00 in Paris, a Tuesday
BRAND = {
    "brand": {"name": "Tisane & Co", "languages": ["fr", "en"], "time_zone": "Europe/Paris"},
    "topics": [{"id": "quality", "label": "Qualité"}, {"id": "delivery", "label": "Livraison"}],
    "facts": [
        {
            "id": "f1",
            "statement": "Every leaf is picked by hand.",
            "evidence_url": "https://tisane.example/leaf?a=1&b=2",
            "reply": {"fr": "Chaque feuille est cueillie à la main."},
        }
    ],
    "team": {
        "language": "en",
        "channels": [
            {"name": "main", "url": "telegram", "min_severity": "warning"},
            {"name": "mail", "url": "json://127.0.0.1:9", "min_severity": "critical"},
            {"name": "boss", "url": "json://127.0.0.1:9"},
            {"name": "owner", "url": "json://127.0.0.1:9"},
        ],
        "escalation": ["boss", "owner"],
    },
    "quiet_hours": {"start": "22:00", "end": "07:00"},
}


@dataclass
class World:
    """One brand's database and desk, with a clock."""

    brand: Brand
    database: Database
    vault: Vault
    session: Session
    now: datetime = NOON
    stories: dict[int, NarrativeSummary] = field(default_factory=dict)
    chats: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.desk = Desk(self.brand, self.vault)
        self.outbox = OutboxWriter(self.brand.slug, self.vault)

    def chat(self, key: str, title: str) -> int:
        """Store a chat."""
        row = Chat(
            brand=self.brand.slug,
            platform="telegram",
            key=key,
            kind="group",
            title=self.vault.seal_text(title, Sealed.CHAT_TITLE),
            state=ChatState.ACTIVE,
            created_at=NOON,
        )
        self.session.add(row)
        self.session.flush()
        assert row.id is not None
        self.chats[key] = row.id
        return row.id

    def message(self, person: str, text: str, chat: str = "c_a", narrative: int | None = 1, **more: object) -> int:
        """Store a message of a story at the current time; returns its row."""
        key = messages.reserve_ids(self.session, 1)
        seen = Observation(
            key=key,
            at=self.now.timestamp(),
            chat=chat,
            person=person,
            platform="telegram",
            lang="fr",
            text=text,
            vector=np.zeros(4, np.float16),
            sentiment="negative",
            sentiment_scores={"negative": 0.9, "neutral": 0.1, "positive": 0.0},
            topic="quality",
            topic_score=0.8,
            intent="complaint",
            claim=0.5,
            scores={},
        )
        seen = replace(seen, **more)  # type: ignore[arg-type]
        arrived = messages.Arrived(seen, self.chats[chat], f"raw{key}", f"digest{key}".encode(), self.now, "test")
        messages.insert(self.session, self.vault, self.brand.slug, [arrived])
        messages.tell(self.session, self.brand.slug, {key: narrative})
        return key

    def story(self, number: int = 1, people: int = 4, **more: object) -> NarrativeSummary:
        """Store a story as the learner would tell it now."""
        known = self.stories.get(number) or NarrativeSummary(
            id=number,
            title=f"feuilles, moisies {number}",
            lang="fr",
            representative=1,
            state=NarrativeState.GROWING,
            first_seen=self.now.timestamp(),
            last_seen=self.now.timestamp(),
            messages=people,
            people=people,
            chats=("c_a",),
            platforms=("telegram",),
            forwards=0,
            langs={"fr": 3, "en": 1},
            sentiment={"negative": 0.75, "neutral": 0.25, "positive": 0.0},
            emotion={},
            stance={"spread": 3, "question": 1, "denial": 0},
            velocity=2.0,
            acceleration=0.0,
            links=(),
            topic="quality",
            facts={},
            quotes=(),
            history=(),
        )
        told = replace(known, people=people, messages=people, last_seen=self.now.timestamp())
        told = replace(told, **more)  # type: ignore[arg-type]
        self.stories[number] = told
        row = self.session.get(Narrative, (self.brand.slug, number)) or Narrative(
            brand=self.brand.slug, id=number, first_seen=self.now, last_seen=self.now, messages=0, people=0, state=""
        )
        row.summary = self.vault.seal_json(encode_summary(told), Sealed.NARRATIVE_SUMMARY)
        row.first_seen = datetime.fromtimestamp(told.first_seen, UTC)
        row.last_seen = datetime.fromtimestamp(told.last_seen, UTC)
        row.messages, row.people, row.state = told.messages, told.people, told.state
        self.session.add(row)
        self.session.flush()
        return told

    def signal(self, narrative: int | None = 1, **more: object) -> Signal:
        """A finding about a story: a bad buzz worth a warning, unless told otherwise."""
        people = self.stories[narrative].people if narrative in self.stories else 4
        found = Signal(
            detector="bad_buzz",
            kind=Kind.BAD_BUZZ,
            severity=Severity.WARNING,
            at=self.now,
            sure=0.8,
            reasons=(Reason("people", people, 0.5, 24.0), Reason("messages", people + 1, 1.2, 24.0)),
            messages=(1, 2, 3),
            narrative=narrative,
            topic="quality",
        )
        return replace(found, **more)  # type: ignore[arg-type]

    def consider(self, *signals: Signal) -> list:
        """Hand signals to the desk now."""
        return self.desk.consider(self.session, signals, self.stories.__getitem__, self.now)

    def tick(self) -> list:
        """Let the desk look at its clocks now."""
        return self.desk.tick(self.session, self.now)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def sent(self, lane: str | None = None) -> list[tuple[str, str, Payload]]:
        """Lane, kind and payload of everything in the outbox, oldest first."""
        rows = self.session.exec(select(Outbox).order_by("id")).all()
        found = []
        for row in rows:
            if lane is None or row.lane == lane:
                payload = self.outbox.open(row)
                assert payload is not None
                found.append((row.lane, row.kind, payload))
        return found
