"""Who of the team hears what: turns the life of an alert into outbox entries for the brand's channels."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alerts.card import card_title
from alerts.document import Block, Document, Form, Span, italic, line
from alerts.evidence import Evidence, main_languages
from alerts.life import Action
from alerts.outbox import Lane, OutboxWriter
from alerts.payload import Payload, Sending
from alerts.records import Event, Records
from alerts.signals import Severity
from config.brand import Brand, Channel
from config.texts import texts
from nlp.narratives.summary import NarrativeSummary
from storage.tables import Alert, Outbox
from storage.vault import Vault

CONSOLE = Lane("console", "team:console")
SUBJECT = "alert:"


def team_lane(channel: Channel) -> Lane:
    """The lane of a team's channel. Its address is no part of it: the channel finds it by the lane's name, so that no
    token lies in the database."""
    url = channel.url.get_secret_value()
    return Lane(url if url in ("console", "telegram") else "apprise", f"team:{channel.name}")


class Herald:
    """Announces the alerts of one brand."""

    def __init__(self, brand: Brand, vault: Vault, records: Records, evidence: Evidence) -> None:
        self._brand, self._records, self._evidence = brand, records, evidence
        self._outbox = OutboxWriter(brand.slug, vault)

    def hearers(self, alert: Alert, summary: NarrativeSummary | None) -> list[Lane]:
        """The lanes that hear of an alert this severe, in these languages, in the order of the brand file."""
        team = self._brand.team
        spoken = set(main_languages(summary)) if summary else set()
        heard = [
            team_lane(channel)
            for channel in team.channels
            if channel.name not in team.escalation
            and alert.severity >= Severity[channel.min_severity.upper()]
            and (not channel.languages or not spoken or spoken & set(channel.languages))
        ]
        return heard if team.channels else [CONSOLE]

    def raise_aloud(
        self, session: Session, alert: Alert, event: Event, now: datetime, summary: NarrativeSummary | None
    ) -> None:
        """Send the card as a new message to all who hear of it and all who have heard of it before."""
        told = self._outbox.lanes(session, _subject(alert))
        payload = self._payload(
            session, alert, now, summary, None if event.action is Action.RAISE else event, loud=True
        )
        for lane in dict.fromkeys([*told, *self.hearers(alert, summary)]):
            self._put(session, lane, Sending.ALERT, payload, now, alert, event)

    def escalate(
        self,
        session: Session,
        alert: Alert,
        channel: Channel,
        event: Event,
        now: datetime,
        summary: NarrativeSummary | None,
    ) -> None:
        """Send the card to the next channel, and say so on the cards sent before."""
        self.show(session, alert, event, now, summary)
        payload = self._payload(session, alert, now, summary, event, loud=True)
        self._put(session, team_lane(channel), Sending.ALERT, payload, now, alert, event)

    def show(
        self, session: Session, alert: Alert, event: Event | None, now: datetime, summary: NarrativeSummary | None
    ) -> None:
        """Bring the cards sent before up to date; with an event, that is news to channels that cannot edit."""
        lanes = self._outbox.lanes(session, _subject(alert))
        if lanes:
            payload = self._payload(session, alert, now, summary, event, loud=False)
            for lane in lanes:
                self._outbox.edit(session, lane, payload, now, subject=_subject(alert))

    def close(
        self,
        session: Session,
        alert: Alert,
        event: Event,
        now: datetime,
        summary: NarrativeSummary | None,
        concerned: Sequence[str],
    ) -> None:
        """Show the end on the cards sent before and announce it, aloud, to those who had taken the alert on."""
        if not concerned:
            self.show(session, alert, event, now, summary)
            return
        card = self._evidence.card(session, alert, summary, now, event)
        lanes = self._outbox.lanes(session, _subject(alert))
        for lane in lanes:
            edit = self._payload(session, alert, now, summary, None, loud=False)
            self._outbox.edit(session, lane, edit, now, subject=_subject(alert))
        say = texts(card.lang)
        moment = self._evidence.moment(event)
        lines = (
            Block(Form.TITLE, (Span(card_title(card)),)),
            line(say.say(f"moment-{moment.action}", detail=moment.detail)),
            line(italic(say.say("notice-closed-you")), weight=1),
        )
        notice = Payload(card.lang, document=Document(lines), alert=alert.id, to=tuple(concerned), news=True)
        for lane in lanes:
            self._put(session, lane, Sending.NOTICE, notice, now, alert, event)

    def render(self, session: Session, entry: Outbox, now: datetime) -> Payload | None:
        """The payload of an entry whose own was erased: the alert's card as it is now. None when there is none."""
        if entry.subject is None or not entry.subject.startswith(SUBJECT):
            return None
        alert = session.get(Alert, int(entry.subject.removeprefix(SUBJECT)))
        if alert is None:
            return None
        summary = self._evidence.summary(session, alert.narrative_id)
        return self._payload(session, alert, now, summary, None, loud=entry.kind == Sending.ALERT)

    def _payload(
        self,
        session: Session,
        alert: Alert,
        now: datetime,
        summary: NarrativeSummary | None,
        news: Event | None,
        *,
        loud: bool,
    ) -> Payload:
        card = self._evidence.card(session, alert, summary, now, news)
        return Payload(
            card.lang,
            card=card,
            alert=alert.id,
            news=loud or news is not None,
            silent=alert.severity == Severity.INFORMATION,
        )

    def _put(
        self, session: Session, lane: Lane, kind: Sending, payload: Payload, now: datetime, alert: Alert, event: Event
    ) -> None:
        dedupe = f"{_subject(alert)}:{lane.channel}:{lane.name}:{kind}:{event.id}"
        self._outbox.put(session, lane, kind, payload, now, dedupe=dedupe, subject=_subject(alert))


def _subject(alert: Alert) -> str:
    return f"{SUBJECT}{alert.id}"
