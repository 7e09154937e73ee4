"""Whole ways of people through the Telegram bot, over HTTP against another's Bot API server."""

import json

from bot_api import BotApi
from sqlmodel import func, select
from telegram_world import ADMIN, ALICE, BOB, GROUP, OWNER, STRANGER, TEAM, Journey, group, person

from storage.tables import Alert, AlertEvent, AlertState, Chat, ChatState, Consent, Inbox, Message

CROWD = range(901, 913)


async def test_from_invitation_to_resolution(life: Journey, api: BotApi) -> None:
    await life.linked()
    notice = await life.activated()
    for one in CROWD:
        await life.press(notice, "I take part", one)
    await life.settled()
    for number, one in enumerate(CROWD):
        await life.say(GROUP, one, f"the kettle exploded and burnt my hand {number}")
    card = await life.sent(TEAM, "Safety")
    await life.press(card, "Resolve", STRANGER)
    await life.told("You have no role")
    await life.press(card, "Acknowledge", OWNER)
    edited = await life.sent(TEAM, "acknowledged", "editMessageText")
    assert int(edited.fields["message_id"]) == card.message_id
    await life.press(card, "Reply", OWNER)
    draft = await life.sent(TEAM, "draft")
    bot_message = {"message_id": draft.message_id, "date": 1, "chat": {"id": TEAM, "type": "supergroup"}}
    answered = bot_message | {"from": {"id": 7, "is_bot": True, "first_name": "Earshot"}, "text": "."}
    await life.say(TEAM, OWNER, "Stop using it, <we> check.", reply_to_message=answered)
    preview = await life.sent(TEAM, "Stop using it", "editMessageText")
    await life.press(preview, "Preview", OWNER)
    asked = await life.sent(TEAM, "publish it like this", "editMessageText")
    assert not [call for call in api.sent(GROUP) if "Stop using it" in call.text]
    await life.press(asked, "Yes, publish", OWNER)
    published = await life.sent(GROUP, "Stop using it")
    assert published.text == "Stop using it, &lt;we&gt; check."
    await life.sent(TEAM, "the brand replied in", "editMessageText")
    await life.press(card, "Resolve", OWNER)
    await life.sent(TEAM, "resolved", "editMessageText")
    (alert,) = life.ask(lambda session: session.exec(select(Alert)).all())
    assert alert.state is AlertState.RESOLVED
    actions = life.ask(lambda session: [event.action for event in session.exec(select(AlertEvent)).all()])
    assert [one for one in actions if one in ("acknowledge", "reply", "resolve")] == ["acknowledge", "reply", "resolve"]
    assert len([call for call in api.sent(GROUP) if "Stop using it" in call.text]) == 1


async def test_who_refuses_leaves_no_trace(life: Journey, api: BotApi) -> None:
    notice = await life.activated()
    await life.say(GROUP, STRANGER, "my unmistakable words")
    await life.press(notice, "No", STRANGER)
    await life.say(GROUP, STRANGER, "/mydata")
    await life.say(GROUP, STRANGER, "/forget")
    await life.say(STRANGER, STRANGER, "a private unmistakable question")
    await life.settled()
    await life.sent(GROUP, "Nothing of you is kept")
    me = life.space.identity.person("telegram", str(STRANGER))
    await api.until(lambda: life.space.database.scrub(vacuum=True))
    assert not life.bytes_hold("unmistakable", str(STRANGER), me, "Firstname")
    assert life.ask(lambda session: session.exec(select(func.count()).select_from(Message)).one()) == 0
    assert life.ask(lambda session: session.exec(select(func.count()).select_from(Consent)).one()) == 0
    assert life.ask(lambda session: session.exec(select(Inbox).where(Inbox.payload.is_not(None))).all()) == []  # type: ignore[union-attr]
    assert life.ask(lambda session: session.exec(select(Chat)).one().dropped) == 1


async def test_only_an_admin_of_the_moment_switches_it_on(life: Journey, api: BotApi) -> None:
    await life.added(GROUP, ADMIN)
    invitation = await life.sent(GROUP, "Orvelle")
    await life.press(invitation, "English", ALICE)
    await life.told("Only an admin")
    await life.say(GROUP, ALICE, "not heard yet")
    await life.settled()
    state = life.ask(lambda session: session.exec(select(Chat)).one())
    assert (state.state, state.dropped) == (ChatState.WAITING, 0)
    api.admins.add((GROUP, ADMIN))
    await life.press(invitation, "English", ADMIN)
    await life.notice()
    assert life.ask(lambda session: session.exec(select(Chat)).one()).state is ChatState.ACTIVE
    await life.sent(GROUP, "I cannot hear this group yet")
    await api.until(lambda: api.sent(GROUP, "pinChatMessage"))


