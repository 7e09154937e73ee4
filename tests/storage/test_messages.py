from dataclasses import fields
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from storage_world import BRAND, NOW, VAULT, add_chat, arrived, observation, store

from nlp.observation import Observation
from storage import messages
from storage.content import Content, pack, unpack
from storage.database import Database
from storage.errors import DamagedError
from storage.tables import Message

SCORE = st.integers(0, 10_000).map(lambda number: number / 10_000)
SCORED = st.dictionaries(st.sampled_from(["joy", "anger", "négatif", "claim"]), SCORE)
TEXT = st.text(st.characters(codec=None), max_size=80)
VECTORS = arrays.arrays(np.float16, st.integers(0, 400), elements=st.floats(-1, 1, width=16))
OBSERVATIONS = st.fixed_dictionaries(
    {
        "at": st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
            datetime.timestamp
        ),
        "person": st.sampled_from(["p_ada", "p_bob"]),
        "lang": st.sampled_from(["fr", "en"]),
        "text": TEXT,
        "vector": VECTORS,
        "sentiment_scores": SCORED,
        "topic": st.none() | st.just("price"),
        "topic_score": SCORE,
        "claim": SCORE,
        "scores": SCORED,
        "reply_to": st.none() | st.integers(1, 9),
        "forwarded": st.booleans(),
        "forwarded_many": st.booleans(),
        "links": st.lists(TEXT, max_size=3).map(tuple),
        "media": st.none() | st.just("photo"),
    }
)


def loaded(session: Session, after: int = 0) -> list[Observation]:
    return list(messages.observations(session, VAULT, BRAND, Observation, after))


def assert_same(one: Observation, other: Observation) -> None:
    for field in fields(Observation):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if field.name == "vector":
            assert (first.dtype, first.tobytes()) == (second.dtype, second.tobytes())
        else:
            assert (type(first), first) == (type(second), second), field.name


@pytest.fixture
def chat_database(database: Database) -> Database:
    with database.transaction() as session:
        add_chat(session)
    return database


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(OBSERVATIONS, min_size=1, max_size=3))
def test_observations_come_back_bit_for_bit(chat_database: Database, changes: list[dict[str, object]]) -> None:
    with chat_database.transaction() as session:
        seen = [observation(place, **change) for place, change in enumerate(changes, 1)]
        messages.insert(session, VAULT, BRAND, [arrived(one) for one in seen])
        for one, other in zip(seen, loaded(session), strict=True):
            assert_same(one, other)
        session.rollback()


@given(TEXT, st.lists(TEXT, max_size=3).map(tuple), VECTORS)
def test_content_unpacks_to_what_was_packed(text: str, links: tuple[str, ...], vector: np.ndarray) -> None:
    unpacked = unpack(pack(Content(text, links, vector)))
    assert (unpacked.text, unpacked.links, unpacked.vector.tobytes()) == (text, links, vector.tobytes())


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(DamagedError, match="layout 9"):
        unpack(b"\x09" + pack(Content("", (), np.zeros(1, np.float16)))[1:])


def test_only_later_messages_of_the_brand_are_fed_again(chat_database: Database) -> None:
    with chat_database.transaction() as session:
        other = add_chat(session, "c_two", brand="another", platform="whatsapp")
        store(session, [{}, {"chat": "c_one"}])
        store(session, [{"chat": "c_two"}], chat_id=other.id or 0, brand="another")
        store(session, [{}])
    with chat_database.read() as session:
        assert [one.key for one in loaded(session, after=1)] == [2, 4]
        (elsewhere,) = messages.observations(session, VAULT, "another", Observation)
        assert (elsewhere.key, elsewhere.chat, elsewhere.platform) == (3, "c_two", "whatsapp")


