"""Makes whatsapp_cloud_api.json (what Earshot may ask of WhatsApp) and whatsapp_updates.json (what it is told).

    python tests/peers/make_whatsapp_peers.py SPECIFICATION_YAML PYWA_UPDATES_FOLDER

The first input is `business_messaging_api_v23.yaml` of Meta (https://github.com/facebook/openapi, Meta Platform Terms):
of it the shapes of the requests that Earshot makes are taken, without descriptions, and the examples of deliveries. The
second is `tests/data/updates` of pywa 4.5.0 (https://github.com/david-lev/pywa, MIT). `send_by_id` is `send` with the
one thing that Meta documents and its specification lacks (`whatsapp_recipient.overlay.yaml`).

Members of `allOf` are merged, as Prism does: each alone forbids the fields of the others, so nothing at all would pass.
What a `discriminator` names becomes `oneOf`, which Prism does not do: so parameters of templates are checked here.
"""

import copy
import functools
import json
import operator
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
CALLS = {
    "send": ("/{Version}/{Phone-Number-ID}/messages", "post"),
    "create_group": ("/{Version}/{Phone-Number-ID}/groups", "post"),
    "invite_link": ("/{Version}/{group_id}/invite_link", "post"),
    "approve": ("/{Version}/{group_id}/join_requests", "post"),
    "reject": ("/{Version}/{group_id}/join_requests", "delete"),
}
OVERLAY = HERE / "whatsapp_recipient.overlay.yaml"
WORDS = ("description", "example", "examples", "title", "discriminator", "format", "default")


def overlaid(spec: dict[str, Any], overlay: Path = OVERLAY) -> dict[str, Any]:
    """The specification with an overlay (https://spec.openapis.org/overlay/v1.0.0), of targets that are plain paths."""
    whole = copy.deepcopy(spec)
    for action in yaml.safe_load(overlay.read_text("utf-8"))["actions"]:
        *above, last = action["target"].removeprefix("$.").split(".")
        parent = functools.reduce(operator.getitem, above, whole)
        if action.get("remove"):
            del parent[last]
        else:
            merge(parent[last], action["update"])
    return whole


def merge(into: dict[str, Any], update: dict[str, Any]) -> None:
    """Objects are merged, lists grow, everything else is replaced."""
    for key, value in update.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            into[key] += value
        else:
            into[key] = value


def plain(schema: Any, spec: dict[str, Any], *, names: bool = False, base: bool = False) -> Any:
    """The schema without words, with references resolved and allOf merged; `base` is one that others are made of."""
    if isinstance(schema, list):
        return [plain(one, spec) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return plain(spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]], spec, base=base)
    if "allOf" in schema:
        return merged([plain(one, spec, base=True) for one in schema["allOf"]])
    kinds = schema.get("discriminator", {}).get("mapping") if not (names or base or "oneOf" in schema) else None
    if kinds:
        return {"oneOf": [plain({"$ref": kind}, spec) for kind in kinds.values()]}
    return {
        key: plain(value, spec, names=key == "properties") for key, value in schema.items() if names or key not in WORDS
    }


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    for part in parts:
        whole["properties"] |= part.get("properties", {})
        whole["required"] += part.get("required", [])
        whole |= {key: part[key] for key in ("anyOf",) if key in part}
    return whole


def deliveries(node: Any, name: str = "") -> dict[str, Any]:
    """Every example of a delivery in the specification, by name."""
    found: dict[str, Any] = {}
    if isinstance(node, dict):
        if node.get("object") == "whatsapp_business_account" and "entry" in node:
            return {name: node}
        for key, value in node.items():
            found |= deliveries(value, name if key == "value" else str(key))
    elif isinstance(node, list):
        for value in node:
            found |= deliveries(value, name)
    return found


def shape(spec: dict[str, Any], path: str, method: str) -> Any:
    """The shape of the body of a request."""
    return plain(spec["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"], spec)


def main(specification: Path, updates: Path) -> None:
    spec = yaml.safe_load(specification.read_text("utf-8"))
    by_id = overlaid(spec)
    calls = {name: shape(spec, *call) for name, call in CALLS.items()}
    calls["send_by_id"] = shape(by_id, *CALLS["send"])
    source = "https://github.com/facebook/openapi business_messaging_api_v23, https://github.com/david-lev/pywa 4.5.0"
    write("whatsapp_cloud_api.json", {"source": source, "calls": calls})
    pywa = {
        f"{file.stem}/{name}": update
        for file in sorted(updates.glob("*.json"))
        for name, update in json.loads(file.read_text("utf-8")).items()
    }
    write("whatsapp_updates.json", {"source": source, "meta": deliveries(spec["paths"]), "pywa": pywa})


def write(name: str, data: dict[str, Any]) -> None:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (HERE / name).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
