"""Faults in a brand file: each is told with file, line, key, what is wrong and what is allowed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.brand import Brand, load_brand, parse_brand
from config.errors import ConfigError

FAULTS = [
    ("brand: {}", "line 1: brand.name: is missing"),
    ("brand:\n  name: ' '", "line 2: brand.name: must not be empty"),
    ("brand:\n  name: [a]", "line 2: brand.name: must be text, not a list or a block"),
    ("brand: X", "line 1: brand: must be a block of 'key: value' lines"),
    ("topics: []", "line 1: brand: is missing"),
    (
        "brand:\n  name: X\n  alias: [Y]",
        "line 3: brand.alias: is no key here; did you mean 'aliases'? allowed: aliases,",
    ),
    ("brand: {name: X}\nthresholds:\n  rumor: {}", "line 3: thresholds.rumor: is no key here; did you mean 'rumour'?"),
    (
        "brand: {name: X}\nwhatsapp: {templates: [{purpose: survey, name: t, languages: [fr], parameters: [number]}]}",
        "line 2: whatsapp.templates[0].parameters: 'number' is of a conversation, and 'survey' has none",
    ),
    (
        "brand: {name: X}\nwhatsapp: {templates: [{purpose: answer, name: t, languages: [fr], parameters: [contact]}]}",
        "line 2: whatsapp.templates[0].parameters: 'contact' is conversations.contact, which is empty",
    ),
    (
        "brand: {name: X}\nwhatsapp: {templates: [{purpose: answer, name: t, languages: [fr], parameters: [name]}]}",
        "line 2: whatsapp.templates[0].parameters[0]: must be 'brand', 'contact' or 'number', not 'name'",
    ),
    ("brand: {name: X}\nzzz: 1", "line 2: zzz: is no key here; allowed: alerts, brand, consent"),
    (
        "brand:\n  name: X\n  languages: [fr, french]",
        "line 3: brand.languages[1]: 'french' is no language code; use two",
    ),
    ("brand:\n  name: X\n  languages: []", "line 3: brand.languages: must not be empty"),
    (
        "brand:\n  name: X\n  time_zone: Paris",
        "line 3: brand.time_zone: 'Paris' is no IANA time zone; write one such as",
    ),
    ("brand:\n  name: X\n  slug: Été", "line 3: brand.slug: 'Été' is no slug; write lower-case letters"),
    ("brand:\n  name: X\n  aliases: [a, '']", "line 3: brand.aliases[1]: must not be empty"),
    (
        "brand: {name: X}\ntopics:\n  - {id: a, label: A}\n  - id: a\n    label: B",
        "line 4: topics[1].id: 'a' is used twice in topics; each entry needs its own id",
    ),
    ("brand: {name: X}\ntopics:\n  - {id: a b, label: A}", "line 3: topics[0].id: 'a b' is no id; write letters"),
    ("brand: {name: X}\ntopics:\n  - {id: a}", "line 3: topics[0].label: is missing"),
    ("brand: {name: X}\ntopics: {a: b}", "line 2: topics: must be a list: lines beginning with '- ', or [a, b]"),
    (
        "brand: {name: X}\nfacts: [{id: f, statement: s, evidence_url: www.x.example}]",
        "line 2: facts[0].evidence_url: 'www.x.example' is no web address; write it whole, beginning with https://",
    ),
    (
        "brand: {name: X}\nfacts: [{id: f, statement: s, evidence_url: 'https://x.example', verified_on: 3 May}]",
        "line 2: facts[0].verified_on: must be a day written YYYY-MM-DD, not '3 May'",
    ),
    (
        "brand: {name: X}\nquiet_hours: {start: 25:00, end: 7:00}",
        "line 2: quiet_hours.start: '25:00' is no time of day",
    ),
    ("brand: {name: X}\nquiet_hours: {start: 22:00}", "line 2: quiet_hours.end: is missing"),
    (
        "brand: {name: X}\nalerts: {group_wait: soon}",
        "line 2: alerts.group_wait: 'soon' is no duration; write a number",
    ),
    ("brand: {name: X}\ndigest: {weekday: mardi}", "line 2: digest.weekday: must be 'monday', 'tuesday',"),
    ("brand: {name: X}\ndigest: {daily: maybe}", "line 2: digest.daily: must be true or false, not 'maybe'"),
    ("brand: {name: X}\nretention: {text_days: many}", "line 2: retention.text_days: must be a number, not 'many'"),
    ("brand: {name: X}\nretention: {text_days: 0}", "line 2: retention.text_days: must be at least 1, not '0'"),
    ("brand: {name: X}\nretention: {text_days: 9999}", "line 2: retention.text_days: must be at most 3650, not '9999'"),
    (
        "brand: {name: X}\nretention:\n  text_days: 40\n  numbers_days: 30",
        "line 4: retention.numbers_days: must be at least text_days (40)",
    ),
    ("brand: {name: X}\nconsent: {mode: assumed}", "line 2: consent.mode: must be 'opt_in' or 'notice', not 'assumed'"),
    ("brand: {name: X}\nconsent: {mode: notice}", "line 2: consent.justification: mode 'notice' hears people who did"),
    (
        "brand: {name: X}\nconsent: {notice: {fr: '{bot}'}}",
        "line 2: consent.notice.fr: has braces that cannot be filled",
    ),
    ("brand: {name: X}\nconsent: {notice: {fr: '{'}}", "line 2: consent.notice.fr: has braces that cannot be filled"),
    ("brand: {name: X}\nconsent: {notice: {xx: a}}", "line 2: consent.notice.xx: 'xx' is no language code"),
    (
        "brand: {name: X}\nteam: {channels: [{name: a, url: 'nothing to see'}]}",
        "line 2: team.channels[0].url: must be console, telegram or an Apprise address such as slack://...",
    ),
    (
        "brand: {name: X}\nteam:\n  channels: [{name: a, url: console}]\n  escalation: [b]",
        "line 4: team.escalation[0]: 'b' is no channel; channels are: a",
    ),
    (
        "brand: {name: X}\nteam: {channels: [{name: a, url: console}, {name: a, url: console}]}",
        "line 2: team.channels[1].name: 'a' is used twice",
    ),
    (
        "brand: {name: X}\noffice_hours: {days: {monday: [18:00-14:00]}}",
        "line 2: office_hours.days.monday[0]: '18:00-14:00' is no part of a day; write HH:MM-HH:MM",
    ),
    ("brand: {name: X}\noffice_hours: {days: {mondy: []}}", "line 2: office_hours.days.mondy: must be 'monday',"),
    ("brand: {name: X}\nbrand: {name: Y}", "line 2: brand: the key is given twice (first on line 1)"),
    ("brand: &a {name: X}\nteam: *a", "line 2: is no valid YAML: references (*name) are not read"),
    ("brand: {name: X\ntopics: []", "line 2: is no valid YAML:"),
    ("? [a]\n: b", "line 1: a key must be a plain word"),
    ("brand:\n\tname: X", "line 2: is no valid YAML: found character '\\t' that cannot start any token"),
    ("brand: {name: X\x00}", "line 1: holds a character that YAML does not allow"),
    ("", "line 1: is no brand file; it begins with 'brand:'"),
    ("- a", "line 1: is no brand file"),
    ("[" * 3000, "line 1: is nested too deeply"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_names_line_key_and_what_is_allowed(text: str, fault: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_brand(text, name="my.yaml")
    assert f"my.yaml, {fault}" in str(raised.value)


def test_all_faults_are_told_in_the_order_of_the_file() -> None:
    with pytest.raises(ConfigError) as raised:
        parse_brand("brand:\n  languages: [xx]\ntopics: 3\ndigest:\n  at: noon\n")
    lines = [line.split(": ")[0] for line in str(raised.value).splitlines()]
    assert lines == ["brand file, line 1", "brand file, line 2", "brand file, line 3", "brand file, line 5"]


def test_channel_secrets_are_never_shown() -> None:
    for url in ("[xoxb-secret]", "{a: xoxb-secret}", "xoxb-secret"):
        with pytest.raises(ConfigError) as raised:
            parse_brand(f"brand: {{name: X}}\nteam: {{channels: [{{name: a, url: {url}}}]}}")
        assert "xoxb" not in str(raised.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such brand file; start from config/brand"):
        load_brand(tmp_path / "none.yaml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_brand(tmp_path)
    (tmp_path / "latin.yaml").write_bytes("brand: {name: Dé}".encode("latin-1"))
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        load_brand(tmp_path / "latin.yaml")


YAML_BITS = st.sampled_from(
    [
        "brand:",
        " name: X",
        "topics:",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ": ",
        ", ",
        "\n",
        "  ",
        "id: a",
        "#",
        "&a ",
        "*a",
        "'",
        '"',
        "|",
        "~",
        "!!x ",
    ]
)


@given(st.lists(YAML_BITS | st.text(max_size=3), max_size=25).map("".join))
def test_any_text_is_a_brand_or_a_told_fault(text: str) -> None:
    try:
        brand = parse_brand("brand: {name: X}\n" + text)
    except ConfigError as error:
        assert "line" in str(error)  # noqa: PT017 - both outcomes are right
    else:
        assert isinstance(brand, Brand)
