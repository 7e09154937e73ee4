"""What WhatsApp says of account, number, templates and groups reaches the team, in its language, once a day."""

import json
from pathlib import Path
from typing import Any

import pytest
from graph_api import change
from sqlmodel import select
from test_whatsapp_updates import Station, station

from alerts.channels.whatsapp import OUTCOMES
from alerts.outbox import OutboxWriter
from config.texts import languages, texts
from storage.tables import Outbox

TEMPLATE = {"message_template_name": "late_answer", "message_template_language": "fr"}
NEWS: list[tuple[str, dict[str, Any], str]] = [
    ("phone_number_quality_update", {"event": "FLAGGED", "current_limit": "TIER_1K"}, "FLAGGED, limit TIER_1K"),
    ("phone_number_name_update", {"decision": "REJECTED"}, "display name: REJECTED"),
    ("message_template_status_update", TEMPLATE | {"event": "PAUSED", "reason": "NONE"}, "(fr): PAUSED"),
    ("message_template_quality_update", TEMPLATE | {"new_quality_score": "RED"}, "quality RED"),
    ("template_category_update", TEMPLATE | {"new_category": "MARKETING"}, "category MARKETING"),
    ("account_update", {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}}, "SCAM"),
    ("account_update", {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, "DISABLE"),
    ("account_update", {"event": "ACCOUNT_DELETED"}, "is gone"),
    ("account_alerts", {"alert_type": "OBA_APPROVED"}, "OBA_APPROVED"),
    ("security", {"event": "PIN_CHANGED", "requester": "1"}, "PIN_CHANGED"),
    ("group_status_update", {"groups": [{"group_id": "G", "type": "group_suspend"}]}, "suspended a group"),
    (
        "group_lifecycle_update",
        {"groups": [{"group_id": "G", "type": "group_create", "subject": "Fans", "errors": [{"code": 131021}]}]},
        'the group "Fans"',
    ),
]
QUIET: list[tuple[str, dict[str, Any]]] = [
    ("phone_number_quality_update", {"event": "UNFLAGGED"}),
    ("phone_number_name_update", {"decision": "APPROVED"}),
    ("message_template_status_update", TEMPLATE | {"event": "APPROVED"}),
    ("message_template_quality_update", TEMPLATE | {"new_quality_score": "GREEN"}),
    ("business_capability_update", {"max_phone_numbers_per_business": 25}),
    ("group_status_update", {"groups": [{"group_id": "G", "type": "group_suspend_cleared"}]}),
]


def told(it: Station) -> list[str]:
    """What waits for the team, as text."""
    writer = OutboxWriter(it.space.brand.slug, it.space.vault)
    with it.space.database.read() as session:
        payloads = [writer.open(row) for row in session.exec(select(Outbox)).all()]
    return [json.dumps(block.text) for one in payloads if one and one.document for block in one.document.blocks[1:]]


@pytest.mark.parametrize(("field", "value", "words"), NEWS)
async def test_the_team_is_told(tmp_path: Path, field: str, value: dict[str, Any], words: str) -> None:
    async with station(tmp_path) as it:
        await it.deliver(change(field, **value))
        await it.deliver(change(field, **value, again=True))
        await it.worker.drain()
        (text,) = told(it)
        assert words in json.loads(text)
        assert it.aside() == []


async def test_good_news_is_no_news(tmp_path: Path) -> None:
    async with station(tmp_path) as it:
        for field, value in QUIET:
            await it.deliver(change(field, **value))
        await it.deliver(change("account_update", event="SOMETHING_NEW"))
        await it.worker.drain()
        assert told(it) == []
        assert [one.fault for one in it.aside()] == ["account_update: unknown event SOMETHING_NEW"]


def test_every_warning_has_its_text_in_every_language() -> None:
    given = {"code": "1", "template": "t", "purpose": "answer", "language": "fr", "brand": "Orvelle"}
    kinds = [
        "window",
        "undeliverable",
        *(one.value for one in OUTCOMES if one.value in ("locked", "token", "template")),
    ]
    for lang in languages():
        for kind in kinds:
            assert texts(lang).say(f"wa-warn-{kind}", **given)
        for kind in ("group-made", "group-waits", "join-request"):
            assert "3" in texts(lang).say(f"wa-warn-{kind}", number="3")
