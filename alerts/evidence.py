"""What the database knows about an alert, gathered into its card and its chart."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from alerts.card import Card, Moment, Quote, SuggestedReply, VerifiedFact
from alerts.charts import LONGEST_HOURS, Series, series_of
from alerts.life import Action, Snooze, available
from alerts.records import Event, Records
from alerts.signals import Kind, Reason, Severity
from config.brand import Brand, Fact
from config.texts import languages, texts
from nlp.narratives.summary import NarrativeSummary
from storage import reactions
from storage.messages import StoredMessage, by_id
from storage.portable import in_chunks
from storage.tables import Alert, Chat, Message, Narrative, Sealed
from storage.vault import Vault

QUOTES = 3
SHARE_OF_A_LANGUAGE = 0.2
"""A language in which at least this share of a story is told gets its own suggested reply."""
UNTOLD = (Action.NOTIFY, Action.REPEAT)
"""Events that are bookkeeping, not life: left off the card."""


@cache
def _summaries() -> TypeAdapter[NarrativeSummary]:
    return TypeAdapter(NarrativeSummary)


@cache
def _reasons() -> TypeAdapter[tuple[Reason, ...]]:
    return TypeAdapter(tuple[Reason, ...])


def encode_summary(summary: NarrativeSummary) -> dict[str, object]:
    """A summary's fields as JSON can say them; `Evidence.summary` reads them back."""
    fields: dict[str, object] = _summaries().dump_python(summary, mode="json")
    return fields


def encode_reasons(reasons: Sequence[Reason]) -> list[object]:
    """Reasons as the table keeps them."""
    return list(_reasons().dump_python(tuple(reasons), mode="json"))


def decode_reasons(kept: Sequence[object]) -> tuple[Reason, ...]:
    """The reasons that `encode_reasons` gave."""
    return _reasons().validate_python(kept)


def main_languages(summary: NarrativeSummary) -> list[str]:
    """The languages in which a good part of the story is told, the most used first."""
    total = sum(summary.langs.values()) or 1
    ranked = sorted(summary.langs, key=lambda lang: (-summary.langs[lang], lang))
    return [lang for lang in ranked if summary.langs[lang] / total >= SHARE_OF_A_LANGUAGE] or [summary.lang]


def suggested_reply(brand: Brand, kind: Kind, fact: Fact | None, lang: str) -> SuggestedReply | None:
    """What the team might answer in a chat of this language: the fact's own reply, else the fact in a sentence, else
    words that promise nothing but a look at it. None where no reply is called for."""
    if fact is not None and lang in fact.reply:
        return SuggestedReply(lang, fact.reply[lang])
    spoken = lang if lang in languages() else next((one for one in brand.languages if one in languages()), "en")
    say = texts(spoken)
    if fact is not None:
        return SuggestedReply(spoken, say.say("reply-fact", statement=fact.statement, url=fact.evidence_url))
    holding = f"reply-holding-{kind}"
    return SuggestedReply(spoken, say.say(holding)) if holding in say else None


