"""What an update says, and what is left of it once it has been read."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.message import Media
from bot.platforms.telegram.events import (
    Command,
    Moved,
    Newcomers,
    Press,
    Reacted,
    Renamed,
    Said,
    Standing,
    author,
    decode,
    encode,
)
from bot.platforms.telegram.reading import OTHER_EMOJI, read

GROUP = {"id": -100, "type": "supergroup", "title": "Corner"}
ANN = {"id": 5, "is_bot": False, "first_name": "Ann", "last_name": "Secret", "language_code": "fr"}
BOT = {"id": 7, "is_bot": True, "first_name": "Earshot", "username": "earshot_bot"}


def message(**more: Any) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 9, "date": 1_700_000_000, "chat": GROUP, "from": ANN} | more}


def event(update: dict[str, Any]) -> Any:
    return read(update, 7, "earshot_bot")


def test_a_text_keeps_neither_names_nor_what_it_answers() -> None:
    answered = {"message_id": 3, "date": 1, "chat": GROUP, "from": ANN | {"id": 6}, "text": "words of another"}
    said = event(message(text="hello", reply_to_message=answered))
    assert isinstance(said, Said)
    assert (said.message.text, said.message.reply_to, said.message.sender.name) == ("hello", "3", "")
    kept = encode(said)
    assert b"Ann" not in kept
    assert b"another" not in kept
    assert decode(kept) == said
    assert author(kept) == "5"


@pytest.mark.parametrize(
    ("more", "text", "media"),
    [
        ({"caption": "look", "photo": []}, "look", Media.PHOTO),
        ({"sticker": {}}, "", Media.STICKER),
        ({"voice": {}}, "", Media.VOICE),
        ({"contact": {"phone_number": "1", "first_name": "Bo"}}, "", Media.CONTACT),
        ({"venue": {}, "location": {}}, "", Media.LOCATION),
        ({"poll": {"question": "Tea?", "options": [{"text": "yes"}, {"text": "no"}]}}, "Tea?\nyes\nno", Media.POLL),
        ({"text": "see", "entities": [{"type": "text_link", "url": "http://x.example"}]}, "see http://x.example", None),
        ({"text": "by way of a bot", "via_bot": BOT}, "by way of a bot", None),
    ],
)  # fmt: skip
def test_kinds_of_messages(more: dict[str, Any], text: str, media: Media | None) -> None:
    said = event(message(**more))
    assert (said.message.text, said.message.media) == (text, media)


def test_forwards_edits_and_answers_to_the_bot() -> None:
    forwarded = event(message(text="x", forward_origin={"type": "hidden_user", "sender_user_name": "Bo", "date": 1}))
    assert forwarded.message.forward.origin == "hidden_user"
    edited = {"update_id": 1, "edited_message": message(text="y", edit_date=2)["message"]}
    assert event(edited).message.edited
    to_bot = event(message(text="z", reply_to_message={"message_id": 3, "from": BOT}))
    assert (to_bot.answers_bot, to_bot.message.reply_to) == (3, None)
    in_topic = event(message(text="z", reply_to_message={"message_id": 3, "forum_topic_created": {}, "from": ANN}))
    assert in_topic.message.reply_to is None


@pytest.mark.parametrize(
    "more",
    [
        {"from": BOT, "text": "a bot speaks"},
        {"sender_chat": GROUP, "text": "an anonymous admin"},
        {"sender_chat": {"id": -7, "type": "channel"}, "is_automatic_forward": True, "text": "a linked channel"},
        {"left_chat_member": ANN},
        {"text": "/help@another_bot"},
    ],
)  # fmt: skip
def test_what_nobody_here_could_agree_to(more: dict[str, Any]) -> None:
    found = event(message(**more))
    assert found is None or found.message.text.startswith("/help@another")


def test_commands() -> None:
    command = event(
        message(text="/Link@Earshot_Bot  ABC \n", reply_to_message={"message_id": 1, "from": ANN | {"id": 8}})
    )
    assert command == Command(command.place, command.person, "link", "ABC", 9, "8", "1")
    assert command.person.lang == "fr"


def test_a_topic_is_where_it_was_said_and_a_thread_of_comments_is_none() -> None:
    in_topic = event(message(text="x", is_topic_message=True, message_thread_id=44))
    assert (in_topic.place.topic, in_topic.message.thread) == (44, "44")
    assert decode(encode(in_topic)) == in_topic
    asked = event(message(text="/help", is_topic_message=True, message_thread_id=44))
    assert asked.place.topic == 44
    comment = event(message(text="x", message_thread_id=44))
    assert (comment.place.topic, comment.message.thread) == (None, None)


def reaction(**more: Any) -> dict[str, Any]:
    new = [{"type": "emoji", "emoji": "😡"}, {"type": "custom_emoji", "custom_emoji_id": "1"}]
    body = {"chat": GROUP, "message_id": 9, "date": 1, "old_reaction": [], "new_reaction": new}
    return {"update_id": 1, "message_reaction": body | more}


def test_reactions_of_people_and_of_nobody() -> None:
    found = event(reaction(user=ANN))
    assert found == Reacted(found.place, found.person, 9, ("😡", OTHER_EMOJI))
    assert author(encode(found)) == "5"
    assert event(reaction(user=ANN, new_reaction=[])).emojis == ()
    assert event(reaction(actor_chat=GROUP)) is None


def test_what_happens_to_chats() -> None:
    assert event(message(migrate_to_chat_id=-200)) == Moved(event(message(text="x")).place, "-200")
    assert event(message(migrate_from_chat_id=-50)).to == "-100"
    assert isinstance(event(message(new_chat_title="New")), Renamed)
    assert isinstance(event(message(new_chat_members=[ANN])), Newcomers)
    member = {"status": "member", "user": BOT}
    muted = {"status": "restricted", "user": BOT, "is_member": True, "can_send_messages": False}
    change = {"chat": GROUP, "from": ANN, "date": 1, "old_chat_member": member, "new_chat_member": muted}
    standing = event({"update_id": 1, "my_chat_member": change})
    assert isinstance(standing, Standing)
    assert (standing.present, standing.was_present, standing.may_speak, standing.admin) == (True, True, False, False)


def test_presses_and_the_unknown() -> None:
    pressed = {"id": "q", "from": ANN, "data": "do~sig", "message": {"message_id": 2, "chat": GROUP, "date": 0}}
    assert isinstance(event({"update_id": 1, "callback_query": pressed}), Press)
    assert event({"update_id": 1, "a_kind_of_tomorrow": {"text": "x"}}) is None


_LEAVES = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=()), max_size=8)
_KEYS = st.sampled_from(
    [
        "chat",
        "from",
        "id",
        "type",
        "text",
        "date",
        "message_id",
        "is_bot",
        "poll",
        "data",
        "new_chat_member",
        "status",
        "user",
        "new_reaction",
        "emoji",
        "is_topic_message",
        "message_thread_id",
    ]
)
_JSON = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=6))


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(["message", "edited_message", "message_reaction", "callback_query", "my_chat_member", "x"]),
    body=_JSON,
)
def test_whatever_comes_is_read_or_refused(kind: str, body: Any) -> None:
    try:
        found = event({"update_id": 1, kind: json.loads(json.dumps(body))})
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return
    assert found is None or decode(encode(found)) == found
