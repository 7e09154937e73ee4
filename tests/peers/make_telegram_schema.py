"""Makes tests/peers/telegram_bot_api.json, a JSON Schema of what Earshot receives from and calls on Telegram.

    python tests/peers/make_telegram_schema.py BOT_API_JSON

The input is `api.json` of https://github.com/PaulSonOfLars/telegram-bot-api-spec (MIT), the Bot API as data.
"""

import json
import sys
from pathlib import Path
from typing import Any

OUT = Path(__file__).with_name("telegram_bot_api.json")
KINDS = ("message", "edited_message", "message_reaction", "callback_query", "my_chat_member", "chat_member")
METHODS = (
    "answerCallbackQuery",
    "createForumTopic",
    "deleteMessage",
    "deleteWebhook",
    "editForumTopic",
    "editMessageCaption",
    "editMessageText",
    "getChat",
    "getChatMember",
    "getFile",
    "getMe",
    "getUpdates",
    "leaveChat",
    "pinChatMessage",
    "sendAnimation",
    "sendAudio",
    "sendChatAction",
    "sendDocument",
    "sendMessage",
    "sendPhoto",
    "sendSticker",
    "sendVideo",
    "sendVideoNote",
    "sendVoice",
    "setMyCommands",
    "setWebhook",
)
PLAIN = {"Integer": "integer", "String": "string", "Boolean": "boolean", "Float": "number"}


def schema_of(type_: str) -> dict[str, Any]:
    if type_.startswith("Array of "):
        return {"type": "array", "items": schema_of(type_.removeprefix("Array of "))}
    return {"type": PLAIN[type_]} if type_ in PLAIN else {"$ref": f"#/$defs/{type_}"}


def any_of(types: list[str]) -> dict[str, Any]:
    schemas = [schema_of(type_) for type_ in types]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def fields_of(fields: list[dict[str, Any]]) -> dict[str, Any]:
    required = [field["name"] for field in fields if field["required"] and "InputFile" not in field["types"]]
    properties = {field["name"]: any_of(field["types"]) for field in fields}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def definition(type_: dict[str, Any]) -> dict[str, Any]:
    return any_of(type_["subtypes"]) if "subtypes" in type_ else fields_of(type_.get("fields", []))


def references(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["$ref"].removeprefix("#/$defs/")} if "$ref" in schema else set()
        return own.union(*map(references, schema.values()))
    return set().union(*map(references, schema)) if isinstance(schema, list) else set()


def main(source: Path) -> None:
    api = json.loads(source.read_text("utf-8"))
    fields = [field for field in api["types"]["Update"]["fields"] if field["name"] in ("update_id", *KINDS)]
    definitions = {"Update": fields_of(fields)}
    calls = {name: fields_of(api["methods"][name].get("fields", [])) for name in METHODS}
    missing = references(definitions) | references(calls)
    while missing:
        definitions |= {name: definition(api["types"][name]) for name in missing if name in api["types"]}
        definitions |= {name: {} for name in missing if name not in api["types"]}
        missing = references(definitions) - definitions.keys()
    extract = {
        "$comment": f"Made by {Path(__file__).name} from {api['version']} of PaulSonOfLars/telegram-bot-api-spec. "
        "MIT License, Copyright (c) 2020 PaulSonOfLars. Do not edit.",
        "$defs": dict(sorted(definitions.items())),
        "calls": calls,
    }
    OUT.write_text(json.dumps(extract, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
