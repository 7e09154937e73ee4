"""Whole ways of customers through the bot: over HTTP, with the shipped model."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from bot_api import BotApi, Call, refusal
from sqlmodel import func, select
from telegram_world import ALICE, BOB, GROUP, OWNER, TEAM, Journey, brand

from nlp.analysis import Analyser
from nlp.encoder import load_encoder
from storage.tables import (
    Customer,
    Gap,
    Handover,
    HandoverLine,
    KnowledgeEntry,
    Outbox,
    Pending,
    Question,
    Rumour,
    RumourAsker,
    Survey,
)

KNOWLEDGE = """
brand: {name: Lumiol, languages: [fr, en], time_zone: Europe/Paris}
team: {language: en, channels: [{name: team, url: telegram}]}
digest: {daily: false, weekly: false}
alerts: {group_wait: 0s}
privacy: {contact: dpo@lumiol.example, min_people_for_quotes: 1}
surveys: {after_handover: true, min_answers: 1}
conversations: {questions_per_person: 8}
faq:
  - id: hours
    question: Quels sont vos horaires d'ouverture ?
    answer: De 9 h à 19 h, du lundi au samedi.
    translations:
      en: {question: "When are you open?", answer: "From 9 am to 7 pm, Monday to Saturday."}
  - {id: refund, question: "Comment se faire rembourser ?", answer: "Sous dix jours, sur la carte utilisée."}
  - {id: shipping, lang: en, question: "Do you deliver abroad?", answer: "Yes, all over Europe, in five days."}
  - {id: delay, question: "Quel est le délai de livraison ?", answer: Cinq jours ouvrés.}
facts:
  - id: cable
    statement: The power cable of the Orion lamp was tested by an outside laboratory and does not overheat.
    evidence_url: https://lumiol.example/orion/test
    reply: {fr: "Le câble de la lampe Orion a été testé par un laboratoire : il ne chauffe pas."}
  - id: factory
    statement: All Lumiol lamps are assembled in the workshop at Belmont.
    evidence_url: https://www.lumiol.example/workshop/
"""
ARRESTED = "is it true that the founder has been arrested in Lisbon last week?"
UNKNOWN = "can I rent a lamp for a wedding?"


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser(load_encoder(threads=1))


@pytest.fixture
async def shop(api: BotApi, tmp_path: Path, analyser: Analyser) -> AsyncIterator[Journey]:
    made = Journey(api, tmp_path, brand(KNOWLEDGE))
    made.model = analyser
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def answered(call: Call) -> dict[str, Any]:
    """The bot's message, as one that is answered."""
    chat = int(call.fields["chat_id"])
    kind = "supergroup" if chat < 0 else "private"
    me = {"id": 7, "is_bot": True, "first_name": "Earshot"}
    return {"message_id": call.message_id, "date": 1, "chat": {"id": chat, "type": kind}, "from": me, "text": "."}


def rows(life: Journey, model: type[Any]) -> list[Any]:
    return life.ask(lambda session: list(session.exec(select(model)).all()))


def accepted(fields: dict[str, Any]) -> web.Response:
    chat = {"id": int(fields["chat_id"]), "type": "supergroup"}
    return web.json_response({"ok": True, "result": {"message_id": 9001, "date": 1, "chat": chat}})


async def handed_over(shop: Journey, text: str = UNKNOWN, by: int = ALICE) -> Call:
    """A question that goes to the team; returns the card in the team's chat."""
    await shop.say(by, by, text)
    await shop.press(await shop.sent(by, "Shall I pass"), "Yes", by)
    await shop.sent(by, "is with the team")
    return await shop.sent(TEAM, "Conversation")


async def test_a_question_is_answered_at_once_and_nothing_of_it_is_kept(shop: Journey, api: BotApi) -> None:
    await shop.say(ALICE, ALICE, "hi, when are you open?")
    answer = await shop.sent(ALICE, "From 9 am to 7 pm")
    await api.until(lambda: any(call.method == "sendChatAction" for call in api.calls))
    await shop.press(answer, "Helpful", ALICE)
    await shop.told("Thank you")
    await shop.settled()
    me = shop.space.identity.person("telegram", str(ALICE))
    (question,) = rows(shop, Question)
    assert (question.faq, question.helpful, question.person, question.text) == ("hours", True, None, None)
    await api.until(lambda: all(row.payload is None and row.address is None for row in rows(shop, Outbox)))
    await api.until(lambda: shop.space.database.scrub(vacuum=True))
    assert not shop.bytes_hold(me, "when are you open", "9 am")
    assert len(api.sent(ALICE)) == 1


