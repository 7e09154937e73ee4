from collections.abc import Iterator
from pathlib import Path

import pytest
from storage_world import ADA, BOB, BRAND, NOW, VAULT, add_chat, narrative, outbox, store

from storage import consents, messages, snapshots
from storage.database import Database
from storage.tables import Alert, AlertEvent, ConsentState, OutboxState, Sealed
from storage.vault import Vault


@pytest.fixture
def vault() -> Vault:
    return VAULT


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path / "home" / "earshot.db", busy_timeout=0.2) as database:
        database.migrate()
        yield database


@pytest.fixture
def story(database: Database) -> Database:
    """Ada and Bob tell story 7, which has taken in story 6; Bob alone tells 8, Ada alone 9."""
    with database.transaction() as session:
        add_chat(session)
        said = [{"person": ADA}, {"person": BOB}, {"person": BOB}, {"person": ADA}, {"person": BOB}]
        store(session, said)
        messages.tell(session, BRAND, {1: 7, 2: 7, 3: 8, 4: 9})
        session.add_all(
            [
                narrative(7),
                narrative(6, merged_into=7),
                narrative(8, representative=3),
                narrative(9, messages=1, people=1),
            ]
        )
        detail = VAULT.seal_json({"title": "what Ada said", "absorbed": 2}, Sealed.ALERT_EVENT_DETAIL)
        for id_, story, evidence in ((1, 7, [1, 2]), (2, 8, [3]), (3, None, [4, 5])):
            session.add(
                Alert(
                    id=id_,
                    brand=BRAND,
                    narrative_id=story,
                    kind="rumour",
                    severity=2,
                    sure=0.5,
                    messages=evidence,
                    title=b"title",
                    opened_at=NOW,
                    updated_at=NOW,
                )
            )
        session.flush()
        session.add_all([AlertEvent(alert_id=id_, at=NOW, action="absorb", detail=detail) for id_ in (1, 2)])
        session.add_all(
            [
                outbox("card of 7", subject="alert:1", messages=[2]),
                outbox("waiting card of 7", subject="alert:1", messages=[1, 2], state=OutboxState.WAITING),
                outbox("card of 8", subject="alert:2", messages=[3]),
                outbox("digest", messages=[4, 3]),
                outbox("answer to Ada", person=ADA),
                outbox("answer to Bob", person=BOB),
            ]
        )
        for person in (ADA, BOB):
            consents.record(session, BRAND, person, 1, ConsentState.GIVEN, version="2", source="button", at=NOW)
        snapshots.keep(session, VAULT, BRAND, "stories", 5, b"state", NOW)
    return database
