"""What is found in deliveries: Meta's own examples, pywa's, and whatever else may come."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from whatsapp_mutations import DELIVERIES, EXAMPLES, mutated

from bot.message import Media
from bot.platforms.whatsapp.events import Chosen, Joined, Left, Person, Renumbered, Reported, Said, decode, encode
from bot.platforms.whatsapp.reading import Piece, read
from storage.tables import DeliveryState

ASIDE = {
    "pywa call_permission_update/accept": "messages: unknown reply call_permission_reply",
    "pywa call_permission_update/reject": "messages: unknown reply call_permission_reply",
    "pywa flow_completion/completion": "messages: unknown reply nfm_reply",
    "pywa flow_completion/without_flow_token": "messages: unknown reply nfm_reply",
    "pywa message/interactive_message_with_err": "messages: no interactive",
}


def found(delivery: Any) -> list[Piece]:
    return read(json.dumps(delivery).encode())


def said(name: str) -> Said:
    (piece,) = found(DELIVERIES[name])
    assert isinstance(piece.event, Said)
    return piece.event


def test_all_examples_are_there() -> None:
    assert len(EXAMPLES["meta"]) == 16
    assert len(EXAMPLES["pywa"]) == 74


@pytest.mark.parametrize("name", DELIVERIES)
def test_every_example_is_read_or_has_a_reason(name: str) -> None:
    (piece,) = found(DELIVERIES[name])
    if piece.event is not None:
        assert decode(encode(piece.event)) == piece.event
    else:
        assert piece.reason
        assert piece.aside == (name in ASIDE)
        assert not piece.aside or piece.reason == ASIDE[name]
        assert not piece.aside or [one.reason for one in read(piece.raw)] == [piece.reason]


def test_what_messages_say() -> None:
    text = said("meta Text Message")
    assert (text.person, text.text) == (Person(None, "16505551234"), "Does it come in another color?")
    assert said("pywa message/text").person == Person("US.13491208655302741918", "972987654321")
    voice = said("pywa message/voice")
    assert (voice.media, voice.text, voice.file and voice.file.mime) == (Media.VOICE, "", "audio/ogg")
    video = said("pywa message/video")
    assert (video.text, video.forwarded, video.forwarded_many) == ("caption", True, False)
    many = said("pywa message/forwarded_many_times")
    assert (many.forwarded, many.forwarded_many) == (True, True)
    assert said("pywa message/reply").to_bot
    edited = said("pywa edited_message/image")
    assert (edited.edited, edited.text, edited.id[:9]) == (True, "Updated image caption", "wamid.HBg")
    assert said("pywa message/contacts").text == ""  # nobody in a contact card has agreed to anything


def test_what_else_happens() -> None:
    (pressed,) = found(DELIVERIES["meta Interactive Button Reply Message"])
    assert isinstance(pressed.event, Chosen)
    assert pressed.event.data == "cancel-button"
    (moved,) = found(DELIVERIES["meta System Message"])
    assert moved.event == Renumbered(Person(None, "16505551234"), Person(None, "12195555358"))
    (failed,) = found(DELIVERIES["pywa message_status/failed"])
    assert isinstance(failed.event, Reported)
    assert (failed.event.state, failed.event.code) == (DeliveryState.FAILED, 130472)
    (left,) = found(DELIVERIES["meta Group Remove Participants"])
    assert isinstance(left.event, Left)
    assert [one.phone for one in left.event.people] == ["16505551234", "16505551235"]


def test_groups_and_other_ids_as_documented() -> None:
    group = {"timestamp": "1764000000", "group_id": "G", "type": "group_participants_add", "reason": "invite_link"}
    joined = group | {"added_participants": [{"wa_id": "1555"}]}
    assert isinstance(event_of("group_participants_update", groups=[joined]), Joined)
    ids = {"user_id": {"previous": "FR.1", "current": "FR.2"}, "wa_id": "33600000000"}
    update = event_of("user_id_update", user_id_update=[ids])
    assert update == Renumbered(Person("FR.1", "33600000000"), Person("FR.2", "33600000000"))


def event_of(field: str, **value: Any) -> object:
    (piece,) = found({"entry": [{"changes": [{"field": field, "value": value}]}]})
    return piece.event


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        (b"[1, 2]", "no entry"),
        (b'{"entry": 1}', "no entry"),
        (b'{"entry": [3]}', "entry without changes"),
        (b'{"entry": [{"changes": [5]}]}', "change without value"),
        (b'{"entry": [{"changes": [{"field": "new_thing", "value": {}}]}]}', "unknown field new_thing"),
        (b'{"entry": [{"changes": [{"field": "messages", "value": {}}]}]}', "messages without messages or statuses"),
    ],
)
def test_what_is_no_delivery_is_kept_with_its_reason(body: bytes, reason: str) -> None:
    (piece,) = read(body)
    assert (piece.aside, piece.reason) == (True, reason)


def test_one_bad_message_costs_nothing_but_itself() -> None:
    delivery = copy.deepcopy(DELIVERIES["meta Text Message"])
    messages = delivery["entry"][0]["changes"][0]["value"]["messages"]
    good = messages[0]
    messages[:] = [{**good, "id": f"wamid.{number}"} for number in range(1000)]
    messages[3] = {"id": "wamid.3", "type": "text"}
    messages[5] = None
    messages[7]["text"] = {"body": "x" * 5_000_000}
    pieces = found(delivery)
    assert len(pieces) == 1000
    assert [place for place, piece in enumerate(pieces) if piece.event is None] == [3, 5]
    assert len({piece.key for piece in pieces}) == 1000
    assert isinstance(pieces[7].event, Said)
    assert len(pieces[7].event.text) == 16_384


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_whatever_comes_is_an_event_or_has_a_reason(delivery: Any) -> None:
    pieces = found(delivery)
    entries = delivery.get("entry")
    if isinstance(entries, list):
        told = [change for one in entries for change in changes_of(one)]
        assert len(pieces) >= len(told)
    else:
        assert len(pieces) == 1
    for piece in pieces:
        assert piece.event is not None or piece.reason
        if piece.event is not None:
            assert decode(encode(piece.event)) == piece.event
        elif piece.aside:
            assert piece.raw
            assert all(one.aside for one in read(piece.raw))


def changes_of(entry: Any) -> list[Any]:
    changes = entry.get("changes") if isinstance(entry, dict) else None
    return changes if isinstance(changes, list) else [entry]
