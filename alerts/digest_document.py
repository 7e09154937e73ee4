"""A digest as the team reads it, and its way into the outbox."""

from datetime import datetime

from sqlmodel import Session

from alerts.card import QUOTE_UNITS
from alerts.digest import Digest, Digester, Mood, Period, Told, Totals
from alerts.document import Block, Document, Form, Span, bold, cut, line
from alerts.herald import CONSOLE, team_lane
from alerts.outbox import OutboxWriter
from alerts.payload import Payload, Sending
from alerts.signals import Severity
from alerts.wording import day
from config.brand import Brand
from config.texts import Texts, texts
from storage.vault import Vault

MOVED = 0.1
"""A change of mood worth an arrow."""


def send_digest(session: Session, brand: Brand, vault: Vault, period: Period, now: datetime) -> bool:
    """Put the digest of the period that ends now into the outbox, for every channel that hears warnings. False when
    nothing was heard in it, or when it was put there before (one a day or week, in the brand's time zone)."""
    digest = Digester(brand, vault).make(session, period, now)
    if digest.heard.messages == 0 and digest.asked.questions == 0:
        return False
    team, date = brand.team, now.astimezone(brand.time_zone).date()
    payload = Payload(team.language, document=digest_document(digest, brand), silent=True)
    heard = [
        c
        for c in team.channels
        if c.name not in team.escalation and Severity[c.min_severity.upper()] <= Severity.WARNING
    ]
    lanes = [team_lane(channel) for channel in heard] if team.channels else [CONSOLE]
    writer = OutboxWriter(brand.slug, vault)
    dedupe = f"digest:{period}:{date.isoformat()}"
    put = [
        writer.put(session, lane, Sending.DIGEST, payload, now, dedupe=f"{dedupe}:{lane.channel}:{lane.name}")
        for lane in lanes
    ]
    return any(put)


def digest_document(digest: Digest, brand: Brand) -> Document:
    """The digest in the team's language."""
    say = texts(brand.team.language)
    date = day(digest.end.astimezone(brand.time_zone), say.lang)
    blocks = [
        Block(Form.TITLE, (Span(say.say(f"digest-title-{digest.period}", brand=brand.name, day=date)),)),
        line(_totals(digest.heard, say), gap=True),
        line(say.say("digest-before", heard=_totals(digest.before, say)), weight=2),
    ]
    blocks += _stories(digest, say)
    blocks += _moods(digest, say)
    blocks += _questions(digest, say)
    blocks += _customers(digest, say)
    blocks += _alerts(digest, say)
    return Document(tuple(blocks))


def _totals(heard: Totals, say: Texts) -> str:
    return say.say("digest-heard", messages=heard.messages, people=heard.people, chats=heard.chats)


def _heading(text: str, weight: int = 0) -> Block:
    return line(text, form=Form.HEADING, gap=True, weight=weight)


def _stories(digest: Digest, say: Texts) -> list[Block]:
    if not digest.stories:
        return [line(say.say("digest-no-stories"), gap=True)]
    return [_heading(say.say("digest-stories")), *(_story(story, say) for story in digest.stories)]


def _story(story: Told, say: Texts) -> Block:
    numbers = say.say("digest-story", people=story.people, chats=story.chats, negative=round(100 * story.negative))
    title = cut(story.title, 100) or say.say("alert-title-erased")
    state = f" · {say.say(f'state-{story.alert}')}" if story.alert else ""
    return line(bold(title), f" · {numbers}{state}", form=Form.BULLET, weight=1)


def _moods(digest: Digest, say: Texts) -> list[Block]:
    if not digest.moods:
        return []
    return [_heading(say.say("digest-moods"), 3), *(_mood(mood, say) for mood in digest.moods)]


def _mood(mood: Mood, say: Texts) -> Block:
    text = say.say("digest-mood", topic=mood.topic, messages=mood.messages, negative=round(100 * mood.negative))
    if mood.before is not None:
        arrow = "▲ " if mood.negative >= mood.before + MOVED else "▼ " if mood.negative <= mood.before - MOVED else ""
        text = arrow + say.say("digest-mood-before", text=text, before=round(100 * mood.before))
    return line(text, form=Form.BULLET, weight=3)


def _questions(digest: Digest, say: Texts) -> list[Block]:
    if not digest.unanswered:
        return []
    blocks = [_heading(say.say("digest-questions"), 2)]
    for topic in digest.unanswered:
        text = say.say("digest-question", topic=topic.topic, questions=topic.questions)
        blocks.append(line(text, form=Form.BULLET, weight=2))
        blocks += [line(cut(quote.text, QUOTE_UNITS), form=Form.QUOTE, weight=5) for quote in topic.examples]
    return blocks


def _customers(digest: Digest, say: Texts) -> list[Block]:
    asked = digest.asked
    if not asked.questions:
        return []
    numbers = {"asked": asked.questions, "answered": asked.answered, "handed": asked.conversations}
    blocks = [line(say.say("digest-customers", **numbers), gap=True, weight=2)]
    if digest.missing:
        blocks.append(_heading(say.say("digest-missing"), 2))
    for entry in digest.missing:
        words = cut(entry.text, QUOTE_UNITS) or say.say("digest-missing-few")
        numbers = {"people": entry.people, "questions": entry.questions}
        blocks.append(line(say.say("digest-missing-entry", text=words, **numbers), form=Form.BULLET, weight=2))
    return blocks


def _alerts(digest: Digest, say: Texts) -> list[Block]:
    judged = digest.alerts
    share = judged.share
    if share is None:
        return []
    numbers = {"right": judged.right, "false": judged.false, "unjudged": judged.unjudged}
    text = say.say("digest-precision", share=round(100 * share), **numbers)
    return [_heading(say.say("digest-alerts"), 4), line(text, weight=4)]
