"""What the apps themselves write, as real exports have it, in each language and on both systems."""

from pathlib import Path

import pytest

from bot.message import Media, Message
from bot.platforms.transcript import Broken, open_transcript
from bot.platforms.transcript.whatsapp.languages import LANGUAGES
from bot.platforms.transcript.whatsapp.wording import System

LRM, NNBSP = "\u200e", "\u202f"
GROUP = "Les Coureurs"


def table(name: str) -> list[tuple[str, str, str]]:
    """The rows of a file beside this one: language, the app's words, what they stand for."""
    rows = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip(" ") for cell in row.split(" | ")] for row in rows]
    return [(language, words, kind) for language, words, kind in cells]


ANDROID = table("system_lines_android.txt")

IOS = table("system_lines_ios.txt")

DELETED = {
    "en": ("This message was deleted", "You deleted this message", "This message was deleted by admin Ana."),
    "fr": ("Ce message a été supprimé", "Vous avez supprimé ce message."),
    "es": ("Se eliminó este mensaje.", "Eliminaste este mensaje.", "Este mensaje fue eliminado"),
    "de": ("Diese Nachricht wurde gelöscht.", "Du hast diese Nachricht gelöscht."),
    "it": ("Questo messaggio è stato eliminato", "Hai eliminato questo messaggio"),
    "pt": ("Mensagem apagada", "Você apagou esta mensagem", "Esta mensagem foi apagada", "Eliminou esta mensagem"),
}

MEDIA = table("media_lines.txt")

POLLS = {
    "en": ("POLL:", "OPTION: {} ({} votes)"),
    "fr": ("SONDAGE :", "OPTION : {} ({} votes)"),
    "es": ("ENCUESTA:", "OPCIÓN: {} ({} votos)"),
    "de": ("UMFRAGE:", "OPTION: {} ({} Stimmen)"),
    "it": ("SONDAGGIO:", "OPZIONE: {} ({} voti)"),
    "pt": ("ENQUETE:", "OPÇÃO: {} ({} votos)"),
}

EDITED = {
    "en": "<This message was edited>",
    "fr": "<Ce message a été modifié>",
    "es": "<Se editó este mensaje.>",
    "de": "<Diese Nachricht wurde bearbeitet.>",
    "it": "<Questo messaggio è stato modificato>",
    "pt": "<Mensagem editada>",
}


def read(
    folder: Path, *lines: str, head: str = "25/03/2024, 10:00 - ", end: str = "\n"
) -> tuple[list[Message], dict[str, int]]:
    """Read an export of these lines, each after `head`. Returns the messages and what was skipped."""
    path = folder / "_chat.txt"
    path.write_bytes("".join(f"{head}{line}{end}" for line in lines).encode())
    transcript = open_transcript(path)
    items = list(transcript)
    assert not any(isinstance(item, Broken) for item in items)
    return [item for item in items if isinstance(item, Message)], dict(transcript.skipped)


def test_the_six_languages_are_there() -> None:
    assert {"en", "fr", "es", "de", "it", "pt"} <= set(LANGUAGES)
    assert {language for language, _, _ in ANDROID} == set(LANGUAGES)


@pytest.mark.parametrize(("language", "line", "kind"), ANDROID)
def test_android_writes_its_own_lines_without_a_sender(tmp_path: Path, language: str, line: str, kind: str) -> None:
    messages, skipped = read(tmp_path, line, "Marie: bonjour")
    assert [m.text for m in messages] == ["bonjour"]
    assert skipped == {System[kind]: 1}


@pytest.mark.parametrize(("language", "line", "kind"), IOS)
@pytest.mark.parametrize("sender", [GROUP, "Marie"])
def test_ios_writes_its_own_lines_under_a_name_and_after_a_mark(
    tmp_path: Path, language: str, line: str, kind: str, sender: str
) -> None:
    messages, skipped = read(
        tmp_path, f"{sender}: {LRM}{line}", "Marie: bonjour", head="[25/03/2024, 10:00:00] ", end="\r\n"
    )
    assert [m.text for m in messages] == ["bonjour"]
    assert skipped == {System[kind]: 1}


