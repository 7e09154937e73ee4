""" "Is it true?" where the brand file has no fact for it: what the team has answered before, and what it is asked now.

A rumour is raised to the team once, with the number of distinct people who asked. The team answers it by answering that
message; after a confirmation everybody who asked, and still agrees, is told once. What the brand publishes about
a story answers the rumours that tell the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from babel.dates import format_date
from sqlmodel import Session, col, func, select

from bot.customers.asks import Button
from bot.customers.claims import Closest, Told, closest, pages
from bot.customers.office import Office
from bot.customers.questions import Asked
from bot.customers.wording import links_in, rumour_card
from config.texts import texts
from storage.content import unpack
from storage.customers import packed, unpacked
from storage.tables import Alert, Customer, Message, Rumour, RumourAsker, RumourState, Sealed, Verdict

STORIES = 100
"""How many verdicts, the newest, a text is held against."""
MESSAGES = 20
"""How many messages of a story, the newest, stand for it."""


@dataclass(frozen=True, slots=True)
class Published:
    """What the brand has said: its words, the addresses in them, and when."""

    text: str
    at: datetime


class Rumours:
    """The rumours that customers of one brand ask about."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def answered(self, session: Session, text: str, vector: Any, links: Sequence[str]) -> Closest | None:
        """What the team has answered before that a text tells again; `ref` is for `published`."""
        return closest(text, vector, links, [*self._verdicts(session), *self._asked(session, RumourState.ANSWERED)])

    def published(self, session: Session, ref: str) -> Published | None:
        """What the brand said about it; None when it is gone."""
        kind, _, id_ = ref.partition(":")
        vault = self._office.vault
        if kind == "verdict":
            verdict = session.get(Verdict, int(id_))
            if verdict is not None and verdict.brand == self._office.slug:
                return Published(vault.open_json(verdict.content, Sealed.VERDICT_CONTENT)["text"], verdict.published_at)
            return None
        rumour = self.get(session, int(id_))
        if rumour is None or rumour.verdict is None or rumour.answered_at is None:
            return None
        return Published(vault.open_json(rumour.verdict, Sealed.RUMOUR_VERDICT)["text"], rumour.answered_at)

    def words(self, session: Session, ref: str, lang: str) -> str:
        """What a customer reads of it; "" when it is gone."""
        said = self.published(session, ref)
        if said is None:
            return ""
        say, local = texts(lang), said.at.astimezone(self._office.brand.time_zone)
        day = str(format_date(local, "long", locale=say.lang))
        return say.say("desk-verdict", brand=self._office.brand.name, text=said.text, day=day)

    def asked(
        self,
        session: Session,
        person: str,
        customer: Customer | None,
        asked: Asked,
        links: Sequence[str],
        now: datetime,
    ) -> None:
        """Count somebody who agreed as asking; what nobody asked before is raised to the team."""
        open_ = self._asked(session, RumourState.OPEN)
        near = closest(asked.text, asked.vector, links, open_)
        rumour = self.get(session, int(near.ref.partition(":")[2])) if near is not None and near.sure else None
        fresh = rumour is None
        if rumour is None:
            content = {"text": asked.text, "vector": packed(asked.vector), "links": sorted(pages(links))}
            sealed = self._office.vault.seal_json(content, Sealed.RUMOUR_CONTENT)
            rumour = Rumour(brand=self._office.slug, lang=asked.lang, content=sealed, created_at=now)
            session.add(rumour)
            session.flush()
        asker = session.get(RumourAsker, (rumour.id, person))
        if asker is None:
            asker = RumourAsker(rumour_id=rumour.id or 0, person=person, asked_at=now)
        if customer is not None:
            asker.customer_id = customer.id
        session.add(asker)
        session.flush()
        if fresh:
            document = rumour_card(self._office, rumour, self._people(session, rumour))
            buttons = self._buttons(session, rumour)
            channel = self._office.channel
            self._office.tell_team(session, channel, f"rumour:{rumour.id}", document, now, buttons=buttons)
        else:
            self._show(session, rumour, now)

    def draft(self, session: Session, rumour: Rumour, text: str, actor: str, now: datetime) -> None:
        """Take what a member of the team wrote as the answer, to be confirmed."""
        if rumour.state is RumourState.OPEN:
            content = {"text": text, "actor": actor}
            rumour.verdict = self._office.vault.seal_json(content, Sealed.RUMOUR_VERDICT)
            session.add(rumour)
            self._show(session, rumour, now)

    def publish(self, session: Session, rumour: Rumour, now: datetime) -> bool:
        """Tell everybody who asked what the draft says; False when there is none, or when that was done before."""
        if rumour.state is not RumourState.OPEN or rumour.verdict is None:
            return False
        rumour.state, rumour.answered_at = RumourState.ANSWERED, now
        session.add(rumour)
        session.flush()
        waiting = select(RumourAsker, Customer).where(
            RumourAsker.rumour_id == rumour.id,
            RumourAsker.customer_id == Customer.id,
            col(RumourAsker.told_at).is_(None),
        )
        for asker, customer in session.exec(waiting).all():
            asker.told_at = now
            session.add(asker)
            if customer.version != self._office.brand.consent.version:
                continue  # they agreed to another notice than the one in force
            verdict = self.words(session, f"rumour:{rumour.id}", customer.lang)
            text = texts(customer.lang).say("desk-told-later", brand=self._office.brand.name, verdict=verdict)
            dedupe = f"rumour:{rumour.id}:{customer.id}"
            self._office.write(session, customer, text, now, dedupe=dedupe, purpose="correction")
        self._show(session, rumour, now)
        return True

    def drop(self, session: Session, rumour: Rumour, now: datetime) -> bool:
        """The team does not answer it; nobody is told."""
        if rumour.state is not RumourState.OPEN:
            return False
        rumour.state, rumour.verdict = RumourState.DROPPED, None
        session.add(rumour)
        self._show(session, rumour, now)
        return True

    def story_answered(self, session: Session, alert: int, text: str, lang: str, now: datetime) -> None:
        """The brand has published `text` about an alert's story: later doubts about it get that answer, and so does
        everybody who asked about it before."""
        row = session.get(Alert, alert)
        if row is None or row.narrative_id is None:
            return
        content = self._office.vault.seal_json({"text": text}, Sealed.VERDICT_CONTENT)
        verdict = Verdict(brand=self._office.slug, alert_id=alert, narrative_id=row.narrative_id, lang=lang,
                          content=content, published_at=now)  # fmt: skip
        session.add(verdict)
        session.flush()
        story = self._story(session, verdict)
        for told in self._asked(session, RumourState.OPEN):
            near = closest(told.texts[0], told.vectors[0], (), [story])
            if near is None or not (near.sure or told.links & story.links):
                continue
            rumour = self.get(session, int(told.ref.partition(":")[2]))
            if rumour is not None:
                rumour.verdict = self._office.vault.seal_json({"text": text, "actor": None}, Sealed.RUMOUR_VERDICT)
                self.publish(session, rumour, now)

    def get(self, session: Session, id_: int) -> Rumour | None:
        """A rumour of this brand."""
        row = session.get(Rumour, id_)
        return row if row is not None and row.brand == self._office.slug else None

    def _verdicts(self, session: Session) -> list[Told]:
        newest = select(Verdict).where(Verdict.brand == self._office.slug).order_by(col(Verdict.id).desc())
        return [self._story(session, verdict) for verdict in session.exec(newest.limit(STORIES)).all()]

    def _story(self, session: Session, verdict: Verdict) -> Told:
        """The story that a verdict is about, by what is stored of its messages now."""
        alert = session.get(Alert, verdict.alert_id) if verdict.alert_id is not None else None
        narrative = alert.narrative_id if alert is not None else verdict.narrative_id
        rows = session.exec(
            select(Message.content)
            .where(
                Message.brand == self._office.slug,
                Message.narrative_id == narrative,
                col(Message.content).is_not(None),
            )
            .order_by(col(Message.id).desc())
            .limit(MESSAGES)
        ).all()
        contents = [unpack(self._office.vault.open(row, Sealed.MESSAGE_CONTENT)) for row in rows if row is not None]
        vectors = np.stack([one.vector for one in contents]).astype(np.float32) if contents else np.zeros((0, 1))
        links = pages(link for one in contents for link in one.links)
        said = self._office.vault.open_json(verdict.content, Sealed.VERDICT_CONTENT)["text"]
        own = pages(links_in(said))
        return Told(
            f"verdict:{verdict.id}", tuple(one.text for one in contents), np.asarray(vectors, np.float32), links | own
        )

    def _asked(self, session: Session, state: RumourState) -> list[Told]:
        rows = session.exec(
            select(Rumour)
            .where(Rumour.brand == self._office.slug, Rumour.state == state, col(Rumour.content).is_not(None))
            .order_by(col(Rumour.id).desc())
            .limit(STORIES)
        ).all()
        found = []
        for row in rows:
            assert row.content is not None
            content = self._office.vault.open_json(row.content, Sealed.RUMOUR_CONTENT)
            vector = unpacked(content["vector"])
            found.append(Told(f"rumour:{row.id}", (content["text"],), vector[None, :], frozenset(content["links"])))
        return found

    def _people(self, session: Session, rumour: Rumour) -> int:
        return session.exec(select(func.count()).where(RumourAsker.rumour_id == rumour.id)).one()

    def _show(self, session: Session, rumour: Rumour, now: datetime) -> None:
        document = rumour_card(self._office, rumour, self._people(session, rumour))
        buttons = self._buttons(session, rumour)
        self._office.edit_team(session, f"rumour:{rumour.id}", document, now, buttons=buttons)

    def _buttons(self, session: Session, rumour: Rumour) -> list[list[Button]]:
        if rumour.state is not RumourState.OPEN:
            return []
        say = self._office.say
        drop = Button(say.say("team-button-drop"), f"ct:drop:{rumour.id}")
        if rumour.verdict is None:
            return [[drop]]
        tell = say.say("team-button-publish", people=self._people(session, rumour))
        return [[Button(tell, f"ct:pub:{rumour.id}"), drop]]
