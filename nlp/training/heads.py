"""What must travel with trained weights: how to feed them and how to read them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nlp.heads import HeadSpec

__all__ = ["HEADS_FILE", "HeadSpec", "ModelCard"]

HEADS_FILE = "heads.json"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The heads by name, and how texts become tokens.

    `prefix` is put before each normalised text, `max_tokens` counts the two special tokens,
    `language_groups` maps a language code to the group whose temperature applies.
    """

    heads: Mapping[str, HeadSpec]
    prefix: str = ""
    max_tokens: int = 128
    language_groups: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write `heads.json` into `folder`."""
        (folder / HEADS_FILE).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", "utf-8")

    @classmethod
    def read(cls, folder: Path) -> "ModelCard":
        """Read `heads.json` of `folder`. Raises FileNotFoundError, or KeyError where a field is missing."""
        raw = json.loads((folder / HEADS_FILE).read_text("utf-8"))
        heads = {
            name: HeadSpec(head["kind"], tuple(head["labels"]), head["temperatures"], head["thresholds"])
            for name, head in raw["heads"].items()
        }
        return cls(heads, raw["prefix"], raw["max_tokens"], raw["language_groups"])
