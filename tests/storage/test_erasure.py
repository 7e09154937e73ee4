import json
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select
from storage_world import ADA, BOB, BRAND, NOW, VAULT, add_chat, author, erase_ada, narrative, pseudonym, store

from nlp.observation import Observation
from storage import consents, inbox, messages, snapshots
from storage.database import Database
from storage.erasure import Erased, forget
from storage.tables import (
    Alert,
    AlertEvent,
    Consent,
    ConsentState,
    Inbox,
    Message,
    Narrative,
    Outbox,
    OutboxState,
    Sealed,
    Snapshot,
)


def test_everything_a_person_wrote_goes_and_nothing_else(story: Database) -> None:
    with story.transaction() as session:
        erased = erase_ada(session)
    assert erased == Erased(
        person=ADA, messages=2, consents=1, inbox=0, outbox=4, snapshots=1, alerts=(1, 3), narratives=(6, 7, 9)
    )
    with story.read() as session:
        assert [one.id for one in messages.stored(session, VAULT, BRAND)] == [2, 3, 5]
        assert session.exec(select(Snapshot)).all() == []


def test_stories_lose_the_person_their_words_and_those_nobody_else_tells(story: Database) -> None:
    with story.transaction() as session:
        erase_ada(session)
    with story.read() as session:
        told = {row.id: row for row in session.exec(select(Narrative))}
        assert set(told) == {6, 7, 8}
        assert [(told[7].messages, told[7].people), (told[8].messages, told[8].people)] == [(1, 1), (2, 2)]
        for id_ in (6, 7):
            assert (told[id_].title, told[id_].summary, told[id_].representative) == (None, None, None)
        assert told[8].title == b"title"


def test_a_story_that_quotes_a_message_it_lost_is_cleaned_too(story: Database) -> None:
    with story.transaction() as session:
        session.add(narrative(10, representative=4))
        erased = erase_ada(session)
    assert erased.narratives == (6, 7, 9, 10)
    with story.read() as session:
        told = session.get(Narrative, (BRAND, 10))
        assert told is not None
        assert (told.title, told.messages, told.people) == (None, 2, 2)


def test_alerts_keep_their_numbers_and_lose_evidence_titles_and_quoted_titles(story: Database) -> None:
    with story.transaction() as session:
        erase_ada(session)
    with story.read() as session:
        rows = session.exec(select(Alert).order_by(col(Alert.id))).all()
        assert [(row.messages, row.title, row.sure) for row in rows] == [
            ([2], None, 0.5),
            ([3], b"title", 0.5),
            ([5], None, 0.5),
        ]
        details = [
            VAULT.open_json(row.detail or b"", Sealed.ALERT_EVENT_DETAIL) for row in session.exec(select(AlertEvent))
        ]
        assert details == [{"absorbed": 2}, {"title": "what Ada said", "absorbed": 2}]


def test_sendings_that_quote_are_emptied_and_those_to_the_person_deleted(story: Database) -> None:
    with story.transaction() as session:
        erase_ada(session)
    with story.read() as session:
        rows = {row.dedupe: (row.payload, row.messages, row.state) for row in session.exec(select(Outbox))}
    assert rows == {
        "card of 7": (None, [2], OutboxState.SENT),
        "waiting card of 7": (None, [2], OutboxState.WAITING),
        "card of 8": (b"payload", [3], OutboxState.SENT),
        "digest": (None, [3], OutboxState.SENT),
        "answer to Bob": (b"payload", [], OutboxState.SENT),
    }


def test_one_withdrawn_record_stays_as_proof(story: Database) -> None:
    with story.transaction() as session:
        erase_ada(session)
    with story.read() as session:
        (proof,) = session.exec(select(Consent).where(Consent.person == ADA)).all()
        assert (proof.state, proof.chat_id, proof.version, proof.source) == (
            ConsentState.WITHDRAWN,
            None,
            "2",
            "command",
        )
        assert len(consents.of_person(session, BRAND, BOB)) == 1


