"""The team lives on Telegram while customers write on WhatsApp; and what happens when the day of the window is over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bot_api import TOKEN as TELEGRAM_TOKEN
from bot_api import BotApi
from graph_api import Graph
from sqlmodel import select
from telegram_world import OWNER, TEAM, Journey
from whatsapp_world import BRAND, WhatsAppJourney, whatsapp_journey

from bot.app import make_analyser
from config.brand import parse_brand
from config.settings import Settings
from nlp.analysis import Analyser
from storage.tables import Customer, Handover, Outbox, OutboxState, WhatsAppWindow

ANNA, BELA, BSUID = "15550001001", "15550001002", "FR.1001"
TEMPLATES = (
    BRAND
    + """
whatsapp:
  templates:
    - {purpose: answer, name: write_back, languages: [fr, en]}
    - {purpose: handover, name: we_answered, languages: [fr, en], parameters: [brand, number]}
"""
)


@pytest.fixture(scope="module")
def model() -> Analyser:
    return make_analyser(Settings(), parse_brand(BRAND))


async def handed_over(life: WhatsAppJourney, api: BotApi, user_id: str = "") -> Journey:
    """Link the team's chat on Telegram, and pass a question of Anna's to it; returns the team's side."""
    team = Journey(api, life.folder, life.brand)
    team.space = life.space
    await team.linked()
    await life.say(ANNA, "Je veux parler à un humain, ma commande est arrivée abîmée", user_id=user_id)
    asked = await life.sent(ANNA, "1")
    assert asked.body["type"] == "interactive"
    await life.say(ANNA, "oui", user_id=user_id)
    return team


async def answer(team: Journey, words: str, containing: str) -> None:
    """A member of the team answers the newest card that contains some words."""
    await team.say(TEAM, OWNER, words, reply_to_message=await card_of(team, containing))


async def send_file(team: Journey, containing: str, **content: Any) -> None:
    """A member of the team answers such a card with a file."""
    await team.say(TEAM, OWNER, None, reply_to_message=await card_of(team, containing), **content)


async def card_of(team: Journey, containing: str) -> dict[str, Any]:
    card = await team.sent(TEAM, containing)
    bot = {"id": 7, "is_bot": True, "first_name": "Earshot"}
    chat = {"id": TEAM, "type": "supergroup"}
    return {"message_id": card.message_id, "date": 1, "chat": chat, "text": ".", "from": bot}


async def test_a_question_goes_to_the_team_and_back(
    graph: Graph, api: BotApi, tmp_path: Path, unused_port: int, model: Analyser
) -> None:
    given = {"server": api.url, "telegram_token": TELEGRAM_TOKEN}
    async with whatsapp_journey(graph, tmp_path, unused_port, model=model, **given) as life:
        team = await handed_over(life, api)
        await answer(team, "Bonjour Anna, nous vous en envoyons une autre.", "abîmée")
        sent = await life.sent(ANNA, "nous vous en envoyons une autre")
        await life.reported(sent.wamid, "delivered")
        await life.reported(sent.wamid, "read")
        await life.say(ANNA, "Merci beaucoup, quand arrivera-t-elle ?")
        await team.sent(TEAM, "quand arrivera-t-elle")
        await answer(team, "Demain matin.", "quand arrivera-t-elle")
        await life.sent(ANNA, "Demain matin")
        customer = life.ask(lambda session: session.exec(select(Customer)).one())
        assert customer.platform == "whatsapp"
        assert not life.bytes_hold(ANNA, "abîmée", "Demain matin")


async def test_the_team_reaches_who_has_another_number(
    graph: Graph, api: BotApi, tmp_path: Path, unused_port: int, model: Analyser
) -> None:
    given = {"server": api.url, "telegram_token": TELEGRAM_TOKEN}
    async with whatsapp_journey(graph, tmp_path, unused_port, model=model, **given) as life:
        team = await handed_over(life, api, user_id=BSUID)
        await answer(team, "Nous vous en envoyons une autre.", "abîmée")
        await life.sent(ANNA, "Nous vous en envoyons")
        await life.say(BELA, "Merci, quand arrivera-t-elle ?", user_id=BSUID)
        await answer(team, "Demain matin.", "quand arrivera-t-elle")
        await life.sent(BELA, "Demain matin")
        assert not graph.sent(ANNA, "Demain matin")


