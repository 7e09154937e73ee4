"""Telegram Desktop's result.json: what its writer can write, what is broken in it, and how it is streamed."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.message import Chat, ChatKind, Forward, Media, Member, Message, Platform
from bot.platforms.transcript import Broken, Kind, Transcript, open_transcript
from bot.platforms.transcript.telegram import json_stream

SUPERGROUP = {"name": "Les Coureurs", "type": "private_supergroup", "id": 1234567}
CHAT = Chat("-1001234567", Platform.TELEGRAM, title="Les Coureurs")

Export = Callable[..., Transcript]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    def make(content: Any, *, indent: int | None = 1, **options: object) -> Transcript:
        path = tmp_path / "result.json"
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=indent)
        path.write_text(text, encoding="utf-8")
        return open_transcript(path, **options)  # type: ignore[arg-type]

    return make


def entry(number: int = 1, text: Any = "bonjour", **more: Any) -> dict[str, Any]:
    entities = text if isinstance(text, list) else [{"type": "plain", "text": text}]
    return {
        "id": number,
        "type": "message",
        "date": "2024-03-04T15:05:09",
        "date_unixtime": "1709561109",
        "from": "Marie",
        "from_id": "user42",
        "text": text,
        "text_entities": entities,
    } | more


def chat(*entries: dict[str, Any], **about: Any) -> dict[str, Any]:
    return SUPERGROUP | about | {"messages": list(entries)}


def messages(transcript: Transcript) -> list[Message]:
    return [item for item in transcript if isinstance(item, Message)]


def broken(transcript: Transcript) -> list[Broken]:
    return [item for item in transcript if isinstance(item, Broken)]


def test_one_message_whole(export: Export) -> None:
    transcript = export(chat(entry(7)))
    assert transcript.kind is Kind.TELEGRAM
    assert list(transcript) == [
        Message("7", CHAT, Member("42", "Marie"), datetime(2024, 3, 4, 14, 5, 9, tzinfo=UTC), "bonjour")
    ]
    assert transcript.chats == (CHAT,)
    assert transcript.bytes_read == transcript.size


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"type": "private_supergroup"}, Chat("-1001234567", Platform.TELEGRAM, title="Les Coureurs")),
        ({"type": "public_channel"}, Chat("-1001234567", Platform.TELEGRAM, title="Les Coureurs")),
        ({"type": "private_group"}, Chat("-1234567", Platform.TELEGRAM, title="Les Coureurs")),
        ({"type": "personal_chat", "name": "Paul"}, Chat("1234567", Platform.TELEGRAM, ChatKind.PRIVATE, "Paul")),
        ({"name": None}, Chat("-1001234567", Platform.TELEGRAM, title="")),
    ],
)
def test_chats_have_the_bot_apis_ids(export: Export, about: dict[str, Any], expected: Chat) -> None:
    assert [m.chat for m in messages(export(chat(entry(), **about)))] == [expected]


def test_a_brands_group_keeps_the_id_of_the_brand_file(export: Export) -> None:
    groups = {"1234567": (Platform.TELEGRAM, "Coureurs")}
    assert messages(export(chat(entry()), groups=groups))[0].chat.id == "1234567"
    assert messages(export(chat(entry(), name=None), groups=groups))[0].chat.title == "Coureurs"


@pytest.mark.parametrize(
    ("who", "member"),
    [
        ({"from": "Marie", "from_id": "user42"}, Member("42", "Marie")),
        ({"from": None, "from_id": "user42"}, Member("42", "")),
        ({"from": "Les Coureurs", "from_id": "channel1234567"}, Member("-1001234567", "Les Coureurs")),
        ({"from": "Vieux groupe", "from_id": "chat99"}, Member("-99", "Vieux groupe")),
        ({"from": "Marie", "from_id": None}, Member("name:Marie", "Marie")),
        ({"from": None, "from_id": None, "author": "Léa, modératrice"}, Member("-1001234567", "Léa, modératrice")),
        ({"from": None, "from_id": None}, Member("-1001234567", "")),
    ],
)
def test_senders(export: Export, who: dict[str, Any], member: Member) -> None:
    record = {key: value for key, value in (entry() | who).items() if value is not None or key == "from"}
    assert [m.sender for m in messages(export(chat(record)))] == [member]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("bonjour\n\nà tous 😀", "bonjour\n\nà tous 😀"),
        (["voir ", {"type": "link", "text": "https://exemple.fr"}, " !"], "voir https://exemple.fr !"),
        ([{"type": "text_link", "text": "ici", "href": "https://exemple.fr/x"}], "ici (https://exemple.fr/x)"),
        ([{"type": "text_link", "text": "https://a.fr/x", "href": "https://a.fr/x"}], "https://a.fr/x"),
        ([{"type": "mention", "text": "@marie"}, " ", {"type": "bold", "text": "oui"}], "@marie oui"),
        ([{"type": "mention_name", "text": "Marie L.", "user_id": 42}, " ?"], "Marie L. ?"),
        ([{"type": "custom_emoji", "text": "🔥", "document_id": "x"}, 3, {"type": "odd"}], "🔥"),
    ],
)
def test_texts(export: Export, text: Any, expected: str) -> None:
    assert [m.text for m in messages(export(chat(entry(text=text))))] == [expected]


@pytest.mark.parametrize(
    ("keys", "media"),
    [
        ({"photo": "photos/photo_1.jpg", "width": 1, "height": 1}, Media.PHOTO),
        ({"photo": "(File not included. Change data exporting settings to download.)"}, Media.PHOTO),
        ({"file": "a.webp", "media_type": "sticker", "sticker_emoji": "🔥"}, Media.STICKER),
        ({"file": "a.ogg", "media_type": "voice_message", "duration_seconds": 3}, Media.VOICE),
        ({"file": "a.mp4", "media_type": "video_message"}, Media.VIDEO),
        ({"file": "a.mp4", "media_type": "video_file"}, Media.VIDEO),
        ({"file": "a.mp4", "media_type": "animation"}, Media.VIDEO),
        ({"file": "a.mp3", "media_type": "audio_file"}, Media.OTHER),
        ({"file": "a.pdf", "mime_type": "application/pdf"}, Media.DOCUMENT),
        ({"contact_information": {"first_name": "A", "phone_number": "+33 6"}}, Media.CONTACT),
        ({"location_information": {"latitude": 1.0, "longitude": 2.0}}, Media.LOCATION),
        ({"place_name": "Lac", "address": "1 rue du Lac"}, Media.LOCATION),
        ({"game_title": "x"}, Media.OTHER),
        ({}, None),
    ],
)
def test_media(export: Export, keys: dict[str, Any], media: Media | None) -> None:
    (message,) = messages(export(chat(entry(text="", **keys))))
    assert (message.media, message.text) == (media, "")


def test_polls_keep_question_and_answers(export: Export) -> None:
    poll = {
        "question": "Pizza ?",
        "closed": False,
        "total_voters": 3,
        "answers": [{"text": "Oui", "voters": 3}, {"text": "Non"}],
    }
    (message,) = messages(export(chat(entry(text="", poll=poll))))
    assert (message.media, message.text) == (Media.POLL, "Pizza ?\nOui\nNon")


def test_replies_forwards_and_edits(export: Export) -> None:
    found = messages(
        export(
            chat(
                entry(2, reply_to_message_id=1),
                entry(3, reply_to_message_id=1, reply_to_peer_id="channel9"),
                entry(4, forwarded_from="Une chaîne"),
                entry(5, forwarded_from=None),
                entry(6, edited="2024-03-05T10:00:00", edited_unixtime="1709629200"),
                entry(7, via_bot="@gif", saved_from="Marie"),
            )
        )
    )
    assert [m.reply_to for m in found[:2]] == ["1", None]
    assert [m.forward for m in found] == [None, None, Forward(origin="Une chaîne"), Forward(), None, None]
    assert [m.edited for m in found] == [False, False, False, False, True, False]


def test_what_is_no_message_is_counted(export: Export) -> None:
    service = {"type": "service", "actor": "Marie", "actor_id": "user42", "text": ""}
    transcript = export(
        chat(
            entry(1, **service, action="migrate_from_group"),
            entry(2, **service, action="invite_members"),
            entry(3, **service, action="invite_members"),
            entry(4, **service, action="Not An Action, But Somebody's Words"),
            {"id": 5, "type": "unsupported"},
            entry(6),
        )
    )
    assert [m.id for m in messages(transcript)] == ["6"]
    assert transcript.skipped == {
        "service: migrate_from_group": 1,
        "service: invite_members": 2,
        "service": 1,
        "message not in the export": 1,
    }


def test_old_exports_tell_local_time_only(export: Export) -> None:
    record = entry()
    del record["date_unixtime"]
    (message,) = messages(export(chat(record), zone=ZoneInfo("Europe/Paris")))
    assert message.sent_at == datetime(2024, 3, 4, 14, 5, 9, tzinfo=UTC)


def test_an_accounts_export_gives_its_groups_and_leaves_private_chats_alone(export: Export) -> None:
    transcript = export(
        {
            "about": "Here is the data you requested.",
            "personal_information": {"user_id": 1, "first_name": "A", "bio": "[{"},
            "contacts": {"about": "", "list": [{"user_id": 1}, {"date": "x"}]},
            "chats": {
                "about": "",
                "list": [
                    {"name": "Paul", "type": "personal_chat", "id": 9, "messages": [entry(1, 'se"cret ]}')]},
                    {"type": "saved_messages", "id": 1, "messages": [entry(2, "secret")]},
                    chat(entry(3, "un")),
                    chat(entry(4, "deux"), type="private_group", id=8, name="Amis"),
                    chat(id=10),
                ],
            },
            "left_chats": {"about": "", "list": [chat(entry(5, "trois"), id=11)]},
        }
    )
    assert [(m.chat.id, m.text) for m in messages(transcript)] == [
        ("-1001234567", "un"),
        ("-8", "deux"),
        ("-10011", "trois"),
    ]
    assert transcript.skipped == {"private chat": 2}


def test_a_broken_message_stops_nothing(export: Export) -> None:
    text = json.dumps(chat(entry(1, "un"), entry(2, "deux"), entry(3, "trois"), entry(4)), indent=1)
    transcript = export(text.replace('"text": "deux"', '"text": "deux'))
    assert [m.text for m in messages(transcript)] == ["un", "trois", "bonjour"]
    (fault,) = broken(transcript)
    assert fault.reason == "a message that is not JSON"
    assert text.splitlines()[fault.line - 1].strip() == "{"


def test_a_broken_message_does_not_move_others_into_another_chat(export: Export) -> None:
    content = {
        "chats": {"about": "", "list": [chat(entry(1, "un")), chat(entry(2, "deux"), id=8), chat(entry(3), id=9)]}
    }
    transcript = export(json.dumps(content, indent=1).replace('"text": "un"', '"text": "un'))
    assert [(m.chat.id, m.id) for m in messages(transcript)] == [("-1008", "2"), ("-1009", "3")]
    assert len(broken(transcript)) == 1


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"type": "message"}, "a message without an id"),
        (entry(date_unixtime="soon", date="yesterday"), "a message without a date"),
        (entry(date_unixtime="99999999999999", date=None), "a message without a date"),
        (entry(date_unixtime="9" * 5_000, date=[]), "a message without a date"),
        (entry(text="x" * 300_000), "a message longer than any is"),
        (["not", "a", "message"], "a message without an id"),
    ],
)
def test_records_that_lack_what_a_message_needs(export: Export, record: Any, reason: str) -> None:
    transcript = export(SUPERGROUP | {"messages": [record, entry(9)]})
    assert [m.id for m in messages(transcript)] == ["9"]
    assert [fault.reason for fault in broken(transcript)] == [reason]


def test_an_export_cut_short_gives_what_it_has(export: Export) -> None:
    text = json.dumps(chat(entry(1), entry(2), entry(3)), indent=1)
    transcript = export(text[: text.index('"id": 3')])
    assert [m.id for m in messages(transcript)] == ["1", "2"]
    assert [fault.reason for fault in broken(transcript)] == ["the file ends too early"]


def test_control_characters_as_telegram_desktop_wrote_them(export: Export) -> None:
    text = json.dumps(chat(entry(1, "a@b"), entry(2, r"C:\x41"), entry(3, "fin")), indent=1).replace("@", r"\x1F")
    assert [m.text for m in messages(export(text))] == ["a\x1fb", r"C:\x41", "fin"]


def test_half_a_surrogate_pair_and_nul_do_not_get_through(export: Export) -> None:
    text = json.dumps(chat(entry(1, "@"))).replace('"@"', r'"a\ud83d\u0000b\ud83d\ude00"')
    assert [m.text for m in messages(export(text))] == ["a\ufffdb😀"]


made_up_texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    st.lists(
        st.one_of(
            st.text(max_size=8).filter(lambda text: "\0" not in text),
            st.fixed_dictionaries({"type": st.sampled_from(["bold", "link", "mention"]), "text": st.text(max_size=8)}),
        ),
        max_size=4,
    ),
)


def plain(text: Any) -> str:
    words = text if isinstance(text, str) else "".join(p if isinstance(p, str) else p["text"] for p in text)
    return words.replace("\0", "").strip()


@settings(max_examples=150, deadline=None)
@given(st.lists(made_up_texts, max_size=8), st.sampled_from([None, 0, 1, 4]), st.integers(1, 200))
def test_any_chat_comes_back_however_it_is_cut_into_pieces(made_up: list[Any], indent: int | None, chunk: int) -> None:
    content = chat(*(entry(number, text) for number, text in enumerate(made_up)))
    text = json.dumps(content, indent=indent, ensure_ascii=bool(chunk % 2))
    position = 0

    def read(size: int) -> str:
        nonlocal position
        position += chunk
        return text[position - chunk : position]

    stream = json_stream.JsonStream(read)
    found: dict[str, Any] = {}
    for key in stream.members():
        found[key] = [stream.value() for _ in stream.items()] if key == "messages" else stream.value()
    assert found == content
    assert stream.peek() == ""


@settings(max_examples=100, deadline=None)
@given(st.lists(made_up_texts, min_size=1, max_size=8), st.integers(1, 50))
def test_skipping_ends_where_the_value_ends(made_up: list[Any], chunk: int) -> None:
    text = json.dumps([made_up, "after"])
    pieces = iter([text[at : at + chunk] for at in range(0, len(text), chunk)])
    stream = json_stream.JsonStream(lambda size: next(pieces, ""))
    items = stream.items()
    next(items)
    stream.skip()
    next(items)
    assert stream.value() == "after"


def test_a_chat_of_some_size(export: Export) -> None:
    random_ = random.Random(3)
    at = datetime(2024, 1, 1, tzinfo=UTC)
    entries = []
    for number in range(3_000):
        at += timedelta(seconds=random_.randrange(1, 300))
        entries.append(
            entry(
                number, f"message {number} " + "é" * random_.randrange(1, 200), date_unixtime=str(int(at.timestamp()))
            )
        )
    found = messages(export(chat(*entries)))
    assert [m.id for m in found] == [str(number) for number in range(3_000)]
    assert [m.text for m in found] == [record["text"] for record in entries]
    assert found[-1].sent_at == at
