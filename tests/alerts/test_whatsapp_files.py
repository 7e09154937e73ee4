"""Files of other platforms on WhatsApp: which are brought, how they are shown, and what is said of the others."""

import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.files import Fetched, File
from alerts.channels.graph import GraphApi, GraphError
from alerts.channels.whatsapp import without_file
from alerts.channels.whatsapp_files import LARGEST, TYPES, Files, Uploaded
from alerts.channels.whatsapp_message import BODY, Extra, compose_file
from alerts.errors import ChannelError, RefusedError
from alerts.payload import Payload

PHOTO = File(platform="telegram", kind="photo", ref="photo:1")


@dataclass
class Telegram:
    """A platform with one file, or one trouble."""

    name: str = "file_1.jpg"
    content: bytes = b"pixels"
    trouble: Exception | None = None

    async def fetch(self, ref: str, largest: int) -> Fetched | None:
        assert ref == PHOTO.ref
        if self.trouble is not None:
            raise self.trouble
        return Fetched(self.name, self.content) if len(self.content) <= largest else None


def files(source: Telegram, *answer: Any) -> tuple[Files, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def answered(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        status, body = answer or (200, {"id": "55"})
        return httpx.Response(status, content=json.dumps(body))

    graph = GraphApi("token", "1", transport=httpx.MockTransport(answered))
    return Files(graph, {"telegram": source}), asked


@pytest.mark.parametrize("ending", TYPES)
async def test_each_type_is_uploaded_as_what_it_is(ending: str) -> None:
    kind, mime = TYPES[ending]
    brought, asked = files(Telegram(f"file_1{ending.upper()}"))
    assert await brought.bring(PHOTO) == Uploaded(kind, "55", f"file_1{ending.upper()}")
    assert f"Content-Type: {mime}".encode() in asked[0].content
    assert b"pixels" in asked[0].content


@pytest.mark.parametrize(
    "source",
    [
        Telegram("program.apk"),
        Telegram("without_an_ending"),
        Telegram(""),
        Telegram("sticker.webp"),
        Telegram(content=b""),
        Telegram(content=b"." * (LARGEST["image"] + 1)),
        Telegram("manual.pdf", b"." * (LARGEST["document"] + 1)),
        Telegram(trouble=RefusedError("no such file")),
    ],
)
async def test_what_cannot_be_brought(source: Telegram) -> None:
    brought, asked = files(source)
    assert await brought.bring(PHOTO) is None
    assert not asked
    assert await brought.bring(PHOTO.model_copy(update={"platform": "slack"})) is None


async def test_what_whatsapp_refuses_and_what_may_work_later() -> None:
    assert await files(Telegram(), 400, {"error": {"code": 131053}})[0].bring(PHOTO) is None
    with pytest.raises(GraphError):
        await files(Telegram(), 500, {"error": {"code": 131000}})[0].bring(PHOTO)
    with pytest.raises(ChannelError):
        await files(Telegram(trouble=ChannelError("away")))[0].bring(PHOTO)


def shown(file: Uploaded, text: str = "Here it is.", *buttons: str, in_group: bool = False) -> list[dict[str, Any]]:
    extra = Extra.model_validate({"buttons": [[{"text": one, "do": one}] for one in buttons]})
    return list(compose_file(Payload("en", text=text), extra, file, in_group=in_group, sign=str))


def test_one_message_where_that_can_be() -> None:
    photo, manual = Uploaded("image", "5", "a.jpg"), Uploaded("document", "6", "a.pdf")
    assert shown(photo) == [{"type": "image", "image": {"id": "5", "caption": "Here it is."}}]
    assert shown(photo, "") == [{"type": "image", "image": {"id": "5"}}]
    (pressed,) = shown(manual, "Here it is.", "End")
    assert pressed["interactive"]["header"] == {"type": "document", "document": {"id": "6", "filename": "a.pdf"}}
    (said,) = shown(photo, "Here it is.", "End", in_group=True)  # no buttons in groups
    assert said["type"] == "image"


@given(
    st.sampled_from([Uploaded("image", "5", "a"), Uploaded("audio", "6", "a"), Uploaded("document", "7", "a.pdf")]),
    st.text(max_size=BODY * 2),
    st.lists(st.text(min_size=1, max_size=30).filter(str.strip), max_size=5, unique=True),
    st.booleans(),
)
def test_nothing_of_it_is_lost(file: Uploaded, text: str, buttons: list[str], in_group: bool) -> None:
    messages = shown(file, text, *buttons, in_group=in_group)
    assert 1 <= len(messages) <= 2
    assert json.dumps(messages).count(f'"id": "{file.id}"') == 1
    captions = [one[kind].get("caption", "") for one in messages if (kind := one["type"]) != "interactive"]
    assert all(len(caption) <= BODY for caption in captions)
    if text.strip():
        whole = json.dumps(messages, ensure_ascii=False)
        assert json.dumps(text[:40].split("\\n")[0], ensure_ascii=False).strip('"') in whole


@pytest.mark.parametrize(("lang", "words"), [("en", "[photo] This file cannot"), ("fr", "[photo] Ce fichier ne peut")])
def test_what_is_said_of_the_others(lang: str, words: str) -> None:
    text = without_file(Payload(lang, text="Look."), PHOTO).text
    assert text is not None
    assert text.startswith(words)
    assert text.endswith("\nLook.")
    assert without_file(Payload(lang, text=""), PHOTO).text
