"""What all parts of the desk share: the brand, its secrets, and the ways to customers and to the team."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from alerts.document import Document
from alerts.herald import CONSOLE, team_lane
from alerts.outbox import Lane, OutboxWriter
from alerts.payload import Payload, Sending
from bot.customers.asks import Ask, Asker, Button, MediaRef, Press, extra
from bot.identity import Identity
from bot.message import Platform
from config.brand import Brand
from config.texts import Texts, languages, texts
from storage import team
from storage.tables import Customer, Outbox, OutboxState, Sealed
from storage.vault import Vault

Where = Ask | Press


def lane_tag(identity: Identity, person: str) -> str:
    """Return by what a person's lane is known."""
    return identity.receipt("customers", "lane", person)[:8].hex()


class Office:
    """One brand's desk, inside."""

    def __init__(self, brand: Brand, vault: Vault, identity: Identity) -> None:
        self.brand, self.vault, self.identity = brand, vault, identity
        self.outbox = OutboxWriter(brand.slug, vault)

    @property
    def slug(self) -> str:
        """The brand's slug."""
        return self.brand.slug

    @property
    def say(self) -> Texts:
        """The texts in the team's language."""
        return texts(self.brand.team.language)

    def tag(self, person: str) -> str:
        """By what a person's lane is known: a pseudonym of its own, which tells nothing of what else is stored of them
        and leaves the queue with what is sent."""
        return lane_tag(self.identity, person)

    def mark(self, where: Where) -> str:
        """A few signs by which the buttons of one answer are told from those of another."""
        return self.identity.receipt("customers", "mark", where.asker.platform, where.id)[:3].hex()

    def key(self, where: Where) -> str:
        """What is unique to an ask over all platforms."""
        return self.identity.receipt("customers", "ask", where.asker.platform, where.id).hex()

    def private(self, platform: str, person: str, address: str) -> Lane:
        """The lane of a private chat."""
        return Lane(platform, f"private:{self.tag(person)}", address)

    def place(self, where: Where) -> str:
        """Where and of whom something may be pending."""
        tag = self.tag(where.asker.person)
        return f"private:{tag}" if where.group is None else f"chat:{where.group}:{tag}"

    def language(self, asker: Asker, heard: str = "") -> str:
        """The language to speak to somebody: what they wrote, else what their app speaks, else the brand's first."""
        short = [lang.replace("_", "-").split("-")[0].lower() for lang in (heard, asker.lang) if lang]
        known = {*languages(), *self.brand.languages}
        return next((lang for lang in short if lang in known), self.brand.languages[0])

    def customer(self, session: Session, person: str) -> Customer | None:
        """Who agreed, to the notice in force, that what they ask is kept."""
        row = self.on_record(session, person)
        return row if row is not None and row.version == self.brand.consent.version else None

    def on_record(self, session: Session, person: str) -> Customer | None:
        """Who agreed to whatever notice."""
        return session.exec(
            select(Customer).where(Customer.brand == self.slug, Customer.person == person)
        ).one_or_none()

    def answer(
        self,
        session: Session,
        where: Where,
        lang: str,
        text: str,
        now: datetime,
        *,
        part: str = "answer",
        buttons: Sequence[Sequence[Button]] = (),
    ) -> None:
        """Say something where somebody asked: in the group as a reply, or in their private chat."""
        dedupe = f"{self.key(where)}:{part}"
        more = extra(buttons, reply_to=where.message if where.group is not None else None)
        payload, asker = Payload(lang, text=text, extra=more), where.asker
        if where.group is not None:
            lane = Lane(asker.platform, f"chat:{where.group}")
            self.outbox.put(session, lane, Sending.ANSWER, payload, now, dedupe=dedupe)
            return
        known = self.on_record(session, asker.person)
        kind, person = (Sending.REPLY, asker.person) if known is not None else (Sending.ANSWER, None)
        lane = self.private(asker.platform, asker.person, asker.address)
        self.outbox.put(session, lane, kind, payload, now, dedupe=dedupe, person=person)

    def write(
        self,
        session: Session,
        customer: Customer,
        text: str,
        now: datetime,
        *,
        dedupe: str,
        buttons: Sequence[Sequence[Button]] = (),
        media: MediaRef | None = None,
        purpose: str = "handover",
        number: int | None = None,
    ) -> None:
        """Write to a customer on record in private; `purpose` is that of the template, where one is needed, `number`
        that of the conversation."""
        address = self.vault.open_text(customer.address, Sealed.CUSTOMER_ADDRESS)
        lane = self.private(customer.platform, customer.person, address)
        payload = Payload(customer.lang, text=text, extra=extra(buttons, media=media, purpose=purpose, number=number))
        self.outbox.put(session, lane, Sending.REPLY, payload, now, dedupe=dedupe, person=customer.person)

    @property
    def channel(self) -> str:
        """The name of the team channel that gets customers' questions; "" without any."""
        told, wanted = self.brand.team, self.brand.conversations.channel
        heard = [one.name for one in told.channels if one.name not in told.escalation]
        two_way = [one.name for one in told.channels if one.name in heard and team_lane(one).channel in tuple(Platform)]
        return wanted or next(iter([*two_way, *heard]), "")

    def reachable(self, session: Session) -> bool:
        """Whether somebody of the team can answer: in a chat that is linked, not in a channel that only shows."""
        return team.link_of(session, self.slug, self.channel) is not None

    def team_lane(self, channel: str) -> Lane:
        """The lane of a team channel."""
        return next((team_lane(one) for one in self.brand.team.channels if one.name == channel), CONSOLE)

    def tell_team(
        self,
        session: Session,
        channel: str,
        subject: str,
        document: Document,
        now: datetime,
        *,
        dedupe: str | None = None,
        buttons: Sequence[Sequence[Button]] = (),
        media: MediaRef | None = None,
        under: str | None = None,
    ) -> None:
        """Send the team something about `subject`, as an answer to what was sent about the subject `under`."""
        lane = self.team_lane(channel)
        above = self.sent_ref(session, lane, under) if under is not None else None
        payload = Payload(
            self.say.lang, document=document, news=True, extra=extra(buttons, reply_to=above, media=media)
        )
        self.outbox.put(session, lane, Sending.ALERT, payload, now, dedupe=dedupe or subject, subject=subject)

    def edit_team(
        self,
        session: Session,
        subject: str,
        document: Document,
        now: datetime,
        *,
        buttons: Sequence[Sequence[Button]] = (),
        news: bool = False,
    ) -> None:
        """Show the team what has become of `subject`, wherever it was sent."""
        payload = Payload(self.say.lang, document=document, news=news, extra=extra(buttons))
        for lane in self.outbox.lanes(session, subject):
            self.outbox.edit(session, lane, payload, now, subject=subject)

    def sent_ref(self, session: Session, lane: Lane, subject: str) -> str | None:
        """The platform's id of what was sent about a subject."""
        return session.exec(
            select(Outbox.sent_ref)
            .where(
                Outbox.brand == self.slug,
                Outbox.subject == subject,
                Outbox.lane == lane.name,
                Outbox.kind == Sending.ALERT,
                Outbox.state == OutboxState.SENT,
            )
            .order_by(col(Outbox.id).desc())
        ).first()
