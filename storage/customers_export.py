"""What is stored of somebody who asked, for them: a part of `storage/export.py`."""

from typing import Any

from sqlmodel import Session, col, select

from storage.tables import Customer, Handover, HandoverLine, Question, Rumour, RumourAsker, Sealed, Survey
from storage.vault import Vault


def export(session: Session, vault: Vault, brand: str, person: str) -> dict[str, Any]:
    """Return what is stored of what somebody asked, as JSON can say it: the agreement, questions, conversations, what
    they wanted checked, surveys."""
    customer = session.exec(select(Customer).where(Customer.brand == brand, Customer.person == person)).one_or_none()
    questions = select(Question).where(Question.brand == brand, Question.person == person).order_by(col(Question.id))
    rumours = select(RumourAsker).join(Rumour).where(Rumour.brand == brand, RumourAsker.person == person)
    found: dict[str, Any] = {
        "agreed": {"version": customer.version, "source": customer.source, "at": customer.agreed_at.isoformat()}
        if customer is not None
        else None,
        "questions": [
            {"at": row.at.isoformat(), "text": vault.open_text(row.text, Sealed.QUESTION_TEXT) if row.text else None}
            for row in session.exec(questions)
        ],
        "checks": [
            {"at": row.asked_at.isoformat(), "told_at": row.told_at.isoformat() if row.told_at else None}
            for row in session.exec(rumours)
        ],
    }
    mine = customer.id if customer is not None else -1
    lines = select(HandoverLine).join(Handover).where(Handover.customer_id == mine).order_by(col(HandoverLine.id))
    found["conversations"] = [
        {
            "conversation": row.handover_id,
            "at": row.at.isoformat(),
            "from": "team" if row.actor is not None else "you",
            **vault.open_json(row.content, Sealed.HANDOVER_LINE_CONTENT),
        }
        for row in session.exec(lines)
    ]
    found["surveys"] = [
        {
            "kind": row.kind,
            "at": row.sent_at.isoformat(),
            "score": row.score,
            "comment": vault.open_text(row.comment, Sealed.SURVEY_COMMENT) if row.comment else None,
        }
        for row in session.exec(select(Survey).where(Survey.customer_id == mine).order_by(col(Survey.id)))
    ]
    return found