class Evidence:
    """Reads what cards and charts of one brand's alerts are made of."""

    def __init__(self, brand: Brand, vault: Vault, records: Records) -> None:
        self._brand, self._vault, self._records = brand, vault, records

    def summary(self, session: Session, narrative: int | None) -> NarrativeSummary | None:
        """A narrative as last stored; None without narrative, or when its text was erased and not yet written anew."""
        row = session.get(Narrative, (self._brand.slug, narrative)) if narrative is not None else None
        if row is None or row.summary is None:
            return None
        return _summaries().validate_python(self._vault.open_json(row.summary, Sealed.NARRATIVE_SUMMARY))

    def narrative(self, session: Session, alert: Alert) -> Narrative | None:
        """The narrative behind an alert, as last stored."""
        if alert.narrative_id is None:
            return None
        return session.get(Narrative, (self._brand.slug, alert.narrative_id))

    def narratives(self, session: Session, alerts: Sequence[Alert]) -> dict[int | None, Narrative]:
        """The narratives behind alerts, by number, as last stored."""
        found: dict[int | None, Narrative] = {}
        for numbers in in_chunks([alert.narrative_id for alert in alerts if alert.narrative_id is not None]):
            query = select(Narrative).where(Narrative.brand == self._brand.slug, col(Narrative.id).in_(numbers))
            found.update((row.id, row) for row in session.exec(query))
        return found

    def people(self, session: Session, alert: Alert) -> int:
        """How many people tell what an alert is about."""
        narrative = self.narrative(session, alert)
        if narrative is not None:
            return narrative.people
        return _people(decode_reasons(alert.reasons), self._rows(session, alert.messages))

    def card(
        self,
        session: Session,
        alert: Alert,
        summary: NarrativeSummary | None,
        now: datetime,
        news: Event | None = None,
    ) -> Card:
        """The card of an alert as of `now`."""
        events = self._records.events(session, alert)
        rows = self._rows(session, summary.quotes if summary else alert.messages)
        kind, fact = Kind(alert.kind), self._fact(alert, summary)
        reasons = decode_reasons(alert.reasons)
        people = summary.people if summary else _people(reasons, rows)
        quotable = kind is Kind.SAFETY or people >= self._brand.privacy.min_people_for_quotes
        lang = self._brand.team.language
        reacted = reactions.of_narrative(session, self._brand.slug, alert.narrative_id)
        return Card(
            alert=alert.id or 0,
            at=now,
            lang=lang,
            time_zone=self._brand.brand.time_zone,
            state=alert.state,
            severity=Severity(alert.severity),
            kind=kind,
            title=self.title(alert, summary),
            sure=alert.sure,
            reasons=reasons,
            people=people,
            messages=summary.messages if summary else len(alert.messages),
            chats=self.chats(session, alert, summary),
            first_seen=_seen(summary.first_seen)
            if summary
            else min((r.sent_at for r in rows), default=alert.opened_at),
            negative=summary.sentiment.get("negative") if summary else None,
            stance=dict(summary.stance) if summary else {},
            quotes=_quotes(rows) if quotable else (),
            withheld=None if quotable else self._brand.privacy.min_people_for_quotes,
            fact=VerifiedFact(fact.id, fact.statement, fact.evidence_url, alert.contradicts) if fact else None,
            replies=self._replies(kind, fact, summary),
            merged=tuple(self._told(e.detail.get("title")) for e in events if e.action is Action.ABSORB)[-QUOTES:],
            life=tuple(self.moment(event) for event in events if event.action not in UNTOLD),
            actions=available(alert.state),
            news=self.moment(news) if news else None,
            reacted=reacted.people,
            reactions=reacted.emojis,
        )

    def series(self, session: Session, alert: Alert, now: datetime) -> Series | None:
        """The numbers of the alert's chart: messages of its narrative, or its evidence, in the last seven days."""
        since = now - timedelta(hours=LONGEST_HOURS)
        query = select(Message.sent_at, Message.sentiment).where(
            Message.brand == self._brand.slug, Message.sent_at > since
        )
        if alert.narrative_id is not None:
            query = query.where(Message.narrative_id == alert.narrative_id)
        else:
            query = query.where(col(Message.id).in_(alert.messages))
        reasons = decode_reasons(alert.reasons)
        people = [reason for reason in reasons if reason.name == "people"]
        usual = next((r.baseline / r.hours for r in people if r.baseline is not None and r.hours), None)
        zone, title = self._brand.brand.time_zone, self.title(alert, None)
        return series_of(session.exec(query).all(), now, usual_an_hour=usual, time_zone=zone, title=title)

    def title(self, alert: Alert, summary: NarrativeSummary | None) -> str:
        """The title under which the team knows the alert."""
        return self._told(self._records.title(alert) or (summary.title if summary else None))

    def chats(self, session: Session, alert: Alert, summary: NarrativeSummary | None) -> tuple[str, ...]:
        """The titles of the chats that an alert touches."""
        query = select(Chat).where(Chat.brand == self._brand.slug)
        if summary:
            query = query.where(col(Chat.key).in_(summary.chats))
        elif alert.chat_id is not None:
            query = query.where(Chat.id == alert.chat_id)
        else:
            told_in = select(Message.chat_id).where(col(Message.id).in_(alert.messages))
            query = query.where(col(Chat.id).in_(told_in))
        return tuple(self.chat_title(chat) for chat in session.exec(query.order_by(col(Chat.id))).all())

    def chat_title(self, chat: Chat) -> str:
        """The title of a chat, or its number where it has none."""
        if chat.title is None:
            return texts(self._brand.team.language).say("chat-untitled", id=str(chat.id))
        return self._vault.open_text(chat.title, Sealed.CHAT_TITLE)

    def moment(self, event: Event) -> Moment:
        """An event as the card tells it, in the team's language."""
        say = texts(self._brand.team.language)
        snooze = Snooze(str(event.detail["for"])) if event.action is Action.SNOOZE else None
        match event.action:
            case Action.GROW:
                severity = Severity(event.number("severity"))
                parts = f"severity-{severity.name.lower()}", f"kind-{event.detail['kind']}"
                detail = " · ".join(say.say(part) for part in parts)
            case Action.ABSORB | Action.MERGE:
                detail = self._told(event.detail.get("title"))
            case Action.ESCALATE:
                detail = str(event.detail["channel"])
            case Action.REPLY:
                detail = str(event.detail["chats"])
            case _:
                detail = say.say("moment-by", who=_handle(event.actor)) if event.actor else ""
        return Moment(event.at, event.action, snooze, detail)

    def _told(self, title: object) -> str:
        """A title, or words for one that was erased."""
        return str(title) if title else texts(self._brand.team.language).say("alert-title-erased")

    def _fact(self, alert: Alert, summary: NarrativeSummary | None) -> Fact | None:
        known: Mapping[str, str] = summary.facts if summary else {}
        wanted = alert.fact or next(iter(sorted(known, key=lambda fact: (known[fact] != "contradicts", fact))), None)
        return next((fact for fact in self._brand.facts if fact.id == wanted), None)

    def _replies(self, kind: Kind, fact: Fact | None, summary: NarrativeSummary | None) -> tuple[SuggestedReply, ...]:
        spoken = main_languages(summary) if summary else list(self._brand.languages[:1])
        replies = (suggested_reply(self._brand, kind, fact, lang) for lang in spoken)
        return tuple(dict.fromkeys(reply for reply in replies if reply is not None))

    def _rows(self, session: Session, ids: Sequence[int]) -> list[StoredMessage]:
        found = by_id(session, self._vault, ids)
        return [found[row] for row in ids if row in found]


def _quotes(rows: Sequence[StoredMessage]) -> tuple[Quote, ...]:
    quotes: dict[str, Quote] = {}
    for row in rows:
        if row.person not in quotes and row.text:
            quotes[row.person] = Quote(row.id, row.text, row.lang)
    return tuple(quotes.values())[:QUOTES]


def _handle(actor: str) -> str:
    """A pseudonym short enough for a card, long enough to tell a team's members apart."""
    return actor.removeprefix("p_")[:5]


def _people(reasons: Sequence[Reason], rows: Sequence[StoredMessage]) -> int:
    counted = next((round(reason.value) for reason in reasons if reason.name == "people"), 0)
    return counted or len({row.person for row in rows})


def _seen(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
