"""What is said in a group in other ways than by a plain text, and what becomes of it."""

import json

import pytest
from bot_api import BotApi
from sqlmodel import func, select
from telegram_world import ALICE, BOB, GROUP, STRANGER, TEAM, Journey, group, now, person

from storage.tables import Chat, Message, Reaction

CROWD = range(901, 913)
BOT = {"id": 88, "is_bot": True, "first_name": "Pictures", "username": "pictures_bot"}
CHANNEL = {"id": -100777, "type": "channel", "title": "Orvelle news"}


def heard(life: Journey) -> int:
    return life.ask(lambda session: session.exec(select(func.count()).select_from(Message)).one())


def dropped(life: Journey) -> int:
    return life.ask(lambda session: session.exec(select(Chat)).one()).dropped


async def react(api: BotApi, message: int, by: int, *emojis: str) -> None:
    reaction = {
        "chat": group(GROUP), "message_id": message, "user": person(by), "date": now(), "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": emoji} for emoji in emojis],
    }  # fmt: skip
    await api.inject(message_reaction=reaction)


def reactions(life: Journey) -> list[list[str]]:
    return life.ask(lambda session: [list(one.emojis) for one in session.exec(select(Reaction)).all()])


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"caption": "look at this", "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}, 1),
        ({"sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
                      "is_animated": False, "is_video": False}}, 1),
        ({"poll": {"id": "1", "question": "Tea?", "options": [
            {"persistent_id": "1", "text": one, "voter_count": 0} for one in ("yes", "no")],
            "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
            "allows_multiple_answers": False, "allows_revoting": False, "members_only": False}}, 1),
        ({"text": "made with a bot", "via_bot": BOT}, 1),
        ({"text": "passed on", "forward_origin": {"type": "hidden_user", "sender_user_name": "N.", "date": 1}}, 1),
        ({"text": "a bot speaks", "from": BOT}, 0),
        ({"text": "an admin hides", "sender_chat": group(GROUP),
          "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}, 0),
        ({"text": "a post", "sender_chat": CHANNEL, "is_automatic_forward": True,
          "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}}, 0),
        ({"left_chat_member": {"id": BOB, "is_bot": False, "first_name": "N."}}, 0),
    ],
)  # fmt: skip
async def test_who_agreed_is_heard_in_every_form(
    life: Journey, api: BotApi, said: dict[str, object], kept: int
) -> None:
    notice = await life.activated()
    await life.press(notice, "I take part", ALICE)
    await life.settled()
    await api.inject(message=life.message(GROUP, ALICE, 7001) | said)
    await life.settled()
    assert heard(life) == kept
    assert dropped(life) == 0  # of who can agree to nothing, nothing is counted either
    if "sender_chat" not in said and "from" not in said and "left_chat_member" not in said:
        await api.inject(message=life.message(GROUP, STRANGER, 7002) | said)
        await life.settled()
        assert (heard(life), dropped(life)) == (1, 1)


async def test_reactions_of_who_is_heard_stand_beside_the_story(life: Journey, api: BotApi) -> None:
    await life.linked()
    notice = await life.activated()
    for one in CROWD:
        await life.press(notice, "I take part", one)
    await life.settled()
    numbers = [await life.say(GROUP, one, f"the kettle exploded and burnt my hand {one}") for one in CROWD]
    strangers = await life.say(GROUP, STRANGER, "nobody agreed to this")
    await react(api, numbers[0], CROWD[1], "😡", "😱")
    await react(api, numbers[0], CROWD[2], "😡")
    await react(api, numbers[1], CROWD[2], "😡", "👍")
    await react(api, numbers[1], CROWD[2], "😡")  # changed their mind
    await react(api, numbers[0], STRANGER, "👎")
    await react(api, strangers, CROWD[3], "👎")
    await react(api, numbers[2], CROWD[4], "👎")
    await react(api, numbers[2], CROWD[4])
    await life.settled()
    assert sorted(reactions(life)) == [["😡"], ["😡"], ["😡", "😱"]]
    card = await life.sent(TEAM, "Safety")
    await life.press(card, "Acknowledge", 701)
    shown = await life.sent(TEAM, "acknowledged", "editMessageText")
    assert "2 people react: 😡 2 · 😱 1" in shown.text
    await life.say(CROWD[2], CROWD[2], "/start mydata")
    (sent,) = await api.until(lambda: api.sent(CROWD[2], "sendDocument"))
    (content,) = [value for value in sent.fields.values() if isinstance(value, bytes)]
    assert [one["emojis"] for one in json.loads(content)["reactions"]] == [["😡"], ["😡"]]
    await life.say(GROUP, CROWD[2], "/forget")
    await life.settled()
    assert reactions(life) == [["😡", "😱"]]


async def test_a_topic_is_answered_where_it_was_asked(life: Journey, api: BotApi) -> None:
    await life.activated()
    api.topics[44] = "Coffee"
    await life.say(GROUP, STRANGER, "/help", is_topic_message=True, message_thread_id=44)
    answer = await life.sent(GROUP, "I am Earshot, and I listen")
    assert answer.fields["message_thread_id"] == "44"
