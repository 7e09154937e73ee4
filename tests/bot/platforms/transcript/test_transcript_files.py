"""What a file is, what is around it, and what happens when it is none of what is read, damaged, or made to harm."""

import gzip
import io
import json
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_chats import long_chat
from telegram_writer import write_export
from whatsapp_layouts import LAYOUTS, write_chat

from bot.message import Message
from bot.platforms.transcript import (
    Broken,
    Kind,
    TranscriptError,
    UnknownFormatError,
    UnreadableFileError,
    open_transcript,
    source,
)

UTC = ZoneInfo("UTC")
ANDROID = next(layout for layout in LAYOUTS if layout.name == "android-fr-24h")
IOS = next(layout for layout in LAYOUTS if layout.name == "ios-en-US-12h")


def zipped(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def json_lines(count: int) -> bytes:
    return "".join(json.dumps({"text": m.text, "t": m.sent_at.isoformat()}) + "\n" for m in long_chat(count)).encode()


SAMPLES: dict[str, tuple[Kind, bytes]] = {
    "android": (Kind.WHATSAPP, write_chat(long_chat(60), ANDROID, UTC).encode()),
    "ios": (Kind.WHATSAPP, write_chat(long_chat(60), IOS, UTC, group="Les Coureurs").encode()),
    "utf-16": (Kind.WHATSAPP, write_chat(long_chat(60), ANDROID, UTC).encode("utf-16")),
    "telegram": (Kind.TELEGRAM, write_export(long_chat(60)).encode()),
    "telegram on one line": (Kind.TELEGRAM, write_export(long_chat(60), indent=None).encode()),
    "json lines": (Kind.JSONL, json_lines(60)),
}
SAMPLES["zip"] = (Kind.WHATSAPP, zipped(("_chat.txt", SAMPLES["ios"][1]), ("00000001-PHOTO.jpg", b"\xff\xd8\xff")))
SAMPLES["gzip"] = (Kind.JSONL, gzip.compress(SAMPLES["json lines"][1]))


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("called", ["a.txt", "a.json", "a", "a.jpg"])
def test_the_kind_is_known_by_the_content(tmp_path: Path, name: str, called: str) -> None:
    kind, content = SAMPLES[name]
    path = tmp_path / called
    path.write_bytes(content)
    transcript = open_transcript(path)
    items = list(transcript)
    assert transcript.kind is kind
    assert len(items) == 60
    assert all(isinstance(item, Message) for item in items)
    assert transcript.bytes_read == transcript.size


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
        (b"SQLite format 3\0" + bytes(100), "a database"),
        (bytes(range(256)) * 4, "binary data"),
        (b"<!DOCTYPE html><html><body class='page_wrap'>", "Machine-readable JSON"),
        (b"date,sender,text\n2024-01-01,Marie,bonjour\n", "text without a dated line"),
        ("Ma liste de courses secrète\n- du pain\n".encode(), "text without a dated line"),
        (b'[{"text": "a"}]', "a JSON array; write one object a line"),
        (b'[\n  {"text": "a"}\n]', "a JSON array; write one object a line"),
        (b'{"name": "x", "version": 1}\n', "JSON with neither"),
        (gzip.compress(gzip.compress(b"x")), "an archive inside an archive"),
    ],
)
def test_other_files_are_refused_with_what_was_expected_and_seen(tmp_path: Path, content: bytes, seen: str) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    with pytest.raises(UnknownFormatError, match="expected a chat exported from WhatsApp") as refused:
        open_transcript(path)
    assert seen in str(refused.value)
    assert str(refused.value).startswith("file.txt: ")
    assert "secrète" not in str(refused.value)


def test_there_must_be_a_file_with_something_in_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no such file"):
        open_transcript(tmp_path / "nowhere.txt")
    with pytest.raises(UnreadableFileError, match="is a folder"):
        open_transcript(tmp_path)
    for content in (b"", b" \n\t\r\n", gzip.compress(b"")):
        (tmp_path / "empty.txt").write_bytes(content)
        with pytest.raises(UnreadableFileError, match="is empty"):
            open_transcript(tmp_path / "empty.txt")


def test_a_date_order_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "chat.txt").write_bytes(SAMPLES["android"][1])
    with pytest.raises(TranscriptError, match="--date-order dym: must be one of dmy, mdy, ymd"):
        open_transcript(tmp_path / "chat.txt", date_order="dym")