async def test_a_close_call_is_chosen_by_button_or_by_number(shop: Journey, api: BotApi) -> None:
    await shop.say(ALICE, ALICE, "how quickly can I have it?")
    choice = await shop.sent(ALICE, "Which of these")
    first = next(line for line in choice.text.splitlines() if line.startswith("1. "))
    await shop.press(choice, "1", ALICE)
    answer = await api.until(lambda: next((c for c in api.sent(ALICE)[1:] if c.message_id is not None), None))
    await shop.say(ALICE, ALICE, "how quickly can I have it?")
    await shop.sent(ALICE, "Which of these")
    await shop.settled()
    await shop.say(ALICE, ALICE, "1")
    await api.until(lambda: len([call for call in api.sent(ALICE) if call.text == answer.text]) == 2)
    assert first
    await shop.press(choice, "2", ALICE)
    await shop.told("no longer open")


async def test_a_choice_belongs_to_who_asked(shop: Journey, api: BotApi) -> None:
    await shop.activated()
    await shop.say(GROUP, ALICE, "@earshot_test_bot how quickly can I have it?")
    choice = await shop.sent(GROUP, "Which of these")
    assert json.loads(choice.fields["reply_parameters"])["message_id"]
    await shop.press(choice, "1", BOB)
    await shop.told("Only the person who asked")
    forged = dict(choice.fields)
    forged["reply_markup"] = str(forged["reply_markup"]).replace("c:n:1", "c:n:2")
    await shop.press(Call("sendMessage", forged, choice.message_id), "1", ALICE)
    await shop.told("no longer valid")
    await shop.press(choice, "1", ALICE)
    await api.until(
        lambda: len([c for c in api.sent(GROUP) if c.message_id is not None and "reply_parameters" in c.fields]) == 2
    )


async def test_in_groups_it_is_silent_unless_addressed_and_says_nothing_private(shop: Journey, api: BotApi) -> None:
    await shop.linked()
    await shop.activated()
    before = len(api.sent(GROUP))
    await shop.say(GROUP, ALICE, "when are you open?")
    await shop.say(GROUP, ALICE, "@someone_else when are you open?")
    await shop.settled()
    assert len(api.sent(GROUP)) == before
    await shop.say(GROUP, ALICE, "/ask when are you open?")
    await shop.sent(GROUP, "From 9 am")
    await shop.say(GROUP, ALICE, "/ask where is my order 4821934?")
    personal = await shop.sent(GROUP, "This looks personal")
    assert "start=ask" in str(personal.fields["reply_markup"])
    assert "4821934" not in personal.text
    await shop.say(GROUP, ALICE, f"@earshot_test_bot {UNKNOWN}")
    await shop.sent(GROUP, "in private")
    assert not api.sent(ALICE)


async def test_a_rumour_with_a_fact_is_answered_with_it(shop: Journey) -> None:
    await shop.say(ALICE, ALICE, "c'est vrai que le câble de la lampe Orion chauffe trop ?")
    answer = await shop.sent(ALICE, "il ne chauffe pas")
    assert "https://lumiol.example/orion/test" in answer.text
    await shop.say(ALICE, ALICE, "/check all Lumiol lamps are assembled in the workshop at Belmont")
    await shop.sent(ALICE, "lumiol.example/workshop")
    forwarded = {"forward_origin": {"type": "hidden_user", "sender_user_name": "Z", "date": 1}}
    await shop.say(ALICE, ALICE, "All Lumiol lamps are assembled at the workshop in Belmont, they say", **forwarded)
    await shop.settled()