def test_erasing_twice_changes_nothing(story: Database) -> None:
    with story.transaction() as session:
        erase_ada(session)
    with story.read() as session:
        before = everything(session)
    with story.transaction() as session:
        again = erase_ada(session)
        snapshots.keep(session, VAULT, BRAND, "stories", 5, b"state", NOW)
        erase_ada(session)
        assert snapshots.newest(session, VAULT, BRAND, "stories") is not None
        snapshots.drop(session, BRAND)
    assert again.nothing
    assert (again.alerts, again.narratives, again.snapshots) == ((), (), 0)
    with story.read() as session:
        assert everything(session) == before


def everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: sorted(map(tuple, session.execute(table.select()).all()), key=repr)
        for table in SQLModel.metadata.sorted_tables
        if table.name != "counter"
    }


def test_somebody_unknown_can_object_in_advance(database: Database) -> None:
    with database.transaction() as session:
        assert erase_ada(session).nothing
        assert [row.state for row in consents.of_person(session, BRAND, ADA)] == [ConsentState.WITHDRAWN]


@pytest.mark.parametrize(
    ("payload", "goes"),
    [
        ({"from": 4711, "text": "hello"}, True),
        ({"from": 4712, "reply_to": {"from": 4711, "text": "hello"}}, False),
        ({"from": 4712, "text": "47110"}, False),
    ],
    ids=["own", "reply to them", "somebody else's"],
)
def test_a_waiting_update_goes_when_it_is_the_persons_own(database: Database, payload: object, goes: bool) -> None:
    with database.transaction() as session:
        add_chat(session)
        inbox.put(session, VAULT, BRAND, "telegram", [("k", json.dumps(payload).encode())], NOW)
        assert erase_ada(session).inbox == goes
        assert inbox.waiting(session, BRAND) == (not goes)


@pytest.mark.parametrize(
    ("payload", "goes"),
    [
        (b'{"message": {"from": {"id": 4711}}}', True),
        (b'{"entry": [{"names": ["Ada Lemaire"]}]}', True),
        (b'{"from": 4712, "text": "4711 is not an id here, 47111 neither"}', False),
        (b'{"from": {"id": 4711}, "text": "cut of', True),
        (b"\xff\xfe 4711;", True),
        (b"\xff\xfe 47110", False),
        (b"[" * 100_000, False),
    ],
    ids=["number", "name", "other ids", "cut JSON", "binary", "other binary", "deep JSON"],
)
def test_an_update_kept_aside_goes_when_it_names_the_person(database: Database, payload: bytes, goes: bool) -> None:
    with database.transaction() as session:
        add_chat(session)
        inbox.put(session, VAULT, BRAND, "whatsapp", [("k", payload)], NOW)
        inbox.keep_aside(session, 1, "unknown kind")
        assert erase_ada(session).inbox == goes
        assert len(inbox.kept_aside(session, BRAND)) == (not goes)


def test_another_brand_keeps_its_own(database: Database) -> None:
    with database.transaction() as session:
        add_chat(session)
        other = add_chat(session, "c_two", brand="another")
        store(session, [{"person": ADA}], chat_id=other.id or 0, brand="another")
        inbox.put(session, VAULT, "another", "telegram", [("k", b'{"from": 4711}')], NOW)
        assert erase_ada(session).nothing
        assert len(session.exec(select(Message)).all()) == len(session.exec(select(Inbox)).all()) == 1


def test_the_learner_forgets_in_the_same_transaction(story: Database) -> None:
    def fail(session: Session, erased: Erased) -> None:
        assert erased.snapshots == 1
        raise RuntimeError

    arguments: dict[str, Any] = {"at": NOW, "source": "command", "pseudonym": pseudonym, "author": author}
    with pytest.raises(RuntimeError):
        forget(story, VAULT, BRAND, ADA, within=fail, **arguments)
    with story.read() as session:
        assert len(session.exec(select(Message)).all()) == 5
    forget(
        story,
        VAULT,
        BRAND,
        ADA,
        within=lambda session, erased: snapshots.keep(session, VAULT, BRAND, "stories", 5, b"without Ada", NOW),
        **arguments,
    )
    with story.read() as session:
        found = snapshots.newest(session, VAULT, BRAND, "stories")
        assert found == snapshots.Snapshot(5, b"without Ada")


def test_what_is_fed_again_holds_nothing_of_them(story: Database) -> None:
    with story.transaction() as session:
        erase_ada(session)
        seen = list(messages.observations(session, VAULT, BRAND, Observation))
    assert {one.person for one in seen} == {BOB}