async def test_a_picture_of_the_team_reaches_the_customer(
    graph: Graph, api: BotApi, tmp_path: Path, unused_port: int, model: Analyser
) -> None:
    given = {"server": api.url, "telegram_token": TELEGRAM_TOKEN}
    api.files = {"photos/file_1.jpg": b"\xff\xd8\xff pixels", "documents/file_2.apk": b"a program"}
    async with whatsapp_journey(graph, tmp_path, unused_port, model=model, **given) as life:
        team = await handed_over(life, api)
        photo = {"photo": [{"file_id": "photos/file_1.jpg", "file_unique_id": "1", "width": 9, "height": 9}]}
        await send_file(team, "abîmée", caption="Voici la nouvelle.", **photo)
        await life.sent(ANNA, "Voici la nouvelle")
        shown = await graph.until(lambda: [one for one in graph.sent(ANNA) if one.body["type"] == "image"])
        ref = shown[0].body["image"]["id"]
        assert (graph.uploads[ref], graph.types[ref]) == (b"\xff\xd8\xff pixels", "image/jpeg")
        program = {"document": {"file_id": "documents/file_2.apk", "file_unique_id": "2"}}
        await send_file(team, "abîmée", **program)
        await life.sent(ANNA, "[document] Ce fichier ne peut pas s'afficher sur WhatsApp")
        await team.sent(TEAM, "did not reach them (conversation 1)")
        assert len(graph.uploads) == 1


@pytest.mark.parametrize("text", [BRAND, TEMPLATES], ids=["without a template", "with a template"])
async def test_an_answer_after_the_window(
    graph: Graph, api: BotApi, tmp_path: Path, unused_port: int, model: Analyser, text: str
) -> None:
    given = {"server": api.url, "telegram_token": TELEGRAM_TOKEN}
    async with whatsapp_journey(graph, tmp_path, unused_port, text, model, **given) as life:
        team = await handed_over(life, api)
        await team.sent(TEAM, "abîmée")
        await life.settled()
        await graph.until(lambda: not waiting_for(life))
        with life.space.database.transaction() as session:
            for window in session.exec(select(WhatsAppWindow)).all():
                window.until = datetime.now(UTC) - timedelta(minutes=1)
                session.add(window)
        await answer(team, "Nous vous en envoyons une autre.", "abîmée")
        if text == BRAND:
            await team.sent(TEAM, "no approved template for handover in fr")
        else:
            knock = await graph.until(lambda: [one for one in graph.asked if one.body.get("type") == "template"])
            assert knock[0].body["template"]["name"] == "we_answered"
            assert knock[0].body["template"]["language"] == {"policy": "deterministic", "code": "fr"}
            conversation = life.ask(lambda session: session.exec(select(Handover)).one())
            given = [{"type": "text", "text": text} for text in ("Orvelle", str(conversation.id))]
            assert knock[0].body["template"]["components"] == [{"type": "body", "parameters": given}]
        assert not graph.sent(ANNA, "Nous vous en envoyons")
        assert [one.kind for one in waiting_for(life)] == ["reply"]
        await life.say(ANNA, "Bonjour ?")
        await life.sent(ANNA, "Nous vous en envoyons")
        assert len([one for one in graph.asked if one.body.get("type") == "template"]) == (text != BRAND)


def waiting_for(life: WhatsAppJourney) -> list[Outbox]:
    """What has not been sent to customers yet."""
    waiting = select(Outbox).where(Outbox.channel == "whatsapp", Outbox.state.in_(("waiting", "sending")))  # type: ignore[attr-defined]
    return life.ask(lambda session: list(session.exec(waiting).all()))


async def test_a_message_that_fails_later_is_sent_again_or_told(whatsapp: WhatsAppJourney, graph: Graph) -> None:
    from alerts.outbox import Lane, OutboxWriter
    from alerts.payload import Payload, Sending

    await whatsapp.say(ANNA, "OUI")
    await whatsapp.sent(ANNA, "Merci !")
    person = whatsapp.space.identity.person("whatsapp", ANNA)
    lane = Lane("whatsapp", f"private:{whatsapp.space.customers.tag(person)}", ANNA)
    writer, now = OutboxWriter(whatsapp.brand.slug, whatsapp.space.vault), datetime.now(UTC)
    with whatsapp.space.database.transaction() as session:
        for text in ("closed", "gone"):
            writer.put(session, lane, Sending.REPLY, Payload("fr", text=text), now, dedupe=text, person=person)

    def entry(text: str) -> Outbox:
        return whatsapp.ask(lambda session: session.exec(select(Outbox).where(Outbox.dedupe == text)).one())

    closed, gone = await whatsapp.sent(ANNA, "closed"), await whatsapp.sent(ANNA, "gone")
    for status in ("failed", "sent", "failed"):
        await whatsapp.reported(gone.wamid, status, 131026 if status == "failed" else None)
    await whatsapp.reported(closed.wamid, "failed", 131047)
    await graph.until(lambda: entry("gone").state is OutboxState.DEAD)
    await graph.until(lambda: entry("closed").state is OutboxState.WAITING)
    assert entry("gone").last_fault == "whatsapp 131026"
    told = whatsapp.ask(lambda session: session.exec(select(Outbox).where(Outbox.channel == "telegram")).all())
    assert len(told) == 1
