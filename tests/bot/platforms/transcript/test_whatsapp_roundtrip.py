"""Chats written in every layout come back as they were.

What a layout does not carry, and what is therefore not expected back:
- seconds, on Android and in some old layouts;
- the kind of media, on Android without files; words beside a document, on an iPhone;
- white space and direction marks at the ends of a text, which the app takes off or adds itself;
- on Android, where all lines end alike, a line of a text that is exactly a head of the file's own layout;
- a name with ": " in it, until three messages begin with it; and who says "Bob: ..." three times and nothing else.
"""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_up_chats import CHAT, chats, long_chat
from whatsapp_layouts import LAYOUTS, Layout, write_chat

from bot.message import Media, Member, Message
from bot.platforms.transcript import AmbiguousDatesError, Broken, open_transcript
from bot.platforms.transcript.whatsapp.heads import parse_head

PARIS = ZoneInfo("Europe/Paris")

layouts = st.sampled_from(LAYOUTS)


def read(text: str, **options: object) -> list[Message | Broken]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "WhatsApp Chat with Les Coureurs du lac.txt")
        path.write_bytes(text.encode())
        return list(open_transcript(path, **options))  # type: ignore[arg-type]


def carried(messages: list[Message], layout: Layout) -> list[tuple[Member, str, str, Media | None, bool]]:
    media = {kind: kind if layout.marked or layout.media else Media.OTHER for kind in Media}
    return [
        (m.sender, layout.carries(m.sent_at).isoformat(), m.text, m.media and media[m.media], m.edited)
        for m in messages
    ]


def told(items: list[Message | Broken]) -> list[tuple[Member, str, str, Media | None, bool]]:
    assert [item for item in items if isinstance(item, Broken)] == []
    return [(m.sender, m.sent_at.isoformat(), m.text, m.media, m.edited) for m in items if isinstance(m, Message)]


def tellable(messages: list[Message], layout: Layout) -> bool:
    """Whether the layout can carry these texts at all (see above)."""
    own = parse_head(layout.write_head(messages[0].sent_at) + "a: b")
    assert own is not None, "a head that is not recognised"
    lines = [
        line
        for message in messages
        for line in message.text.split("\n")[0 if message.media and not layout.marked else 1 :]  # a caption comes below
    ]
    alike = sum(1 for line in lines if (head := parse_head(line)) is not None and head.shape == own.shape)
    return alike == 0 or (layout.marked and alike < len(messages) - 1)


def one_voiced(messages: list[Message]) -> bool:
    """Whether somebody begins all of three or more messages with the same words before a colon."""
    said: dict[str, list[str]] = {}
    for message in messages:
        said.setdefault(message.sender.name, []).append(message.text.split("\n")[0].partition(": ")[0])
    return any(len(begun) >= 3 and len(set(begun)) == 1 for begun in said.values())


@settings(max_examples=250, deadline=None)
@given(chats(), layouts)
def test_every_layout_gives_its_chat_back(messages: list[Message], layout: Layout) -> None:
    assume(tellable(messages, layout) and not one_voiced(messages))
    found = read(write_chat(messages, layout, PARIS), zone=PARIS, date_order=layout.order)
    assert told(found) == carried(messages, layout)


@settings(max_examples=150, deadline=None)
@given(chats(media=False), layouts)
def test_dates_are_read_right_or_asked_about_but_never_guessed(messages: list[Message], layout: Layout) -> None:
    assume(tellable(messages, layout) and not one_voiced(messages))
    with suppress(AmbiguousDatesError):
        assert told(read(write_chat(messages, layout, PARIS), zone=PARIS)) == carried(messages, layout)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_long_chat_needs_no_hint(layout: Layout) -> None:
    messages = [m for m in long_chat(400) if m.media is None]
    found = read(write_chat(messages, layout, PARIS, group="Les Coureurs du lac"), zone=PARIS)
    assert told(found) == carried(messages, layout)


def test_layouts_differ_in_head_or_wording() -> None:
    sample = next(long_chat(1))
    heads = {(layout.write_head(sample.sent_at), layout.language, layout.media) for layout in LAYOUTS}
    assert len(LAYOUTS) >= 12
    assert len(heads) >= len(LAYOUTS) - 4  # some countries write alike at some hours


@settings(max_examples=60, deadline=None)
@given(chats(), layouts, st.integers(0, 4), st.integers(0, 4))
def test_a_later_longer_export_gives_the_same_ids(
    messages: list[Message], layout: Layout, dropped: int, added: int
) -> None:
    """WhatsApp exports the newest 40,000 messages: of a later export the beginning may be missing, the end is new."""
    assume(tellable(messages, layout) and len(messages) > dropped + added)
    assume(not one_voiced(messages))

    def ids(of: list[Message]) -> list[str]:
        text = write_chat(of, layout, PARIS)
        return [m.id for m in read(text, zone=PARIS, date_order=layout.order) if isinstance(m, Message)]

    early, late = messages[: len(messages) - added], messages[dropped:]
    assume(tellable(early, layout) and tellable(late, layout) and not one_voiced(early) and not one_voiced(late))
    assert ids(late)[: len(early) - dropped] == ids(early)[dropped:]
    assert len(set(ids(messages))) == len(messages)


def test_equal_messages_of_one_minute_have_ids_of_their_own() -> None:
    line = "12/03/2024, 10:00 - Marie: ok\n"
    later = "13/03/2024, 10:00 - Marie: ok\n"
    ids = [m.id for m in read(line * 3 + later) if isinstance(m, Message)]
    again = [m.id for m in read(line * 3, date_order="dmy") if isinstance(m, Message)]
    assert len(set(ids)) == 4
    assert ids[:3] == again


def test_files_left_out_or_included_make_no_difference_to_ids() -> None:
    bare = next(layout for layout in LAYOUTS if layout.name == "android-fr-24h")
    full = next(layout for layout in LAYOUTS if layout.name == "android-fr-24h-media")
    messages = list(long_chat(200))
    one, other = (
        [m.id for m in read(write_chat(messages, layout, PARIS)) if isinstance(m, Message)] for layout in (bare, full)
    )
    assert one == other


def test_the_chat_is_named_after_the_file() -> None:
    found = read("12/03/2024, 10:00 - Marie: ok\n13/03/2024, 10:00 - Marie: ok\n")
    assert {m.chat for m in found if isinstance(m, Message)} == {CHAT}
