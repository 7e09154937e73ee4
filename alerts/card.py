"""The card: everything the team needs to judge an alert, as data, and as a document in a language.

A card holds numbers, redacted quotes and verified facts, never names or pseudonyms of people. It is stored in the
outbox as JSON (`encode_card`, `decode_card`) and rendered when it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from alerts.document import Block, Document, Form, Span, bold, cut, italic, line
from alerts.life import Action, Snooze
from alerts.signals import Kind, Reason, Severity
from alerts.wording import moment, reason_sentence, usual_a_day
from config.texts import Texts, texts
from storage.tables import AlertState

MARKS: Mapping[Severity, str] = {Severity.INFORMATION: "🔵", Severity.WARNING: "🟠", Severity.CRITICAL: "🔴"}
QUOTE_UNITS = 220
"""A quote is a glance, not an archive: longer ones are cut at a word."""
CHATS_NAMED = 3
MOMENTS_SHOWN = 5
REACTIONS_SHOWN = 5
STANCES = ("spread", "question", "denial")
IN_HEADLINE = ("people", "chats")
"""Reasons that the headline says already."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A redacted message that tells the story; `row` is its storage row, so that erasing it erases the quote."""

    row: int
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class VerifiedFact:
    """What the brand has verified about the story, with its evidence; `contradicted` when the story denies it."""

    id: str
    statement: str
    evidence_url: str
    contradicted: bool


@dataclass(frozen=True, slots=True)
class SuggestedReply:
    """What the team might write, in one language."""

    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the alert's life. `detail` is already in the card's language, e.g. the title of a story merged."""

    at: datetime
    action: Action
    snooze: Snooze | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An alert as the team sees it. Times have a zone; `sure` and `negative` are shares in 0..1.

    `withheld` is the least number of tellers for quotes when too few tell the story, otherwise None. `news` is what
    changed since the card was last shown aloud. `actions` are the buttons that would change something. `reacted` is how
    many people react to the story's messages; `reactions` how many with each emoji, the most frequent first.
    """

    alert: int
    at: datetime
    lang: str
    time_zone: str
    state: AlertState
    severity: Severity
    kind: Kind
    title: str
    sure: float
    reasons: tuple[Reason, ...]
    people: int
    messages: int
    chats: tuple[str, ...]
    first_seen: datetime
    negative: float | None = None
    stance: Mapping[str, int] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()
    withheld: int | None = None
    fact: VerifiedFact | None = None
    replies: tuple[SuggestedReply, ...] = ()
    merged: tuple[str, ...] = ()
    life: tuple[Moment, ...] = ()
    actions: tuple[Action, ...] = ()
    news: Moment | None = None
    reacted: int = 0
    reactions: tuple[tuple[str, int], ...] = ()


@cache
def _adapter() -> TypeAdapter[Card]:
    return TypeAdapter(Card)


def encode_card(card: Card) -> object:
    """The card as JSON can say it."""
    return _adapter().dump_python(card, mode="json")


def decode_card(data: object) -> Card:
    """The card that `encode_card` gave. Raises pydantic.ValidationError for anything else."""
    return _adapter().validate_python(data)


def card_document(card: Card) -> Document:
    """The card in its language. Weights say what goes first where room is short: the life, then merges, then the
    third and second quote, the reply, the first quote, the fact."""
    say = texts(card.lang)
    blocks = [_title(card, say)]
    if card.news is not None:
        blocks.append(line(bold(_moment_text(card.news, say))))
    blocks += _numbers(card, say)
    blocks += _quotes(card, say)
    blocks += _facts(card, say)
    blocks += [line("↳ ", say.say("card-merged", title=title), weight=8) for title in card.merged]
    blocks += _life(card, say)
    return Document(tuple(blocks))


def card_title(card: Card) -> str:
    """The title line: mark, severity, kind and story."""
    return _title(card, texts(card.lang)).text


