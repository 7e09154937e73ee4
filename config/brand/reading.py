"""Reading a brand file: YAML whose every error names file, line and key, and says what is allowed.

All plain values are read as text and take the type that their key asks for: `no` is Norwegian, `22:00` a time and
`007` an id, whatever YAML 1.1 makes of them.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.brand.model import Brand
from config.errors import ConfigError

Key = tuple[str | int, ...]
NARRATIVES = "narratives"


class _Composer(yaml.BaseLoader):
    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="references (*name) are not read; write the value out",
                problem_mark=self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        return super().compose_node(parent, index)


def load_brand(path: Path | str, *, ignore_narratives: bool = False) -> Brand:
    """Read and check a brand file.

    `ignore_narratives` also accepts the labelled stories of a hand-written scenario, for measuring. Raises ConfigError
    with one line a fault: file, line, key, what is wrong and what is allowed.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such brand file; start from config/brand.example.yaml, or name another with --brand"
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text (byte {error.start}); save it again as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    return parse_brand(text, name=str(path), ignore_narratives=ignore_narratives)


def parse_brand(text: str, *, name: str = "brand file", ignore_narratives: bool = False) -> Brand:
    """Read and check the text of a brand file; `name` stands for it in errors. Raises ConfigError like `load_brand`."""
    reader = _Reader(name)
    data = reader.read(text)
    if ignore_narratives:
        data.pop(NARRATIVES, None)
    try:
        return Brand.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        # A list whose entries are wrong is also told to be too short; that is no fault of its own.
        wrong = {detail["loc"][:-1] for detail in details}
        faults = [reader.fault(d) for d in details if not (d["type"] == "too_short" and d["loc"] in wrong)]
        raise ConfigError("\n".join(line for _, line in sorted(faults))) from None


class _Reader:
    """Turns YAML nodes into plain data and remembers the line of each key."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: dict[Key, int] = {(): 1}

    def read(self, text: str) -> dict[str, Any]:
        try:
            root = yaml.compose(text, Loader=_Composer)
            data = self._plain(root, ()) if root is not None else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._error(mark.line + 1 if mark else 1, f"is no valid YAML: {error.problem}") from None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise self._error(line, "holds a character that YAML does not allow; remove it") from None
        except RecursionError:
            raise self._error(1, "is nested too deeply") from None
        if not isinstance(data, dict):
            raise self._error(1, "is no brand file; it begins with 'brand:' and, indented below, 'name:'")
        return data

    def _plain(self, node: yaml.Node, at: Key) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                self._lines[*at, number] = _line(item)
            return [self._plain(item, (*at, number)) for number, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        empty = node.style is None and node.value in ("", "~", "null")
        return None if empty else node.value

    def _mapping(self, node: yaml.MappingNode, at: Key) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._error(_line(key_node), "a key must be a plain word", at)
            key = key_node.value
            if key in data:
                raise self._error(
                    _line(key_node), f"the key is given twice (first on line {self._lines[*at, key]})", (*at, key)
                )
            self._lines[*at, key] = _line(key_node)
            data[key] = self._plain(value_node, (*at, key))
        # A key left empty means its default; it stays in `data` until now so that giving it twice is seen.
        return {key: value for key, value in data.items() if value is not None}

    def _error(self, line: int, what: str, at: Key = ()) -> ConfigError:
        return ConfigError(f"{self._name}, line {line}: {_path(at) + ': ' if at else ''}{what}")

    def fault(self, detail: ErrorDetails) -> tuple[int, str]:
        """Return the line of a pydantic error and the sentence for it."""
        context: Mapping[str, Any] = detail.get("ctx", {})
        at = tuple(part for part in detail["loc"] if part != "[key]") + tuple(context.get("at", ()))
        known = at
        while known not in self._lines:
            known = known[:-1]
        line = self._lines[known]
        return line, f"{self._name}, line {line}: {_path(at)}: {_explain(detail, at)}"


def _explain(detail: ErrorDetails, at: Key) -> str:
    """Return what is wrong and what is allowed."""
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden" if at == (NARRATIVES,):
            return "are labels for measuring, no part of a brand file; remove the block"
        case "extra_forbidden":
            return f"is no key here; {_allowed(at)}"
        case "literal_error" | "enum":
            return f"must be {context['expected']}, not {_shown(detail['input'])}"
        case "string_too_short" | "too_short":
            return "must not be empty"
        case "model_type" | "dict_type" | "model_attributes_type":
            return "must be a block of 'key: value' lines"
        case "tuple_type" | "list_type":
            return "must be a list: lines beginning with '- ', or [a, b]"
        case "string_type":
            return "must be text, not a list or a block"
        case "int_parsing" | "int_type" | "float_parsing" | "float_type":
            return f"must be a number, not {_shown(detail['input'])}"
        case "bool_parsing" | "bool_type":
            return f"must be true or false, not {_shown(detail['input'])}"
        case kind if kind.startswith("date_"):
            return f"must be a day written YYYY-MM-DD, not {_shown(detail['input'])}"
        case "greater_than_equal" | "less_than_equal":
            return f"must be {_limits(context)}, not {_shown(detail['input'])}"
        case "id" | "slug" | "language" | "duration" | "clock" | "web_address" | "time_zone" | "span":
            return f"{_shown(detail['input'])} {detail['msg']}"
    return detail["msg"]


def _limits(context: Mapping[str, Any]) -> str:
    return f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"


def _allowed(at: Key) -> str:
    model = _model_at(at[:-1])
    keys = sorted(model.model_fields) if model else []
    near = get_close_matches(str(at[-1]), keys, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{hint}allowed: {', '.join(keys)}"


def _model_at(at: Key) -> type[BaseModel] | None:
    """Return the model of the block at a place in the file."""
    model: type[BaseModel] | None = Brand
    for part in at:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part) if model else None
        model = next(_models(field.annotation), model) if field else model
    return model


def _models(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else type(value).__name__
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _path(at: Key) -> str:
    path = ""
    for part in at:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "the file"
