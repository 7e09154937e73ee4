"""Questions with answers from text files: CSV, YAML, Markdown."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

QUESTIONS = ("question", "q", "frage", "pregunta", "domanda", "pergunta", "title", "titre")
ANSWERS = ("answer", "a", "réponse", "reponse", "antwort", "respuesta", "risposta", "resposta", "body", "text")
LANGUAGES = ("lang", "language", "langue")
SOURCES = ("source", "url", "link", "lien")


class _Composer(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):  # a few of them can stand for more than memory holds
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="references (*name) are not read", problem_mark=mark)
        return super().compose_node(parent, index)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with its answer, as it stands in a file from `line` on."""

    line: int
    question: str
    answer: str
    id: str = ""
    lang: str = ""
    source: str = ""
    translations: Mapping[str, Any] = field(default_factory=dict)


def from_csv(text: str) -> Iterator[Pair]:
    """Yield the pairs of a table whose first row names the columns: question and answer, and perhaps id, lang, source.

    Commas, semicolons or tabs separate them. Raises ValueError when those columns are missing.
    """
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        question, answer = _column(names, QUESTIONS), _column(names, ANSWERS)
        if question is None or answer is None:
            raise ValueError("line 1: the first row must name the columns; two of them are 'question' and 'answer'")
        others = {"id": _column(names, ("id",)), "lang": _column(names, LANGUAGES), "source": _column(names, SOURCES)}
        before = reader.line_num
        for row in reader:
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in row):
                more = {key: _cell(row, at) for key, at in others.items()}
                yield Pair(line, _cell(row, question), _cell(row, answer), more["id"], more["lang"], more["source"])
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: is no table: {error}") from None


def from_yaml(text: str) -> Iterator[Pair]:
    """Yield the entries of a list, or of the `faq` of a brand file. Raises ValueError when it is neither."""
    try:
        root = yaml.compose(text, Loader=_Composer)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"line {mark.line + 1 if mark else 1}: is no valid YAML") from None
    except RecursionError:
        raise ValueError("line 1: is nested too deeply") from None
    entries: yaml.Node | None = root
    if isinstance(root, yaml.MappingNode):
        entries = next((value for key, value in root.value if key.value == "faq"), None)
    if not isinstance(entries, yaml.SequenceNode):
        raise ValueError("line 1: must be a list of entries, or have one under 'faq:'")
    for node in entries.value:
        line, said = node.start_mark.line + 1, _plain(node)
        if not isinstance(said, dict):
            yield Pair(line, "", "")
            continue
        question, answer, id_, lang, source = (
            str(said.get(key) or "") for key in ("question", "answer", "id", "lang", "source")
        )
        translations = said.get("translations")
        translations = translations if isinstance(translations, dict) else {}
        yield Pair(line, question, answer, id_, lang, source, translations)


def from_markdown(text: str) -> Iterator[Pair]:
    """Yield each heading that has a text of its own under it, as a question with that text as its answer.

    A heading that only holds other headings names a chapter, and is none.
    """
    question, began, answer = "", 0, list[str]()
    fenced = False
    lines = text.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        heading = re.fullmatch(r" {0,3}#{1,6}\s+(.+?)\s*#*\s*", line) if not fenced else None
        underlined = (
            not fenced and number < len(lines) and line.strip() != "" and re.fullmatch(r"(=+|-+)\s*", lines[number])
        )
        if heading or underlined:
            if question and "\n".join(answer).strip():
                yield Pair(began, question, _unmarked("\n".join(answer)))
            question, began, answer = _unmarked(heading[1] if heading else line), number, []
        elif not (re.fullmatch(r"(=+|-+)\s*", line) and not answer):
            answer.append(line)
    if question and "\n".join(answer).strip():
        yield Pair(began, question, _unmarked("\n".join(answer)))


def _unmarked(text: str) -> str:
    """The text without Markdown's marks; addresses of links stand behind their words."""
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\[([^\]]+)\]\(<?([^)>\s]+)>?[^)]*\)", r"\1 (\2)", text)
    text = re.sub(r"(?m)^[ \t]*[*+-][ \t]+", "• ", text)
    text = re.sub(r"(?m)^[ \t]*(?:```|~~~).*$\n?", "", text)
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])[*_](?=\S)([^*_\n]+?)(?<=\S)[*_](?![\w*])", r"\1", text)
    text = re.sub(r"(?m)^[ \t]*>[ \t]?", "", text)
    text = re.sub(r"`([^`]+)`", r"\1", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+!|~<>.-])", r"\1", text).strip()


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value]
    return node.value


def _column(names: list[str], wanted: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _cell(row: list[str], at: int | None) -> str:
    return row[at] if at is not None and at < len(row) else ""