async def test_a_rumour_without_one_goes_to_the_team_and_all_who_asked_are_told_once(
    shop: Journey, api: BotApi
) -> None:
    await shop.linked()
    await shop.say(ALICE, ALICE, ARRESTED)
    await shop.press(await shop.sent(ALICE, "Shall the team look into it"), "tell me later", ALICE)
    await shop.sent(ALICE, "Noted")
    card = await shop.sent(TEAM, "asks whether this is true")
    await shop.say(BOB, BOB, "is it true that the founder has been arrested in Lisbon last week??")
    await shop.press(await shop.sent(BOB, "Shall the team look into it"), "tell me later", BOB)
    await shop.sent(TEAM, "2 people ask", "editMessageText")
    await shop.say(
        TEAM, OWNER, "No, she was on stage in Lyon: https://lumiol.example/lyon", reply_to_message=answered(card)
    )
    asked = await shop.sent(TEAM, "on stage in Lyon", "editMessageText")
    assert not [call for call in api.sent(ALICE) if "on stage" in call.text]
    await shop.press(asked, "tell the 2 people", OWNER)
    told = await shop.sent(ALICE, "on stage in Lyon")
    await shop.sent(BOB, "on stage in Lyon")
    assert "Published on" in told.text
    await shop.press(asked, "tell the 2 people", OWNER)
    await shop.told("done already")
    assert len([call for call in api.sent(ALICE) if "on stage" in call.text]) == 1
    await shop.say(ALICE, ALICE, ARRESTED)
    await api.until(lambda: len([call for call in api.sent(ALICE) if "on stage" in call.text]) == 2)


async def test_who_withdraws_is_not_told_and_leaves_no_words(shop: Journey, api: BotApi) -> None:
    await shop.linked()
    await shop.say(ALICE, ALICE, ARRESTED)
    await shop.press(await shop.sent(ALICE, "Shall the team look into it"), "tell me later", ALICE)
    card = await shop.sent(TEAM, "asks whether this is true")
    await shop.say(ALICE, ALICE, "/forget")
    await shop.sent(ALICE, "has been erased")
    await shop.sent(TEAM, "has had this erased", "editMessageText")
    await shop.say(TEAM, OWNER, "Not true.", reply_to_message=answered(card))
    await shop.settled()
    assert rows(shop, RumourAsker) == []
    assert rows(shop, Rumour)[0].content is None
    assert not [call for call in api.sent(ALICE) if "Not true" in call.text]


async def test_handover_both_ways_and_a_survey(shop: Journey, api: BotApi) -> None:
    await shop.linked()
    card = await handed_over(shop)
    assert "wedding" in card.text
    assert str(ALICE) not in card.text
    await shop.press(card, "I take it", OWNER)
    await shop.sent(TEAM, "Taken by", "editMessageText")
    await shop.say(TEAM, OWNER, "Yes, <for> a deposit.", reply_to_message=answered(card))
    answer = await shop.sent(ALICE, "for a deposit".replace("for", "&lt;for&gt;"))
    await shop.say(ALICE, ALICE, "great, call me on 06 39 98 41 27")
    line = await shop.sent(TEAM, "great, call me on")
    assert "[phone]" in line.text
    assert "06 39" not in line.text
    assert json.loads(line.fields["reply_parameters"])["message_id"] == card.message_id
    await shop.sent(ALICE, "does not see numbers")
    api.faults["sendPhoto"] = accepted  # the third party's server knows no files but those uploaded to it
    photo = shop.message(ALICE, ALICE, 77) | {
        "photo": [{"file_id": "P1", "file_unique_id": "u", "width": 1, "height": 1}]
    }
    await api.inject(message=photo)
    await api.until(lambda: [call for call in api.sent(TEAM, "sendPhoto") if call.fields["photo"] == "P1"])
    await api.inject(message=shop.message(ALICE, ALICE, 79) | {"location": {"latitude": 45.7, "longitude": 4.8}})
    await shop.sent(TEAM, "[location]")
    await shop.say(TEAM, OWNER, "Seen, thank you.", reply_to_message=answered(line))
    await shop.sent(ALICE, "Seen, thank you.")
    closing = await shop.sent(TEAM, "answered", "editMessageText")
    await shop.press(closing, "Close", OWNER)
    await shop.sent(ALICE, "conversation is closed")
    survey = await shop.sent(ALICE, "How satisfied")
    await shop.press(survey, "4", ALICE)
    await shop.sent(ALICE, "in a sentence why")
    await shop.say(ALICE, ALICE, "friendly and quick")
    await api.until(lambda: [call for call in api.sent(ALICE) if call.text == "Thank you!"])
    (stored,) = rows(shop, Survey)
    assert stored.score == 4
    assert stored.comment is not None
    await shop.press(answer, "End", ALICE)
    await shop.say(TEAM, OWNER, "One more thing.", reply_to_message=answered(card))
    await shop.sent(ALICE, "One more thing.")
    assert len(rows(shop, Handover)) == 1


