"""A consent file: who agreed outside the chats, e.g. on paper or in a form, listed by name or by id as in the export.

By its name's ending:
- `.csv`, `.tsv`: a header with `name` or `id` (or both), and if wanted `state` (given, refused) and `at` (ISO 8601);
- `.yaml`, `.yml`: a list of names, or of mappings with the same keys;
- anything else: one name or id a line; blank lines and lines that begin with `#` are skipped.
"""

import csv
import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from bot.message import Member
from config.errors import EarshotError
from storage.tables import ConsentState

_COLUMNS = ("name", "id", "state", "at")
_STATES = {"": ConsentState.GIVEN, "given": ConsentState.GIVEN, "refused": ConsentState.REFUSED}


class ConsentError(EarshotError):
    """A consent file that is none, or that names two people at once."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list says of one person, and on which line."""

    line: int
    state: ConsentState
    at: datetime


class ConsentList:
    """Looks members up by id, then by name. Names are compared after Unicode normalisation and without the invisible
    marks that exports put around them; upper and lower case stay different.
    """

    def __init__(self, place: str, by_key: Mapping[str, Entry]) -> None:
        self._place = place
        self._by_key = by_key
        self._person_of: dict[str, str] = {}

    def __len__(self) -> int:
        return len(set(self._by_key.values()))

    def of(self, member: Member, person: str) -> Entry | None:
        """Return the entry of a member, whose pseudonym is `person`; None for someone who is not listed.

        Raises `ConsentError` when the name that matched has already matched another person: nobody may be heard
        because a namesake agreed.
        """
        if (entry := self._by_key.get(_normal(member.id))) is not None:
            return entry
        name = _normal(member.name)
        if (entry := self._by_key.get(name)) is not None and self._person_of.setdefault(name, person) != person:
            raise ConsentError(
                f"{self._place}, line {entry.line}: this name belongs to two members of the chats; "
                "list the one who agreed by id, as the export writes it"
            )
        return entry


def consent_from_file(path: Path) -> ConsentList:
    """Read a consent file. Raises `ConsentError` with the line for what is not understood, and for an empty one."""
    try:
        text = path.read_text("utf-8-sig")
        changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, UnicodeDecodeError) as error:
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConsentError(f"{path} cannot be read: {reason}; give a CSV, YAML or text file of who agreed") from error
    match path.suffix.lower():
        case ".csv" | ".tsv":
            rows = _from_csv(path, text)
        case ".yaml" | ".yml":
            rows = _from_yaml(path, text)
        case _:
            lines = enumerate(text.splitlines(), 1)
            rows = ((number, {"name": line}) for number, line in lines if not line.lstrip().startswith("#"))
    by_key: dict[str, Entry] = {}
    for number, row in rows:
        entry = Entry(number, _state(path, number, row), _time(path, number, row) or changed_at)
        for key in {_normal(row.get("name", "")), _normal(row.get("id", ""))} - {""}:
            former = by_key.setdefault(key, entry)
            if former.state is not entry.state:
                raise _fault(path, number, f"says otherwise than line {former.line} about the same person")
    if not by_key:
        raise ConsentError(f"{path} lists nobody; write one name or id a line, as the export shows it")
    return ConsentList(str(path), by_key)


def _from_csv(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if not {"name", "id"} & set(names) or not set(names) <= set(_COLUMNS):
        raise _fault(path, 1, f"needs a header of {', '.join(_COLUMNS)}, with at least name or id")
    reader.fieldnames = names
    try:
        for row in reader:
            if None in row or None in row.values():
                raise _fault(path, reader.line_num, f"has not {len(names)} fields like the header")
            yield reader.line_num, row
    except csv.Error as error:
        raise _fault(path, reader.line_num, f"is not valid CSV ({error})") from error


def _from_yaml(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _fault(path, line, f"is not valid YAML ({error.problem})") from error
    except yaml.YAMLError as error:
        raise _fault(path, 1, "is not valid YAML") from error
    if not isinstance(root, yaml.SequenceNode):
        raise _fault(path, 1, "must begin a list: one `- name` a line")
    for node in root.value:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            yield line, {"name": node.value}
        elif isinstance(node, yaml.MappingNode) and all(
            isinstance(n, yaml.ScalarNode) for kv in node.value for n in kv
        ):
            row = {key.value: value.value for key, value in node.value}
            if not set(row) <= set(_COLUMNS):
                raise _fault(path, line, f"may only have the keys {', '.join(_COLUMNS)}")
            yield line, row
        else:
            raise _fault(path, line, "is neither a name nor a mapping of name, id, state, at")


def _state(path: Path, line: int, row: Mapping[str, str]) -> ConsentState:
    state = _STATES.get(row.get("state", "").strip().lower())
    if state is None:
        raise _fault(path, line, "has an unknown state; write given or refused")
    return state


def _time(path: Path, line: int, row: Mapping[str, str]) -> datetime | None:
    if not (value := row.get("at", "").strip()):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise _fault(
            path, line, "has no valid time in `at`; write it like 2026-03-31 or 2026-03-31T18:00+02:00"
        ) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _normal(name: str) -> str:
    """Return a name as it is compared: one form of accents, single blanks, no invisible marks."""
    visible = "".join(sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign) != "Cf")
    return " ".join(visible.split())


def _fault(path: Path, line: int, what: str) -> ConsentError:
    return ConsentError(f"{path}, line {line}: {what}")
