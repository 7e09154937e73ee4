"""Redaction under invented input: what was put in is gone, what is ordinary stays, and nothing makes it fail."""

import re
import string

import phonenumbers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from nlp.redact import KINDS, redact

DIGITS = "0123456789"
SEPARATORS = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f", "/", " - ", "_", "  "])
# Words that name no kind of number and are none themselves.
TALK = """
salut merci le croissant la gare je crois non hier super mdr vraiment bread good tonight queue they said lol maybe ☕ 🥐
ok, hein ? (oui) voilà : bof...
"""
WORDS = st.sampled_from(TALK.split())
PROSE = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)


def joined(groups: list[str], separator: str) -> str:
    return separator.join(group for group in groups if group)


@st.composite
def french_phones(draw: st.DrawFn) -> str:
    """A French number in one of the ways people write it."""
    rest = draw(st.text(DIGITS, min_size=8, max_size=8))
    kind = draw(st.sampled_from("123456789"))
    pairs = [rest[n : n + 2] for n in range(0, 8, 2)]
    separator = draw(SEPARATORS)
    start = draw(st.sampled_from(["0", "+33 ", "+33", "0033 ", "+33(0)", "+33 (0) "]))
    return start + joined([kind, *pairs], separator)


@st.composite
def foreign_phones(draw: st.DrawFn) -> str:
    """An assigned number of another country, as the country or the world writes it."""
    region = draw(st.sampled_from(["GB", "US", "BE", "CH", "CA", "MA", "DE", "ES", "IT", "SN"]))
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    last = draw(st.text(DIGITS, min_size=2, max_size=2))
    number.national_number = number.national_number // 100 * 100 + int(last)
    form = draw(st.sampled_from([phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164]))
    return str(phonenumbers.format_number(number, form))


@st.composite
def ibans(draw: st.DrawFn) -> str:
    """A French IBAN with a right checksum, grouped anyhow."""
    account = draw(st.text(DIGITS, min_size=23, max_size=23))
    iban = "FR" + mod_97_10.calc_check_digits(account + "FR") + account
    size = draw(st.sampled_from([1, 2, 3, 4, 5, 27]))
    written = draw(st.sampled_from([" ", "-", ".", "\u00a0"])).join(iban[n : n + size] for n in range(0, 27, size))
    return written.lower() if draw(st.booleans()) else written


@st.composite
def cards(draw: st.DrawFn) -> str:
    """A payment card with a right checksum, grouped by fours."""
    start = draw(st.sampled_from("45")) + draw(st.text(DIGITS, min_size=14, max_size=14))
    number = start + luhn.calc_check_digit(start)
    return draw(st.sampled_from(["", " ", "-", ".", "\u00a0"])).join(number[n : n + 4] for n in range(0, 16, 4))


@st.composite
def emails(draw: st.DrawFn) -> str:
    """An e-mail address, plain or spelled out."""
    name = st.text(string.ascii_lowercase, min_size=2, max_size=9)
    local = draw(name) + draw(st.sampled_from(["", ".", "_", "+"])) + draw(name)
    sign, dot = draw(
        st.sampled_from([("@", "."), (" @ ", "."), ("(at)", "(dot)"), (" arobase ", " point "), ("＠", ".")])
    )
    return f"{local}{sign}{draw(name)}{dot}{draw(st.sampled_from(['fr', 'com', 'org']))}"


@given(PROSE, french_phones() | foreign_phones(), PROSE)
def test_phone_numbers_are_gone(before: str, number: str, after: str) -> None:
    said = redact(f"{before} {number} {after}")
    assert not re.search(r"\d", said.text), said.text
    assert said.text.endswith(after)


@given(PROSE, ibans(), PROSE)
def test_ibans_are_gone(before: str, iban: str, after: str) -> None:
    said = redact(f"{before} {iban} {after}")
    assert said.text == f"{before} [iban] {after}"


@given(PROSE, cards(), PROSE)
def test_cards_are_gone(before: str, card: str, after: str) -> None:
    assert redact(f"{before} {card} {after}").text == f"{before} [card] {after}"


@given(PROSE, emails(), PROSE)
def test_emails_are_gone(before: str, email: str, after: str) -> None:
    said = redact(f"{before}\n{email}\n{after}")
    assert said.text == f"{before}\n[email]\n{after}"


@given(st.lists(french_phones() | ibans() | cards() | emails(), min_size=2, max_size=6), PROSE)
def test_many_in_one_message_are_gone(secrets: list[str], prose: str) -> None:
    said = redact(f"{prose}: " + ", ".join(secrets))
    assert not re.search(r"\d{2}|@", said.text), said.text
    assert sum(said.found.values()) >= len(secrets) - 1  # a spelled-out e-mail may join the address before it


@given(PROSE)
def test_ordinary_talk_is_left_as_it_is(text: str) -> None:
    assert redact(text).text == text


@given(st.text(st.characters(exclude_characters="@＠﹫~./:", exclude_categories=["Nd", "Cs"])))
def test_text_without_digits_signs_or_dots_is_left_as_it_is(text: str) -> None:
    lowered = text.lower()
    if not any(word in lowered for word in ("at", "arob", "arrob", "chiocciola", "zero", "zéro", "(a)", "[a]", "chez")):
        assert redact(text).text == text


PIECES = (
    st.sampled_from(
        [
            *(f"[{kind}]" for kind in KINDS),
            *"@+./:?#~()[]- \n0123456789aFR",
            "06",
            "39",
            "http://",
            "rue ",
            "code ",
            "at ",
            "0 6",
        ]
    )
    | st.characters()
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_is_accepted_and_redacting_twice_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text
    assert all(link.count("@") == 0 or "[" in link for link in once.links)


def test_lone_surrogates_and_huge_texts_are_accepted() -> None:
    assert redact("\ud800 06 39 98 41 27 \udfff").text == "\ud800 [phone] \udfff"
    for piece in (
        "1",
        "1.",
        "06 39 98 41 ",
        "a@",
        "[",
        "]",
        "FR41 9991 ",
        "a.",
        "http://",
        "rue ",
        "14 rue de la ",
        "\u2068@",
    ):
        text = (piece * 10_000)[:10_000]
        once = redact(text)
        assert redact(once.text).text == once.text