async def test_an_answer_is_saved_as_an_entry_and_answers_the_next(shop: Journey, api: BotApi) -> None:
    await shop.linked()
    card = await handed_over(shop)
    assert len(rows(shop, Gap)) == 1
    await shop.say(TEAM, OWNER, "Yes, lamps can be rented for a deposit.", reply_to_message=answered(card))
    await shop.sent(ALICE, "for a deposit")
    await shop.press(await shop.sent(TEAM, "answered", "editMessageText"), "Save as an entry", OWNER)
    await shop.press(await shop.sent(TEAM, "Save this as an entry?"), "Yes, save it", OWNER)
    await shop.sent(TEAM, "is answered from now on", "editMessageText")
    assert len(rows(shop, KnowledgeEntry)) == 1
    await shop.say(BOB, BOB, "could I rent a lamp for a wedding?")
    await shop.sent(BOB, "Yes, lamps can be rented for a deposit.")


async def test_erasure_in_the_middle_of_a_handover(shop: Journey, api: BotApi) -> None:
    await shop.linked()
    card = await handed_over(shop)
    await shop.say(ALICE, ALICE, "it is for the ninth of July")
    await shop.sent(TEAM, "ninth of July")
    await shop.say(ALICE, ALICE, "/forget")
    await shop.sent(ALICE, "has been erased")
    await api.until(
        lambda: len([call for call in api.sent(TEAM, "editMessageText") if "has had this erased" in call.text]) == 2
    )
    await shop.say(TEAM, OWNER, "Yes, for a deposit.", reply_to_message=answered(card))
    await shop.sent(TEAM, "not there any more")
    await shop.settled()
    for model in (Customer, Handover, HandoverLine, Gap, Pending):
        assert rows(shop, model) == [], model
    (question,) = rows(shop, Question)
    assert (question.person, question.text) == (None, None)
    assert not [call for call in api.sent(ALICE) if "deposit" in call.text]
    await api.until(lambda: shop.space.database.scrub(vacuum=True))
    assert not shop.bytes_hold("wedding", "ninth of July")


async def test_files_go_with_the_conversation(shop: Journey, api: BotApi) -> None:
    await shop.linked()
    await handed_over(shop)
    api.faults["sendVoice"] = accepted

    def no_text(fields: dict[str, Any]) -> web.Response | None:
        words = "Bad Request: there is no text in the message to edit"
        return refusal(400, words) if fields["message_id"] == "9001" else None

    api.faults["editMessageText"] = no_text
    api.faults["deleteMessage"] = lambda fields: refusal(400, "Bad Request: message can't be deleted for everyone")
    api.faults["editMessageCaption"] = accepted
    voice = {"voice": {"file_id": "V1", "file_unique_id": "u", "duration": 3}, "caption": "hear this"}
    await api.inject(message=shop.message(ALICE, ALICE, 78) | voice)
    await api.until(lambda: [call for call in api.sent(TEAM, "sendVoice") if "hear this" in call.fields["caption"]])
    await shop.settled()
    await api.until(lambda: all(row.state == "sent" for row in rows(shop, Outbox)))
    await shop.say(ALICE, ALICE, "/forget")
    await api.until(lambda: api.sent(TEAM, "deleteMessage"))
    await api.until(lambda: [c for c in api.sent(TEAM, "editMessageCaption") if "erased" in c.fields["caption"]])


async def test_who_does_not_agree_is_not_handed_over(shop: Journey) -> None:
    await shop.linked()
    await shop.say(ALICE, ALICE, "un humain svp")
    await shop.say(ALICE, ALICE, "0")
    await shop.sent(ALICE, "est gardé")
    await shop.settled()
    assert rows(shop, Customer) == []
    assert rows(shop, Handover) == []


