"""Texts: each language says the same with the same variables, and a hole is an error."""

from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from config.texts import LOCALES, Texts, languages, texts


class Variables(Visitor):
    """Collects the variables of a message, and the messages and terms that it refers to."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - named by fluent.syntax
        self.names.add(node.id.name)


def messages(lang: str) -> dict[tuple[str, str], set[str]]:
    """Return the variables of each (file, message) of a language."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in sorted((LOCALES / lang).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text("utf-8")).body:
            assert not isinstance(entry, ast.Junk), f"{path}: {entry.content}"  # type: ignore[attr-defined]
            if isinstance(entry, ast.Message):
                variables = Variables()
                variables.visit(entry)
                assert (path.name, entry.id.name) not in found, f"{entry.id.name} is there twice"
                found[path.name, entry.id.name] = variables.names
    return found


def test_french_and_english_say_the_same() -> None:
    assert languages() == ("en", "fr")
    assert messages("fr") == messages("en")


def test_no_message_is_in_two_files() -> None:
    names = [name for _, name in messages("en")]
    assert len(names) == len(set(names))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for lang, lines in (("en", "hello = Hello { $name }\nonly = Only here\n"), ("fr", "hello = Bonjour { $name }\n")):
        (tmp_path / lang).mkdir()
        (tmp_path / lang / "a.ftl").write_text(lines, "utf-8")
    return tmp_path


def test_messages_in_their_language_and_english_where_one_is_missing(folder: Path) -> None:
    french = Texts("fr", folder)
    assert french.say("hello", name="Zoé") == "Bonjour Zoé"
    assert french.say("only") == "Only here"
    assert "only" in french
    assert "nothing" not in french
    assert Texts("de", folder).lang == "en"


def test_a_missing_message_or_variable_is_an_error(folder: Path) -> None:
    with pytest.raises(LookupError, match="no text 'nothing'"):
        Texts("fr", folder).say("nothing")
    with pytest.raises(LookupError, match=r"text 'hello' in fr: .*name"):
        Texts("fr", folder).say("hello")


def test_a_variable_may_be_as_long_as_people_write(folder: Path) -> None:
    long = "x{ $name } \ue000name\ue001" * 1000
    assert Texts("fr", folder).say("hello", name=long) == f"Bonjour {long}"


def test_language_tags_are_shortened() -> None:
    assert texts("fr-CA").lang == texts("FR").lang == "fr"
    assert texts("xx").lang == texts("").lang == "en"


def test_numbers_are_written_as_the_language_does(tmp_path: Path) -> None:
    for lang in ("en", "fr"):
        (tmp_path / lang).mkdir()
        (tmp_path / lang / "n.ftl").write_text("n = { $n }\n", "utf-8")
    assert Texts("en", tmp_path).say("n", n=12345.5) == "12,345.5"
    assert Texts("fr", tmp_path).say("n", n=12345.5) == "12\u202f345,5"
