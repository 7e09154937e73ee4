import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select
from storage_world import BRAND, NOW, VAULT, add_chat, store

from storage import inbox
from storage.database import Database
from storage.errors import DamagedError, DiskFullError, LockedError, SchemaError, StorageError, UnreachableError
from storage.tables import Chat, Message


def chats(database: Database) -> int:
    with database.read() as session:
        return len(session.exec(select(Chat)).all())


def pragma(session: Session, name: str) -> object:
    return session.execute(text(f"PRAGMA {name}")).scalar_one()


def test_connections_are_set_up_for_durability_and_erasure(database: Database) -> None:
    with database.transaction() as session:
        settings = {name: pragma(session, name) for name in ("journal_mode", "synchronous", "foreign_keys")}
        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        assert pragma(session, "secure_delete") == 1
        assert pragma(session, "auto_vacuum") == 2


def test_files_and_folder_are_for_their_owner_only(database: Database) -> None:
    assert database.path is not None
    with database.transaction() as session:
        add_chat(session)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in database.path.parent.iterdir()}
    assert modes == {"earshot.db": 0o600, "earshot.db-wal": 0o600, "earshot.db-shm": 0o600}
    assert stat.S_IMODE(database.path.parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(database: Database) -> None:
    assert database.path is not None
    database.path.chmod(0o644)
    database.migrate()
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600


def test_a_block_that_raises_keeps_nothing(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as session:
            add_chat(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert chats(database) == 0


def test_a_reader_sees_one_state_while_another_writes(database: Database) -> None:
    with database.read() as reader:
        assert reader.exec(select(Chat)).all() == []
        with database.transaction() as writer:
            add_chat(writer)
        assert reader.exec(select(Chat)).all() == []
    assert chats(database) == 1


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError), database.read() as session:
        add_chat(session)


def test_what_is_read_in_a_transaction_is_still_so_when_it_writes(database: Database) -> None:
    # BEGIN IMMEDIATE: a second writer waits before it reads, so that no count is read twice and written once.
    with database.transaction() as session:
        add_chat(session)

    def count_one_more() -> None:
        for _ in range(20):
            with Database(str(database.path), busy_timeout=10) as own, own.transaction() as session:
                chat = session.exec(select(Chat)).one()
                chat.dropped += 1
                session.add(chat)

    threads = [threading.Thread(target=count_one_more) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.exec(select(Chat)).one().dropped == 80


def test_a_committed_transaction_survives_kill_9_and_an_open_one_leaves_nothing(database: Database) -> None:
    program = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from storage import inbox
from storage.database import Database
from storage_world import add_chat
database = Database({str(database.path)!r})
with database.transaction() as session:
    add_chat(session, "c_kept")
with database.transaction() as session:
    add_chat(session, "c_lost")
    session.flush()
    os.kill(os.getpid(), 9)
"""
    killed = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], check=False)
    assert killed.returncode == -9
    with database.transaction() as session:
        assert [chat.key for chat in session.exec(select(Chat))] == ["c_kept"]


def test_a_locked_database_says_what_to_look_for(database: Database) -> None:
    with (
        Database(str(database.path)) as other,
        other.transaction(),
        pytest.raises(LockedError, match=r"another process is writing to .*earshot\.db"),
        database.transaction(),
    ):
        pass
    with database.transaction() as session:
        add_chat(session)


def test_a_full_disk_keeps_what_was_stored_and_takes_on_after_room_was_made(database: Database) -> None:
    with database.transaction() as session:
        add_chat(session)

    def fill() -> None:
        with database.transaction() as session:
            pages = session.execute(text("PRAGMA page_count")).scalar_one()
            session.execute(text(f"PRAGMA max_page_count = {pages + 4}"))
            store(session, [{"text": "x" * 3000}] * 50)

    with pytest.raises(DiskFullError, match="free some space"):
        fill()
    with database.transaction() as session:
        assert session.exec(select(Message)).all() == []
        session.execute(text("PRAGMA max_page_count = 1000000"))
        store(session, [{"text": "x" * 3000}] * 50)
    with database.read() as session:
        assert len(session.exec(select(Message)).all()) == 50


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "earshot.db"
    path.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(DamagedError, match="put the last backup in its place"):
        Database(path).migrate()
    assert path.read_bytes() == b"Dear diary, " * 1000


def test_a_damaged_page_is_reported_as_damage(database: Database) -> None:
    assert database.path is not None
    with database.transaction() as session:
        add_chat(session)
        store(session, [{"text": "x" * 500}] * 200)
    database.scrub()
    database.close()
    content = bytearray(database.path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.path.write_bytes(content)
    with pytest.raises(DamagedError, match="damaged"), database.read() as session:
        session.exec(select(Message)).all()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, not a folder")
    with pytest.raises(UnreachableError, match="EARSHOT_HOME"):
        Database(tmp_path / "home" / "earshot.db").migrate()


def test_a_missing_file_is_said_to_be_missing_and_not_made(tmp_path: Path) -> None:
    with (
        pytest.raises(UnreachableError, match="check that the folder exists"),
        Database(tmp_path / "no.db").read() as one,
    ):
        one.exec(select(Chat)).all()
    assert list(tmp_path.iterdir()) == []


def test_any_path_will_do(tmp_path: Path) -> None:
    path = tmp_path / "what? 100% #1 é" / "earshot.db"
    with Database(path) as database:
        database.migrate()
        assert chats(database) == 0
    assert path.exists()


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(UnreachableError, match="must be a file"):
        Database("sqlite://")


def test_a_server_without_driver_is_refused_without_its_password() -> None:
    with pytest.raises(UnreachableError, match="driver that is not installed") as caught:
        Database("oracle+nothing://earshot:secret@db/earshot")
    assert "secret" not in str(caught.value)


def test_a_programmers_error_passes_unchanged_and_shows_no_values(database: Database) -> None:
    with database.transaction() as session:
        add_chat(session, "c_secret")
    with pytest.raises(IntegrityError) as caught, database.transaction() as session:
        add_chat(session, "c_secret")
    assert "c_secret" not in str(caught.value)


def test_a_transaction_inside_another_is_refused_at_once(database: Database) -> None:
    with database.transaction() as session:
        add_chat(session)
        with pytest.raises(RuntimeError, match="use its session"), database.transaction():
            pass
    with database.transaction() as session:
        add_chat(session, "another")
    assert chats(database) == 2


def test_writers_of_several_threads_take_turns(database: Database) -> None:
    def write(number: int) -> None:
        with database.transaction() as session:
            add_chat(session, f"chat {number}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert chats(database) == 8


def test_a_database_without_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "earshot.db"
    sqlite3.connect(path).close()
    with pytest.raises(SchemaError, match="is empty, not yet brought up to date"):
        Database(path).check_schema()


def test_a_newer_schema_is_neither_used_nor_changed(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (database.migrate, database.check_schema):
        with pytest.raises(SchemaError, match="newer Earshot"):
            attempt()


def test_scrubbing_waits_for_readers_and_says_so(database: Database) -> None:
    assert database.path is not None
    with database.transaction() as session:
        add_chat(session)
    with database.read() as reader:
        reader.exec(select(Chat)).all()
        with database.transaction() as session:
            add_chat(session, "c_two")
        assert database.scrub() is False
    assert database.scrub() is True
    assert database.path.with_name("earshot.db-wal").stat().st_size == 0


def test_scrubbing_gives_space_back(database: Database) -> None:
    assert database.path is not None
    with database.transaction() as session:
        add_chat(session)
        store(session, [{"text": "x" * 2000}] * 300)
    database.scrub()
    full = database.path.stat().st_size
    with database.transaction() as session:
        session.execute(text("DELETE FROM message"))
    database.scrub()
    assert database.path.stat().st_size < full / 3


def test_a_chat_is_known_once_a_brand(database: Database) -> None:
    with database.transaction() as session:
        add_chat(session)
        add_chat(session, brand="another")
        session.add(Chat(brand=BRAND, platform="telegram", key="c_two", kind="group", created_at=NOW))
    assert chats(database) == 3


def test_rows_are_deleted_at_once(tmp_path: Path) -> None:
    with Database(tmp_path / "earshot.db") as database:
        database.migrate()
        with database.transaction() as session:
            inbox.put(session, VAULT, BRAND, "s", [(str(number), b"unmistakable") for number in range(5)], NOW)
        with database.read() as session:
            ids = [entry.id for entry in inbox.take(session, VAULT, BRAND, 5)]
        database.delete_at_once("inbox", ids[:3])
        with database.read() as session:
            assert [entry.id for entry in inbox.take(session, VAULT, BRAND, 5)] == ids[3:]