def test_stored_digests_are_found_among_thousands(chat_database: Database) -> None:
    with chat_database.transaction() as session:
        ids = store(session, [{}] * 1200)
        digests = [arrived(observation(id_)).digest for id_ in ids]
        assert messages.known(session, BRAND, [*digests, b"never stored"]) == dict(zip(digests, ids, strict=True))
        assert messages.known(session, "another", digests) == {}


def test_a_second_insert_of_a_digest_fails_whole(chat_database: Database) -> None:
    with chat_database.transaction() as session:
        store(session, [{}])
    with pytest.raises(IntegrityError), chat_database.transaction() as session:
        messages.insert(session, VAULT, BRAND, [arrived(observation(2)), arrived(observation(1))])
    with chat_database.read() as session:
        assert [one.key for one in loaded(session)] == [1]


def test_an_edit_replaces_what_was_said_and_nothing_else(chat_database: Database) -> None:
    edited = observation(1, text="corrected", sentiment="positive", topic=None, links=("https://example.org",))
    with chat_database.transaction() as session:
        store(session, [{}, {}])
        messages.tell(session, BRAND, {1: 7})
        messages.revise(session, VAULT, BRAND, [arrived(edited)])
    with chat_database.read() as session:
        first, second = loaded(session)
        assert_same(first, edited)
        assert_same(second, observation(2))
        rows = session.exec(select(Message).order_by(col(Message.id))).all()
        assert [(row.edited, row.narrative_id) for row in rows] == [(True, 7), (False, None)]


def test_narratives_of_messages_move_together(chat_database: Database) -> None:
    with chat_database.transaction() as session:
        store(session, [{}] * 4)
        messages.tell(session, BRAND, {1: 5, 2: 5, 3: 6})
        messages.tell(session, BRAND, {2: None, 3: 5})
        messages.tell(session, "another", {4: 9})
        told = [one.narrative for one in messages.stored(session, VAULT, BRAND)]
    assert told == [5, None, 5, None]


def test_stored_messages_are_shown_in_order_and_by_id(chat_database: Database) -> None:
    with chat_database.transaction() as session:
        store(session, [{"text": "un"}, {"text": "deux", "forwarded": True, "reply_to": 1}, {"text": "trois"}])
        session.execute(Message.__table__.update().where(col(Message.id) == 3).values(content=None, platform_id=None))  # type: ignore[attr-defined]
    with chat_database.read() as session:
        shown = list(messages.stored(session, VAULT, BRAND))
        assert [(one.id, one.platform_id, one.text) for one in shown] == [
            (1, "m0001", "un"),
            (2, "m0002", "deux"),
            (3, None, None),
        ]
        assert (shown[1].forwarded, shown[1].reply_to, shown[1].claim, shown[1].person) == (True, 1, 0.0312, "p_ada")
        assert messages.by_id(session, VAULT, [3, 1, 99]) == {1: shown[0], 3: shown[2]}
        assert [one.key for one in loaded(session)] == [1, 2]


def test_the_newest_time_is_that_of_the_latest_message(chat_database: Database) -> None:
    with chat_database.transaction() as session:
        assert messages.newest_time(session, BRAND) == 0.0
        store(session, [{"at": NOW.timestamp() + 60}, {"at": NOW.timestamp()}])
        assert messages.newest_time(session, BRAND) == NOW.timestamp() + 60


def test_the_file_shows_neither_text_nor_platform_id(chat_database: Database) -> None:
    assert chat_database.path is not None
    with chat_database.transaction() as session:
        store(session, [{"text": "the old mill is closing", "links": ("https://example.org/mill",)}])
    content = b"".join(file.read_bytes() for file in chat_database.path.parent.iterdir())
    assert not any(secret in content for secret in (b"old mill", b"example.org", b"m0001"))


def test_storing_nothing_is_fine(chat_database: Database) -> None:
    with chat_database.transaction() as session:
        messages.insert(session, VAULT, BRAND, [])
        messages.revise(session, VAULT, BRAND, [])
        messages.tell(session, BRAND, {})
        assert loaded(session) == []
