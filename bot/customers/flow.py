"""What a customer's ask leads to, inside one transaction: an answer, a choice, a check, the team.

Everything said here is said where it was asked, but in a group nothing private: what is personal, and every
conversation with the team, is led to the private chat.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from alerts.document import cut
from bot.customers.answering import Kind
from bot.customers.asks import Addressed, Ask, Button
from bot.customers.handovers import Handovers
from bot.customers.knowledge import Knowledge, Thought
from bot.customers.limits import Limits
from bot.customers.matter import ORDER, Matter
from bot.customers.office import Office, Where
from bot.customers.passing import Passing
from bot.customers.pendings import Open, Pendings, Waiting
from bot.customers.questions import Asked, Questions
from bot.customers.requests import asks_for_person, asks_whether_true
from bot.customers.rumours import Rumours
from bot.customers.surveys import Surveys
from config.texts import texts
from storage.tables import Customer, Question, Sealed

LABEL = 120
"""UTF-16 units of what the brand said before, where it is offered as a choice."""

SURVEY_LASTS = timedelta(days=1)
"""How long a number typed is taken for the answer to a survey; its buttons count for longer."""


class Flow:
    """The customers' side of one brand's desk."""

    def __init__(
        self, office: Office, limits: Limits, knowledge: Knowledge, rumours: Rumours, handovers: Handovers
    ) -> None:
        self._office, self._limits, self._knowledge = office, limits, knowledge
        self.questions, self.pendings, self.surveys = Questions(office), Pendings(office), Surveys(office)
        self._rumours, self._handovers = rumours, handovers
        self._team = Passing(office, rumours, handovers)

    def asked(self, session: Session, ask: Ask, thought: Thought, now: datetime) -> None:
        """Deal with what somebody said to the bot."""
        heard = thought.analysis.lang if thought.analysis.lang in self._office.brand.languages else ""
        lang = self._office.language(ask.asker, heard)
        if ask.group is None and self._goes_on(session, ask, thought, lang, now):
            return
        say = texts(lang)
        if ask.addressed is Addressed.CHECK and not thought.text.strip():
            unheard = "desk-check-unheard" if ask.about == "" else "desk-check-empty"
            self._office.answer(session, ask, lang, say.say(unheard), now)
            return
        person = ask.addressed is Addressed.PERSON or asks_for_person(thought.text)
        if thought.abusive and not person:
            if self._limits.may_warn(ask.asker.person, now):
                self._office.answer(session, ask, lang, say.say("desk-abuse"), now)
            return
        kind = "person" if person else thought.reply.kind.value
        if ask.group is not None and (thought.hidden or ORDER.search(ask.text)):
            self.questions.count(session, ask, thought, "personal", now)
            self._team.to_private(session, ask, lang, "desk-group-personal", now)
            return
        row = self.questions.count(session, ask, thought, kind, now)
        matter = self._matter(ask, thought, row, lang)
        if person:
            self._team.hand_over(session, ask, matter, lang, "desk-may-person", now)
            return
        self._replied(session, ask, thought, matter, row, now)

    def chosen(self, session: Session, where: Where, waiting: Open, number: int, now: datetime) -> str | None:
        """Go on with what was asked of somebody, who answered with a number; returns what to tell a presser, or None
        when the number is no answer to that."""
        place = self._office.place(where)
        match waiting.kind:
            case Waiting.CHOICE:
                return self._entry_chosen(session, where, waiting, number, now)
            case Waiting.CONSENT if number in (0, 1):
                self.pendings.clear(session, place)
                self._team.consented(session, where, waiting, number == 1, now)
            case Waiting.SCORE:
                return self._scored(session, where, int(waiting.content["survey"]), number, now)
            case Waiting.COMMENT if number == 0:
                self.pendings.clear(session, place)
                lang = self._office.language(where.asker, waiting.content["lang"])
                self._office.answer(session, where, lang, texts(lang).say("desk-thanks"), now)
            case _:
                return None
        return ""

    def judged(self, session: Session, where: Where, helpful: bool, question: int, mark: str, now: datetime) -> str:
        """Somebody says whether an answer helped; one that did not goes to the team, if they like."""
        place, lang = self._office.place(where), self._office.language(where.asker)
        if not self.questions.helpful(session, question, helpful):
            return texts(lang).say("desk-too-old")
        waiting = self.pendings.get(session, place, now)
        asked_here = waiting is not None and waiting.kind is Waiting.ANSWERED and waiting.mark == mark
        if not helpful and asked_here and waiting is not None and where.group is None:
            matter = Matter.unpacked(waiting.content)
            self._team.hand_over(session, where, matter, matter.asked.lang, "desk-may-hand-over", now)
        return texts(lang).say("desk-thanks")

    def score(self, session: Session, where: Where, survey: int, number: int, now: datetime) -> str:
        """A number of a survey, by its button."""
        return self._scored(session, where, survey, number, now) or ""

    def end(self, session: Session, where: Where, handover: int, now: datetime) -> str:
        """The customer ends a conversation."""
        lang, found = self._office.language(where.asker), self._handovers.get(session, handover)
        if found is None or found[1].person != where.asker.person:
            return texts(lang).say("desk-too-old")
        row, customer = found
        if not self._handovers.close(session, row, customer, now):
            return texts(customer.lang).say("desk-closed")
        self._office.answer(session, where, customer.lang, texts(customer.lang).say("desk-closed"), now)
        self.survey(session, customer, self.surveys.after_handover(session, row, customer, now), now)
        return ""

    def survey(self, session: Session, customer: Customer, survey: Any, now: datetime) -> None:
        """Let a survey that was asked be answered by typing a number, too."""
        if survey is not None:
            place = f"private:{self._office.tag(customer.person)}"
            waiting = Open(Waiting.SCORE, "", {"survey": survey.id, "lang": customer.lang})
            self.pendings.put(session, place, waiting, now, lasts=SURVEY_LASTS)

    def _goes_on(self, session: Session, ask: Ask, thought: Thought, lang: str, now: datetime) -> bool:
        """Whether a private message was part of what is going on: a comment to a survey, a conversation."""
        place = self._office.place(ask)
        waiting = self.pendings.get(session, place, now)
        plain = ask.addressed is Addressed.PRIVATE and not (ask.forwarded and thought.text)
        if waiting is not None and waiting.kind is Waiting.COMMENT and plain and thought.text:
            self.pendings.clear(session, place)
            self.surveys.commented(session, int(waiting.content["survey"]), thought.text)
            self._office.answer(session, ask, lang, texts(lang).say("desk-thanks"), now)
            return True
        customer = self._office.customer(session, ask.asker.person)
        if customer is None:
            return False
        customer.last_at, customer.lang = now, lang
        customer.address = self._office.vault.seal_text(ask.asker.address, Sealed.CUSTOMER_ADDRESS)  # it may be another
        session.add(customer)
        running = self._handovers.current(session, customer)
        if running is None or not plain:
            return False
        self._handovers.said(session, running, customer, thought.text, ask.media, now)
        if thought.hidden:
            self._office.answer(session, ask, lang, texts(lang).say("desk-hidden"), now)
        return True

    def _replied(
        self, session: Session, ask: Ask, thought: Thought, matter: Matter, row: Question, now: datetime
    ) -> None:
        reply, lang = thought.reply, matter.asked.lang
        match reply.kind:
            case Kind.ANSWER:
                self._answer(session, ask, reply.text, matter, now)
            case Kind.CHOOSE:
                refs = [f"faq:{id_}" for id_ in reply.choices or ()]
                self._choose(session, ask, refs, matter, now)
            case Kind.CHECK if reply.fact is not None:
                self._answer(session, ask, reply.text, matter, now)
            case Kind.CHECK:
                self._check(session, ask, thought, matter, row, now)
            case Kind.HANDOVER:
                asks = thought.analysis.intent in ("question", "complaint", "claim") or ask.media is not None
                if asks or ask.addressed is Addressed.ASK:
                    self._team.hand_over(session, ask, matter, lang, "desk-may-hand-over", now)
                elif ask.group is None:
                    hello = texts(lang).say("desk-hello", brand=self._office.brand.name)
                    self._office.answer(session, ask, lang, hello, now)

    def _answer(self, session: Session, where: Where, text: str, matter: Matter, now: datetime) -> None:
        """An answer, whole, and whether it helped."""
        say, mark, id_ = texts(matter.asked.lang), self._office.mark(where), matter.question
        buttons = []
        if id_ is not None:
            buttons = [
                [
                    Button(say.say("desk-button-helped"), f"c:help:y:{id_}:{mark}"),
                    Button(say.say("desk-button-not-helped"), f"c:help:n:{id_}:{mark}"),
                ]
            ]
        self._office.answer(session, where, matter.asked.lang, text, now, buttons=buttons)
        if where.group is None:
            self.pendings.put(session, self._office.place(where), Open(Waiting.ANSWERED, mark, matter.packed()), now)

    def _choose(
        self,
        session: Session,
        where: Where,
        refs: Sequence[str],
        matter: Matter,
        now: datetime,
        ask: str = "customer-choose",
    ) -> None:
        lang, mark = matter.asked.lang, self._office.mark(where)
        say = texts(lang)
        offered = [f"{number}. {self._name(session, ref, lang)}" for number, ref in enumerate(refs, 1)]
        text = "\n".join((say.say(ask), *offered, say.say("customer-choose-none")))
        numbers = [Button(str(number), f"c:n:{number}:{mark}") for number in range(1, len(refs) + 1)]
        none = Button(say.say("desk-button-none"), f"c:n:0:{mark}")
        self._office.answer(session, where, lang, text, now, buttons=[numbers, [none]])
        content = matter.packed() | {"refs": list(refs)}
        self.pendings.put(session, self._office.place(where), Open(Waiting.CHOICE, mark, content), now)

    def _entry_chosen(self, session: Session, where: Where, waiting: Open, number: int, now: datetime) -> str | None:
        refs, matter = waiting.content["refs"], Matter.unpacked(waiting.content)
        if number > len(refs):
            return None
        self.pendings.clear(session, self._office.place(where))
        lang = matter.asked.lang
        if number:
            text = self._text(session, refs[number - 1], lang)
            row = session.get(Question, matter.question) if matter.question is not None else None
            if row is not None and refs[number - 1].startswith("faq:"):
                row.faq = refs[number - 1].removeprefix("faq:")
                session.add(row)
            self._answer(session, where, text or texts(lang).say("desk-too-old"), matter, now)
        elif matter.doubt:
            self._team.unmatched(session, where, matter, now)
        else:
            self._team.hand_over(session, where, matter, lang, "desk-may-hand-over", now)
        return ""

    def _check(
        self, session: Session, ask: Ask, thought: Thought, matter: Matter, row: Question, now: datetime
    ) -> None:
        """A doubt that no fact of the brand file answers for sure: what the team said before, or nothing yet."""
        found = self._rumours.answered(session, thought.text, thought.analysis.vector, matter.links)
        if found is not None and found.sure:
            row.fact = found.ref
            session.add(row)
            self._answer(session, ask, self._rumours.words(session, found.ref, matter.asked.lang), matter, now)
            return
        near = [found.ref] if found is not None else []
        if thought.reply.near is not None:
            near.append(f"fact:{thought.reply.near}")
        if near:
            self._choose(session, ask, near, matter, now, "desk-check-near")
        else:
            self._team.unmatched(session, ask, matter, now)

    def _scored(self, session: Session, where: Where, survey: int, number: int, now: datetime) -> str | None:
        customer = self._office.on_record(session, where.asker.person)
        if customer is None:
            return texts(self._office.language(where.asker)).say("desk-too-old")
        if not self.surveys.scored(session, survey, customer, number, now):
            return None
        say = texts(customer.lang)
        skip = Button(say.say("desk-button-skip"), f"c:n:0:{self._office.mark(where)}")
        self._office.answer(session, where, customer.lang, say.say("desk-survey-comment"), now, buttons=[[skip]])
        content = {"survey": survey, "lang": customer.lang}
        self.pendings.put(
            session, self._office.place(where), Open(Waiting.COMMENT, self._office.mark(where), content), now
        )
        return ""

    def _matter(self, ask: Ask, thought: Thought, row: Question, lang: str) -> Matter:
        media = ask.media
        given = {"platform": media.platform, "kind": media.kind, "ref": media.ref} if media is not None else None
        doubt = ask.addressed is Addressed.CHECK or ask.forwarded or asks_whether_true(thought.text)
        return Matter(Asked.of(thought, lang), row.id, thought.links, given, doubt)

    def _name(self, session: Session, ref: str, lang: str) -> str:
        kind, _, id_ = ref.partition(":")
        answerer = self._knowledge.latest(session)
        if kind == "faq":
            return answerer.question(id_, lang)
        if kind == "fact":
            return answerer.statement(id_)
        said = self._rumours.published(session, ref)
        return cut(said.text, LABEL) if said is not None else "–"

    def _text(self, session: Session, ref: str, lang: str) -> str:
        """What is said about an entry, a fact, or what the team answered; "" when it is gone."""
        kind, _, id_ = ref.partition(":")
        try:
            match kind:
                case "faq":
                    return self._knowledge.latest(session).answer(id_, lang)
                case "fact":
                    return self._knowledge.latest(session).check(id_, lang)
                case _:
                    return self._rumours.words(session, ref, lang)
        except KeyError:
            return ""
