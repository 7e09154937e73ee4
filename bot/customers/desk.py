"""The customers' desk: what people ask a brand, on whatever platform, and what becomes of it. READ FIRST.

THE CONTRACT WITH A PLATFORM (Telegram and WhatsApp keep it alike; nothing here knows either).

In. The platform turns what it received into one of the frozen classes of `bot/customers/asks.py`:
- `Ask`: something said in private, or said to the bot in a group (mention, reply to the bot, command). Messages in
  groups that do not address the bot never come here. Commands come without their name: `/check soil` is the text
  "soil" with `Addressed.CHECK`; `/human` is `Addressed.PERSON`; WhatsApp has no commands and sends everything as
  PRIVATE (or MENTION, REPLY), and words such as "is it true that" and "a human please" are understood by themselves.
- `Press`: a button, or a row of a list, that the desk had sent. The platform vouches that the button was the bot's own
  and was shown to this very chat. Platforms without buttons send the number as an `Ask`: every text with choices also
  has them numbered, "0" is "none of these", "1" is the first button.
- `TeamSaid`, `TeamPress`: the same from the team's chat, for people who have a role there. `subject_of` says whether a
  message that was answered is the desk's, and which.

The platform calls one of the four methods of `CustomerDesk`, in a worker thread (the model runs there):

    desk.ask(ask, done)              desk.press(press, done) -> str
    desk.team_said(said, done) -> str | None      desk.team_press(press, done) -> str

All effects, what is to be sent included, are stored in one transaction; `done(session)` is called in it, so that the
update leaves the inbox with its effects: killed before, nothing has happened, and killed after, it is not seen again.
A string returned is told to the presser or writer alone (a toast); "" tells nothing. It is never stored. After the
call, wake the dispatcher. `desk.tick(session, now)` is called every few seconds (`bot/customers/clocks.py`).

Out. Everything goes through the outbox (`alerts/outbox.py`); the channel's name is the value of the platform.
- Lanes: `private:TAG` with the person's raw address (sealed in the entry; the tag is `desk.tag(person)`, from which
  nobody finds the person without the key), and `chat:ROW` for groups, which the channel resolves by the row of the
  chat. The team's messages go to the lane of a team channel (`alerts/herald.py: team_lane`).
- Payloads: `Payload.text` (plain text) for customers, `Payload.document` for the team, and `Payload.extra` as written
  by `asks.extra`: `buttons` (rows of {"text", "do", "url"}; at most eleven in all), `reply_to` (the platform's id of
  the message answered) and `media` ({"platform", "kind", "ref"}). A channel without buttons leaves them out. A channel
  that is given media of another platform, or that it cannot fetch, sends the text alone, which names what it was.
- Kinds: `Sending.ANSWER` for whoever is not on record (address, lane and text are emptied as soon as it is sent),
  `Sending.REPLY` with `Outbox.person` for customers on record, `Sending.ALERT` and `EDIT` for the team.

CONSENT. An answer needs none: of a question that is answered a count remains, without person and without text. What
must be kept to be useful (passing a question to the team, telling somebody later, a survey) is kept only after the
person said yes in private to what the desk then shows; until then it waits for at most an hour, sealed. In a group,
members whom the gate hears have agreed to be heard there; others are led to the private chat. `/forget` erases it all,
in the middle of a conversation as well (`storage/customers.py: forget`).
"""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from sqlmodel import Session, select

from bot.customers.asks import Ask, Press, TeamPress, TeamSaid
from bot.customers.flow import Flow
from bot.customers.handovers import Handovers
from bot.customers.knowledge import Knowledge
from bot.customers.limits import Limits, Room
from bot.customers.office import Office
from bot.customers.pendings import typed_number
from bot.customers.rounds import Rounds
from bot.customers.rumours import Rumours
from bot.customers.team import TeamSide
from bot.identity import Identity
from config.brand import Brand
from config.texts import texts
from nlp.analysis import Analyser
from storage import customers
from storage.database import Database
from storage.tables import Outbox
from storage.vault import Vault

SUBJECTS = ("handover:", "rumour:")
PREFIX, TEAM_PREFIX = "c:", "ct:"
"""What the buttons of the desk begin with: those of customers, and those of the team."""

Done = Callable[[Session], None]
log = structlog.get_logger(__name__)


