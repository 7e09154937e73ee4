"""The team's side of the customers' desk: its answers and its buttons."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from bot.customers import knowledge
from bot.customers.asks import Button, TeamPress, TeamSaid
from bot.customers.flow import Flow
from bot.customers.handovers import Handovers
from bot.customers.office import Office
from bot.customers.rumours import Rumours
from bot.customers.wording import entry_card, plain
from config.brand import FaqEntry
from config.texts import texts
from storage.tables import Customer, Handover, Outbox


class TeamSide:
    """What the team of one brand does about customers."""

    def __init__(self, office: Office, flow: Flow, rumours: Rumours, handovers: Handovers) -> None:
        self._office, self._flow, self._rumours, self._handovers = office, flow, rumours, handovers

    def said(self, session: Session, said: TeamSaid, now: datetime) -> str | None:
        """What a member of the team wrote as an answer; returns what to tell them, None when it shows by itself."""
        kind, id_ = said.subject.split(":")[:2]
        say = self._office.say
        if not said.text and said.media is None:
            return say.say("team-empty")
        if kind == "rumour":
            rumour = self._rumours.get(session, int(id_))
            if rumour is None:
                return say.say("team-gone")
            self._rumours.draft(session, rumour, said.text, said.actor, now)
            return None
        found = self._handovers.get(session, int(id_))
        if found is None:
            return say.say("team-gone")
        dedupe = f"team:{said.channel}:{said.id}"
        self._handovers.answered(session, *found, said.actor, said.text, said.media, dedupe, now)
        return None

    def pressed(self, session: Session, press: TeamPress, now: datetime) -> str:
        """A button under a message of the desk; returns what to tell the presser."""
        match press.do.split(":"):
            case ["ct", "pub" | "drop" as what, id_]:
                return self._rumour(session, what, int(id_), now)
            case ["ct", what, id_] if (found := self._handovers.get(session, int(id_))) is not None:
                return self._handover(session, what, *found, press.actor, now)
            case _:
                return self._office.say.say("team-gone")

    def _rumour(self, session: Session, what: str, id_: int, now: datetime) -> str:
        say, rumour = self._office.say, self._rumours.get(session, id_)
        if rumour is None:
            return say.say("team-gone")
        changed = (
            self._rumours.publish(session, rumour, now) if what == "pub" else self._rumours.drop(session, rumour, now)
        )
        return say.say("team-done" if changed else "team-done-already")

    def _handover(
        self, session: Session, what: str, row: Handover, customer: Customer, actor: str, now: datetime
    ) -> str:
        say = self._office.say
        match what:
            case "take":
                changed = self._handovers.take(session, row, customer, actor, now)
                return say.say("team-taken" if changed else "team-done-already")
            case "close":
                return say.say("team-done" if self.close(session, row, customer, "desk-closed", now) else
                               "team-done-already")  # fmt: skip
            case "reopen":
                changed = self._handovers.reopen(session, row, customer, now)
                return say.say("team-done" if changed else "team-done-already")
            case "save" | "saveyes" | "saveno":
                return self._entry(session, what, row, actor, now)
            case _:
                return say.say("team-gone")

    def close(self, session: Session, row: Handover, customer: Customer, message: str, now: datetime) -> bool:
        """End a conversation, tell the customer, and ask how it was; False when it was closed already."""
        if not self._handovers.close(session, row, customer, now):
            return False
        dedupe = f"handover:{row.id}:closed:{now.isoformat()}"
        self._office.write(session, customer, texts(customer.lang).say(message), now, dedupe=dedupe, number=row.id)
        survey = self._flow.surveys.after_handover(session, row, customer, now)
        self._flow.survey(session, customer, survey, now)
        return True

    def _entry(self, session: Session, what: str, row: Handover, actor: str, now: datetime) -> str:
        """Save question and answer of a conversation as an entry of the knowledge, once it was confirmed."""
        say, subject = self._office.say, f"entry:{row.id}"
        lines = self._handovers.lines(session, row.id or 0)
        question = next((one.text for one in lines if not one.ours and one.text), "")
        answer = "\n".join(one.text for one in lines if one.ours and one.text)
        if not question or not answer:
            return say.say("team-entry-nothing")
        if what == "save":
            self._propose(session, row, subject, question, answer, now)
            return ""
        state = "dropped"
        if what == "saveyes":
            entry = FaqEntry(id=f"saved-{row.id}", question=question, answer=answer, lang=row.lang)
            vault, slug = self._office.vault, self._office.slug
            knowledge.save(session, vault, slug, entry, now, source="team", actor=actor)
            self._flow.questions.fill(session, row.question_id)
            state = "saved"
        self._office.edit_team(session, subject, entry_card(self._office, question, answer, state), now)
        return say.say("team-done")

    def _propose(
        self, session: Session, row: Handover, subject: str, question: str, answer: str, now: datetime
    ) -> None:
        say = self._office.say
        buttons = [
            [
                Button(say.say("team-button-save-yes"), f"ct:saveyes:{row.id}"),
                Button(say.say("team-button-save-no"), f"ct:saveno:{row.id}"),
            ]
        ]
        document = entry_card(self._office, question, answer, "asked")
        known = select(Outbox.id).where(Outbox.brand == self._office.slug, Outbox.subject == subject)
        if session.exec(known).first() is not None:
            self._office.edit_team(session, subject, document, now, buttons=buttons)
        else:
            self._office.tell_team(
                session, row.channel, subject, document, now, buttons=buttons, under=f"handover:{row.id}"
            )


def show_erased(
    office: Office, session: Session, subjects: Sequence[str], now: datetime, why: str = "team-erased"
) -> None:
    """Write over what the team was shown, under these subjects, that is not kept any more; `why` is the text's name."""
    document = plain(office.say, why)
    for subject in subjects:
        office.edit_team(session, subject, document, now, news=subject.count(":") == 1)
