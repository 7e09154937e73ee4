from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select
from storage_world import BRAND, NOW, VAULT, add_chat, store

from config.brand import Retention
from storage import consents, inbox, messages, retention
from storage.database import Database
from storage.retention import Purged, purge
from storage.tables import (
    Alert,
    AlertEvent,
    AlertState,
    ConsentState,
    Inbox,
    Message,
    Narrative,
    Outbox,
    OutboxState,
    Sealed,
    Tally,
)

TERMS = Retention(text_days=30, transcripts_days=10, numbers_days=365)
NOTHING = Purged(texts=0, messages=0, tallies=0, inbox=0, payloads=0, alerts=0, narratives=())
DAY = timedelta(days=1)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def said(days: float, **changes: Any) -> dict[str, Any]:
    return {"at": ago(days).timestamp()} | changes


@pytest.fixture
def heard(database: Database) -> Database:
    with database.transaction() as session:
        add_chat(session)
    return database


def texts(session: Session) -> list[str | None]:
    return [one.text for one in messages.stored(session, VAULT, BRAND)]


def test_texts_go_at_their_term_and_numbers_stay(heard: Database) -> None:
    with heard.transaction() as session:
        store(session, [said(40, text="old"), said(31, text="old too"), said(29, text="young")])
        assert purge(session, VAULT, BRAND, TERMS, NOW).texts == 2
        assert texts(session) == [None, None, "young"]
        rows = session.exec(select(Message).order_by(col(Message.id))).all()
        assert [(row.platform_id is None, row.person, row.claim) for row in rows[:2]] == [(True, "p_ada", 0.0312)] * 2
        assert purge(session, VAULT, BRAND, TERMS, NOW) == NOTHING


def test_tallies_count_messages_and_people_of_each_hour(heard: Database) -> None:
    hour = ago(40)
    with heard.transaction() as session:
        other = add_chat(session, "c_two")
        minutes = [{"at": (hour + timedelta(minutes=minute)).timestamp()} for minute in (0, 30, 59, 60)]
        store(session, [one | {"person": who} for one, who in zip(minutes, ("p_a", "p_b", "p_a", "p_a"), strict=True)])
        store(session, [minutes[0] | {"topic": None, "sentiment": "negative"}], chat_id=other.id or 0)
        purge(session, VAULT, BRAND, TERMS, NOW)
        rows = session.exec(select(Tally).order_by(col(Tally.chat_id), col(Tally.hour))).all()
    assert [(row.chat_id, row.hour, row.topic, row.sentiment, row.messages, row.people) for row in rows] == [
        (1, hour, "delivery", "neutral", 3, 2),
        (1, hour + timedelta(hours=1), "delivery", "neutral", 1, 1),
        (2, hour, "", "negative", 1, 1),
    ]


