"""Seals of buttons: only what was put into a lane can be pressed there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.identity import Identity
from bot.message import Platform
from bot.platforms.seals import ButtonSeals

KEY = bytes(range(32))
SEALS = ButtonSeals(Identity(KEY, "orvelle"), Platform.WHATSAPP, 64)
LANES, DEEDS = st.sampled_from(["private:00", "private:01", "chat:1"]), st.text("abc:~123", max_size=40)


@given(LANES, DEEDS, LANES)
def test_a_button_is_of_its_lane(lane: str, do: str, other: str) -> None:
    data = SEALS.sign(lane, do)
    assert SEALS.verify(other, data) == (do if other == lane else None)


@given(LANES, DEEDS, st.data())
def test_no_changed_button_passes(lane: str, do: str, draw: st.DataObject) -> None:
    data = SEALS.sign(lane, do)
    place = draw.draw(st.integers(0, len(data) - 1))
    sign = draw.draw(st.characters(exclude_characters=data[place]))
    assert SEALS.verify(lane, data[:place] + sign + data[place + 1 :]) != do


@given(LANES, st.text())
def test_whatever_comes_is_no_button(lane: str, data: str) -> None:
    assert SEALS.verify(lane, data) is None


def test_a_button_is_of_its_brand_and_platform() -> None:
    data = SEALS.sign("chat:1", "join")
    for others in (
        ButtonSeals(Identity(KEY, "verdanne"), Platform.WHATSAPP, 64),
        ButtonSeals(Identity(KEY, "orvelle"), Platform.TELEGRAM, 64),
        ButtonSeals(Identity(KEY[::-1], "orvelle"), Platform.WHATSAPP, 64),
    ):
        assert others.verify("chat:1", data) is None


@pytest.mark.parametrize("do", ["x" * 53, "é" * 27])
def test_too_much_for_a_button(do: str) -> None:
    with pytest.raises(ValueError, match="too long for whatsapp"):
        SEALS.sign("chat:1", do)
    assert len(SEALS.sign("chat:1", "x" * 52)) == 64
