"""The small stores: chats, narratives, snapshots, and the check of the keys."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select
from storage_world import BRAND, NOW, VAULT, add_chat, store

from storage import chats, messages, narratives, snapshots
from storage.database import Database
from storage.errors import KeyFileError, VaultError
from storage.seals import confirm_keys
from storage.tables import Chat, ChatMode, ChatState, Narrative, Sealed, Snapshot
from storage.vault import Vault

A, B = bytes(range(32)), bytes(range(32, 64))


def put_chat(session: Session, title: str, mode: ChatMode = ChatMode.OPT_IN) -> Chat:
    return chats.put(
        session,
        VAULT,
        BRAND,
        platform="telegram",
        key="c_one",
        kind="group",
        title=title,
        address="-100",
        state=ChatState.ACTIVE,
        mode=mode,
        at=NOW,
    )


def test_a_chat_is_stored_once_and_brought_up_to_date(database: Database) -> None:
    with database.transaction() as session:
        first = put_chat(session, "Les lève-tôt").id
        assert put_chat(session, "Les couche-tard", ChatMode.NOTICE).id == first
        put_chat(session, "", ChatMode.NOTICE)
    with database.read() as session:
        (chat,) = chats.of_keys(session, BRAND, {"c_one", "c_unknown"}).values()
        assert VAULT.open_text(chat.title or b"", Sealed.CHAT_TITLE) == "Les couche-tard"
        assert VAULT.open_text(chat.address or b"", Sealed.CHAT_ADDRESS) == "-100"
        assert (chat.mode, chat.created_at) == (ChatMode.NOTICE, NOW)


def test_only_the_number_of_turned_away_messages_is_kept(database: Database) -> None:
    with database.transaction() as session:
        put_chat(session, "")
        chats.dropped(session, {1: 3})
        chats.dropped(session, {1: 2})
    with database.transaction() as session:
        assert session.exec(select(Chat.dropped)).all() == [5]
        chats.forget_dropped(session, "another")
        assert session.exec(select(Chat.dropped)).all() == [5]
        chats.forget_dropped(session, BRAND)
        assert session.exec(select(Chat.dropped)).all() == [0]


@dataclass(frozen=True)
class Told:
    id: int
    title: str = "the mill closes"
    representative: int = 1
    first_seen: float = NOW.timestamp()
    last_seen: float = NOW.timestamp()
    messages: int = 3
    people: int = 2
    state: str = "growing"


def test_narratives_are_written_over_and_come_back_biggest_first(database: Database) -> None:
    later = Told(1, title="the mill stays", people=5, last_seen=NOW.timestamp() + 60)
    with database.transaction() as session:
        narratives.store(session, VAULT, BRAND, [(Told(1), {"stance": {"spread": 2}}), (Told(2, people=4), {})])
        narratives.store(session, VAULT, BRAND, [(later, {"stance": {"spread": 4}})])
        narratives.store(session, VAULT, BRAND, [])
    with database.read() as session:
        first, second = narratives.live(session, VAULT, BRAND)
        assert (first.id, first.title, first.summary) == (1, "the mill stays", {"stance": {"spread": 4}})
        assert (first.first_seen, first.last_seen) == (NOW, NOW + timedelta(minutes=1))
        assert (second.id, second.people) == (2, 4)
        assert narratives.ids(session, BRAND) == [1, 2]


def test_a_merged_narrative_gives_its_messages_and_is_live_no_more(database: Database) -> None:
    with database.transaction() as session:
        add_chat(session)
        store(session, [{}, {}])
        messages.tell(session, BRAND, {1: 1, 2: 2})
        narratives.store(session, VAULT, BRAND, [(Told(1), {}), (Told(2), {})])
        narratives.merge(session, BRAND, 1, 2)
        assert [one.narrative for one in messages.stored(session, VAULT, BRAND)] == [2, 2]
        assert [one.id for one in narratives.live(session, VAULT, BRAND)] == [2]


def test_an_emptied_narrative_still_has_its_numbers(database: Database) -> None:
    with database.transaction() as session:
        narratives.store(session, VAULT, BRAND, [(Told(1), {"a": 1})])
        row = session.exec(select(Narrative)).one()
        row.title = row.summary = None
        session.flush()
        (one,) = narratives.live(session, VAULT, BRAND)
    assert (one.title, one.summary, one.messages) == ("", {}, 3)


def test_two_brands_number_their_narratives_apart(database: Database) -> None:
    with database.transaction() as session:
        narratives.store(session, VAULT, BRAND, [(Told(1), {})])
        narratives.store(session, VAULT, "another", [(replace(Told(1), title="elsewhere"), {})])
        assert [one.title for one in narratives.live(session, VAULT, BRAND)] == ["the mill closes"]


def test_removed_narratives_are_gone(database: Database) -> None:
    with database.transaction() as session:
        narratives.store(session, VAULT, BRAND, [(Told(1), {}), (Told(2), {})])
        narratives.remove(session, BRAND, [1])
        assert narratives.ids(session, BRAND) == [2]


def test_only_the_newest_snapshot_of_a_name_is_kept(database: Database) -> None:
    with database.transaction() as session:
        assert snapshots.newest(session, VAULT, BRAND, "stories") is None
        for upto, blob in ((2000, b"first"), (4000, b"second" * 100_000)):
            snapshots.keep(session, VAULT, BRAND, "stories", upto, blob, NOW)
        snapshots.keep(session, VAULT, BRAND, "gaps", 1, b"other", NOW)
    with database.transaction() as session:
        assert snapshots.newest(session, VAULT, BRAND, "stories") == snapshots.Snapshot(4000, b"second" * 100_000)
        assert snapshots.newest(session, VAULT, "another", "stories") is None
        assert len(session.exec(select(Snapshot)).all()) == 2
        assert snapshots.drop(session, BRAND) == 2
        assert snapshots.newest(session, VAULT, BRAND, "stories") is None


def test_a_snapshot_of_another_layout_is_not_loaded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.transaction() as session:
        snapshots.keep(session, VAULT, BRAND, "stories", 2000, b"old layout", NOW)
        monkeypatch.setattr(snapshots, "LAYOUT", snapshots.LAYOUT + 1)
        assert snapshots.newest(session, VAULT, BRAND, "stories") is None


def confirm(database: Database, vault_keys: list[bytes], identity_key: bytes) -> None:
    with database.transaction() as session:
        confirm_keys(session, Vault(vault_keys), identity_key)


def test_a_database_knows_the_keys_it_was_begun_with(database: Database) -> None:
    for _ in range(2):
        confirm(database, [A], A)
    with pytest.raises(KeyFileError, match=r"keys/identity\.key"):
        confirm(database, [A], B)
    with pytest.raises(VaultError, match=r"keys/vault\.key"):
        confirm(database, [B], A)
    confirm(database, [A], A)


def test_after_rotation_and_a_run_the_old_vault_key_may_go(database: Database) -> None:
    for keys in ([A], [A, B], [B]):
        confirm(database, keys, A)
    with pytest.raises(VaultError):
        confirm(database, [A], A)
