"""Whole ways of people who write to the brand on WhatsApp, over HTTP, with deliveries signed as Meta signs them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from graph_api import Graph, change, deliver
from sqlmodel import func, select
from whatsapp_world import BRAND, WhatsAppJourney, whatsapp_journey

from bot.app import make_analyser
from config.brand import parse_brand
from config.settings import Settings
from nlp.analysis import Analyser
from storage.tables import Chat, Consent, Customer, Inbox, Message, MovedPerson, Outbox

ANNA, BELA = "15550001001", "15550001002"
BSUID, NEW_BSUID = "FR.1001", "FR.2002"


@pytest.fixture(scope="module")
def model() -> Analyser:
    return make_analyser(Settings(), parse_brand(BRAND))


@pytest.fixture
async def shop(graph: Graph, tmp_path: Path, unused_port: int, model: Analyser) -> AsyncIterator[WhatsAppJourney]:
    async with whatsapp_journey(graph, tmp_path, unused_port, model=model) as made:
        yield made


def count(life: WhatsAppJourney, table: type) -> int:
    return life.ask(lambda session: session.exec(select(func.count()).select_from(table)).one())


async def test_a_question_is_answered_and_the_notice_comes_behind(shop: WhatsAppJourney, graph: Graph) -> None:
    await shop.say(ANNA, "Quels sont vos horaires ?")
    answer = await shop.sent(ANNA, "9 h à 19 h")
    notice = await shop.sent(ANNA, "Votre question reçoit une réponse dans tous les cas")
    assert answer.at < notice.at
    assert answer.body["recipient_type"] == "individual"
    await shop.say(ANNA, "Quels sont vos horaires ?")
    await shop.sent(ANNA, "9 h à 19 h", 2)
    await shop.settled()
    assert len(graph.sent(ANNA, "Votre question")) == 1
    for table in (Message, Consent, Customer):
        assert count(shop, table) == 0
    assert not shop.bytes_hold(ANNA, "horaires ?", "Unmistakable Name")


async def test_a_forwarded_rumour_is_checked(shop: WhatsAppJourney) -> None:
    text = "ALERTE : les bouilloires Orvelle sont rappelées, elles explosent, faites tourner !!"
    await shop.say(ANNA, text, context={"forwarded": True, "frequently_forwarded": True})
    answer = await shop.sent(ANNA, "Aucune bouilloire Orvelle n'est rappelée")
    assert "https://orvelle.example/safety" in answer.text


async def test_consent_by_word_is_given_and_withdrawn(whatsapp: WhatsAppJourney, graph: Graph) -> None:
    await whatsapp.say(ANNA, "my unmistakable words before", user_id=BSUID)
    await whatsapp.say(ANNA, "YES", user_id=BSUID)
    await whatsapp.sent(ANNA, "What you write from now on is heard")
    await whatsapp.say(ANNA, "the kettle is too loud", user_id=BSUID)
    await whatsapp.settled()
    assert count(whatsapp, Message) == 1
    await whatsapp.say(ANNA, "données", user_id=BSUID)
    data = await whatsapp.sent(ANNA, "Tout ce qui est gardé de vous")
    content = json.loads(graph.uploads[data.body["document"]["id"]])
    assert [one["text"] for one in content["messages"]] == ["the kettle is too loud"]
    await whatsapp.say(ANNA, "Stop.", user_id=BSUID)
    await whatsapp.sent(ANNA, "tout ce qui était gardé de vous est effacé")
    await whatsapp.say(ANNA, "the kettle is louder still", user_id=BSUID)
    await whatsapp.settled()
    assert count(whatsapp, Message) == 0
    said = whatsapp.ask(lambda session: session.exec(select(Consent)).all())
    assert [one.state for one in said] == ["withdrawn", "withdrawn"]  # under each id: nothing links them any more
    assert not whatsapp.bytes_hold("unmistakable", "too loud", ANNA, BSUID, "Unmistakable Name")
    assert len(graph.sent(ANNA)) == len([one for one in graph.asked if one.to])


async def test_consent_by_button(whatsapp: WhatsAppJourney) -> None:
    await whatsapp.say(BELA, "Bonjour, une question sur les bouilloires")
    notice = await whatsapp.sent(BELA, "👋")
    await whatsapp.press(BELA, "join:00000000~forged")
    await whatsapp.press(ANNA, notice.button("Oui"))  # somebody else's button
    await whatsapp.settled()
    assert count(whatsapp, Consent) == 0
    await whatsapp.press(BELA, notice.button("Oui"))
    await whatsapp.sent(BELA, "Merci !")
    assert count(whatsapp, Consent) == 1


async def test_nobody_becomes_a_stranger_by_a_new_number(whatsapp: WhatsAppJourney) -> None:
    await whatsapp.say(ANNA, "OUI")
    await whatsapp.sent(ANNA, "Merci !")
    system = {"body": "of Meta", "type": "user_changed_number", "wa_id": BELA}
    await whatsapp.deliver(whatsapp.message(ANNA, type="system", system=system))
    await whatsapp.say(BELA, "the kettle is too loud", user_id=BSUID)
    changed = {"body": "of Meta", "type": "user_changed_user_id", "user_id": NEW_BSUID}
    await whatsapp.deliver(whatsapp.message(BELA, type="system", system=changed) | {"from_user_id": BSUID})
    await whatsapp.say(BELA, "the kettle is louder still", user_id=NEW_BSUID)
    await whatsapp.settled()
    people = whatsapp.ask(lambda session: session.exec(select(Message.person)).all())
    assert len(people) == 2
    assert len(set(people)) == 1
    assert count(whatsapp, MovedPerson) == 3
    assert not whatsapp.bytes_hold(ANNA, BELA, BSUID)
    await whatsapp.say(BELA, "STOP", user_id=NEW_BSUID)
    await whatsapp.sent(BELA, "tout ce qui était gardé de vous est effacé")
    await whatsapp.settled()
    assert count(whatsapp, Message) == 0
    assert count(whatsapp, MovedPerson) == 0


async def test_redelivered_and_reordered_deliveries_change_nothing_twice(whatsapp: WhatsAppJourney) -> None:
    yes, stop = whatsapp.message(ANNA, text={"body": "YES"}), whatsapp.message(ANNA, text={"body": "STOP"})
    old_yes = whatsapp.message(ANNA, text={"body": "YES"}) | {"timestamp": str(int(yes["timestamp"]) - 600_000)}
    for message in (yes, stop, yes, old_yes, stop, yes):
        await whatsapp.deliver(message)
    await whatsapp.settled()
    await whatsapp.sent(ANNA, "that stands")
    assert not [one for one in whatsapp.ask(lambda s: s.exec(select(Inbox)).all()) if one.payload]
    answers = whatsapp.ask(lambda session: session.exec(select(Outbox)).all())
    assert len([one for one in answers if one.channel == "whatsapp"]) == 3
    await whatsapp.say(ANNA, "the kettle is too loud")
    await whatsapp.settled()
    assert count(whatsapp, Message) == 0
    assert whatsapp.ask(lambda session: session.exec(select(Chat)).one()).title is not None


async def test_a_question_of_who_takes_part_is_answered_and_heard_once(shop: WhatsAppJourney, graph: Graph) -> None:
    await shop.say(ANNA, "OUI")
    await shop.sent(ANNA, "Merci !")
    question = shop.message(ANNA, text={"body": "Quels sont vos horaires ?"})
    for _ in range(3):
        await shop.deliver(question)
        await shop.settled()
    await shop.sent(ANNA, "9 h à 19 h")
    await shop.say(ANNA, "Merci, parfait !")
    await shop.settled()
    assert len(graph.sent(ANNA, "9 h à 19 h")) == 1
    assert count(shop, Message) == 2
    assert not shop.ask(lambda session: session.exec(select(Inbox).where(Inbox.fault.is_not(None))).all())  # type: ignore[union-attr]


async def test_somebody_without_a_number(whatsapp: WhatsAppJourney, graph: Graph) -> None:
    async def say(text: str) -> None:
        message = whatsapp.message("", text={"body": text}) | {"from_user_id": BSUID}
        del message["from"]
        contact = {"profile": {"name": "Unmistakable Name"}, "user_id": BSUID}
        assert await deliver(whatsapp.url, change("messages", contacts=[contact], messages=[message])) == 200

    await say("Bonjour, une question sur les bouilloires")
    notice = await whatsapp.sent(BSUID, "👋")
    assert notice.body["recipient"] == BSUID
    assert "to" not in notice.body
    await say("OUI")
    await whatsapp.sent(BSUID, "Merci !")
    await whatsapp.say(ANNA, "données", user_id=BSUID)  # now they show their number: known as before, reached by it
    data = await whatsapp.sent(ANNA, "Tout ce qui est gardé de vous")
    assert data.body["to"] == ANNA
    assert [one["state"] for one in json.loads(graph.uploads[data.body["document"]["id"]])["consents"]] == ["given"]
    await whatsapp.settled()
    assert not whatsapp.bytes_hold(ANNA, BSUID)
