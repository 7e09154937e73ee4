import json
import os
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select
from storage_world import BRAND, NOW, VAULT, VECTOR, add_chat, observation, store

from nlp.observation import Observation
from storage import consents, inbox, messages, snapshots
from storage.database import Database
from storage.erasure import Erased, erase, forget
from storage.export import export_person
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
from storage.vault import Vault

ADA, BOB = "p_ada", "p_bob"


class ClearVault(Vault):
    """A vault that hides nothing, so that a test can look for words in the file."""

    def seal(self, data: bytes, context: str) -> bytes:
        return data

    def open(self, blob: bytes, context: str) -> bytes:
        return blob


def pseudonym(platform: str, raw: str) -> str:
    return {"4711": ADA, "Ada Lemaire": ADA, "4712": BOB}.get(raw, f"p_{platform}_{raw}")


def author(source: str, payload: bytes) -> str | None:
    return pseudonym("telegram", str(json.loads(payload)["from"])) if source == "telegram" else None


def narrative(id_: int, **changes: Any) -> Narrative:
    given: dict[str, Any] = {"title": b"title", "messages": 2, "people": 2, "representative": 1} | changes
    return Narrative(
        brand=BRAND,
        id=id_,
        summary=b"summary",
        first_seen=NOW,
        last_seen=NOW,
        state="growing",
        **given,
    )


def outbox(dedupe: str, **changes: Any) -> Outbox:
    given: dict[str, Any] = {"payload": b"payload", "state": OutboxState.SENT} | changes
    return Outbox(brand=BRAND, channel="telegram", lane="team", kind="alert", dedupe=dedupe, created_at=NOW, **given)


@pytest.fixture
def story(database: Database) -> Database:
    """Ada and Bob tell story 7, which has taken in story 6; Bob alone tells 8, Ada alone 9."""
    with database.transaction() as session:
        add_chat(session)
        said = [{"person": ADA}, {"person": BOB}, {"person": BOB}, {"person": ADA}, {"person": BOB}]
        store(session, said)
        messages.tell(session, BRAND, {1: 7, 2: 7, 3: 8, 4: 9})
        session.add_all([narrative(7), narrative(6, merged_into=7), narrative(8), narrative(9, messages=1, people=1)])
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


def erase_ada(session: Session) -> Erased:
    return erase(session, VAULT, BRAND, ADA, at=NOW, source="command", pseudonym=pseudonym, author=author)


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


def test_no_byte_of_a_person_stays_in_any_file(database: Database) -> None:
    """A vault that hides nothing shows that the words go, digests and pseudonyms as well; so do sealed bytes then."""
    assert database.path is not None
    clear, source = ClearVault([bytes(32)]), random.Random(7)
    arguments: dict[str, Any] = {"at": NOW, "source": "command", "pseudonym": pseudonym, "author": author}
    with database.transaction() as session:
        add_chat(session)
    digests = []
    for _ in range(12):
        with database.transaction() as session:
            first = messages.reserve_ids(session, 60)
            for key in range(first, first + 60):
                who = source.choice(["ada", "bob", "eve"])
                digests.append(os.urandom(16))
                text = f"<{who} says {key}>" * source.choice([1, 4, 60, 400])
                seen = observation(key, person=f"p_{who}", text=text, vector=VECTOR)
                one = messages.Arrived(seen, 1, f"<{who}-{key}>", f"<{who}-{key:05}>".encode(), NOW, "model")
                messages.insert(session, clear, BRAND, [one])
            inbox.put(session, clear, BRAND, "telegram", [(str(first), b'{"from": 4711, "text": "<ada waits>"}')], NOW)
            consents.record(session, BRAND, ADA, 1, ConsentState.GIVEN, version="2", source="<ada>", at=NOW)
            snapshots.keep(session, clear, BRAND, "stories", first, b"<ada said>" * 2000, NOW)
            title = clear.seal_text("<ada says>", Sealed.NARRATIVE_TITLE)
            session.merge(narrative(1, title=title, messages=first + 60, people=2))
            messages.tell(session, BRAND, {first: 1, first + 1: 1})

    def count(word: bytes) -> int:
        assert database.path is not None
        return sum(file.read_bytes().count(word) for file in database.path.parent.iterdir())

    bobs = count(b"<bob")
    assert count(b"<ada") > 5000
    forget(database, clear, BRAND, ADA, **arguments)
    assert (count(b"<ada"), count(b"p_ada")) == (0, 2)  # the withdrawn record and its index
    assert count(b"<bob") > bobs / 3
    assert database.path.with_name("earshot.db-wal").stat().st_size == 0


def test_sealed_bytes_of_a_person_leave_the_files(story: Database) -> None:
    assert story.path is not None
    with story.read() as session:
        sealed = session.exec(select(Message.content, Message.digest, Message.platform_id, Message.person)).all()
    forget(story, VAULT, BRAND, ADA, at=NOW, source="command", pseudonym=pseudonym, author=author)
    content = b"".join(file.read_bytes() for file in story.path.parent.iterdir())
    for *blobs, person in sealed:
        assert [blob in content for blob in blobs] == [person != ADA] * 3


def test_an_export_tells_everything_that_is_stored_of_a_person(story: Database) -> None:
    with story.transaction() as session:
        payload = VAULT.seal_json({"text": "Here is your answer"}, Sealed.OUTBOX_PAYLOAD)
        session.add(outbox("second answer", person=ADA, payload=payload))
        for row in session.exec(select(Outbox).where(Outbox.dedupe == "answer to Ada")):
            row.payload = None
    with story.read() as session:
        exported = export_person(session, VAULT, BRAND, ADA)
    assert json.loads(json.dumps(exported)) == exported
    assert [(one["text"], one["narrative"], one["claim"]) for one in exported["messages"]] == [
        ("message 1", 7, 0.0312),
        ("message 4", 9, 0.0312),
    ]
    assert exported["messages"][0]["sent_at"] == (NOW + timedelta(seconds=1)).isoformat()
    assert [one["state"] for one in exported["consents"]] == ["given"]
    assert [one["payload"] for one in exported["sent"]] == [None, {"text": "Here is your answer"}]


def test_an_erased_person_has_an_empty_export(story: Database) -> None:
    with story.transaction() as session:
        erase_ada(session)
        exported = export_person(session, VAULT, BRAND, ADA)
    assert (exported["messages"], exported["sent"]) == ([], [])
    assert [one["state"] for one in exported["consents"]] == ["withdrawn"]


def test_what_is_fed_again_holds_nothing_of_them(story: Database) -> None:
    with story.transaction() as session:
        erase_ada(session)
        seen = list(messages.observations(session, VAULT, BRAND, Observation))
    assert {one.person for one in seen} == {BOB}
