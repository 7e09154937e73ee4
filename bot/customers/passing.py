"""What the bot cannot answer goes to the team, from who agreed: a question becomes a conversation, a doubt something to
check. Whoever has agreed to nothing is asked first; in a group they are led to the private chat."""

from datetime import datetime

from sqlmodel import Session

from bot.customers.asks import Ask, Button
from bot.customers.handovers import Handovers, media_of
from bot.customers.matter import Matter
from bot.customers.office import Office, Where
from bot.customers.pendings import Open, Pendings, Waiting
from bot.customers.questions import Questions
from bot.customers.rumours import Rumours
from config.texts import texts
from storage.tables import Customer, Sealed


class Passing:
    """The way from customers to the team, for one brand."""

    def __init__(self, office: Office, rumours: Rumours, handovers: Handovers) -> None:
        self._office, self._rumours, self._handovers = office, rumours, handovers
        self._questions, self._pendings = Questions(office), Pendings(office)

    def unmatched(self, session: Session, where: Where, matter: Matter, now: datetime) -> None:
        """Nothing is known: the team is asked, on behalf of who agreed."""
        lang, brand, person = matter.asked.lang, self._office.brand.name, where.asker.person
        say, customer = texts(lang), self._office.customer(session, person)
        if not self._office.reachable(session):
            self._office.answer(session, where, lang, say.say("desk-check-unknown", brand=brand), now)
        elif customer is not None:
            self._rumours.asked(session, person, customer, matter.asked, matter.links, now)
            self._office.answer(session, where, lang, say.say("desk-check-noted", brand=brand), now)
        elif where.group is None:
            self._may(session, where, matter, "desk-may-check", "desk-button-tell", now)
        elif isinstance(where, Ask) and where.heard:
            self._rumours.asked(session, person, None, matter.asked, matter.links, now)
            self._office.answer(session, where, lang, say.say("desk-check-team", brand=brand), now)
        else:
            self.to_private(session, where, lang, "desk-check-private", now)

    def hand_over(
        self, session: Session, where: Where, matter: Matter, lang: str, question: str, now: datetime
    ) -> None:
        """Pass a question on; of whom nothing may be kept is asked `question` first."""
        if not self._office.reachable(session):
            say, contact = texts(lang), self._office.brand.conversations.contact
            text = say.say("desk-no-team", brand=self._office.brand.name)
            self._office.answer(session, where, lang, f"{text} {contact}".strip(), now)
            return
        if where.group is not None:
            self.to_private(session, where, lang, "desk-group-private", now)
            return
        customer = self._office.customer(session, where.asker.person)
        if customer is None:
            self._may(session, where, matter, question, "desk-button-pass", now)
            return
        self._open(session, where, customer, matter, now)

    def _open(self, session: Session, where: Where, customer: Customer, matter: Matter, now: datetime) -> None:
        self._questions.keep(session, matter.question, customer.person, matter.asked, now)
        media = media_of(matter.media)
        text = self._handovers.open(session, customer, matter.asked, media, matter.question, now)
        row = self._handovers.current(session, customer)
        end = [[Button(texts(customer.lang).say("desk-button-end"), f"c:end:{row.id}")]] if row is not None else []
        self._office.answer(session, where, customer.lang, text, now, part="handover", buttons=end)

    def _may(self, session: Session, where: Where, matter: Matter, question: str, yes: str, now: datetime) -> None:
        """Ask whether a question may be kept, in order to pass it on."""
        lang, mark, brand = matter.asked.lang, self._office.mark(where), self._office.brand
        say = texts(lang)
        text = say.say(question, brand=brand.name, days=brand.retention.transcripts_days)
        buttons = [
            [
                Button(say.say(yes), f"c:n:1:{mark}"),
                Button(say.say("desk-button-no-thanks"), f"c:n:0:{mark}"),
            ]
        ]
        self._office.answer(session, where, lang, text, now, part="may", buttons=buttons)
        content = matter.packed() | {"check": question == "desk-may-check"}
        self._pendings.put(session, self._office.place(where), Open(Waiting.CONSENT, mark, content), now)

    def consented(self, session: Session, where: Where, waiting: Open, agreed: bool, now: datetime) -> None:
        """Somebody says whether their question may be kept; if so, it goes its way."""
        matter = Matter.unpacked(waiting.content)
        lang = matter.asked.lang
        if not agreed:
            self._office.answer(session, where, lang, texts(lang).say("desk-not-kept"), now)
            return
        customer = self._agree(session, where, lang, now)
        if waiting.content["check"]:
            self._rumours.asked(session, customer.person, customer, matter.asked, matter.links, now)
            self._office.answer(session, where, lang, texts(lang).say("desk-noted"), now)
        else:
            self._open(session, where, customer, matter, now)

    def _agree(self, session: Session, where: Where, lang: str, now: datetime) -> Customer:
        """Put somebody on record who said yes."""
        office, asker = self._office, where.asker
        row = office.on_record(session, asker.person)
        sealed = office.vault.seal_text(asker.address, Sealed.CUSTOMER_ADDRESS)
        if row is None:
            row = Customer(
                brand=office.slug,
                platform=asker.platform,
                person=asker.person,
                address=sealed,
                lang=lang,
                version="",
                source="",
                agreed_at=now,
                last_at=now,
            )
        row.version, row.source = office.brand.consent.version, "private chat"
        row.agreed_at, row.last_at, row.address, row.lang = now, now, sealed, lang
        session.add(row)
        session.flush()
        return row

    def to_private(self, session: Session, where: Where, lang: str, message: str, now: datetime) -> None:
        """Lead somebody from a group to the private chat."""
        say, url = texts(lang), where.private_url
        buttons = [[Button(say.say("desk-button-private"), url=url)]] if url else []
        self._office.answer(session, where, lang, say.say(message, brand=self._office.brand.name), now, buttons=buttons)