class CustomerDesk:
    """The customers' desk of one brand; the methods may be called from any thread, never within a transaction."""

    def __init__(
        self,
        brand: Brand,
        database: Database,
        vault: Vault,
        identity: Identity,
        analyser: Analyser,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self._clock = database, clock
        self._office, self._limits = Office(brand, vault, identity), Limits(brand.conversations)
        self.knowledge = Knowledge(brand, database, vault, analyser)
        self._rumours, handovers = Rumours(self._office), Handovers(self._office)
        self._flow = Flow(self._office, self._limits, self.knowledge, self._rumours, handovers)
        self._team = TeamSide(self._office, self._flow, self._rumours, handovers)
        self._rounds = Rounds(self._office, self._flow, handovers)

    def warm(self) -> None:
        """Read the knowledge before the first question comes."""
        with self._database.read() as session:
            self.knowledge.answerer(session)

    def tag(self, person: str) -> str:
        """By what the lane of a person is known: `private:TAG`."""
        return self._office.tag(person)

    def knows(self, session: Session, person: str) -> bool:
        """Whether anything is stored of somebody who asked (a pseudonym)."""
        return customers.is_known(session, self._office.slug, person, self._office.tag(person))

    def ask(self, ask: Ask, done: Done) -> None:
        """Deal with something said to the bot; see the contract."""
        now = self._clock()
        room = self._limits.room(ask.asker.person, ask.group, now)
        if room is not Room.YES:
            with self._database.transaction() as session:
                if room is Room.NOTICE:
                    lang = self._office.language(ask.asker)
                    self._office.answer(session, ask, lang, texts(lang).say("desk-slow"), now)
                done(session)
            return
        number = typed_number(ask.text) if not ask.forwarded else None
        if number is not None and self._typed(ask, number, now, done):
            return
        thought = self.knowledge.think(ask)
        with self._database.transaction() as session:
            self._flow.asked(session, ask, thought, now)
            done(session)

    def press(self, press: Press, done: Done) -> str:
        """Deal with a button; returns what to tell the presser alone."""
        now = self._clock()
        with self._database.transaction() as session:
            told = self._pressed(session, press, now)
            done(session)
        return told

    def team_said(self, said: TeamSaid, done: Done) -> str | None:
        """Deal with what a member of the team answered; returns what to tell them, None for nothing."""
        with self._database.transaction() as session:
            told = self._team.said(session, said, self._clock())
            done(session)
        return told

    def team_press(self, press: TeamPress, done: Done) -> str:
        """Deal with a button in the team's chat; returns what to tell the presser alone."""
        with self._database.transaction() as session:
            told = self._team.pressed(session, press, self._clock())
            done(session)
        return told

    def subject_of(self, session: Session, channel: str, lane: str, ref: str) -> str | None:
        """Return the subject of the desk's message that has the platform's id `ref` in the lane of a channel; None when
        it is none of the desk's."""
        subject = session.exec(
            select(Outbox.subject).where(
                Outbox.brand == self._office.slug,
                Outbox.channel == channel,
                Outbox.lane == lane,
                Outbox.sent_ref == ref,
            )
        ).first()
        return subject if subject is not None and subject.startswith(SUBJECTS) else None

    def story_answered(self, session: Session, alert: int, text: str, lang: str, now: datetime) -> None:
        """The brand has published `text` about the story of an alert: in the transaction that publishes it."""
        self._rumours.story_answered(session, alert, text, lang, now)

    def tick(self, session: Session, now: datetime) -> None:
        """Look at the clocks: reminders, escalations, conversations that are over, surveys that are due."""
        self._rounds.make(session, now)

    def _typed(self, ask: Ask, number: int, now: datetime, done: Done) -> bool:
        """Whether a number typed was an answer to something the desk had asked."""
        place = self._office.place(ask)
        with self._database.read() as session:
            if self._flow.pendings.get(session, place, now) is None:
                return False
        with self._database.transaction() as session:
            waiting = self._flow.pendings.get(session, place, now)
            if waiting is None or self._flow.chosen(session, ask, waiting, number, now) is None:
                return False
            done(session)
        return True

    def _pressed(self, session: Session, press: Press, now: datetime) -> str:
        lang = self._office.language(press.asker)
        match press.do.split(":"):
            case ["c", "n", number, mark]:
                waiting = self._flow.pendings.get(session, self._office.place(press), now)
                if waiting is None or waiting.mark != mark:
                    return texts(lang).say("desk-not-yours" if press.group is not None else "desk-too-old")
                told = self._flow.chosen(session, press, waiting, int(number), now)
                return told if told is not None else texts(lang).say("desk-too-old")
            case ["c", "help", yes, question, mark]:
                return self._flow.judged(session, press, yes == "y", int(question), mark, now)
            case ["c", "score", number, survey]:
                return self._flow.score(session, press, int(survey), int(number), now)
            case ["c", "end", handover]:
                return self._flow.end(session, press, int(handover), now)
            case _:
                log.warning("customers.unknown_button")
                return texts(lang).say("desk-too-old")
