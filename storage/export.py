"""Everything that is stored about a person, for the person: the answer to /mydata (GDPR article 15)."""

from typing import Any

from sqlmodel import Session, col, select

from storage import consents, reactions, whatsapp
from storage.content import unpack
from storage.customers_export import export as export_customer
from storage.tables import Chat, Message, Outbox, Sealed, TeamMember
from storage.vault import Vault


def export_person(session: Session, vault: Vault, brand: str, person: str) -> dict[str, Any]:
    """Return what is stored under a pseudonym, as JSON can say it: consents, messages as redacted, reactions, what
    they asked and what was sent to them, and their roles in the team.

    Vectors are left out: they are the same texts as numbers. Times are ISO 8601 in UTC.
    """
    chats = {chat.id: chat for chat in session.exec(select(Chat).where(Chat.brand == brand))}
    titles = {id_: vault.open_text(chat.title, Sealed.CHAT_TITLE) for id_, chat in chats.items() if chat.title}
    heard = select(Message).where(Message.brand == brand, Message.person == person).order_by(col(Message.id))
    sent = select(Outbox).where(Outbox.brand == brand, Outbox.person == person).order_by(col(Outbox.id))
    roles = select(TeamMember).where(TeamMember.brand == brand, TeamMember.person == person)
    return {
        "person": person,
        "brand": brand,
        "consents": [
            {
                "chat": titles.get(said.chat_id) if said.chat_id else "*",
                "state": said.state,
                "version": said.version,
                "source": said.source,
                "at": said.at.isoformat(),
            }
            for said in consents.of_person(session, brand, person)
        ],
        "messages": [_message(vault, message, titles.get(message.chat_id)) for message in session.exec(heard)],
        "reactions": reactions.export(session, brand, person),
        "asked": export_customer(session, vault, brand, person),
        "whatsapp": whatsapp.export(session, brand, person),
        "sent": [
            {
                "channel": entry.channel,
                "kind": entry.kind,
                "at": entry.created_at.isoformat(),
                "payload": vault.open_json(entry.payload, Sealed.OUTBOX_PAYLOAD) if entry.payload else None,
            }
            for entry in session.exec(sent)
        ],
        "roles": [
            {"channel": member.channel, "role": member.role, "since": member.since.isoformat()}
            for member in session.exec(roles)
        ],
    }


def _message(vault: Vault, message: Message, chat: str | None) -> dict[str, Any]:
    content = unpack(vault.open(message.content, Sealed.MESSAGE_CONTENT)) if message.content else None
    return {
        "chat": chat,
        "sent_at": message.sent_at.isoformat(),
        "received_at": message.received_at.isoformat(),
        "text": content and content.text,
        "links": list(content.links) if content else [],
        "media": message.media,
        "forwarded": message.forwarded,
        "edited": message.edited,
        "lang": message.lang,
        "sentiment": message.sentiment,
        "sentiment_scores": message.sentiment_scores,
        "topic": message.topic,
        "intent": message.intent,
        "claim": message.claim,
        "scores": message.scores,
        "model": message.model,
        "narrative": message.narrative_id,
    }
