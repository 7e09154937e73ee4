"""The card: what the team reads, in both languages, and what it must never show."""

from datetime import timedelta

import pytest
from desk_world import NOON, World

from alerts.card import Card, card_document, decode_card, encode_card
from alerts.evidence import suggested_reply
from alerts.life import Action, Snooze
from alerts.payload import Payload, decode_payload, encode_payload
from alerts.render import to_html, to_text
from alerts.signals import Kind, Reason, Severity
from alerts.wording import moment, reason_sentence, span
from config.texts import texts
from storage.tables import AlertState, Message


def card_of(world: World, **signal: object) -> Card:
    (alert,) = world.consider(world.signal(**signal))
    return world.desk.evidence.card(world.session, alert, world.stories.get(alert.narrative_id or 0), world.now)


def told(world: World, people: int = 4, **story: object) -> list[int]:
    """A story told by so many people, with one message each; returns the rows."""
    rows = [
        world.message(f"p_teller{number}", f"feuilles moisies numéro {number}", chat=f"c_{'ab'[number % 2]}")
        for number in range(people)
    ]
    world.story(people=people, quotes=tuple(rows), chats=("c_a", "c_b"), **story)
    return rows


def test_numbers_are_written_as_people_read_them(world: World) -> None:
    told(world, 7, first_seen=(NOON - timedelta(hours=3, minutes=46)).timestamp())
    text = to_text(card_document(card_of(world, reasons=(Reason("people", 7, 0.4, 24.0), Reason("forwards", 3)))))
    assert text.startswith("🟠 Warning · Bad buzz · feuilles, moisies 1\n")
    assert "7 people in 2 groups since 09:14, usually 0–1 a day" in text
    assert "• forwarded 3 times" in text
    assert "• 75 % of the messages are negative" in text
    assert "• 3 pass it on, 1 asks whether it is true\n" in text
    assert "7 messages in Les buveurs, Herbal <club>" in text
    assert "Fairly sure (80 %)" in text


def test_quotes_come_from_different_people_and_only_from_a_crowd(world: World) -> None:
    rows = told(world, 3)
    again = world.message("p_teller0", "encore moi, toujours moisi")
    world.story(people=3, quotes=(rows[0], again, rows[1], rows[2]))
    card = card_of(world)
    assert [quote.row for quote in card.quotes] == rows
    world.story(people=2)
    few = card_of(world)
    assert (few.quotes, few.withheld) == ((), 3)
    assert "Quotes are shown once 3 people tell the story." in to_text(card_document(few))


def test_safety_is_quoted_whoever_tells_it(world: World) -> None:
    told(world, 1)
    card = card_of(world, kind=Kind.SAFETY, severity=Severity.CRITICAL)
    assert (len(card.quotes), card.withheld) == (1, None)


def test_erased_and_expired_messages_are_not_quoted(world: World) -> None:
    rows = told(world, 4)
    world.session.delete(world.session.get(Message, rows[0]))
    expired = world.session.get(Message, rows[1])
    assert expired is not None
    expired.content = None
    world.session.flush()
    assert [quote.row for quote in card_of(world).quotes] == rows[2:]


def test_nothing_on_a_card_names_a_person(world: World) -> None:
    told(world, 4)
    world.consider(world.signal())
    world.desk.acknowledge(world.session, 1, "p_annaanna", world.now)
    alert = world.desk._records.get(world.session, 1)
    card = world.desk.evidence.card(world.session, alert, world.stories[1], world.now)
    assert "p_" not in to_text(card_document(card))
    assert "p_" not in str(encode_card(card))


def test_the_fact_comes_with_its_evidence_and_a_reply_in_the_chat_s_language(world: World) -> None:
    told(world, 4, facts={"f1": "contradicts"})
    card = card_of(world, kind=Kind.RUMOUR, fact="f1", contradicts=True)
    page = to_html(card_document(card))
    assert "<b>The story contradicts what you have verified</b>" in page
    assert 'Every leaf is picked by hand. <a href="https://tisane.example/leaf?a=1&amp;b=2">Evidence</a>' in page
    assert "<code>Chaque feuille est cueillie à la main.</code>" in page
    assert [reply.lang for reply in card.replies] == ["fr", "en"]


