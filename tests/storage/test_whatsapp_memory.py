"""What is remembered for WhatsApp: windows, reports in whatever order, ids of one person, files, and for how long."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select
from storage_world import BRAND, NOW, VAULT

from storage import whatsapp
from storage.database import Database
from storage.tables import DeliveryState, MovedPerson, Outbox, OutboxState, WhatsAppMedia, WhatsAppStatus

LANE = "private:00ff"
DAY = timedelta(days=1)


@given(st.lists(st.tuples(st.sampled_from(list(DeliveryState)), st.integers(0, 9)), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_reports_may_come_in_any_order(database: Database, reports: list[tuple[DeliveryState, int]]) -> None:
    with database.transaction() as session:
        session.exec(delete(WhatsAppStatus).where(col(WhatsAppStatus.ref) == "r"))
        for state, second in reports:
            code = 131026 if state is DeliveryState.FAILED else None
            whatsapp.note_status(session, BRAND, "r", state, code, NOW + timedelta(seconds=second))
        known = session.get(WhatsAppStatus, (BRAND, "r"))
        assert known is not None
        assert known.state == max((state for state, _ in reports), key=list(DeliveryState).index)
        assert (known.code == 131026) == (known.state is DeliveryState.FAILED)


@given(st.lists(st.integers(-48, 48), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_a_window_lasts_a_day_from_the_last_message(database: Database, hours: list[int]) -> None:
    with database.transaction() as session:
        whatsapp.forget_lane(session, BRAND, LANE)
        for hour in hours:
            whatsapp.open_window(session, BRAND, LANE, NOW + timedelta(hours=hour) + whatsapp.WINDOW)
        last = NOW + timedelta(hours=max(hours))
        assert whatsapp.window_open(session, BRAND, LANE, last + DAY - timedelta(seconds=1))
        assert not whatsapp.window_open(session, BRAND, LANE, last + DAY)
        whatsapp.close_window(session, BRAND, LANE, NOW - 3 * DAY)
        assert not whatsapp.window_open(session, BRAND, LANE, NOW - 3 * DAY)


def test_the_notice_is_due_once_in_a_conversation(database: Database) -> None:
    with database.transaction() as session:
        assert not whatsapp.notice_due(session, BRAND, LANE)
        whatsapp.open_window(session, BRAND, LANE, NOW + DAY)
        assert whatsapp.notice_due(session, BRAND, LANE)
        whatsapp.open_window(session, BRAND, LANE, NOW + DAY + timedelta(hours=3))
        session.expire_all()
        assert not whatsapp.notice_due(session, BRAND, LANE)
        whatsapp.open_window(session, BRAND, LANE, NOW + 3 * DAY)
        session.expire_all()
        assert whatsapp.notice_due(session, BRAND, LANE)


def test_knocking_once_a_week_and_what_then_goes(database: Database) -> None:
    with database.transaction() as session:
        assert whatsapp.may_knock(session, BRAND, LANE, NOW)
        whatsapp.knocked(session, BRAND, LANE, NOW)
        assert not whatsapp.may_knock(session, BRAND, LANE, NOW + 6 * DAY)
        whatsapp.purge(session, BRAND, NOW + 6 * DAY, DAY)
        assert not whatsapp.may_knock(session, BRAND, LANE, NOW + 6 * DAY)
        assert whatsapp.may_knock(session, BRAND, LANE, NOW + 7 * DAY)
        whatsapp.open_window(session, BRAND, LANE, NOW + 2 * DAY)  # an answer
        session.expire_all()
        assert whatsapp.may_knock(session, BRAND, LANE, NOW + 2 * DAY)


def test_ids_of_one_person_and_their_files_go_together(database: Database) -> None:
    with database.transaction() as session:
        whatsapp.link(session, VAULT, BRAND, "p_new", "p_first", "33612345678")
        whatsapp.link(session, VAULT, BRAND, "p_new", "p_other", "4915112345678")  # the first word counts
        whatsapp.link(session, VAULT, BRAND, "p_first", "p_first", "33612345678")
        assert whatsapp.origin(session, VAULT, BRAND, ["p_x", "p_new"]) == "33612345678"
        assert whatsapp.first_person(session, BRAND, "p_new") == "p_first"
        assert list(whatsapp.other_keys(session, BRAND, "p_first")) == ["p_new"]
        for key in ("a", "a", "b"):
            whatsapp.keep_file(session, VAULT, BRAND, key, "p_first", "image/png", b"pixels", NOW)
        assert whatsapp.forget(session, BRAND, "p_nobody") == 0
        assert whatsapp.forget(session, BRAND, "p_first") == 3
        assert session.exec(select(MovedPerson)).all() == []
        whatsapp.keep_file(session, VAULT, BRAND, "c", "p_first", "image/png", b"pixels", NOW)
        whatsapp.purge(session, BRAND, NOW + 31 * DAY, 30 * DAY)
        assert session.exec(select(WhatsAppMedia)).all() == []


def entry(session: Session, kind: str, state: OutboxState, created_at: datetime, fault: str | None = None) -> Outbox:
    row = Outbox(
        brand=BRAND,
        channel="whatsapp",
        lane=LANE,
        kind=kind,
        dedupe=f"{kind}:{state}:{created_at}",
        payload=b"sealed",
        address=b"sealed",
        state=state,
        last_fault=fault,
        not_before=NOW + DAY,
        created_at=created_at,
    )
    session.add(row)
    session.flush()
    return row


@pytest.mark.parametrize(("kind", "days"), [("answer", 7), ("reply", 30)])
def test_what_waited_too_long_is_given_up(database: Database, kind: str, days: int) -> None:
    with database.transaction() as session:
        young = entry(session, kind, OutboxState.WAITING, NOW - timedelta(days=days - 1))
        old = entry(session, kind, OutboxState.WAITING, NOW - timedelta(days=days))
        sent = entry(session, kind, OutboxState.SENT, NOW - timedelta(days=days))
        whatsapp.give_up(session, BRAND, "whatsapp", NOW, timedelta(days=30))
        session.expire_all()
        assert (young.state, sent.state) == (OutboxState.WAITING, OutboxState.SENT)
        assert (old.state, old.payload, old.address, old.last_fault) == (OutboxState.DEAD, None, None, "window")