class TestArchives:
    CHAT = SAMPLES["android"][1]

    @pytest.mark.parametrize(
        ("members", "title"),
        [
            ((("_chat.txt", CHAT), ("notes.txt", b"du pain"), ("IMG-1.jpg", b"x")), "WhatsApp Chat - Lac"),
            ((("WhatsApp Chat with Lac.txt", CHAT), ("notes.txt", b"du pain")), "Lac"),
            ((("export/ChatExport/result.json", SAMPLES["telegram"][1]),), None),
            ((("__MACOSX/._chat.txt", b"\0"), ("sub/_chat.txt", CHAT)), "WhatsApp Chat - Lac"),
            ((("whatever.txt", CHAT), ("IMG-1.jpg", b"x")), "whatever"),
            ((("archive.txt", CHAT), ("b.txt", b"x")), "archive"),
        ],
    )
    def test_the_chat_is_found_among_its_attachments(
        self, tmp_path: Path, members: tuple[tuple[str, bytes], ...], title: str | None
    ) -> None:
        path = tmp_path / ("archive.zip" if title == "archive" else "WhatsApp Chat - Lac.zip")
        path.write_bytes(zipped(*members))
        transcript = open_transcript(path)
        assert len(list(transcript)) == 60
        if title:
            assert transcript.chats[0].title == title.removeprefix("WhatsApp Chat - ")
        assert [file.name for file in tmp_path.iterdir()] == [path.name]  # nothing is unpacked

    @pytest.mark.parametrize(
        ("members", "reason"),
        [
            ((("IMG-1.jpg", b"x"),), "found no text file"),
            ((("a.txt", b"x"), ("b.txt", b"y")), "found 2 text files and none of them is named like one"),
            ((("_chat.txt", b""),), "is empty"),
        ],
    )
    def test_archives_without_a_chat(self, tmp_path: Path, members: tuple[tuple[str, bytes], ...], reason: str) -> None:
        (tmp_path / "x.zip").write_bytes(zipped(*members))
        with pytest.raises(UnreadableFileError, match=reason):
            open_transcript(tmp_path / "x.zip")

    def test_a_locked_archive(self, tmp_path: Path) -> None:
        content = bytearray(zipped(("_chat.txt", self.CHAT)))
        for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = content.index(magic) + offset
            content[at : at + 2] = struct.pack("<H", 1)
        (tmp_path / "x.zip").write_bytes(content)
        with pytest.raises(UnreadableFileError, match="locked with a password"):
            open_transcript(tmp_path / "x.zip")

    def test_an_archive_made_to_exhaust_the_machine(self, tmp_path: Path) -> None:
        line = b"13/01/2024, 10:00 - Marie: ok\n"
        (tmp_path / "x.zip").write_bytes(zipped(("_chat.txt", line * 1_000_000)))
        with pytest.raises(UnreadableFileError, match="200 times its size"):
            open_transcript(tmp_path / "x.zip")

    def test_an_archive_that_lies_about_its_size_ends_where_it_said(self, tmp_path: Path) -> None:
        content = bytearray(zipped(("_chat.txt", write_chat(long_chat(3_000), ANDROID, UTC).encode())))
        for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            at = content.index(magic) + offset
            content[at : at + 4] = struct.pack("<I", 150_000)
        (tmp_path / "x.zip").write_bytes(content)
        items = list(open_transcript(tmp_path / "x.zip"))
        assert items[-1] == Broken("x.zip", items[-1].line, "the file is damaged here; what follows cannot be read")  # type: ignore[union-attr]
        assert 500 < len(items) < 2_000

    def test_a_gzip_made_to_exhaust_the_machine_is_cut(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(source, "RATIO_FROM", 100_000)
        (tmp_path / "x.gz").write_bytes(gzip.compress(b'{"text": "ok", "media": "photo"}\n' * 100_000))
        items = list(open_transcript(tmp_path / "x.gz"))
        assert isinstance(items[-1], Broken)
        assert items[-1].reason.startswith("the file unpacks to more than 4 GiB or 200 times its size")
        assert len(items) < 90_000

    def test_a_download_that_was_cut_short_gives_what_it_has(self, tmp_path: Path) -> None:
        (tmp_path / "x.gz").write_bytes(gzip.compress(json_lines(5_000))[:-20_000])
        items = list(open_transcript(tmp_path / "x.gz"))
        assert len(items) > 1_000
        assert [item.reason for item in items if isinstance(item, Broken)][-1] == (
            "the file is damaged here; what follows cannot be read"
        )


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted(SAMPLES)),
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from(["set", "cut", "drop", "copy"]), st.binary(max_size=6)), max_size=8
    ),
)
def test_a_damaged_file_is_refused_or_read_as_far_as_it_goes(
    tmp_path_factory: pytest.TempPathFactory, name: str, damage: list[tuple[float, str, bytes]]
) -> None:
    content = bytearray(SAMPLES[name][1])
    for where, how, data in damage:
        at = int(where * len(content))
        if how == "set":
            content[at : at + len(data)] = data
        elif how == "cut":
            del content[at:]
        elif how == "drop":
            del content[at : at + 40]
        else:
            content[at:at] = content[at : at + 200]
    path = tmp_path_factory.mktemp("damaged") / "chat"
    path.write_bytes(content)
    with suppress(TranscriptError):
        items = list(open_transcript(path, date_order="mdy" if name in ("ios", "zip") else "dmy"))
        assert all(isinstance(item, Message | Broken) for item in items)


@pytest.mark.parametrize(
    "text",
    [
        "\u200e" * 200_000,
        "[" + "\u200e" * 200_000 + "1",
        " " * 200_000 + "<a>",
        "<" * 200_000 + ">",
        "POLL:\nOPTION: a" + " " * 200_000 + "b",
        "(" * 200_000 + " (file attached)",
        "a: " * 60_000,
        "1/1/24, " * 20_000,
        "“" * 200_000,
        "<attached: " * 20_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_no_text_costs_its_length_squared(tmp_path: Path, text: str) -> None:
    head = "25/03/2024, 10:00 - "
    (tmp_path / "chat").write_text(
        f"{head}Marie: {text}\n{text}\n{head}{text}\n{head}Zoé: \u200e{text}\n{head}Zoé: ok\n"
    )
    began = time.process_time()
    items = list(open_transcript(tmp_path / "chat"))
    assert isinstance(items[-1], Message)
    assert items[-1].text == "ok"
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: write_chat(long_chat(20_000), ANDROID, UTC),
        lambda: write_export(long_chat(20_000)),
        lambda: json_lines(20_000).decode(),
    ],
    ids=["whatsapp", "telegram", "json lines"],
)
def test_memory_does_not_grow_with_the_file(tmp_path: Path, make: Callable[[], str]) -> None:
    path = tmp_path / "chat"
    path.write_text(make(), encoding="utf-8")
    tracemalloc.start()
    try:
        count = sum(1 for item in open_transcript(path) if isinstance(item, Message))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 5 << 20  # the Telegram file has 8 MiB; 50,000 messages measure the same