def test_a_message_that_comes_after_its_hour_was_purged_is_added(heard: Database) -> None:
    with heard.transaction() as session:
        for _ in range(2):
            store(session, [said(40)])
            purge(session, VAULT, BRAND, TERMS, NOW)
        (row,) = session.exec(select(Tally)).all()
    assert (row.messages, row.people) == (2, 2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from(["p_a", "p_b"])), max_size=25),
    st.lists(st.integers(0, 100), min_size=1, max_size=4).map(sorted),
)
def test_purging_often_counts_as_purging_once(heard: Database, told: list[tuple[int, str]], nights: list[int]) -> None:
    with heard.transaction() as session:
        start = ago(60)
        store(session, [{"at": (start + timedelta(minutes=20 * at)).timestamp(), "person": who} for at, who in told])
        for night in nights:
            purge(session, VAULT, BRAND, TERMS, start + timedelta(days=30, minutes=40 * night))
        purge(session, VAULT, BRAND, TERMS, NOW)
        counted = {row.hour: (row.messages, row.people) for row in session.exec(select(Tally))}
        session.rollback()
    hours = {at: start + timedelta(hours=20 * at // 60) for at, _ in told}
    assert counted == {
        hour: (
            sum(hours[at] == hour for at, _ in told),
            len({who for at, who in told if hours[at] == hour}),
        )
        for hour in hours.values()
    }


def test_pseudonyms_receipts_and_tallies_go_with_the_numbers(heard: Database) -> None:
    with heard.transaction() as session:
        store(session, [said(400), said(364)])
        purged = purge(session, VAULT, BRAND, TERMS, NOW)
        assert (purged.texts, purged.messages, purged.tallies) == (2, 1, 1)
        assert [row.id for row in session.exec(select(Message))] == [2]


def test_consent_records_outlive_everything(heard: Database) -> None:
    with heard.transaction() as session:
        consents.record(session, BRAND, "p", 1, ConsentState.REFUSED, version="1", source="button", at=ago(4000))
        assert purge(session, VAULT, BRAND, TERMS, NOW) == NOTHING
        assert len(consents.of_person(session, BRAND, "p")) == 1


def test_other_brands_keep_their_terms(heard: Database) -> None:
    with heard.transaction() as session:
        store(session, [said(400)])
        assert purge(session, VAULT, "another", TERMS, NOW) == NOTHING
        assert texts(session) == ["message 1"]


def test_stories_lose_their_words_when_over_and_when_their_quote_is_gone(heard: Database) -> None:
    with heard.transaction() as session:
        store(session, [said(31), said(2)])
        for id_, last, quoted in ((1, 31, 1), (2, 1, 1), (3, 1, 2), (4, 400, None)):
            session.add(
                Narrative(
                    brand=BRAND,
                    id=id_,
                    title=b"title",
                    summary=b"summary",
                    representative=quoted,
                    first_seen=ago(last),
                    last_seen=ago(last),
                    messages=2,
                    people=2,
                    state="growing",
                )
            )
        session.flush()
        assert purge(session, VAULT, BRAND, TERMS, NOW).narratives == (2,)
        session.expire_all()
        told = {row.id: (row.title, row.summary, row.messages) for row in session.exec(select(Narrative))}
    assert told == {1: (None, None, 2), 2: (None, None, 2), 3: (b"title", b"summary", 2)}


def alert(days: float, state: AlertState, narrative_id: int) -> Alert:
    return Alert(
        brand=BRAND,
        narrative_id=narrative_id,
        kind="rumour",
        severity=2,
        sure=0.5,
        state=state,
        title=b"title",
        opened_at=ago(days),
        updated_at=ago(days),
    )


def test_alerts_keep_their_numbers_and_lose_what_they_quote(heard: Database) -> None:
    with heard.transaction() as session:
        detail = VAULT.seal_json({"title": "they say", "people": 7}, Sealed.ALERT_EVENT_DETAIL)
        session.add_all([alert(31, AlertState.RESOLVED, 1), alert(29, AlertState.OPEN, 2)])
        session.flush()
        session.add_all([AlertEvent(alert_id=id_, at=ago(29), action="merge", detail=detail) for id_ in (1, 2)])
        session.flush()
        purge(session, VAULT, BRAND, TERMS, NOW)
        session.expire_all()
        assert [row.title for row in session.exec(select(Alert))] == [None, b"title"]
        details = [
            VAULT.open_json(row.detail or b"", Sealed.ALERT_EVENT_DETAIL) for row in session.exec(select(AlertEvent))
        ]
        assert details == [{"people": 7}, {"title": "they say", "people": 7}]


def test_closed_alerts_go_with_the_numbers_and_open_ones_wait(heard: Database) -> None:
    with heard.transaction() as session:
        closed = (AlertState.RESOLVED, AlertState.DISMISSED, AlertState.MERGED)
        session.add_all([alert(400, state, place) for place, state in enumerate((*closed, AlertState.OPEN))])
        session.flush()
        session.add(AlertEvent(alert_id=1, at=ago(400), action="raise"))
        session.flush()
        assert purge(session, VAULT, BRAND, TERMS, NOW).alerts == 3
        assert [row.state for row in session.exec(select(Alert))] == [AlertState.OPEN]
        assert session.exec(select(AlertEvent)).all() == []


def test_sendings_are_emptied_when_done_or_when_they_quote_what_is_gone(heard: Database) -> None:
    def entry(dedupe: str, days: float, state: OutboxState, *quoted: int) -> Outbox:
        return Outbox(
            brand=BRAND,
            channel="telegram",
            lane="team",
            kind="alert",
            dedupe=dedupe,
            address=b"address",
            payload=b"payload",
            state=state,
            messages=list(quoted),
            created_at=ago(days),
        )

    with heard.transaction() as session:
        store(session, [said(31), said(2)])
        session.add_all(
            [
                entry("sent", 11, OutboxState.SENT),
                entry("dead", 11, OutboxState.DEAD),
                entry("young", 9, OutboxState.SENT, 2),
                entry("waiting", 11, OutboxState.WAITING),
                entry("quoting", 1, OutboxState.WAITING, 1, 2),
                entry("ancient", 400, OutboxState.SENT),
            ]
        )
        session.flush()
        assert purge(session, VAULT, BRAND, TERMS, NOW).payloads == 4
        session.expire_all()
        left = {
            row.dedupe: (row.address is not None, row.payload is not None, row.messages)
            for row in session.exec(select(Outbox))
        }
    assert left == {
        "sent": (False, False, []),
        "dead": (False, False, []),
        "young": (True, True, [2]),
        "waiting": (True, True, []),
        "quoting": (True, False, [2]),
    }


def test_the_inbox_lets_go_of_faults_and_receipts_but_not_of_what_waits(heard: Database) -> None:
    with heard.transaction() as session:
        for key, days in (("fault", 11), ("young fault", 9), ("waits", 400)):
            inbox.put(session, VAULT, BRAND, "telegram", [(key, b"")], ago(days))
        inbox.put(session, VAULT, BRAND, "telegram", [("done", b""), ("just done", b"")], ago(400))
        for entry in inbox.take(session, VAULT, BRAND, 2):
            inbox.keep_aside(session, entry.id, "broken")
        _, done, just_done = inbox.take(session, VAULT, BRAND, 9)
        inbox.done(session, [done.id], ago(15))
        inbox.done(session, [just_done.id], ago(13))
        assert purge(session, VAULT, BRAND, TERMS, NOW).inbox == 2
        assert [row.key for row in session.exec(select(Inbox))] == ["young fault", "waits", "just done"]


def test_a_run_leaves_no_old_text_in_the_files(heard: Database) -> None:
    assert heard.path is not None
    with heard.transaction() as session:
        store(session, [said(40)] * 100 + [said(2)])
        sealed = session.exec(select(Message.content).order_by(col(Message.id))).all()
    told: list[int] = []
    purged = retention.run(
        heard, VAULT, BRAND, TERMS, now=NOW, within=lambda session, purged: told.append(len(texts(session)))
    )
    assert (purged.texts, told) == (100, [101])
    content = b"".join(file.read_bytes() for file in heard.path.parent.iterdir())
    assert [blob in content for blob in sealed if blob] == [False] * 100 + [True]


def test_a_run_that_fails_purges_nothing(heard: Database) -> None:
    def fail(session: Session, purged: Purged) -> None:
        raise RuntimeError

    with heard.transaction() as session:
        store(session, [said(40)])
    with pytest.raises(RuntimeError):
        retention.run(heard, VAULT, BRAND, TERMS, now=NOW, within=fail)
    with heard.read() as session:
        assert texts(session) == ["message 1"]


def test_the_job_runs_soon_after_the_start_and_then_every_night_once() -> None:
    scheduler = BackgroundScheduler(timezone=ZoneInfo("Europe/Paris"))
    scheduler.start(paused=True)
    try:
        for _ in range(2):
            retention.schedule(scheduler, lambda: None, brand=BRAND, now=NOW)
        (job,) = scheduler.get_jobs()
        assert job.next_run_time == NOW + timedelta(minutes=1)
        assert (job.coalesce, job.misfire_grace_time, job.max_instances) == (True, None, 1)
        night = job.trigger.get_next_fire_time(job.next_run_time, job.next_run_time)
        assert night == datetime(2026, 3, 3, 3, 17, tzinfo=ZoneInfo("Europe/Paris"))
    finally:
        scheduler.shutdown()
