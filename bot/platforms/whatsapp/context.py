"""What everything on WhatsApp shares: the brand's workspace, its number, and how people and groups are known."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar, TypeVar

import structlog
from pydantic import JsonValue
from sqlmodel import Session, select

from alerts.channels.graph import GraphApi
from alerts.channels.whatsapp_message import CARRIED
from alerts.document import Block, Document, Form, Span
from alerts.herald import CONSOLE, team_lane
from alerts.outbox import Lane
from alerts.payload import Payload, Sending
from bot.app import Workspace
from bot.message import ChatKind, Platform
from bot.platforms.shared import PlatformContext
from bot.platforms.whatsapp.events import Person
from config.texts import Texts, texts
from storage import chats, consents, whatsapp
from storage.tables import Chat, ChatMode, ChatState, Customer

NAME = Platform.WHATSAPP.value
T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Number:
    """The brand's number: Meta's id of it, and how people see it, in digits."""

    id: str
    shown: str = ""

    @property
    def link(self) -> str:
        """The address that opens the private chat with the brand."""
        return f"https://wa.me/{self.shown}"


@dataclass(frozen=True, slots=True)
class Context(PlatformContext):
    """One brand on WhatsApp."""

    platform: ClassVar[Platform] = Platform.WHATSAPP
    carried: ClassVar[int] = CARRIED

    workspace: Workspace
    graph: GraphApi
    number: Number
    wake: Callable[[], None] = lambda: None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def pseudonym(self, raw: str) -> str:
        """By what a person is known."""
        return self.workspace.identity.person(NAME, raw)

    def receipt(self, *parts: str) -> str:
        """What makes something unique without telling what it is."""
        return self.workspace.identity.receipt(NAME, *parts).hex()

    def first_id(self, session: Session, person: Person) -> str:
        """The raw id by which somebody is known here: the first one, whatever ids they have by now.

        Who agreed under their phone number stays that person when they come with a business-scoped id as well.
        """
        keys = {self.pseudonym(id_): id_ for id_ in person.ids}
        first = whatsapp.origin(session, self.workspace.vault, self.brand, keys)
        if first is not None:
            return first
        if person.bsuid and person.phone and not self.on_record(session, self.pseudonym(person.bsuid)):
            return person.phone if self.on_record(session, self.pseudonym(person.phone)) else person.bsuid
        return person.raw

    def on_record(self, session: Session, person: str) -> bool:
        """Whether anything is stored under a pseudonym."""
        known = consents.of_person(session, self.brand, person)
        return bool(known) or self.workspace.customers.knows(session, person)

    def remember_ids(self, session: Session, person: Person) -> None:
        """Remember the other ids of somebody who is on record; of others nothing is stored."""
        first = self.first_id(session, person)
        known = self.pseudonym(first)
        if len(person.ids) + (first not in person.ids) > 1 and self.on_record(session, known):
            for id_ in person.ids:
                whatsapp.link(session, self.workspace.vault, self.brand, self.pseudonym(id_), known, first)

    def private_lane(self, person: str) -> str:
        """The lane of somebody's private chat."""
        return f"private:{self.workspace.customers.tag(person)}"

    def group(self, session: Session, raw: str) -> Chat | None:
        """The row of a group."""
        key = self.key(raw)
        return chats.of_keys(session, self.brand, {key}).get(key)

    def lane(self, session: Session, group: str | None, person: str) -> str:
        """The lane of where something was said."""
        if group is None:
            return self.private_lane(person)
        row = self.group(session, group)
        return f"chat:{row.id}" if row is not None else ""

    def private_chat(self, session: Session) -> Chat | None:
        """The row that stands for the number: all that is said to it in private, by whoever agreed to analysis."""
        return self.group(session, self.number.id)

    def put_private_chat(self, session: Session, now: datetime) -> Chat:
        """Store the row that stands for the number. In private nobody is heard who did not agree."""
        known = self.private_chat(session)
        if known is not None and known.state is ChatState.ACTIVE:
            return known
        return self.put_chat(session, self.number.id, "WhatsApp", ChatKind.PRIVATE, ChatState.ACTIVE, now)

    def put_chat(self, session: Session, raw: str, title: str, kind: ChatKind, state: ChatState, now: datetime) -> Chat:
        """Store a chat, or bring the row of one known before up to date."""
        space = self.workspace
        mode = ChatMode(space.brand.consent.mode) if kind is ChatKind.GROUP else ChatMode.OPT_IN
        chat = self.store_chat(session, raw, title, kind, state, mode, now)
        if chat.language is None:
            chat.language = space.brand.languages[0]
            session.add(chat)
        return chat

    def put_private(
        self,
        session: Session,
        person: str,
        raw: str,
        text: str,
        lang: str,
        dedupe: str,
        *,
        extra: Mapping[str, JsonValue] | None = None,
        after: timedelta | None = None,
    ) -> None:
        """Answer somebody in private; neither text nor address is kept once that is sent."""
        now, lane = self.clock(), Lane(NAME, self.private_lane(person), raw)
        payload = Payload(lang, text=text, extra=extra or {})
        not_before = now + after if after is not None else None
        self.outbox.put(session, lane, Sending.ANSWER, payload, now, dedupe=dedupe, not_before=not_before)

    def put_group(self, session: Session, chat: Chat, text: str, dedupe: str, reply_to: str | None = None) -> None:
        """Say something in a group, once for each `dedupe`."""
        extra: dict[str, JsonValue] = {"reply_to": reply_to, "purpose": "consent"}
        payload = Payload(chat.language or "en", text=text, extra=extra, silent=True)
        self.outbox.put(session, Lane(NAME, f"chat:{chat.id}"), Sending.ANSWER, payload, self.clock(), dedupe=dedupe)

    def warn(self, session: Session, kind: str, details: Mapping[str, str], *, dedupe: str = "") -> None:
        """Tell the team what only it can change: `wa-warn-KIND` in every team channel, once a day for the same."""
        say, now = texts(self.workspace.brand.team.language), self.clock()
        message = f"wa-warn-{kind.replace('_', '-')}"
        text = say.say(message, brand=self.workspace.brand.name, **details)
        document = Document((Block(Form.TITLE, (Span(say.say("wa-warn-title")),)), Block(Form.LINE, (Span(text),))))
        same = dedupe or self.receipt("warning", kind, *(f"{key}={value}" for key, value in sorted(details.items())))
        team = self.workspace.brand.team
        lanes = [team_lane(one) for one in team.channels if one.name not in team.escalation] or [CONSOLE]
        for lane in lanes:
            payload = Payload(say.lang, document=document, news=True)
            key = f"whatsapp:{same}:{now.date()}:{lane.channel}:{lane.name}"
            self.outbox.put(session, lane, Sending.NOTICE, payload, now, dedupe=key)

    def language(self, session: Session, person: str) -> str | None:
        """The language of somebody on record."""
        return session.exec(
            select(Customer.lang).where(Customer.brand == self.brand, Customer.person == person)
        ).first()

    def say(self, lang: str | None) -> Texts:
        """The texts in a language, else in the brand's first one."""
        return texts(lang or self.workspace.brand.languages[0])
