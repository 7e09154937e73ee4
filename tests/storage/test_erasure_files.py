import os
import random
from typing import Any

from sqlmodel import select
from storage_world import ADA, BRAND, NOW, VAULT, VECTOR, add_chat, author, narrative, observation, pseudonym

from storage import consents, inbox, messages, snapshots
from storage.database import Database
from storage.erasure import forget
from storage.tables import ConsentState, Message, Sealed
from storage.vault import Vault


class ClearVault(Vault):
    """A vault that hides nothing, so that a test can look for words in the file."""

    def seal(self, data: bytes, context: str) -> bytes:
        return data

    def open(self, blob: bytes, context: str) -> bytes:
        return blob


def test_a_reader_that_still_needs_the_log_is_told_of(story: Database) -> None:
    arguments: dict[str, Any] = {"at": NOW, "source": "command", "pseudonym": pseudonym, "author": author}
    with story.read() as session:
        session.exec(select(Message)).all()
        erased = forget(story, VAULT, BRAND, ADA, **arguments)
        assert (erased.messages, erased.cleared) == (2, False)
    assert forget(story, VAULT, BRAND, ADA, **arguments).cleared


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
