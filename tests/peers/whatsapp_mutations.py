"""Deliveries to test with: Meta's and pywa's examples, and what they may become on a bad day."""

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

EXAMPLES = json.loads(Path(__file__).with_name("whatsapp_updates.json").read_text("utf-8"))
DELIVERIES = {f"{source} {name}": one for source in ("meta", "pywa") for name, one in EXAMPLES[source].items()}


def paths(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    return [here, *(path for key, value in below for path in paths(value, (*here, key)))]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def mutate(draw: st.DrawFn, delivery: Any) -> Any:
    """A delivery with some of its parts missing, extra, or of another type."""
    delivery = copy.deepcopy(delivery)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(paths(delivery)[1:]))
        node = delivery
        for key in path[:-1]:
            node = node[key]
        match draw(st.sampled_from(["drop", "replace", "extra", "repeat"])):
            case "drop":
                del node[path[-1]]
            case "replace":
                node[path[-1]] = draw(VALUES)
            case "extra" if isinstance(node[path[-1]], dict):
                node[path[-1]][draw(st.text(max_size=8))] = draw(VALUES)
            case "repeat" if isinstance(node, list):
                node.append(copy.deepcopy(node[path[-1]]))
        if len(paths(delivery)) < 2:
            break
    return delivery


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    return mutate(draw, draw(st.sampled_from(list(DELIVERIES.values()))))
