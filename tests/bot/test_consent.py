from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import Session, delete, select

from bot.consent import ConsentGate
from storage import erasure
from storage.database import Database
from storage.tables import Chat, ChatMode, ChatState, Consent, ConsentState, Counter
from storage.vault import Vault

BRAND = "maison-lumen"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
GIVEN, REFUSED, WITHDRAWN = ConsentState
PEOPLE = ("p_ada", "p_bob")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path / "earshot.db", busy_timeout=1) as database:
        database.migrate()
        with database.transaction() as session:
            for place, mode in enumerate((ChatMode.OPT_IN, ChatMode.OPT_IN, ChatMode.NOTICE, ChatMode.ASSUMED), 1):
                session.add(
                    Chat(
                        id=place,
                        brand=BRAND,
                        platform="telegram",
                        key=f"c_{place}",
                        kind="group",
                        state=ChatState.ACTIVE,
                        mode=mode,
                        created_at=NOW,
                    )
                )
        yield database


@pytest.fixture
def gate() -> ConsentGate:
    return ConsentGate(BRAND, "2")


def chat(session: Session, number: int) -> Chat:
    return session.exec(select(Chat).where(Chat.id == number)).one()


def admitted(database: Database, gate: ConsentGate, person: str = "p_ada") -> list[int]:
    """Return the numbers of the chats in which a person is heard."""
    with database.read() as session:
        return [number for number in (1, 2, 3, 4) if gate.admits(session, chat(session, number), person)]


def say(database: Database, gate: ConsentGate, state: ConsentState, number: int | None = 1, minutes: int = 0) -> None:
    with database.transaction() as session:
        place = None if number is None else chat(session, number)
        gate.record(session, "p_ada", place, state, "button", NOW + timedelta(minutes=minutes))


def test_who_never_said_anything_is_heard_only_where_that_is_enough(database: Database, gate: ConsentGate) -> None:
    assert admitted(database, gate) == [3, 4]


@pytest.mark.parametrize("state", [ChatState.WAITING, ChatState.LEFT])
def test_nobody_is_heard_in_a_chat_that_is_not_active(database: Database, gate: ConsentGate, state: ChatState) -> None:
    say(database, gate, GIVEN, None)
    with database.transaction() as session:
        for number in (1, 2, 3, 4):
            chat(session, number).state = state
    assert admitted(database, gate) == []


def test_a_yes_is_for_its_chat_and_a_record_without_chat_for_all(database: Database, gate: ConsentGate) -> None:
    say(database, gate, GIVEN, 2)
    assert admitted(database, gate) == [2, 3, 4]
    say(database, gate, GIVEN, None, minutes=1)
    assert admitted(database, gate) == [1, 2, 3, 4]


def test_a_no_is_for_its_chat_and_a_withdrawal_ends_all(database: Database, gate: ConsentGate) -> None:
    say(database, gate, GIVEN, None)
    say(database, gate, REFUSED, 3, minutes=1)
    assert admitted(database, gate) == [1, 2, 4]
    say(database, gate, WITHDRAWN, None, minutes=2)
    assert admitted(database, gate) == []


def test_a_yes_that_arrives_late_does_not_undo_a_no(database: Database, gate: ConsentGate) -> None:
    say(database, gate, REFUSED, 1, minutes=10)
    say(database, gate, GIVEN, 1, minutes=5)
    assert admitted(database, gate) == [3, 4]
    say(database, gate, GIVEN, 1, minutes=10)
    assert admitted(database, gate) == [1, 3, 4]


def test_a_no_counts_even_when_its_clock_is_behind(database: Database, gate: ConsentGate) -> None:
    say(database, gate, GIVEN, 1, minutes=10)
    say(database, gate, REFUSED, 1, minutes=5)
    assert admitted(database, gate) == [3, 4]


def test_a_yes_to_an_older_notice_is_asked_again_and_a_no_stands(database: Database, gate: ConsentGate) -> None:
    older = ConsentGate(BRAND, "1")
    say(database, older, GIVEN, 1)
    say(database, older, REFUSED, 2)
    with database.read() as session:
        assert [gate.standing(session, chat(session, number), "p_ada") for number in (1, 2, 3)] == [None, REFUSED, None]
    assert admitted(database, older) == [1, 3, 4]
    assert admitted(database, gate) == [3, 4]


def test_another_process_is_seen_at_once(database: Database, gate: ConsentGate) -> None:
    assert admitted(database, gate) == [3, 4]
    with Database(str(database.path)) as other:
        say(other, ConsentGate(BRAND, "2"), GIVEN, 1)
    assert admitted(database, gate) == [1, 3, 4]


