"""The brand file that is right: defaults, shapes, what the blocks can do."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from config.brand import Brand, ConsentMode, OfficeHours, QuietHours, load_brand, parse_brand, slug_of
from config.errors import ConfigError

SCENARIO = """
brand:
  name: Dé Bleu
  aliases: ["De Bleu", DB]
  sector: board-game publisher
  languages: [fr, en]
groups:
  - {id: g1, platform: telegram, title: "La taverne 🎲", members: 3120}
topics:
  - {id: rules, label: Rules and play, description: "Rules questions, strategy"}
  - {id: other, label: Other, description: "Anything else"}
faq:
  - {id: faq01, lang: fr, question: "Il manque une pièce ?", answer: "Remplissez le formulaire."}
facts:
  - {id: f1, statement: "Released on 9 October.", evidence_url: "https://www.debleu.example/archipel"}
"""
STORIES = "narratives:\n  - {id: n1, kind: rumour}\n"


def test_a_name_is_enough() -> None:
    brand = parse_brand("brand: {name: Dé Bleu}")
    assert brand.name == "Dé Bleu"
    assert brand.slug == "de-bleu"
    assert brand.languages == ("fr", "en")
    assert brand.consent.mode is ConsentMode.OPT_IN
    assert brand.privacy.min_people_for_quotes == 3
    assert brand.alerts.group_wait == timedelta(minutes=1)
    assert brand.quiet_hours is None
    assert str(brand.time_zone) == "Europe/Paris"


def test_a_scenario_without_stories_is_a_brand_file(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("\ufeff" + SCENARIO, encoding="utf-8")
    brand = load_brand(file)
    assert brand.aliases == ("De Bleu", "DB")
    assert brand.groups[0].members == 3120
    assert [topic.id for topic in brand.topics] == ["rules", "other"]
    assert brand.faq[0].answer == "Remplissez le formulaire."
    assert brand.facts[0].evidence_url == "https://www.debleu.example/archipel"


def test_stories_are_refused_unless_they_are_to_be_ignored() -> None:
    with pytest.raises(ConfigError, match=r"line 16: narratives: are labels for measuring.*remove the block"):
        parse_brand(SCENARIO + STORIES)
    assert parse_brand(SCENARIO + STORIES, ignore_narratives=True) == parse_brand(SCENARIO)


def test_plain_values_are_what_they_look_like() -> None:
    brand = parse_brand("""
brand: {name: 007, languages: [no, fr], aliases: [yes, 1_000, null and void, 2025-01-01]}
topics: [{id: on, label: No}]
quiet_hours: {start: 22:00, end: 7:30}
facts: [{id: 1, statement: x, evidence_url: "http://x.example", verified_on: 2025-02-03}]
digest: {daily: no, at: 08:00}
""")
    assert brand.name == "007"
    assert brand.languages == ("no", "fr")
    assert brand.aliases == ("yes", "1_000", "null and void", "2025-01-01")
    assert brand.topics[0].id == "on"
    assert brand.quiet_hours == QuietHours(start=time(22), end=time(7, 30))
    assert brand.facts[0].verified_on == date(2025, 2, 3)
    assert not brand.digest.daily


def test_an_empty_key_means_its_default() -> None:
    assert parse_brand("brand: {name: X}\ntopics:\nteam: ~\nretention: {text_days: }") == parse_brand(
        "brand: {name: X}"
    )


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Maison Brioude", "maison-brioude"), ("  L'Été & Cie ", "l-ete-cie"), ("面包店", "brand-"), ("x" * 90, "x" * 40)],
)
def test_slugs_are_short_plain_names(name: str, slug: str) -> None:
    assert slug_of(name).startswith(slug)
    assert len(slug_of(name)) <= 40
    assert slug_of(slug_of(name)) == slug_of(name)


def test_a_given_slug_wins() -> None:
    assert parse_brand("brand: {name: Dé Bleu, slug: blue-die}").slug == "blue-die"


def test_quiet_hours_last_over_midnight() -> None:
    night = QuietHours(start=time(22), end=time(7))
    assert night.covers(time(23))
    assert night.covers(datetime(2025, 5, 1, 6, 59))  # noqa: DTZ001 - a local time
    assert not night.covers(time(7))
    noon = QuietHours(start=time(12), end=time(14))
    assert noon.covers(time(12))
    assert not noon.covers(time(14))


def test_office_hours_follow_days_and_closures() -> None:
    office = parse_brand("""
brand: {name: X}
office_hours: {days: {monday: ["9:00-12:00", 14:00-18:00]}, closed_on: [2025-05-05]}
""").office_hours
    monday = datetime(2025, 5, 12, 11, 59)  # noqa: DTZ001 - a local time
    assert office.open_at(monday)
    assert not office.open_at(monday + timedelta(minutes=1))
    assert not office.open_at(monday + timedelta(days=1))
    assert not office.open_at(monday - timedelta(days=7))
    assert OfficeHours().open_at(monday)


@pytest.mark.parametrize(
    ("written", "length"),
    [("30s", 30), ("10m", 600), ("10 min", 600), ("1.5h", 5400), ("2 d", 172800)],
)
def test_durations(written: str, length: int) -> None:
    brand = parse_brand(f"brand: {{name: X}}\nalerts: {{group_wait: {written}}}")
    assert brand.alerts.group_wait == timedelta(seconds=length)


def test_channel_addresses_take_secrets_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'brand: {name: X}\nteam: {channels: [{name: a, url: "slack://${HIDDEN_SLACK}/x"}]}'
    with pytest.raises(ConfigError, match=r"team.channels\[0\].url: names the environment variable HIDDEN_SLACK"):
        parse_brand(text)
    monkeypatch.setenv("HIDDEN_SLACK", "T0/B0")
    channel = parse_brand(text).team.channels[0]
    assert channel.url.get_secret_value() == "slack://T0/B0/x"
    assert "T0/B0" not in repr(channel)


def test_notices_say_who_what_how_long_and_how_to_leave() -> None:
    brand = parse_brand("brand: {name: Dé Bleu}\nprivacy: {contact: dpo@x.example}\nretention: {text_days: 12}")
    for lang in ("fr", "en", "de"):
        notice = brand.notice(lang, join="OUI", leave="STOP", data="DONNEES", erase="SUPPRIMER")
        for said in ("Dé Bleu", "12", "730", "OUI", "STOP", "DONNEES", "SUPPRIMER", "dpo@x.example"):
            assert said in notice
    assert brand.notice("fr") != brand.notice("en") == brand.notice("de")


def test_notice_mode_says_that_one_may_object() -> None:
    brand = Brand.model_validate(
        {
            "brand": {"name": "X"},
            "consent": {"mode": "notice", "justification": "Staff group, agreed with the works council."},
        }
    )
    assert "/join" not in brand.notice("en")
    assert "Object" in brand.notice("en")


def test_own_notices_win_in_their_language() -> None:
    brand = parse_brand('brand: {name: X}\nconsent: {notice: {fr: "{brand} : {join}, {leave}"}}')
    assert brand.notice("fr") == "X : /join, /leave"
    assert brand.notice("en").startswith("👂 X has invited")
