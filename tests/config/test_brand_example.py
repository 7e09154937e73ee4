"""config/brand.example.yaml documents every key, and shows defaults where there are some."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from config.brand import Brand, Identity, load_brand

EXAMPLE = Path(__file__).parents[2] / "config" / "brand.example.yaml"


def fields(model: type[BaseModel], at: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, description) of each key of a model and of the models in it; lists and maps count as one entry."""
    for name, field in model.model_fields.items():
        path = f"{at}.{name}" if at else name
        yield path, field.description or ""
        for inner in models(field.annotation):
            yield from fields(inner, path)


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from models(part)


def shown(node: Any, at: str = "") -> Iterator[str]:
    """Yield the paths of the keys in a YAML document, in the same form."""
    if isinstance(node, dict):
        for key, value in node.items():
            path = f"{at}.{key}" if at else key
            yield path
            yield from shown(value, path)
    elif isinstance(node, list):
        for item in node:
            yield from shown(item, at)


def test_the_example_loads() -> None:
    assert load_brand(EXAMPLE).slug == "jardins-verdanne"


def test_the_example_shows_every_key() -> None:
    paths = set(shown(yaml.load(EXAMPLE.read_text("utf-8"), yaml.BaseLoader)))
    by_value = {
        "office_hours.days.start",
        "office_hours.days.end",
        "faq.translations.question",
        "faq.translations.answer",
    }
    missing = {path for path, _ in fields(Brand)} - paths - by_value
    assert not missing
    assert {"faq.translations.en.question", "faq.translations.en.answer", "office_hours.days.monday"} <= paths


def test_every_key_is_described() -> None:
    assert not [path for path, description in fields(Brand) if not description]


@pytest.mark.parametrize(
    "block", ["alerts", "thresholds", "digest", "retention", "consent", "office_hours", "surveys", "whatsapp"]
)
def test_the_example_shows_defaults(block: str) -> None:
    without_default = {"notice", "days", "closed_on", "nps_every_days", "templates"}
    ours = getattr(load_brand(EXAMPLE), block).model_dump(exclude=without_default)
    assert ours == getattr(Brand(brand=Identity(name="X")), block).model_dump(exclude=without_default)