async def test_a_waiting_conversation_reminds_and_goes_on_after_a_kill(shop: Journey, api: BotApi) -> None:
    await shop.linked()
    await handed_over(shop)
    await shop.kill()
    await shop.start()
    late = datetime.now(UTC) + timedelta(minutes=31)
    with shop.space.database.transaction() as session:
        shop.space.customers.tick(session, late)
        shop.space.customers.tick(session, late + timedelta(minutes=1))
    reminder = await shop.sent(TEAM, "has waited for 31 minutes")
    assert len([call for call in api.sent(TEAM) if "has waited" in call.text]) == 1
    await shop.say(TEAM, OWNER, "Sorry! Yes.", reply_to_message=answered(reminder))
    await shop.sent(ALICE, "Sorry! Yes.")


async def test_a_flood_gets_one_notice_and_then_silence(shop: Journey, api: BotApi) -> None:
    for number in range(12):
        await shop.say(ALICE, ALICE, f"when are you open? {number}")
    await shop.sent(ALICE, "a lot at once")
    await shop.settled()
    notices = [call for call in api.sent(ALICE) if "a lot at once" in call.text]
    assert len(notices) == 1
    assert shop.ask(lambda session: session.exec(select(func.count()).select_from(Question)).one()) == 8


async def test_what_the_brand_published_about_a_story_answers_who_asked_and_who_asks(
    life: Journey, api: BotApi
) -> None:
    await life.linked()
    await life.say(BOB, BOB, "/check the kettle exploded and burnt somebody's hand, they say")
    await life.press(await life.sent(BOB, "Shall the team look into it"), "tell me later", BOB)
    await life.sent(TEAM, "asks whether this is true")
    notice = await life.activated()
    for one in range(901, 913):
        await life.press(notice, "I take part", one)
    await life.settled()
    for one in range(901, 913):
        await life.say(GROUP, one, f"the kettle exploded and burnt my hand {one}")
    card = await life.sent(TEAM, "Safety")
    await life.press(card, "Reply", OWNER)
    draft = await life.sent(TEAM, "draft")
    words = "We found the faulty batch: https://orvelle.example/kettle"
    await life.say(TEAM, OWNER, words, reply_to_message=answered(draft))
    await life.press(await life.sent(TEAM, "We found", "editMessageText"), "Preview", OWNER)
    await life.press(await life.sent(TEAM, "publish it like this", "editMessageText"), "Yes, publish", OWNER)
    await life.sent(GROUP, "We found the faulty batch")
    told = await life.sent(BOB, "We found the faulty batch")
    assert "Published on" in told.text
    await life.sent(TEAM, "Answered; the person who asked has been told", "editMessageText")
    await life.say(ALICE, ALICE, "is it true that a kettle exploded in somebody's kitchen?")
    await life.sent(ALICE, "We found the faulty batch")
    assert len([call for call in api.sent(BOB) if "We found" in call.text]) == 1


async def test_the_digest_and_mydata_tell_what_was_asked(shop: Journey, api: BotApi) -> None:
    await shop.linked()
    await handed_over(shop)
    await shop.say(ALICE, ALICE, "/mydata")
    await api.until(lambda: api.sent(ALICE, "sendDocument"))
    document = next(value for value in api.sent(ALICE, "sendDocument")[0].fields.values() if isinstance(value, bytes))
    asked = json.loads(document)["asked"]
    assert [line["text"] for line in asked["conversations"]] == [UNKNOWN]
    assert asked["questions"][0]["text"] == UNKNOWN
    await shop.say(TEAM, OWNER, "/digest")
    digest = await shop.sent(TEAM, "Missing in your knowledge")
    assert "asked by one person: " + UNKNOWN in digest.text
    assert "Customers: one question, 0 answered at once, 1 passed to the team" in digest.text


async def test_whoever_asks_while_the_service_is_killed_is_answered(shop: Journey, api: BotApi) -> None:
    people = range(3001, 3019)
    for number, one in enumerate(people):
        await shop.say(one, one, "hi, when are you open?" if number % 2 else UNKNOWN)
        if number % 4 == 3:
            await asyncio.sleep(0.05 * (number % 5))  # killed at another step each time
            await shop.kill()
            await shop.start()
    for one in people:
        await api.until(lambda one=one: [call for call in api.sent(one) if call.message_id is not None])
    await shop.settled()
    assert len(rows(shop, Question)) == len(people)
    assert len({row.dedupe for row in rows(shop, Outbox)}) == len(people)