@pytest.mark.parametrize(
    ("kind", "fact", "lang", "expected"),
    [
        (Kind.RUMOUR, True, "fr", "Chaque feuille est cueillie à la main."),
        (
            Kind.RUMOUR,
            True,
            "en",
            "We have checked: Every leaf is picked by hand. Here is the evidence: https://tisane",
        ),
        (Kind.RUMOUR, True, "de", "Nous avons vérifié : Every leaf"),  # no German texts: the brand's own language
        (Kind.SAFETY, False, "fr", "Merci de nous l'avoir signalé."),
        (Kind.PRAISE, False, "fr", None),
    ],
)
def test_suggested_replies(world: World, kind: Kind, fact: bool, lang: str, expected: str | None) -> None:
    reply = suggested_reply(world.brand, kind, world.brand.facts[0] if fact else None, lang)
    assert (reply is None) if expected is None else (reply is not None and reply.text.startswith(expected))


def test_an_alert_without_story_counts_its_evidence(world: World) -> None:
    rows = [world.message(f"p_{n}", f"question {n}", narrative=None) for n in range(3)]
    card = card_of(
        world, narrative=None, kind=Kind.SURGE, severity=Severity.INFORMATION, messages=tuple(rows),
        reasons=(Reason("people", 12, 2.5, 3.0),),
    )  # fmt: skip
    assert (card.people, card.messages, card.chats) == (12, 3, ("Les buveurs",))
    assert "12 people in 1 group since 12:00" not in to_text(card_document(card))  # Paris: 13:00
    assert "12 people in 1 group since 13:00, usually 20 a day" in to_text(card_document(card))


def test_cards_and_payloads_survive_the_outbox(world: World) -> None:
    told(world, 4)
    card = card_of(world, fact="f1")
    assert decode_card(encode_card(card)) == card
    payload = Payload("en", card=card, alert=1, to=("p_a",), extra={"template": ["x", 1]})
    assert decode_payload(encode_payload(payload)) == payload
    assert payload.quoted == tuple(quote.row for quote in card.quotes)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_text_of_a_card_exists(lang: str) -> None:
    say = texts(lang)
    for kind in Kind:
        assert say.say(f"kind-{kind}")
    for state in AlertState:
        assert say.say(f"state-{state}")
    for action in set(Action) - {Action.SNOOZE}:
        assert say.say(f"moment-{action}", detail="x")
    for choice in Snooze:
        assert say.say(f"moment-snooze-{choice}")
        assert say.say(f"action-snooze-{choice}")
    for name in ("people", "messages", "forwards", "doubts", "warnings", "lookalike_links", "reports", "mood", "what"):
        assert reason_sentence(Reason(name, 1.0, 0.5, 24.0), say)


def test_a_long_card_fits_telegram_with_the_numbers_first(world: World) -> None:
    rows = [world.message(f"p_{n}", "très très moisi " * 300) for n in range(4)]
    world.story(people=4, quotes=tuple(rows), title="un titre " * 60)
    card = card_of(world, fact="f1")
    page = to_html(card_document(card), 700)
    assert len(page) < 1200
    assert "4 people in 1 group" in page
    assert "Every leaf is picked by hand." in page
    assert "raised" not in page


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0, "0"), (0.4, "0–1"), (1.0, "1"), (2.5, "2–3"), (9.2, "9–10"), (12.4, "12"), (50.5, "50")],
)
def test_what_is_usual_is_a_range_of_whole_numbers(value: float, expected: str) -> None:
    assert span(value) == expected


def test_reasons_and_moments_read_in_both_languages(world: World) -> None:
    fr, en = texts("fr"), texts("en")
    assert reason_sentence(Reason("messages", 12, 1.4, 3.0), en) == "12 messages in 3 h, usually 1–2"
    assert reason_sentence(Reason("messages", 1, None, 24.0), fr) == "1 message en 24 h"
    assert reason_sentence(Reason("negative_share", 0.82, 0.5, 24.0), fr) == "82 % de négatif en 24 h"
    assert reason_sentence(Reason("mood", 0.31, 0.62, 12.0), en) == "Mood at 31 % in 12 h, usually 62 %"
    zone = world.brand.time_zone
    assert moment(NOON, NOON + timedelta(hours=2), zone, "en") == "13:00"
    assert moment(NOON, NOON + timedelta(days=1), zone, "fr") == "mar. 11 mars, 13:00"