@pytest.mark.parametrize(("language", "line", "kind"), IOS)
def test_the_same_words_from_a_person_are_a_message(tmp_path: Path, language: str, line: str, kind: str) -> None:
    messages, skipped = read(tmp_path, f"Marie: {line}", head="[25/03/2024, 10:00:00] ", end="\r\n")
    assert [m.text for m in messages] == [line]
    assert skipped == {}


def test_a_line_of_the_group_in_a_language_that_is_not_known(tmp_path: Path) -> None:
    messages, skipped = read(
        tmp_path,
        f"{GROUP}: {LRM}Messages and calls are end-to-end encrypted.",
        f"{GROUP}: {LRM}Anna lade till dig",
        f"Anna: {LRM}Anna lade till dig",
        head="[25/03/2024, 10:00:00] ",
        end="\r\n",
    )
    assert skipped == {System.ENCRYPTION: 1, System.OTHER: 1}
    assert [m.text for m in messages] == ["Anna lade till dig"]  # who knows; better heard than lost


@pytest.mark.parametrize(("language", "words"), [(lang, words) for lang, all_ in DELETED.items() for words in all_])
def test_deleted_messages_are_counted(tmp_path: Path, language: str, words: str) -> None:
    marks = ("", LRM) if "by admin" not in words else (LRM,)
    messages, skipped = read(tmp_path, *(f"Marie: {mark}{words}" for mark in marks))
    assert messages == []
    assert skipped == {System.DELETED: len(marks)}


@pytest.mark.parametrize(("language", "words", "kind"), MEDIA)
def test_media(tmp_path: Path, language: str, words: str, kind: str) -> None:
    (message,), skipped = read(tmp_path, f"Marie: {words}")
    assert (message.media, message.text, skipped) == (Media[kind], "", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_beside_media(tmp_path: Path, language: str) -> None:
    rows = [words for of, words, kind in MEDIA if of == language and kind == "PHOTO"]
    for words in rows:
        line = (
            f"Marie: regardez ça\nencore {words}" if words.startswith(LRM) else f"Marie: {words}\nregardez ça\nencore"
        )
        (message,), _ = read(tmp_path, line)
        assert (message.media, message.text) == (Media.PHOTO, "regardez ça\nencore")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mark", ["", LRM])
def test_polls_keep_question_and_answers(tmp_path: Path, language: str, mark: str) -> None:
    title, option = POLLS[language]
    lines = [
        f"{mark}{title}",
        "Pizza: oui ?",
        mark + option.format("Oui (bien sûr)", f"{mark}3"),
        mark + option.format("Non", "0"),
        "",
    ]
    (message,), _ = read(tmp_path, "Marie: " + "\n".join(lines))
    assert (message.media, message.text) == (Media.POLL, "Pizza: oui ?\nOui (bien sûr)\nNon")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mark", ["", LRM])
def test_edited_messages(tmp_path: Path, language: str, mark: str) -> None:
    (message,), _ = read(tmp_path, f"Marie: rendez-vous à 15h\nau lac {mark}{EDITED[language]}")
    assert (message.text, message.edited) == ("rendez-vous à 15h\nau lac", True)


@pytest.mark.parametrize(
    "words",
    [
        "image omitted? vraiment",
        "il a dit: This message was deleted",
        "https://maps.google.com/?q=pizza",
        "<3",
        "<Médias omis> mdr",
        "nullement",
        ".",
        "POLL: qui vient",
        "j'ai ajouté: du pain",
        "sondage :",
        "(fichier joint)",
        "<attached: x.jpg> says the app",
    ],
)
def test_what_people_say_about_such_words_is_theirs(tmp_path: Path, words: str) -> None:
    (message,), skipped = read(tmp_path, f"Marie: {words}")
    assert (message.text, message.media, message.edited, skipped) == (words, None, False, {})


def test_decomposed_letters_and_odd_spaces_are_the_same_words(tmp_path: Path) -> None:
    (message,), _ = read(tmp_path, "Marie: IMG-20240312-WA0001.jpg (Datei angeha\u0308ngt)")
    assert message.media is Media.PHOTO
    (message,), _ = read(tmp_path, f"Marie: {LRM}<pièce jointe{NNBSP}: 00000012-PHOTO-2024-03-12-10-02-10.jpg>")
    assert message.media is Media.PHOTO
