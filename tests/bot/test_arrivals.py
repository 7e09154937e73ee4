"""What waits in the inbox comes out as it went in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arrivals import decode, encode
from bot.message import Chat, ChatKind, Forward, Media, Member, Message, Platform

zones = st.just(UTC) | st.just(timezone(timedelta(hours=5.5)))
times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=zones)  # noqa: DTZ001 hypothesis adds the zone
texts = st.text(st.characters(), max_size=40)
messages = st.builds(
    Message,
    id=texts,
    chat=st.builds(Chat, texts, st.sampled_from(Platform), st.sampled_from(ChatKind), texts),
    sender=st.builds(Member, texts, texts),
    sent_at=times,
    text=texts,
    reply_to=st.none() | texts,
    forward=st.none() | st.builds(Forward, st.booleans(), st.none() | texts),
    media=st.none() | st.sampled_from(Media),
    edited=st.booleans(),
)


@given(messages)
def test_round_trip(message: Message) -> None:
    assert decode(encode(message)) == message


def test_a_message_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Message("1", Chat("c", Platform.OTHER), Member("m"), datetime(2026, 1, 1))  # noqa: DTZ001
