import json
from datetime import timedelta

from sqlmodel import select
from storage_world import ADA, BRAND, NOW, VAULT, erase_ada, outbox

from storage.database import Database
from storage.export import export_person
from storage.tables import Outbox, Role, Sealed, TeamMember


def test_an_export_tells_everything_that_is_stored_of_a_person(story: Database) -> None:
    with story.transaction() as session:
        payload = VAULT.seal_json({"text": "Here is your answer"}, Sealed.OUTBOX_PAYLOAD)
        session.add(TeamMember(brand=BRAND, channel="press", person=ADA, role=Role.AGENT, since=NOW))
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
    assert exported["roles"] == [{"channel": "press", "role": "agent", "since": NOW.isoformat()}]
    assert [one["payload"] for one in exported["sent"]] == [None, {"text": "Here is your answer"}]


def test_an_erased_person_has_an_empty_export(story: Database) -> None:
    with story.transaction() as session:
        erase_ada(session)
        exported = export_person(session, VAULT, BRAND, ADA)
    assert (exported["messages"], exported["sent"]) == ([], [])
    assert [one["state"] for one in exported["consents"]] == ["withdrawn"]