def test_a_yes_counts_in_its_own_transaction_and_not_after_a_rollback(database: Database, gate: ConsentGate) -> None:
    def fail(session: Session) -> None:
        gate.record(session, "p_ada", chat(session, 1), GIVEN, "button", NOW)
        assert gate.admits(session, chat(session, 1), "p_ada")
        raise RuntimeError

    with pytest.raises(RuntimeError), database.transaction() as session:
        fail(session)
    assert admitted(database, gate) == [3, 4]
    # The number of the record that was rolled back is given again: it must not be taken for one already read.
    say(database, gate, REFUSED, 3)
    assert admitted(database, gate) == [4]


def test_brands_do_not_share_consent(database: Database, gate: ConsentGate) -> None:
    say(database, ConsentGate("another", "2"), GIVEN, 1)
    assert admitted(database, gate) == [3, 4]


def test_history_tells_everything_in_order(database: Database, gate: ConsentGate) -> None:
    say(database, gate, GIVEN, 1)
    say(database, gate, REFUSED, None, minutes=1)
    with database.read() as session:
        told = [(row.chat_id, row.state, row.version, row.source, row.at) for row in gate.history(session, "p_ada")]
        assert gate.history(session, "p_bob") == []
    assert told == [(1, GIVEN, "2", "button", NOW), (None, REFUSED, "2", "button", NOW + timedelta(minutes=1))]


def test_an_erased_person_is_heard_nowhere_until_a_new_yes(database: Database, gate: ConsentGate) -> None:
    say(database, gate, GIVEN, 1)
    assert admitted(database, gate) == [1, 3, 4]
    with database.transaction() as session:
        erasure.erase(
            session,
            Vault([bytes(32)]),
            BRAND,
            "p_ada",
            at=NOW,
            source="command",
            pseudonym=lambda platform, raw: raw,
            author=lambda source, payload: None,
        )
        assert not gate.admits(session, chat(session, 1), "p_ada")
    assert admitted(database, gate) == []
    assert admitted(database, ConsentGate(BRAND, "2")) == []
    say(database, gate, GIVEN, 1, minutes=1)
    assert admitted(database, gate) == [1]


@dataclass(frozen=True)
class Record:
    person: str
    chat: int | None
    state: ConsentState
    version: str
    at: int


def expected(records: list[Record], person: str, number: int) -> bool:
    """The rule in its plainest words: drop each yes dated before a no recorded earlier; the last of the rest counts."""
    relevant = [record for record in records if record.person == person and record.chat in (None, number)]
    counting = [
        record
        for place, record in enumerate(relevant)
        if record.state is not GIVEN
        or all(earlier.state is GIVEN or earlier.at <= record.at for earlier in relevant[:place])
    ]
    if not counting:
        return number in (3, 4)
    last = counting[-1]
    return last.state is GIVEN and (last.version == "2" or number in (3, 4))


class ConsentMachine(RuleBasedStateMachine):
    """People change their minds in several processes at once, some of which die before they commit."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        with self.database.transaction() as session:
            session.exec(delete(Consent))
            session.exec(delete(Counter))
        self.gates = {version: ConsentGate(BRAND, version) for version in "12"}
        self.other_process = ConsentGate(BRAND, "2")
        self.records: list[Record] = []

    @rule(
        said=st.lists(
            st.builds(
                Record,
                st.sampled_from(PEOPLE),
                st.sampled_from([None, 1, 2, 3, 4]),
                st.sampled_from(ConsentState),
                st.sampled_from("12"),
                st.integers(0, 5),
            ),
            min_size=1,
            max_size=3,
        ),
        dies=st.booleans(),
        looks=st.booleans(),
    )
    def people_say(self, said: list[Record], dies: bool, looks: bool) -> None:
        with swallowed(), self.database.transaction() as session:
            if looks:
                self.check(session, self.gates["2"], self.records)
            for place, record in enumerate(said, 1):
                where = None if record.chat is None else chat(session, record.chat)
                at = NOW + timedelta(minutes=record.at)
                self.gates[record.version].record(session, record.person, where, record.state, "button", at)
                self.check(session, self.gates["2"], self.records + said[:place])
            if dies:
                raise KeyboardInterrupt
        if not dies:
            self.records += said

    @rule()
    def the_other_process_looks(self) -> None:
        with self.database.read() as session:
            self.check(session, self.other_process, self.records)

    @rule()
    def a_process_restarts(self) -> None:
        self.gates["2"] = ConsentGate(BRAND, "2")

    @invariant()
    def the_gate_follows_the_records(self) -> None:
        with self.database.read() as session:
            self.check(session, self.gates["2"], self.records)

    def check(self, session: Session, gate: ConsentGate, records: list[Record]) -> None:
        for number in (1, 2, 3, 4):
            place = chat(session, number)
            for person in PEOPLE:
                assert gate.admits(session, place, person) == expected(records, person, number)


@contextmanager
def swallowed() -> Iterator[None]:
    """Let a process die, for the test."""
    try:
        yield
    except KeyboardInterrupt:
        return


def test_the_gate_is_right_after_any_history(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ConsentMachine, "database", database, raising=False)
    run_state_machine_as_test(ConsentMachine, settings=settings(max_examples=20, stateful_step_count=8, deadline=None))
