"""The way of a message: once, whole or not at all, and never for who did not agree."""

from pathlib import Path

import pytest
from pipeline_world import VAULT, hear, message, pipeline, talk
from sqlmodel import select

from bot.keeping import forget_person
from bot.pipeline import Pipeline
from storage import messages
from storage.tables import Chat, ChatMode, ConsentState, Inbox, Message


def stored(pipe: Pipeline) -> list[tuple[int, str | None, int | None]]:
    with pipe.database.read() as session:
        return [(one.id, one.text, one.narrative) for one in messages.stored(session, VAULT, pipe.brand)]


def files_hold(folder: Path, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in folder.iterdir())


def test_a_message_goes_through_and_leaves_the_inbox(tmp_path: Path) -> None:
    with pipeline(tmp_path) as pipe:
        (done,) = hear(pipe, message(1, "call 06 39 98 41 27 please"))
        assert [text for _, text, _ in stored(pipe)] == [done.stored[0].text]
        assert "41 27" not in done.stored[0].text
        assert done.redacted.total() == 1
        with pipe.database.read() as session:
            assert not session.exec(select(Inbox)).all()


def test_redelivery_changes_nothing(tmp_path: Path) -> None:
    with pipeline(tmp_path) as pipe:
        hear(pipe, *talk(20))
        before = stored(pipe)
        again = hear(pipe, *talk(20), *talk(20))
        assert sum(done.known for done in again) == 20
        assert stored(pipe) == before


def test_without_consent_nothing_is_kept_but_a_number(tmp_path: Path) -> None:
    with pipeline(tmp_path, mode=ChatMode.OPT_IN) as pipe:
        (done,) = hear(pipe, message(1, "unmistakable words", "stranger"))
        assert (done.dropped, done.stored) == (1, [])
        with pipe.database.read() as session:
            assert session.exec(select(Chat)).one().dropped == 1
            assert not session.exec(select(Message)).all()
        pipe.database.scrub(vacuum=True)
    assert not files_hold(tmp_path, b"unmistakable")


def test_an_unknown_chat_is_not_heard(tmp_path: Path) -> None:
    with pipeline(tmp_path, active=False) as pipe:
        (done,) = hear(pipe, message(1, "hello"))
        assert (done.dropped, done.stored) == (1, [])


def test_who_withdraws_while_the_model_thinks_is_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pipeline(tmp_path, mode=ChatMode.OPT_IN) as pipe:
        gate, person = pipe.admission.gate, pipe.admission.identity.person("telegram", "ann")

        def say(state: ConsentState) -> None:
            with pipe.database.transaction() as session:
                chat = session.exec(select(Chat)).one()
                gate.record(session, person, chat, state, "button", message(0, "").sent_at)

        say(ConsentState.GIVEN)
        think = pipe.understanding.analyser.analyse

        def withdraw_meanwhile(texts: list[str]) -> object:
            say(ConsentState.WITHDRAWN)
            return think(texts)

        monkeypatch.setattr(pipe.understanding.analyser, "analyse", withdraw_meanwhile)
        (done,) = hear(pipe, message(1, "hello", "ann"))
        assert (done.dropped, done.stored, stored(pipe)) == (1, [], [])


def test_a_batch_that_fails_has_not_happened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pipeline(tmp_path) as pipe:
        hear(pipe, *talk(30))
        before, engine = stored(pipe), pipe.memory.engine.dump()
        with monkeypatch.context() as broken:
            broken.setattr(messages, "tell", lambda *_: 1 / 0)
            pipe.receive(talk(50))
            with pytest.raises(ZeroDivisionError):
                list(pipe.drain())
        assert stored(pipe) == before
        assert pipe.memory.engine.dump() == engine
        list(pipe.drain())
        after = stored(pipe)
    with pipeline(tmp_path / "undisturbed") as other:
        hear(other, *talk(30))
        hear(other, *talk(50))
        assert stored(other) == after


def test_a_restart_remembers_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.memory.SNAPSHOT_EVERY", 25)
    with pipeline(tmp_path / "whole") as pipe:
        for number in range(0, 80, 10):
            hear(pipe, *talk(80)[number : number + 10])
        whole = stored(pipe)
    for number in range(0, 80, 10):
        with pipeline(tmp_path / "parts") as pipe:
            hear(pipe, *talk(80)[number : number + 10])
            parts = stored(pipe)
    assert parts == whole


def test_an_edit_replaces_the_text_and_a_restart_holds(tmp_path: Path) -> None:
    with pipeline(tmp_path) as pipe:
        hear(pipe, *talk(10))
        (done,) = hear(pipe, message(3, "the lid was loose, mended now", edited=True))
        assert (done.revised, done.stored) == (1, [])
        assert [text for _, text, _ in stored(pipe)][3] == "the lid was loose, mended now"
        engine = pipe.memory.engine.dump()
    with pipeline(tmp_path) as pipe:
        assert pipe.memory.engine.dump() == engine


def test_forgetting_reaches_the_engine(tmp_path: Path) -> None:
    with pipeline(tmp_path) as pipe:
        hear(pipe, *talk(60))
        person = pipe.admission.identity.person("telegram", "user1")
        erased = forget_person(pipe, person, at=message(60, "").sent_at, source="test")
        assert erased.messages == 9
        assert forget_person(pipe, person, at=message(60, "").sent_at, source="test").nothing
        assert pipe.memory.engine.forget(person) == frozenset()
        engine = pipe.memory.engine.dump()
    with pipeline(tmp_path) as pipe:
        assert pipe.memory.engine.dump() == engine
