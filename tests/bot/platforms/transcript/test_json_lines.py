"""JSON lines: every default, every field, and what is refused."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.message import Chat, Forward, Media, Member, Message, Platform
from bot.platforms.transcript import Broken, Kind, Transcript, open_transcript

Export = Callable[..., Transcript]
FULL = {
    "id": "m0001",
    "t": "2025-03-12T06:34:01+01:00",
    "group": "g2",
    "sender": "u21",
    "lang": "fr",
    "text": "bjr la boutique ouvre à quelle heure svp",
    "reply_to": "m0000",
    "forwarded": True,
    "forwarded_many": True,
    "media": "photo",
    "sentiment": "neutral",
    "topic": "stores",
    "narrative": None,
}


@pytest.fixture
def export(tmp_path: Path) -> Export:
    def make(*records: Any, name: str = "calm.jsonl", **options: object) -> Transcript:
        path = tmp_path / name
        lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
        content = "".join(f"{line}\n" for line in lines).encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return open_transcript(path, **options)  # type: ignore[arg-type]

    return make


def messages(transcript: Transcript) -> list[Message]:
    return [item for item in transcript if isinstance(item, Message)]


def test_one_message_whole(export: Export) -> None:
    transcript = export(FULL, groups={"g2": (Platform.WHATSAPP, "La boutique")})
    assert transcript.kind is Kind.JSONL
    assert list(transcript) == [
        Message(
            "m0001",
            Chat("g2", Platform.WHATSAPP, title="La boutique"),
            Member("u21", "u21"),
            datetime(2025, 3, 12, 5, 34, 1, tzinfo=UTC),
            "bjr la boutique ouvre à quelle heure svp",
            reply_to="m0000",
            forward=Forward(many=True),
            media=Media.PHOTO,
        )
    ]


@pytest.mark.parametrize("name", ["stream.jsonl.gz", "stream.gz", "stream.json", "stream.txt"])
def test_everything_but_the_text_has_a_default(export: Export, name: str) -> None:
    first, second = messages(export({"text": "un"}, {"text": "deux", "label": "story"}, name=name))
    assert (first.id, second.id) == ("0", "1")
    assert second.sent_at - first.sent_at == timedelta(minutes=1)
    assert first.chat == second.chat == Chat("stream", Platform.OTHER, title="stream")
    assert first.sender != second.sender
    assert (first.reply_to, first.forward, first.media, first.edited) == (None, None, None, False)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (1337339071.662, datetime(2012, 5, 18, 11, 4, 31, 662000, UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        ("2025-03-12T06:34:01Z", datetime(2025, 3, 12, 6, 34, 1, tzinfo=UTC)),
        ("2025-03-12T06:34:01", datetime(2025, 3, 12, 5, 34, 1, tzinfo=UTC)),
        ("2025-03-12", datetime(2025, 3, 11, 23, tzinfo=UTC)),
    ],
)
def test_times(export: Export, stamp: Any, expected: datetime) -> None:
    found = messages(export({"t": stamp, "text": "a"}, {"text": "b"}, zone=ZoneInfo("Europe/Paris")))
    assert [m.sent_at for m in found] == [expected, expected + timedelta(minutes=1)]


def test_a_voice_note_has_no_words(export: Export) -> None:
    found = messages(export({"media": "voice"}, {"media": "sticker", "text": ""}, {"media": "hologram", "text": None}))
    assert [(m.media, m.text) for m in found] == [(Media.VOICE, ""), (Media.STICKER, ""), (Media.OTHER, "")]


def test_forwards(export: Export) -> None:
    found = messages(
        export(
            {"text": "a", "forwarded": True}, {"text": "b", "forwarded_many": True}, {"text": "c", "forwarded": False}
        )
    )
    assert [m.forward for m in found] == [Forward(), Forward(many=True), None]


def test_ids_may_be_numbers_and_blank_lines_are_none(export: Export) -> None:
    found = messages(export({"id": 7, "sender": 3, "group": 5, "reply_to": 6, "text": "a"}, "", "  ", {"text": "b"}))
    assert [(m.id, m.chat.id, m.reply_to) for m in found] == [("7", "5", "6"), ("1", "calm", None)]
    assert found[0].sender == Member("3", "3")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "a"', "not JSON"),
        ("[1, 2]", "JSON, but no object"),
        ("[" * 100_000, "not JSON"),
        ('{"id": "x"}', "no “text”, or one that is no string"),
        ('{"text": 3}', "no “text”, or one that is no string"),
        ('{"text": "a", "t": "tomorrow"}', "“t” is neither an ISO 8601 time nor seconds since 1970"),
        ('{"text": "a", "t": 1337339071662}', "“t” is neither an ISO 8601 time nor seconds since 1970"),
        ('{"text": "a", "t": NaN}', "“t” is neither an ISO 8601 time nor seconds since 1970"),
        ('{"text": "a", "t": true}', "“t” is neither an ISO 8601 time nor seconds since 1970"),
        ('{"text": "a", "t": "0001-01-01T00:00:00+14:00"}', "“t” is neither an ISO 8601 time nor seconds since 1970"),
        ('{"text": "a", "sender": {"name": "x"}}', "“sender” is neither a string nor a whole number"),
        ('{"text": "a", "id": 1.5}', "“id” is neither a string nor a whole number"),
        ('{"text": "' + "a" * 300_000 + '"}', "“text” is longer than any message"),
        ('{"text": "' + "a" * 1_100_000 + '"}', "a line longer than any message"),
    ],
)
def test_broken_lines_are_told_and_stop_nothing(export: Export, line: str, reason: str) -> None:
    first, fault, last = export({"text": "un"}, line, {"text": "trois"})
    assert fault == Broken("calm.jsonl", 2, reason)
    assert isinstance(first, Message)
    assert isinstance(last, Message)
    assert (first.id, last.id) == ("0", "2")


def test_half_a_surrogate_pair_and_nul_do_not_get_through(export: Export) -> None:
    (message,) = messages(export(r'{"text": "a\ud83d\u0000b", "sender": "\udc00x"}'))
    assert (message.text, message.sender.id) == ("a\ufffdb", "\ufffdx")


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FULL)), json_values))
def test_any_object_is_a_message_or_broken(tmp_path_factory: pytest.TempPathFactory, record: dict[str, Any]) -> None:
    path = tmp_path_factory.mktemp("any") / "x.jsonl"
    path.write_text('{"text": "first"}\n' + json.dumps(record) + "\n")
    first, second = open_transcript(path)
    assert isinstance(first, Message)
    if isinstance(second, Message):
        assert second.sent_at.tzinfo is UTC
        assert all("\0" not in text for text in (second.text, second.id, second.sender.id, second.chat.id))
