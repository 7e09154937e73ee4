"""A WhatsApp export as a whole: names, times, titles, encodings, and what is broken in it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.message import Chat, Media, Member, Message, Platform
from bot.platforms.transcript import AmbiguousDatesError, Broken, Kind, Transcript, UnknownFormatError, open_transcript
from bot.platforms.transcript.base import MAX_TEXT
from bot.platforms.transcript.whatsapp.wording import System

LRM, NNBSP = "\u200e", "\u202f"
PARIS = ZoneInfo("Europe/Paris")

Export = Callable[..., Transcript]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    def make(text: str, *, name: str = "chat.txt", encoding: str = "utf-8", **options: object) -> Transcript:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return open_transcript(path, **options)  # type: ignore[arg-type]

    return make


def messages(transcript: Transcript) -> list[Message]:
    return [item for item in transcript if isinstance(item, Message)]


def broken(transcript: Transcript) -> list[Broken]:
    return [item for item in transcript if isinstance(item, Broken)]


def test_one_message_whole(export: Export) -> None:
    transcript = export(
        "13/01/2024, 21:05 - Marie: Bonjour\nça va ?\n", name="Discussion WhatsApp avec Coureurs.txt", zone=PARIS
    )
    (message,) = messages(transcript)
    chat = Chat("Coureurs", Platform.WHATSAPP, title="Coureurs")
    assert transcript.kind is Kind.WHATSAPP
    assert transcript.chats == (chat,)
    assert message == Message(
        message.id, chat, Member("Marie", "Marie"), datetime(2024, 1, 13, 20, 5, tzinfo=UTC), "Bonjour\nça va ?"
    )
    assert len(message.id) == 20


def test_each_iteration_starts_anew(export: Export) -> None:
    transcript = export("13/01/2024, 21:05 - Marie: a\n13/01/2024, 21:06 - Marie left\nx\n13/01/2024, 21:07 - Bob: b")
    assert list(transcript) == list(transcript)
    assert transcript.skipped == {System.LEFT: 1}
    assert transcript.bytes_read == transcript.size == transcript.path.stat().st_size


def test_progress_comes_with_reading(export: Export) -> None:
    transcript = export("".join(f"13/01/2024, 21:05 - Marie: message {n}\n" for n in range(20_000)))
    assert transcript.bytes_read == 0
    seen = [transcript.bytes_read for _ in transcript]
    assert seen == sorted(seen)
    assert seen[10_000] < transcript.size
    assert seen[-1] == transcript.size


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends(export: Export, encoding: str, end: str) -> None:
    text = end.join(["13/01/2024, 21:05 - Marie: été 😀", "suite", "13/01/2024, 21:06 - Zoé: ok", ""])
    found = messages(export(text, encoding=encoding))
    assert [(m.sender.name, m.text) for m in found] == [("Marie", "été 😀\nsuite"), ("Zoé", "ok")]


def test_a_byte_that_is_no_letter_costs_a_letter_not_a_message(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_bytes(b"13/01/2024, 21:05 - Marie: caf\xe9 ou the\n")
    assert [m.text for m in messages(open_transcript(path))] == ["caf\ufffd ou the"]


def test_nul_characters_are_left_out(export: Export) -> None:
    assert [m.text for m in messages(export("13/01/2024, 21:05 - Marie: a\0b\n"))] == ["ab"]


@pytest.mark.parametrize(
    ("written", "member"),
    [
        ("Marie", Member("Marie", "Marie")),
        ("10:30 Club", Member("10:30 Club", "10:30 Club")),
        (f"~{NNBSP}Paul  L.", Member("~ Paul L.", "~ Paul L.")),
        ("\u202a+33 6 12 34 56 78\u202c", Member("+33612345678", "+33 6 12 34 56 78")),
        ("+33\u00a06\u00a012\u201134\u201156\u201178", Member("+33612345678", "+33 6 12\u201134\u201156\u201178")),
        ("06 12 34 56 78", Member("0612345678", "06 12 34 56 78")),
        ("Agent 007", Member("Agent 007", "Agent 007")),
        ("......", Member("......", "......")),
        ("\u200e\u202a", Member("(no name)", "")),
    ],
)
def test_senders(export: Export, written: str, member: Member) -> None:
    assert [m.sender for m in messages(export(f"13/01/2024, 21:05 - {written}: ok\n"))] == [member]


def test_a_name_with_a_colon_is_known_by_its_messages(export: Export) -> None:
    head = "13/01/2024, 21:05 - "
    found = messages(
        export(f"{head}Dr: Martin: un\n{head}Dr: Martin: deux: trois\n{head}Ana: note: b\n{head}Dr: Martin:\n")
    )
    assert [(m.sender.name, m.text) for m in found] == [
        ("Dr: Martin", "un"),
        ("Dr: Martin", "deux: trois"),
        ("Ana", "note: b"),
        ("Dr: Martin", ""),
    ]


def test_a_message_without_words_was_a_view_once_photo(export: Export) -> None:
    (first, second) = messages(export("13/01/2024, 21:05 - Carol:\n13/01/2024, 21:06 - Carol: \n"))
    assert (first.media, first.text) == (second.media, second.text) == (Media.OTHER, "")


def test_mentions_keep_what_holds_them_together(export: Export) -> None:
    assert [m.text for m in messages(export("13/01/2024, 21:05 - Ana: @\u2068Jean Dupont\u2069 tu viens ?\n"))] == [
        "@\u2068Jean Dupont\u2069 tu viens ?"
    ]


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("WhatsApp Chat with Runners.txt", "", "Runners"),
        ("WhatsApp Chat - Runners (2).txt", "", "Runners"),
        ("Discussion WhatsApp avec Les Coureurs.txt", "", "Les Coureurs"),
        ("Chat de WhatsApp con Corredores.txt", "", "Corredores"),
        ("WhatsApp-Chat mit Läufer.txt", "", "Läufer"),
        ("Chat WhatsApp con Corridori.txt", "", "Corridori"),
        ("Conversa do WhatsApp com Corredores.txt", "", "Corredores"),
        (
            "_chat.txt",
            f"[13/01/24, 21:00:00] Runners: {LRM}Messages and calls are end-to-end encrypted.\r\n",
            "Runners",
        ),
        ("_chat.txt", f"[13/01/24, 21:00:00] Ana: {LRM}Ana a créé le groupe « Coureurs »\r\n", "Coureurs"),
        ("export.txt", "", "export"),
    ],
)
def test_titles(export: Export, name: str, content: str, title: str) -> None:
    transcript = export(content + "[13/01/24, 21:05:00] Marie: ok\r\n", name=name)
    assert [chat.title for chat in transcript.chats] == [title]
    assert export(content + "[13/01/24, 21:05:00] Marie: ok\r\n", name=name, title="Mine").chats[0].title == "Mine"


def test_what_is_broken_is_told_by_line_and_reason_and_stops_nothing(export: Export) -> None:
    transcript = export(
        "Exported by somebody\n"
        "\n"
        "13/01/2024, 21:05 - Marie: un\n"
        "31/02/2024, 21:05 - Marie: deux\n"
        "suite de deux\n"
        "13/01/2024, 21:07 - Marie: trois\n"
    )
    assert [m.text for m in messages(transcript)] == ["un", "trois"]
    assert broken(transcript) == [
        Broken("chat.txt", 1, "text before the first message"),
        Broken("chat.txt", 4, "a date that does not exist"),
    ]


def test_a_message_without_end_is_cut_and_told(export: Export) -> None:
    line = "x" * 1_000 + "\n"
    transcript = export("13/01/2024, 21:05 - Marie: " + line * 500 + "13/01/2024, 21:06 - Bob: ok\n")
    first, second = messages(transcript)
    assert MAX_TEXT - 2_000 < len(first.text) <= MAX_TEXT
    assert second.text == "ok"
    assert [fault.reason for fault in broken(transcript)] == ["a message longer than any is"]


def test_two_exports_glued_together(export: Export) -> None:
    """A phone was changed: the second half is in another layout, and long enough not to be a quotation."""
    first = "".join(f"13/01/2024, 21:{n % 60:02} - Marie: {n}\n" for n in range(100))
    second = "".join(f"[14.02.24, 21:{n % 60:02}:00] Marie: {n}\n" for n in range(100))
    assert len(messages(export(first + second))) == 200


def test_lines_quoted_from_another_phone_stay_in_their_message(export: Export) -> None:
    text = "13/01/2024, 21:05 - Marie: regardez\n[12/01/24, 10:30:12] Bob: quoi\n13/01/2024, 21:06 - Zoé: ah\n"
    assert [m.text for m in messages(export(text))] == ["regardez\n[12/01/24, 10:30:12] Bob: quoi", "ah"]


def test_an_iphone_ends_messages_otherwise_than_lines(export: Export) -> None:
    head = "[13/01/24, 21:05:00] "
    text = f"{head}Marie: il a écrit\n{head}Bob: oui\net moi non\r\n{head}Zoé: ah\r\n{head}Zoé: bon\r\n"
    assert [m.text for m in messages(export(text))] == [f"il a écrit\n{head}Bob: oui\net moi non", "ah", "bon"]


class TestDateOrder:
    def test_a_day_above_twelve_decides(self, export: Export) -> None:
        text = "03/04/2024, 10:00 - A: x\n03/15/2024, 10:00 - A: y\n"
        assert [m.sent_at.month for m in messages(export(text))] == [3, 3]

    def test_going_back_in_time_decides(self, export: Export) -> None:
        text = "11/03/2024, 10:00 - A: x\n12/03/2024, 10:00 - A: y\n01/04/2024, 10:00 - A: z\n"
        assert [m.sent_at.month for m in messages(export(text))] == [3, 3, 4]

    def test_one_late_message_decides_nothing(self, export: Export) -> None:
        days = ("03/04", "04/04", "03/04", "05/04")
        text = "".join(f"{day}/2024, 10:00 - A: x\n" for day in days)
        with pytest.raises(AmbiguousDatesError):
            export(text)

    def test_the_date_in_a_files_name_decides(self, export: Export) -> None:
        text = "03/04/2024, 10:00 - A: IMG-20240403-WA0001.jpg (file attached)\n05/04/2024, 10:00 - A: y\n"
        assert [m.sent_at.month for m in messages(export(text))] == [4, 4]

    def test_dots_are_always_day_first(self, export: Export) -> None:
        assert [m.sent_at.month for m in messages(export("03.04.24, 10:00 - A: x\n"))] == [4]

    def test_a_year_of_four_digits_in_front_is_plain(self, export: Export) -> None:
        assert [m.sent_at.month for m in messages(export("2024/03/04, 10:00 - A: x\n"))] == [3]

    def test_a_short_year_in_front_is_found_by_its_days(self, export: Export) -> None:
        text = "24-01-30 10:00 - A: x\n24-01-31 10:00 - A: y\n24-02-01 10:00 - A: z\n"
        assert [(m.sent_at.year, m.sent_at.month) for m in messages(export(text))] == [(2024, 1), (2024, 1), (2024, 2)]

    def test_a_date_that_reads_the_same_needs_no_answer(self, export: Export) -> None:
        assert [m.sent_at.month for m in messages(export("04/04/2024, 10:00 - A: x\n"))] == [4]

    def test_when_nothing_decides_a_person_must(self, export: Export) -> None:
        text = "03/04/2024, 10:00 - A: secret\n05/04/2024, 10:00 - A: secret\n"
        with pytest.raises(AmbiguousDatesError, match="--date-order dmy or --date-order mdy") as asked:
            export(text)
        assert "secret" not in str(asked.value)
        assert [m.sent_at.month for m in messages(export(text, date_order="dmy"))] == [4, 4]
        assert [m.sent_at.month for m in messages(export(text, date_order="mdy"))] == [3, 5]

    def test_a_persons_word_does_not_make_dates_impossible(self, export: Export) -> None:
        """With several files on one command line, the word is for those that leave it open."""
        assert [m.sent_at.month for m in messages(export("31/01/2024, 10:00 - A: x\n", date_order="mdy"))] == [1]

    def test_dates_that_never_were(self, export: Export) -> None:
        with pytest.raises(UnknownFormatError, match="none of the dates"):
            export("45/99/2024, 10:00 - A: x\n")


class TestClock:
    @pytest.mark.parametrize(
        ("written", "hour"),
        [
            ("0:05", 0),
            ("12:05 AM", 0),
            ("12:05 PM", 12),
            ("1:05 pm", 13),
            ("11:05\u202fp.\u00a0m.", 23),
            ("12:05 a. m.", 0),
            ("23.05", 23),
            ("13 h 05", 13),
            ("0:05 PM", 12),
            ("01:05 nachm.", 13),
        ],
    )
    def test_hours(self, export: Export, written: str, hour: int) -> None:
        (message,) = messages(export(f"13/01/2024, {written} - A: x\n"))
        assert (message.sent_at.hour, message.sent_at.minute) == (hour, 5)

    def test_summer_time(self, export: Export) -> None:
        found = messages(export("30/03/2024, 12:00 - A: x\n31/03/2024, 12:00 - A: y\n", zone=PARIS))
        assert [m.sent_at.hour for m in found] == [11, 10]
        assert {m.sent_at.tzinfo for m in found} == {UTC}

    def test_a_time_that_does_not_exist_is_text(self, export: Export) -> None:
        found = messages(export("13/01/2024, 10:00 - A: x\n13/01/2024, 25:00 - B: y\n"))
        assert [m.text for m in found] == ["x\n13/01/2024, 25:00 - B: y"]


def test_arabic_digits_and_marks(export: Export) -> None:
    (message,) = messages(export("\u200f٢٥\u200f/٣\u200f/٢٠٢٤، ٩:٠٥ م - A: x\n"))
    assert message.sent_at == datetime(2024, 3, 25, 21, 5, tzinfo=UTC)
