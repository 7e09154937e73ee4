from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import Session
from storage_world import BRAND, NOW, VAULT

from storage import inbox
from storage.database import Database
from storage.vault import Vault

SOURCES = ("telegram", "whatsapp")


def put(session: Session, *keys: str, source: str = "telegram") -> int:
    return inbox.put(session, VAULT, BRAND, source, [(key, f"update {key}".encode()) for key in keys], NOW)


def waiting(session: Session) -> list[str]:
    return [entry.key for entry in inbox.take(session, VAULT, BRAND, 100)]


def test_updates_come_out_whole_and_in_order(database: Database) -> None:
    with database.transaction() as session:
        assert put(session, "b", "a") == 2
        assert put(session, "c", source="whatsapp") == 1
    with database.read() as session:
        entries = inbox.take(session, VAULT, BRAND, 10)
        assert [(entry.source, entry.key, entry.payload) for entry in entries] == [
            ("telegram", "b", b"update b"),
            ("telegram", "a", b"update a"),
            ("whatsapp", "c", b"update c"),
        ]
        assert entries[0].received_at == NOW
        assert [entry.key for entry in inbox.take(session, VAULT, BRAND, 1, after=entries[0].id)] == ["a"]


def test_a_redelivery_is_ignored_while_waiting_aside_or_remembered(database: Database) -> None:
    with database.transaction() as session:
        put(session, "waits", "aside", "remembered", "forgotten")
        _, aside, remembered, forgotten = inbox.take(session, VAULT, BRAND, 10)
        inbox.keep_aside(session, aside.id, "unknown kind")
        inbox.done(session, [remembered.id], NOW)
        inbox.done(session, [forgotten.id])
        assert put(session, "waits", "aside", "remembered", "forgotten") == 1
        assert waiting(session) == ["waits", "forgotten"]


def test_the_same_key_counts_once_in_each_source_and_brand(database: Database) -> None:
    with database.transaction() as session:
        assert put(session, "k", "k") == 1
        assert put(session, "k", source="whatsapp") == 1
        assert inbox.put(session, VAULT, "another", "telegram", [("k", b"")], NOW) == 1
        assert inbox.waiting(session, BRAND) == 2


def test_what_is_kept_aside_has_its_reason_and_returns_to_its_place(database: Database) -> None:
    with database.transaction() as session:
        put(session, "a", "b")
        first = inbox.take(session, VAULT, BRAND, 1)[0]
        inbox.failed(session, [first.id])
        inbox.keep_aside(session, first.id, "no sender")
        assert waiting(session) == ["b"]
        (aside,) = inbox.kept_aside(session, BRAND)
        assert (aside.fault, aside.key) == ("no sender", "a")
        assert inbox.retry(session, BRAND) == 1
        entries = inbox.take(session, VAULT, BRAND, 10)
        assert [(entry.key, entry.attempts) for entry in entries] == [("a", 2), ("b", 0)]


def test_the_file_shows_nothing_of_an_update(database: Database, vault: Vault) -> None:
    assert database.path is not None
    with database.transaction() as session:
        inbox.put(session, vault, BRAND, "telegram", [("k", b"meet me at the old mill")], NOW)
    assert all(b"old mill" not in file.read_bytes() for file in database.path.parent.iterdir())


class InboxMachine(RuleBasedStateMachine):
    """Deliveries, redeliveries in any order, and a consumer that may die before it commits."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[tuple[str, str]] = []
        self.handled: list[tuple[str, str]] = []
        self.aside: set[tuple[str, str]] = set()
        with self.database.transaction() as session:
            for row in [*inbox.take(session, VAULT, BRAND, 1000), *inbox.kept_aside(session, BRAND)]:
                inbox.done(session, [row.id or 0])

    def attempt(self, action: Callable[[Session], None], dies: bool) -> bool:
        try:
            with self.database.transaction() as session:
                action(session)
                if dies:
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            return False
        return True

    @rule(source=st.sampled_from(SOURCES), keys=st.lists(st.sampled_from("abcdef"), max_size=5), dies=st.booleans())
    def deliver(self, source: str, keys: list[str], dies: bool) -> None:
        if self.attempt(lambda session: void(put(session, *keys, source=source)), dies):
            for key in keys:
                if (source, key) not in self.waiting and (source, key) not in self.aside:
                    self.waiting.append((source, key))

    @rule(limit=st.integers(1, 4), dies=st.booleans())
    def handle(self, limit: int, dies: bool) -> None:
        taken: list[tuple[str, str]] = []

        def work(session: Session) -> None:
            entries = inbox.take(session, VAULT, BRAND, limit)
            taken.extend((entry.source, entry.key) for entry in entries)
            inbox.done(session, [entry.id for entry in entries])

        if self.attempt(work, dies):
            assert taken == self.waiting[:limit]
            self.handled += taken
            del self.waiting[:limit]

    @rule(dies=st.booleans())
    def keep_aside_the_first(self, dies: bool) -> None:
        def work(session: Session) -> None:
            for entry in inbox.take(session, VAULT, BRAND, 1):
                inbox.keep_aside(session, entry.id, "broken")

        if self.attempt(work, dies) and self.waiting:
            self.aside.add(self.waiting.pop(0))

    @invariant()
    def nothing_is_lost_doubled_or_out_of_order(self) -> None:
        with self.database.read() as session:
            entries = inbox.take(session, VAULT, BRAND, 100)
            assert [(entry.source, entry.key) for entry in entries] == self.waiting
            assert {(row.source, row.key) for row in inbox.kept_aside(session, BRAND)} == self.aside
            assert inbox.waiting(session, BRAND) == len(self.waiting)


def void(_: object) -> None:
    """Take a value and return none."""


def test_no_order_of_deliveries_and_deaths_loses_or_doubles(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InboxMachine, "database", database, raising=False)
    run_state_machine_as_test(InboxMachine, settings=settings(max_examples=25, stateful_step_count=15, deadline=None))
