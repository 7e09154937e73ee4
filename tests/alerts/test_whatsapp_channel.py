"""WhatsApp as a channel: what each error means, what may be said when, and what messages look like."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from alerts.channels.graph import GraphApi
from alerts.channels.whatsapp import Outcome, Recipient, Template, WhatsAppChannel, outcome_of
from alerts.channels.whatsapp_message import Extra, compose
from alerts.errors import ChannelError, RefusedError, RetryAfterError
from alerts.payload import Payload

LANE = "private:00ff"
HELLO = Payload("en", text="hello")


@dataclass
class Lanes:
    """A directory that remembers what it was told."""

    is_open: bool = True
    templates: dict[tuple[str, str], str] = field(default_factory=dict)
    knocks: int = 0
    warned: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def recipient(self, lane: str, address: str | None) -> Recipient | None:
        return None if lane == "chat:9" else Recipient("group" if lane.startswith("chat") else "person", address or "G")

    def open(self, lane: str) -> bool:
        return self.is_open

    def closed(self, lane: str) -> None:
        self.is_open = False

    def sign(self, lane: str, do: str) -> str:
        return f"{do}~seal"

    def receipt(self, sent: str) -> str:
        return f"receipt of {sent}"

    def template(self, purpose: str, lang: str, number: int | None) -> Template | None:
        name = self.templates.get((purpose, lang))
        parameters = ("Orvelle\n &  sons", str(number)) if number else ()
        return Template(name=name, language=lang, parameters=parameters) if name else None

    def may_knock(self, lane: str) -> bool:
        return not self.knocks

    def knocked(self, lane: str) -> None:
        self.knocks += 1

    def warn(self, kind: str, **details: str) -> None:
        self.warned.append((kind, details))


class Meta:
    """The Graph API, answering what it is told to."""

    def __init__(self, *answers: tuple[int, int]) -> None:
        self.answers, self.asked = list(answers), list[dict[str, Any]]()

    def channel(self, lanes: Lanes) -> WhatsAppChannel:
        return WhatsAppChannel(GraphApi("token", "1", transport=httpx.MockTransport(self._answer)), lanes)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer token"
        self.asked.append(json.loads(request.content))
        status, code = self.answers.pop(0) if self.answers else (200, 0)
        if code or status >= 400:
            error = {"error": {"code": code, "message": "(#1) names +33 6 12 34 56 78"}}
            return httpx.Response(status, json=error)
        return httpx.Response(status, json={"messages": [{"id": "wamid.1"}]})


@pytest.mark.parametrize(
    ("status", "code", "error", "warned"),
    [
        (400, 131056, RetryAfterError, None),
        (400, 130429, RetryAfterError, None),
        (429, 0, RetryAfterError, None),
        (400, 131026, RefusedError, "undeliverable"),
        (400, 368, RetryAfterError, "locked"),
        (403, 131031, RetryAfterError, "locked"),
        (401, 190, RetryAfterError, "token"),
        (401, 0, RetryAfterError, "token"),
        (500, 131000, ChannelError, None),
        (503, 0, ChannelError, None),
        (400, 100, RefusedError, None),
        (200, 131009, RefusedError, None),
    ],
)
async def test_each_error_has_its_outcome(status: int, code: int, error: type[Exception], warned: str | None) -> None:
    lanes, meta = Lanes(), Meta((status, code))
    with pytest.raises(error) as raised:
        await meta.channel(lanes).send(LANE, "33612345678", HELLO)
    assert raised.type is error
    assert [kind for kind, _ in lanes.warned] == ([warned] if warned else [])
    assert "33" not in str(raised.value).replace(str(code), "")
    assert await meta.channel(Lanes()).send(LANE, "33612345678", HELLO) == "receipt of wamid.1"


@pytest.mark.parametrize("code", [470, 131047])
async def test_a_window_that_closed_meanwhile(code: int) -> None:
    lanes, meta = Lanes(templates={("answer", "en"): "late_answer"}), Meta((400, code))
    with pytest.raises(RetryAfterError):
        await meta.channel(lanes).send(LANE, "33612345678", HELLO)
    assert [one["type"] for one in meta.asked] == ["text", "template"]
    assert (lanes.is_open, lanes.knocks, lanes.warned) == (False, 1, [])
    with pytest.raises(RetryAfterError):
        await meta.channel(lanes).send(LANE, "33612345678", HELLO)
    assert len(meta.asked) == 2  # one knock is enough
    lanes.is_open = True
    await meta.channel(lanes).send(LANE, "33612345678", HELLO)
    assert meta.asked[-1]["text"]["body"] == "hello"


async def test_after_the_window_without_a_template() -> None:
    lanes, meta = Lanes(is_open=False), Meta()
    survey = Payload("fr", text="Comment était-ce ?", extra={"purpose": "survey"})
    with pytest.raises(RetryAfterError) as raised:
        await meta.channel(lanes).send(LANE, "33612345678", survey)
    assert raised.value.seconds == 3600
    assert (meta.asked, lanes.warned) == ([], [("window", {"purpose": "survey", "language": "fr"})])


async def test_a_template_with_parameters() -> None:
    lanes, meta = Lanes(is_open=False, templates={("handover", "en"): "your_question"}), Meta()
    with pytest.raises(RetryAfterError):
        await meta.channel(lanes).send(LANE, "33612345678", Payload("en", text="hello", extra=extra(number=12)))
    parameters = [{"type": "text", "text": "Orvelle & sons"}, {"type": "text", "text": "12"}]
    assert meta.asked[0]["template"]["components"] == [{"type": "body", "parameters": parameters}]


async def test_what_waits_before_a_group_is_told() -> None:
    lanes, meta = Lanes(is_open=False), Meta()
    with pytest.raises(RetryAfterError):
        await meta.channel(lanes).send("chat:1", None, HELLO)
    assert lanes.warned == [("window_group", {"purpose": "answer", "language": "en"})]


def extra(**given: JsonValue) -> dict[str, JsonValue]:
    return {"purpose": "handover", **given}


@pytest.mark.parametrize("code", [132000, 132001, 132015])
async def test_a_template_that_cannot_be_used(code: int) -> None:
    lanes, meta = Lanes(is_open=False, templates={("answer", "en"): "late_answer"}), Meta((404, code))
    with pytest.raises(RetryAfterError):
        await meta.channel(lanes).send(LANE, "33612345678", HELLO)
    assert lanes.warned == [("template", {"code": str(code), "template": "late_answer"})]
    assert lanes.knocks == 0


async def test_whom_it_reaches() -> None:
    lanes, meta = Lanes(), Meta()
    channel = meta.channel(lanes)
    await channel.send(LANE, "33612345678", HELLO)
    await channel.send(LANE, "FR.42", HELLO)
    await channel.send("chat:1", None, Payload("en", text="hello", extra={"buttons": [[{"text": "a", "do": "b"}]]}))
    assert [(one["recipient_type"], one.get("to"), one.get("recipient")) for one in meta.asked] == [
        ("individual", "33612345678", None),
        ("individual", None, "FR.42"),
        ("group", "G", None),
    ]
    assert meta.asked[-1]["type"] == "text"
    with pytest.raises(RefusedError):
        await channel.send("chat:9", None, HELLO)
    with pytest.raises(RefusedError):
        await channel.edit(LANE, None, "1", HELLO)


def test_unknown_errors() -> None:
    assert outcome_of(999_999) is Outcome.REFUSED
    assert outcome_of(999_999, 502) is Outcome.LATER


def shown(*texts: str, text: str = "choose", in_group: bool = False, url: str = "") -> dict[str, Any]:
    buttons = [[{"text": one, "do": f"c:n:{number}"}] for number, one in enumerate(texts)]
    extra = Extra.model_validate({"buttons": [*buttons, *([[{"text": "more", "url": url}]] if url else [])]})
    return compose(Payload("en", text=text), extra, in_group=in_group, sign=lambda do: f"{do}~seal")


def test_what_messages_look_like() -> None:
    assert shown()["text"]["body"] == "choose"
    assert shown(url="https://orvelle.example")["text"]["body"] == "choose\nhttps://orvelle.example"
    buttons = shown("Yes", "No")["interactive"]
    assert buttons["type"] == "button"
    assert buttons["action"]["buttons"][1]["reply"] == {"id": "c:n:1~seal", "title": "No"}
    rows = shown("Yes", "a title that has more than twenty-four letters")["interactive"]["action"]["sections"][0][
        "rows"
    ]
    assert rows[1]["title"] == "a title that has more…"
    assert rows[1]["description"] == "a title that has more than twenty-four letters"
    assert shown(*"0123456789")["interactive"]["type"] == "list"
    for plain in (
        shown(*"0123456789a"),
        shown("a", in_group=True),
        shown("a", text="x" * 1025),
        shown("a" * 25, "a" * 26),
    ):
        assert plain["type"] == "text"


@given(st.text(max_size=6000), st.lists(st.text(min_size=1, max_size=40), max_size=12), st.booleans())
def test_no_message_is_longer_than_whatsapp_takes(text: str, labels: list[str], in_group: bool) -> None:
    message = shown(*labels, text=text, in_group=in_group)
    if message["type"] == "text":
        assert 1 <= len(message["text"]["body"]) <= 4096
        return
    interactive = message["interactive"]
    assert 1 <= len(interactive["body"]["text"]) <= 1024
    if interactive["type"] == "button":
        titles = [one["reply"]["title"] for one in interactive["action"]["buttons"]]
        assert 1 <= len(titles) <= 3
        assert all(len(title) <= 20 for title in titles)
    else:
        rows = interactive["action"]["sections"][0]["rows"]
        assert 1 <= len(rows) <= 10
        assert all(len(row["title"]) <= 24 and len(row.get("description", "")) <= 72 for row in rows)
        assert len({row["title"] for row in rows}) == len(rows)
