"""What a message looks like on WhatsApp: text, up to three buttons, or a list; in groups text alone.

https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages. Whoever writes with choices also numbers
them in the text, so that where buttons cannot be shown nothing is missing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel

from alerts.channels.files import File
from alerts.channels.whatsapp_files import Uploaded
from alerts.document import cut, units
from alerts.payload import Payload
from alerts.render import to_text
from config.texts import texts

TEXT, BODY, TITLE, ROW_TITLE, ROW_MORE = 4096, 1024, 20, 24, 72
MOST_BUTTONS, MOST_ROWS = 3, 10
CARRIED = 256

Sign = Callable[[str], str]
"""Makes what a button carries of what it does."""


class Button(BaseModel, frozen=True):
    """A choice: `do` comes back when it is pressed, unless it opens `url`."""

    text: str
    do: str = ""
    url: str = ""


class Attached(BaseModel, frozen=True):
    """A text file that is sent along."""

    name: str
    mime: str
    content: str


class Extra(BaseModel, frozen=True):
    """What of `Payload.extra` WhatsApp understands."""

    buttons: tuple[tuple[Button, ...], ...] = ()
    reply_to: str | None = None
    document: Attached | None = None
    media: File | None = None
    """A file that lies on another platform."""
    purpose: str = "answer"
    """What a template must be for when the window has closed."""
    number: int | None = None
    """Of the conversation that it is about."""


def compose(payload: Payload, extra: Extra, *, in_group: bool, sign: Sign) -> dict[str, Any]:
    """Return the message without its recipient, as the Cloud API takes it."""
    choices = [button for row in extra.buttons for button in row if button.do]
    links = [button.url for row in extra.buttons for button in row if button.url]
    text = payload.text if payload.text is not None else to_text(payload.shown(), TEXT)
    text = cut("\n".join([text, *links]), TEXT)
    context = {"context": {"message_id": extra.reply_to}} if extra.reply_to else {}
    interactive = None if in_group or units(text) > BODY else _interactive(text, choices, payload.lang, sign)
    if interactive is not None:
        return {"type": "interactive", "interactive": interactive, **context}
    return {"type": "text", "text": {"body": text or "…", "preview_url": False}, **context}


def compose_file(
    payload: Payload, extra: Extra, file: Uploaded, *, in_group: bool, sign: Sign
) -> Sequence[dict[str, Any]]:
    """Return the messages that show a file and say what goes with it, without their recipient: one where that can be,
    else the words before the file."""
    alone = {"type": file.kind, file.kind: file.fields()}
    if not payload.text:
        return [alone]
    words = compose(payload, extra, in_group=in_group, sign=sign)
    if file.kind == "audio":
        return [words, alone]
    if words["type"] == "interactive":
        if words["interactive"]["type"] != "button":
            return [words, alone]
        return [words | {"interactive": {**words["interactive"], "header": alone}}]
    if units(words["text"]["body"]) > BODY:
        return [words, alone]
    context = {key: words[key] for key in ("context",) if key in words}
    return [{"type": file.kind, file.kind: file.fields(words["text"]["body"]), **context}]


def _interactive(text: str, choices: Sequence[Button], lang: str, sign: Sign) -> dict[str, Any] | None:
    if not choices or not text or len(choices) > MOST_ROWS:
        return None
    body = {"text": text}
    titles = [choice.text for choice in choices]
    if len(choices) <= MOST_BUTTONS and len(set(titles)) == len(titles) and max(map(units, titles)) <= TITLE:
        replies = [{"type": "reply", "reply": {"id": sign(one.do), "title": one.text}} for one in choices]
        return {"type": "button", "body": body, "action": {"buttons": replies}}
    rows = [_row(one, sign) for one in choices]
    if len({row["title"] for row in rows}) < len(rows):
        return None  # WhatsApp takes no two rows of one title
    section = {"title": texts(lang).say("wa-list-title"), "rows": rows}
    return {
        "type": "list",
        "body": body,
        "action": {"button": texts(lang).say("wa-list-open"), "sections": [section]},
    }


def _row(choice: Button, sign: Sign) -> dict[str, str]:
    row = {"id": sign(choice.do), "title": cut(choice.text, ROW_TITLE)}
    if units(choice.text) > ROW_TITLE:
        row["description"] = cut(choice.text, ROW_MORE)
    return row
