"""The brand's groups on WhatsApp: eight people of whom two never agreed, who leaves, what is refused there."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from graph_api import Graph, change, deliver
from sqlmodel import select
from whatsapp_world import WhatsAppJourney, whatsapp_journey

from bot.platforms.whatsapp.groups import REQUESTS
from storage.tables import Alert, Chat, ChatState, Consent, Inbox, Message, Outbox, Setting

GROUP = "Y2FwaV9ncm91cDox"
AGREED = [f"1555000200{number}" for number in range(6)]
SILENT = ["15550002777", "15550002888"]


@pytest.fixture
async def club(whatsapp: WhatsAppJourney) -> AsyncIterator[WhatsAppJourney]:
    """A group that the brand has asked for."""
    with whatsapp.space.database.transaction() as session:
        session.merge(Setting(brand=whatsapp.brand.slug, name=REQUESTS, value=["request1"]))
    await whatsapp.group_made(GROUP, "request1")
    await whatsapp.settled()
    return whatsapp


def group(life: WhatsAppJourney) -> Chat:
    return next(chat for chat in life.chats() if chat.kind == "group")


async def test_eight_people_of_whom_two_never_agreed(club: WhatsAppJourney, graph: Graph) -> None:
    for who in AGREED:
        await club.say(who, "Je participe", group=GROUP)
    await club.sent(GROUP, "Merci !", 6)
    notice = await club.sent(GROUP, "👂 Orvelle a invité Earshot dans ce groupe")
    assert "JE PARTICIPE" in notice.text
    for number, who in enumerate([*AGREED, *SILENT] * 2):
        words = "an unmistakable secret" if who in SILENT else "the kettle exploded and burnt my hand"
        await club.say(who, f"{words} {number}", group=GROUP)
    await club.say(SILENT[0], "oui", group=GROUP)  # said to somebody else
    await club.say(SILENT[1], "look", group=GROUP, type="image", image={"id": "77", "caption": "unmistakable"})
    await club.say(SILENT[1], "an unmistakable thing", group=GROUP, type="hologram")
    await club.settled()
    stored = club.ask(lambda session: session.exec(select(Message)).all())
    assert len(stored) == 12
    assert len({one.person for one in stored}) == 6
    assert club.ask(lambda session: session.exec(select(Alert)).one()).kind == "safety"
    assert group(club).dropped == 6
    aside = club.ask(lambda session: session.exec(select(Inbox).where(Inbox.fault.is_not(None))).all())  # type: ignore[union-attr]
    assert [one.fault for one in aside] == ["messages: unknown type hologram"]
    vault = club.space.vault
    payloads = club.ask(lambda session: session.exec(select(Inbox.payload).where(Inbox.payload.is_not(None))).all())  # type: ignore[union-attr]
    assert [vault.open(one, "inbox.payload") for one in payloads if one] == [b"{}"]
    await graph.until(lambda: club.space.database.scrub(vacuum=True))
    people = [club.space.identity.person("whatsapp", who) for who in SILENT]
    assert not club.bytes_hold("unmistakable", *SILENT, *people, "Unmistakable Name", *AGREED)


async def test_a_group_that_nobody_asked_for_waits(whatsapp: WhatsAppJourney, graph: Graph) -> None:
    await whatsapp.group_made(GROUP, "somebody else's request")
    await whatsapp.say(AGREED[0], "je participe", group=GROUP)
    await whatsapp.say(AGREED[0], "the kettle exploded", group=GROUP)
    await whatsapp.settled()
    assert group(whatsapp).state is ChatState.WAITING
    assert group(whatsapp).dropped == 0
    assert not whatsapp.ask(lambda session: session.exec(select(Consent)).all())
    assert not whatsapp.ask(lambda session: session.exec(select(Message)).all())
    told = whatsapp.ask(lambda session: session.exec(select(Outbox).where(Outbox.channel == "telegram")).all())
    assert len(told) == 1


async def test_who_leaves_is_asked_again(club: WhatsAppJourney) -> None:
    await club.say(AGREED[0], "JE PARTICIPE", group=GROUP)
    await club.say(AGREED[0], "the kettle is loud", group=GROUP)
    await groups(club, "group_participants_update", type="group_remove_participants", removed=AGREED[:1])
    await club.say(AGREED[0], "I am back", group=GROUP)
    await club.settled()
    assert len(club.ask(lambda session: session.exec(select(Message)).all())) == 1
    await groups(club, "group_settings_update", type="group_settings_update", group_subject={"text": "Other name"})
    await groups(club, "group_participants_update", type="group_join_request_created", join_request_id="9")
    await groups(club, "group_lifecycle_update", type="group_delete", request_id="2")
    await club.say(AGREED[1], "je participe", group=GROUP)
    await club.settled()
    assert group(club).state is ChatState.LEFT
    title = group(club).title
    assert title is not None
    assert club.space.vault.open_text(title, "chat.title") == "Other name"
    assert len(club.ask(lambda session: session.exec(select(Consent)).all())) == 2


async def groups(life: WhatsAppJourney, field: str, *, removed: list[str] | None = None, **more: Any) -> None:
    told = {"timestamp": "1764000000", "group_id": GROUP, "request_id": "1", **more}
    if removed is not None:
        told["removed_participants"] = [{"wa_id": one} for one in removed]
    assert await deliver(life.url, change(field, groups=[told])) == 200


async def test_an_edit_and_a_message_taken_back(club: WhatsAppJourney) -> None:
    await club.say(AGREED[0], "JE PARTICIPE", group=GROUP)
    first = await club.say(AGREED[0], "the lamp is fine", group=GROUP)
    edit = {"original_message_id": first, "message": {"type": "text", "text": {"body": "the kettle is fine"}}}
    await club.deliver(club.message(AGREED[0], type="edit", edit=edit) | {"group_id": GROUP})
    await club.settled()
    assert text_of(club) == "the kettle is fine"
    revoke = {"original_message_id": first}
    await club.deliver(club.message(AGREED[0], type="revoke", revoke=revoke) | {"group_id": GROUP})
    await club.settled()
    assert text_of(club) == ""


def text_of(life: WhatsAppJourney) -> str:
    from storage.content import unpack

    message = life.ask(lambda session: session.exec(select(Message)).one())
    assert message.content is not None
    return unpack(life.space.vault.open(message.content, "message.content")).text


async def test_files_are_downloaded_only_if_the_brand_wants_them(
    graph: Graph, tmp_path: Path, unused_port: int
) -> None:
    from whatsapp_world import BRAND

    from storage.tables import WhatsAppMedia

    picture = b"\x89PNG\r\n\x1a\n" + b"unmistakable pixels"
    graph.files = {
        "1": ("image/png", picture),
        "2": ("image/png", b"MZ a program"),
        "3": ("image/png", picture + b"." * 2_000_000),
    }
    text = BRAND + "whatsapp: {download_media: true, max_media_mb: 1}\n"
    async with whatsapp_journey(graph, tmp_path, unused_port, text) as life:
        await life.say(AGREED[0], "OUI")
        for who in (AGREED[0], SILENT[0]):
            for ref in graph.files:
                image = {"id": ref, "mime_type": "image/png", "caption": "the kettle"}
                await life.deliver(life.message(who, type="image", image=image))
        await life.settled()
        kept = await graph.until(lambda: life.ask(lambda s: s.exec(select(WhatsAppMedia)).all()))
        assert life.space.vault.open(kept[0].content, "whatsappmedia.content") == picture
        assert not life.bytes_hold("unmistakable")
        await life.say(AGREED[0], "SUPPRIMER")
        await life.sent(AGREED[0], "effacé")
        await life.settled()
    assert len(kept) == 1
