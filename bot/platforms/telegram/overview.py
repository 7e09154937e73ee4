"""What the team is shown when it asks: state, stories, groups. Numbers and titles, no names."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from alerts.card import Card
from alerts.digest import Digester, Period
from alerts.digest_document import digest_document
from alerts.document import Block, Document, Form, Span, line
from alerts.life import LIVE
from alerts.outbox import Lane, health
from alerts.payload import Payload, Sending
from bot.message import ChatKind, Platform
from bot.platforms.telegram.context import Context
from config.texts import Texts
from storage import chats, inbox, narratives
from storage.tables import Activation, Alert, Chat, ChatState, Consent, ConsentState, Message, Outbox, Sealed

STORIES_SHOWN = 8
GROUPS_SHOWN = 40
DAY = timedelta(days=1)


def status(context: Context, session: Session, say: Texts, now: datetime) -> str:
    """How the bot does, in numbers."""
    brand = context.brand
    today = session.exec(select(func.count()).where(Message.brand == brand, col(Message.sent_at) > now - DAY)).one()
    people = session.exec(
        select(func.count(func.distinct(Consent.person))).where(
            Consent.brand == brand, Consent.state == ConsentState.GIVEN
        )
    ).one()
    live = session.exec(select(func.count()).where(Alert.brand == brand, col(Alert.state).in_(LIVE))).one()
    out = health(session, brand)
    return say.say(
        "tg-status",
        brand=context.workspace.brand.name,
        groups=len(chats.heard_groups(session, brand, Platform.TELEGRAM)),
        people=people,
        messages=today,
        alerts=live,
        waiting=inbox.waiting(session, brand),
        unsent=out.waiting,
        dead=len(out.dead),
        aside=len(inbox.kept_aside(session, brand)),
    )


def stories(context: Context, session: Session, say: Texts, now: datetime) -> str:
    """The stories most people tell. Those told by fewer than may be quoted are counted only."""
    space = context.workspace
    least = space.brand.privacy.min_people_for_quotes
    told = [one for one in narratives.live(session, space.vault, context.brand) if now - one.last_seen < 7 * DAY]
    shown = [one for one in told if one.people >= least][:STORIES_SHOWN]
    lines = [say.say("tg-story", title=one.title, people=one.people, messages=one.messages) for one in shown]
    rest = len(told) - len(shown)
    if rest:
        lines.append(say.say("tg-stories-rest", count=rest))
    return "\n".join(lines) or say.say("tg-stories-none")


def groups(context: Context, session: Session, say: Texts, now: datetime) -> str:
    """The groups, whether each is heard, what keeps the bot from it, and how many messages were turned away there."""
    vault = context.workspace.vault
    rows = session.exec(
        select(Chat, Activation.hint)
        .join(Activation, col(Activation.chat_id) == col(Chat.id), isouter=True)
        .where(Chat.brand == context.brand, Chat.platform == Platform.TELEGRAM, Chat.kind == ChatKind.GROUP)
        .order_by(col(Chat.id))
    ).all()
    lines = []
    for chat, hint in rows[:GROUPS_SHOWN]:
        title = vault.open_text(chat.title, Sealed.CHAT_TITLE) if chat.title else f"#{chat.id}"
        group = say.say(f"tg-group-{chat.state}", title=title, dropped=chat.dropped)
        lines.append(say.say(f"tg-group-{hint}", group=group) if hint and chat.state is ChatState.ACTIVE else group)
    return "\n".join(lines) or say.say("tg-groups-none")


def send_digest_now(context: Context, session: Session, lane: Lane, entry: int, now: datetime) -> None:
    """Have today's digest sent to the chat that asked for it."""
    space = context.workspace
    made = Digester(space.brand, space.vault).make(session, Period.DAILY, now)
    payload = Payload(space.brand.team.language, document=digest_document(made, space.brand), silent=True)
    context.outbox.put(session, lane, Sending.DIGEST, payload, now, dedupe=f"digest:now:{entry}")


def quotes(card: Card) -> Document:
    """The quotes of a card as a document of their own."""
    blocks = [Block(Form.TITLE, (Span(card.title),))]
    return Document((*blocks, *(line(quote.text, form=Form.QUOTE) for quote in card.quotes)))


def remember_quoted(session: Session, brand: str, dedupe: str, card: Card) -> None:
    """Note in the outbox which messages an entry quotes, so that erasing one of them empties it."""
    entry = session.exec(select(Outbox).where(Outbox.brand == brand, Outbox.dedupe == dedupe)).one()
    entry.messages = [quote.row for quote in card.quotes]
    session.add(entry)