def _title(card: Card, say: Texts) -> Block:
    text = say.say(
        "card-title",
        mark=MARKS[card.severity],
        severity=say.say(f"severity-{card.severity.name.lower()}"),
        kind=say.say(f"kind-{card.kind}"),
        title=cut(card.title, 120),
    )
    return Block(Form.TITLE, (Span(text),))


def _numbers(card: Card, say: Texts) -> list[Block]:
    zone = ZoneInfo(card.time_zone)
    since = moment(card.first_seen, card.at, zone, card.lang)
    usual = usual_a_day(card.reasons)
    headline = say.say("card-headline", people=card.people, chats=max(len(card.chats), 1), since=since)
    if usual is not None:
        headline = say.say("card-headline-usual", headline=headline, usual=usual)
    blocks = [line(bold(headline), gap=True)]
    shown = [reason for reason in card.reasons if reason.name not in IN_HEADLINE]
    blocks += [line(reason_sentence(reason, say), form=Form.BULLET) for reason in shown]
    if card.negative is not None and not any(reason.name == "negative_share" for reason in shown):
        blocks.append(line(say.say("card-negative", share=round(100 * card.negative)), form=Form.BULLET, weight=2))
    stance = [(name, card.stance[name]) for name in STANCES if card.stance.get(name)]
    if len(stance) > 1:
        told = ", ".join(say.say(f"card-stance-{name}", count=count) for name, count in stance)
        blocks.append(line(told, form=Form.BULLET, weight=2))
    if card.reactions:
        told = " · ".join(f"{emoji} {count}" for emoji, count in card.reactions[:REACTIONS_SHOWN])
        reacted = say.say("card-reactions", people=card.reacted, reactions=told)
        blocks.append(line(reacted, form=Form.BULLET, weight=2))
    blocks.append(line(say.say("card-where", messages=card.messages, chats=_chats(card, say)), gap=True, weight=3))
    level = "high" if card.sure >= 0.85 else "medium" if card.sure >= 0.65 else "low"
    blocks.append(line(say.say("card-sure", level=level, share=round(100 * card.sure)), weight=3))
    return blocks


def _chats(card: Card, say: Texts) -> str:
    named = ", ".join(card.chats[:CHATS_NAMED])
    more = len(card.chats) - CHATS_NAMED
    return say.say("card-more-chats", named=named, more=more) if more > 0 else named


def _quotes(card: Card, say: Texts) -> list[Block]:
    if card.withheld is not None:
        return [line(italic(say.say("card-withheld", people=card.withheld)), gap=True, weight=6)]
    return [
        line(cut(quote.text, QUOTE_UNITS), form=Form.QUOTE, gap=at == 0, weight=(3, 5, 6)[min(at, 2)])
        for at, quote in enumerate(card.quotes)
    ]


def _facts(card: Card, say: Texts) -> list[Block]:
    blocks = []
    if card.fact is not None:
        heading = say.say("card-fact-contradicted" if card.fact.contradicted else "card-fact")
        blocks.append(line(heading, form=Form.HEADING, gap=True, weight=1))
        evidence = Span(say.say("card-evidence"), href=card.fact.evidence_url)
        blocks.append(line(card.fact.statement, " ", evidence, weight=1))
    if card.replies:
        reply = card.replies[0]
        blocks.append(line(say.say("card-reply", lang=reply.lang), form=Form.HEADING, gap=True, weight=4))
        blocks.append(line(reply.text, form=Form.COPY, weight=4))
    return blocks


def _life(card: Card, say: Texts) -> list[Block]:
    zone = ZoneInfo(card.time_zone)
    lines = [
        line(f"{moment(m.at, card.at, zone, card.lang)} · {_moment_text(m, say)}", gap=at == 0, weight=9)
        for at, m in enumerate(card.life[-MOMENTS_SHOWN:])
    ]
    return [
        Block(block.form, tuple(italic(span.text) for span in block.spans), block.gap, block.weight) for block in lines
    ]


def _moment_text(event: Moment, say: Texts) -> str:
    if event.snooze is not None:
        return say.say(f"moment-snooze-{event.snooze}")
    return say.say(f"moment-{event.action}", detail=event.detail)
