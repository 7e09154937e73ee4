"""What a head answers: its kind, its labels, and how its logits become calibrated probabilities."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

HEADS_FILE = "heads.json"


@dataclass(frozen=True, slots=True)
class HeadSpec:
    """One question put to a text.

    `softmax` heads choose one of `labels`; `sigmoid` heads say yes or no to each label on its own.
    `temperatures` divide the logits before the softmax or sigmoid, by language group ("default" always counts);
    `thresholds` hold, for a sigmoid label, the probability from which it is said, and for a softmax head, under
    "unsure", the top probability below which the honest answer is "don't know".
    """

    kind: Literal["softmax", "sigmoid"]
    labels: tuple[str, ...]
    temperatures: Mapping[str, float] = field(default_factory=lambda: {"default": 1.0})
    thresholds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What must travel with the weights: how to feed them and how to read them.

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
