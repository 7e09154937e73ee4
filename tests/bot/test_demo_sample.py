"""The bundled sample: it reads without a broken line, and holds what the demo promises."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo import SAMPLE
from bot.message import Message
from bot.platforms.transcript import Broken, open_transcript
from config.brand import Brand, load_brand
from nlp.redact import redact

LABELS = Path(__file__).parent.parent / "data" / "demo_labels.json"


@pytest.fixture(scope="module")
def brand() -> Brand:
    return load_brand(SAMPLE.brand)


@pytest.fixture(scope="module")
def messages(brand: Brand) -> dict[str, list[Message]]:
    return {path.stem: list(_messages(path, brand)) for path in SAMPLE.inputs}


@pytest.fixture(scope="module")
def labels() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(LABELS.read_text(encoding="utf-8"))
    return loaded


def _messages(path: Path, brand: Brand) -> Iterator[Message]:
    for one in open_transcript(path, zone=brand.time_zone):
        assert not isinstance(one, Broken), one
        yield one


def test_both_exports_are_recognised_under_the_titles_of_the_brand_file(
    messages: dict[str, list[Message]], brand: Brand
) -> None:
    titles = {message.chat.title for chat in messages.values() for message in chat}
    assert titles == {group.title for group in brand.groups}


def test_a_few_hundred_messages_over_five_days(messages: dict[str, list[Message]]) -> None:
    everything = [message for chat in messages.values() for message in chat]
    assert 300 <= len(everything) <= 400
    assert len({message.sent_at.date() for message in everything}) == 5
    assert len({message.sender.id for message in everything}) > 25
    assert any(message.forward for message in everything)
    assert any(message.reply_to for message in everything)
    assert any(message.edited for message in everything)


def test_most_messages_tell_no_story(messages: dict[str, list[Message]], labels: dict[str, Any]) -> None:
    total = sum(map(len, messages.values()))
    told = sum(len(labels[chat]) for chat in messages)
    assert 0.7 <= 1 - told / total <= 0.8


def test_both_stories_reach_both_groups_through_many_people(
    messages: dict[str, list[Message]], labels: dict[str, Any]
) -> None:
    for story in labels["stories"]:
        for chat, said in messages.items():
            people = {said[int(at)].sender.id for at, told in labels[chat].items() if told == story}
            assert len(people) >= 7, (story, chat)


def test_a_rumour_is_contradicted_by_a_fact_in_both_languages(brand: Brand, labels: dict[str, Any]) -> None:
    rumours = [name for name, story in labels["stories"].items() if story["kind"] == "rumour"]
    facts = {fact.id: fact for fact in brand.facts}
    for rumour in rumours:
        assert set(facts[labels["stories"][rumour]["fact"]].reply) >= {"fr", "en"}


def test_redaction_has_something_to_do_and_leaves_nothing(messages: dict[str, list[Message]], brand: Brand) -> None:
    redacted = [redact(message.text, languages=brand.languages) for chat in messages.values() for message in chat]
    assert {kind for one in redacted for kind in one.found} >= {"phone", "email", "iban"}
    kept = "\n".join(one.text for one in redacted)
    assert not re.search(r"06 39 98|07700|@\w|FR76", kept)


def test_every_address_and_number_is_invented() -> None:
    for path in (*SAMPLE.inputs, SAMPLE.brand):
        text = path.read_text(encoding="utf-8")
        hosts = re.findall(r"https?://([\w.-]+)|@([\w-]+\.[\w.-]+)", text)
        assert {re.sub(r".*\.", "", host or mail) for host, mail in hosts} <= {"example"}, path.name
