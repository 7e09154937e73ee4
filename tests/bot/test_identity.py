import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.identity import Identity

KEY = bytes(range(32))
IDS = st.text(st.characters(codec=None), max_size=30)


def test_pseudonyms_never_change() -> None:
    # These values are in people's databases: a change here makes strangers of everybody who agreed.
    identity = Identity(KEY, "maison-lumen")
    assert identity.person("telegram", "4711") == "p_s4aynci2crmmepvgfmep"
    assert identity.chat("telegram", "4711") == "c_3haq2u5p7zrqm2j3zuv4"
    assert identity.receipt("telegram", "-100", "7").hex() == "5948a631a1ed4ad621534446e740a9ed"


@given(IDS, IDS)
def test_different_ids_differ_and_equal_ones_agree(first: str, second: str) -> None:
    one, other = Identity(KEY, "b").person("whatsapp", first), Identity(KEY, "b").person("whatsapp", second)
    assert (one == other) == (first == second)


@given(st.lists(IDS, max_size=4), st.lists(IDS, max_size=4))
def test_receipts_do_not_mix_up_their_parts(first: list[str], second: list[str]) -> None:
    identity = Identity(KEY, "b")
    assert (identity.receipt("other", *first) == identity.receipt("other", *second)) == (first == second)


def test_platform_brand_key_and_purpose_all_separate() -> None:
    names = [
        Identity(KEY, "b").person("telegram", "1"),
        Identity(KEY, "b").person("whatsapp", "1"),
        Identity(KEY, "c").person("telegram", "1"),
        Identity(KEY[::-1], "b").person("telegram", "1"),
        Identity(KEY, "b").chat("telegram", "1"),
    ]
    assert len({name[2:] for name in names}) == len(names)


@pytest.mark.parametrize("raw", ["+33612345678", "", "naïve ☕", "\ud800"])
def test_a_pseudonym_is_short_plain_text(raw: str) -> None:
    pseudonym = Identity(KEY, "b").person("whatsapp", raw)
    assert pseudonym.startswith("p_")
    assert len(pseudonym) == 22
    assert set(pseudonym[2:]) <= set(string.ascii_lowercase + "234567")