async def test_the_very_next_message_after_joining_is_heard(life: Journey, api: BotApi) -> None:
    notice = await life.activated()
    await life.say(GROUP, ALICE, "before")
    await life.press(notice, "I take part", ALICE)
    await life.say(GROUP, ALICE, "after")
    await life.say(GROUP, BOB, "never")
    await life.settled()
    assert life.ask(lambda session: session.exec(select(func.count()).select_from(Message)).one()) == 1
    assert life.ask(lambda session: session.exec(select(Chat)).one().dropped) == 2


async def test_forgetting_in_the_middle_of_a_story(life: Journey, api: BotApi) -> None:
    await life.linked()
    notice = await life.activated()
    for one in CROWD:
        await life.press(notice, "I take part", one)
    await life.settled()
    for number, one in enumerate(CROWD):
        await life.say(GROUP, one, f"the kettle exploded and burnt my hand {number}")
    await life.sent(TEAM, "Safety")
    await life.settled()
    await life.say(GROUP, CROWD[0], "/forget")
    await life.sent(GROUP, "has been erased")
    gone = life.space.identity.person("telegram", str(CROWD[0]))
    kept = life.ask(lambda session: [one.person for one in session.exec(select(Message)).all()])
    assert gone not in kept
    assert len(kept) == len(CROWD) - 1
    await life.say(GROUP, CROWD[0], "the kettle again")
    await life.settled()
    assert len(life.ask(lambda session: session.exec(select(Message)).all())) == len(CROWD) - 1
    (alert,) = life.ask(lambda session: session.exec(select(Alert)).all())
    assert alert.state is AlertState.OPEN


async def test_outsiders_see_nothing_of_the_team(life: Journey, api: BotApi) -> None:
    await life.linked()
    await life.activated()
    before = len(api.sent(GROUP))
    for command in ("/status", "/stories", "/groups", "/digest"):
        await life.say(GROUP, STRANGER, command)
    await life.settled()
    assert len(api.sent(GROUP)) == before
    await life.say(TEAM, STRANGER, "/status")
    await life.sent(TEAM, "You have no role")
    await life.say(TEAM, OWNER, "/status")
    await life.sent(TEAM, "Groups heard: 1")
    await life.say(GROUP, STRANGER, f"/link {life.code()}")
    await life.sent(GROUP, "a group that I listen to")
    await life.say(TEAM, STRANGER, "/link WRONGCOD")
    await life.sent(TEAM, "not valid")


async def test_a_button_of_another_chat_or_made_up_does_nothing(life: Journey, api: BotApi) -> None:
    notice = await life.activated()
    other = await life.activated(GROUP - 1)
    notice.fields["chat_id"], other.fields["chat_id"] = other.fields["chat_id"], notice.fields["chat_id"]
    await life.press(notice, "I take part", ALICE)
    await life.told("no longer valid")
    assert life.ask(lambda session: session.exec(select(Consent)).all()) == []


async def test_a_member_gets_their_data_in_private(life: Journey, api: BotApi) -> None:
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.say(GROUP, ALICE, "call me on 06 39 98 41 27")
    await life.say(GROUP, BOB, "words of another")
    await life.say(GROUP, ALICE, "/mydata")
    led = await life.sent(GROUP, "in private")
    assert "start=mydata" in led.fields["reply_markup"]
    await life.say(ALICE, ALICE, "/start mydata")
    (sent,) = await api.until(lambda: api.sent(ALICE, "sendDocument"))
    (content,) = [value for value in sent.fields.values() if isinstance(value, bytes)]
    data = json.loads(content)
    assert [one["state"] for one in data["consents"]] == ["given"]
    assert len(data["messages"]) == 1
    assert "41 27" not in content.decode()
    assert "another" not in content.decode()


async def test_an_owner_gives_and_takes_roles(life: Journey, api: BotApi) -> None:
    await life.linked()
    theirs = {"message_id": 3, "date": 1, "chat": group(TEAM), "from": person(BOB), "text": "hello"}
    await life.say(TEAM, BOB, "/agent", reply_to_message=theirs)
    await life.sent(TEAM, "You have no role")
    await life.say(TEAM, OWNER, "/agent", reply_to_message=theirs)
    await life.sent(TEAM, "They can work on alerts now")
    await life.say(TEAM, BOB, "/mute 2h")
    await life.sent(TEAM, "Only an owner")
    await life.say(TEAM, OWNER, "/mute 2h")
    await life.sent(TEAM, "For 2 hours")
    await life.say(TEAM, OWNER, "/remove", reply_to_message=theirs)
    await life.sent(TEAM, "cannot work on alerts any more")
    await life.say(TEAM, BOB, "/stories")
    await api.until(lambda: len([call for call in api.sent(TEAM) if "You have no role" in call.text]) == 2)
