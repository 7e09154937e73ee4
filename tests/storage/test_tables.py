from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, col, select
from storage_world import BRAND, NOW, add_chat

from storage.database import Database
from storage.portable import in_chunks, reserve
from storage.tables import Alert, AlertEvent, AlertState, Chat, ChatState, Consent

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001 - the strategy adds it


def alert(**changes: Any) -> Alert:
    given: dict[str, Any] = {"narrative_id": 1, "state": AlertState.OPEN} | changes
    return Alert(brand=BRAND, kind="rumour", severity=2, sure=0.5, opened_at=NOW, updated_at=NOW, **given)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TIMES, TIMES)
def test_times_come_back_aware_equal_and_in_order(database: Database, first: datetime, second: datetime) -> None:
    with database.transaction() as session:
        for at in (first, second):
            session.add(Consent(brand=BRAND, person="p", state="given", version="1", source="test", at=at))
        session.flush()
        session.expire_all()
        rows = session.exec(select(Consent.at).order_by(col(Consent.at))).all()
        session.rollback()
    assert list(rows) == sorted((first, second))
    assert all(at.tzinfo is UTC for at in rows)


def test_a_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="needs a time zone"), database.transaction() as session:
        session.add(Chat(brand=BRAND, platform="t", key="c", kind="group", created_at=NOW.replace(tzinfo=None)))


def test_a_state_outside_its_choices_is_refused(database: Database) -> None:
    with pytest.raises(StatementError), database.transaction() as session:
        session.add(Chat(brand=BRAND, platform="t", key="c", kind="group", state="asleep", created_at=NOW))  # type: ignore[arg-type]


def test_states_come_back_as_enumerations(database: Database) -> None:
    with database.transaction() as session:
        add_chat(session)
    with database.read() as session:
        assert session.exec(select(Chat)).one().state is ChatState.ACTIVE


@pytest.mark.parametrize("state", [AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED])
def test_a_story_has_one_live_alert(database: Database, state: AlertState) -> None:
    with database.transaction() as session:
        session.add(alert(state=state))
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(alert())


def test_closed_alerts_and_other_stories_stand_beside_a_live_one(database: Database) -> None:
    with database.transaction() as session:
        session.add_all([alert(), alert(narrative_id=2), alert(state=AlertState.RESOLVED)])
        session.add_all([alert(state=AlertState.DISMISSED), alert(state=AlertState.MERGED)])
    with database.read() as session:
        assert len(session.exec(select(Alert)).all()) == 5


def test_the_events_of_an_alert_go_with_it(database: Database) -> None:
    with database.transaction() as session:
        session.add(alert())
        session.flush()
        session.add(AlertEvent(alert_id=1, at=NOW, action="raise"))
    with database.transaction() as session:
        session.delete(session.exec(select(Alert)).one())
    with database.read() as session:
        assert session.exec(select(AlertEvent)).all() == []


def test_reserved_numbers_are_consecutive_and_roll_back(database: Database) -> None:
    with database.transaction() as session:
        assert (reserve(session, "message", 3), reserve(session, "message", 1), reserve(session, "chat", 1)) == (
            1,
            4,
            1,
        )

    def fail(session: Session) -> None:
        assert reserve(session, "message", 10) == 5
        raise RuntimeError

    with pytest.raises(RuntimeError), database.transaction() as session:
        fail(session)
    with database.transaction() as session:
        assert reserve(session, "message", 1) == 5


@given(st.lists(st.integers()), st.integers(1, 7))
def test_chunks_hold_everything_in_order(values: list[int], size: int) -> None:
    chunks = in_chunks(values, size)
    assert [value for chunk in chunks for value in chunk] == values
    assert all(0 < len(chunk) <= size for chunk in chunks)
