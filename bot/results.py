"""The machine-readable result of a replay: one JSON object a line, a message or an alert.

    {"type": "message", "id", "lang", "sentiment", "topic", "intent", "claim", "narrative", "text"}
    {"type": "alert", "id", "at_message", "t", "kind", "severity", "title", "narrative", "messages"}

What is for information only (praise worth passing on, a busy topic) is no alert. Ids of messages are the platform's
(for JSON lines: those of the file). What has reached its term has no id and no text.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from alerts.signals import Severity
from bot.errors import EarshotError
from storage import messages
from storage.database import Database
from storage.tables import Alert, Sealed
from storage.vault import Vault


def write_results(out: Path, database: Database, vault: Vault, brand: str) -> None:
    """Write everything that is stored of a brand; the file appears whole or not at all. Memory is bounded."""
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", errors="backslashreplace") as file, database.read() as session:
            for line in _lines(session, vault, brand):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise EarshotError(f"{out} cannot be written ({error.strerror}); choose another --out") from error


def _lines(session: Session, vault: Vault, brand: str) -> Iterator[dict[str, Any]]:
    for message in messages.stored(session, vault, brand):
        yield {
            "type": "message",
            "id": message.platform_id,
            "lang": message.lang,
            "sentiment": message.sentiment,
            "topic": message.topic,
            "intent": message.intent,
            "claim": message.claim,
            "narrative": message.narrative,
            "text": message.text,
        }
    alerts = select(Alert).where(Alert.brand == brand, Alert.severity > Severity.INFORMATION)
    for alert in session.exec(alerts.order_by(col(Alert.id))):
        at_message = alert.at_message or 0
        known = messages.by_id(session, vault, {*alert.messages, at_message})
        at = known.get(at_message)
        yield {
            "type": "alert",
            "id": alert.id,
            "at_message": at and at.platform_id,
            "t": alert.opened_at.isoformat(),
            "kind": alert.kind,
            "severity": Severity(alert.severity).name.lower(),
            "title": vault.open_text(alert.title, Sealed.ALERT_TITLE) if alert.title else None,
            "narrative": alert.narrative_id,
            "messages": [known[row].platform_id for row in alert.messages if row in known],
        }
