"""What the desk writes: cards and lines for the team, and when customers may expect an answer."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from babel.dates import format_date, format_time, format_timedelta

from alerts.document import Block, Document, Form, Span, cut, line
from bot.customers.asks import MediaRef
from bot.customers.hours import next_opening
from bot.customers.office import Office
from config.texts import Texts, texts
from storage.tables import Handover, HandoverState, Rumour, RumourState, Sealed

QUOTED = 1_000
"""UTF-16 units of a customer's message on a card; the whole is in the conversation."""
SOON = timedelta(days=6)
"""Within this time a weekday alone says which day is meant."""

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)


def links_in(text: str) -> list[str]:
    """Return the addresses in a text."""
    return _LINK.findall(text)


def language_name(say: Texts, lang: str) -> str:
    """Return what a language is called."""
    name = f"customer-language-{lang}"
    return say.say(name if name in say else "customer-language-other")


def short(person: str) -> str:
    """Return as much of a pseudonym as tells people apart in a chat."""
    return person[:8]


def expectation(office: Office, lang: str, now: datetime) -> str:
    """Return when a customer may expect an answer: within the promised time, or from when the team is back."""
    hours, say = office.brand.office_hours, texts(lang)
    local = now.astimezone(office.brand.time_zone)
    promised = format_timedelta(hours.answer_within, locale=say.lang, threshold=2)
    if hours.open_at(local):
        return say.say("desk-expect-open", within=promised)
    opens = next_opening(hours, local)
    if opens is None:
        return say.say("desk-expect-unknown")
    pattern = "EEEE" if opens - local < SOON else "EEEE d MMMM"
    day, time = format_date(opens, pattern, locale=say.lang), format_time(opens, "short", locale=say.lang)
    return say.say("desk-expect-closed", day=day, time=time, within=promised)


def handover_card(
    office: Office, handover: Handover, person: str, asked: str, earlier: Sequence[tuple[bool, str]], waits: bool
) -> Document:
    """Return the card of a conversation: state, question, language, mood, what was said before, and how to answer."""
    say = office.say
    state = f"team-state-{handover.state}" if not waits else "team-state-waiting"
    who = say.say("team-who", person=short(person), lang=language_name(say, handover.lang))
    blocks = [
        Block(Form.TITLE, (Span(say.say("team-handover", number=handover.id, state=say.say(state))),)),
        line(who, " · ", say.say(f"team-mood-{handover.sentiment}")),
    ]
    if handover.assigned_to is not None:
        blocks.append(line(say.say("team-taken-by", person=short(handover.assigned_to))))
    if asked:
        blocks.append(line(cut(asked, QUOTED), form=Form.QUOTE))
    if earlier:
        blocks.append(line(say.say("team-earlier"), form=Form.HEADING, gap=True, weight=3))
        marks = {True: "›", False: "‹"}
        blocks += [line(f"{marks[ours]} {cut(text, 200)}", weight=3) for ours, text in earlier]
    if handover.state is HandoverState.OPEN:
        blocks.append(line(say.say("team-how"), gap=True, weight=1))
    return Document(tuple(blocks))


def handover_line(office: Office, handover: Handover, person: str, text: str, media: MediaRef | None) -> Document:
    """Return one more message of a customer."""
    say = office.say
    title = say.say("team-line", number=handover.id, person=short(person))
    blocks = [Block(Form.TITLE, (Span(title),))]
    if media is not None:
        blocks.append(line(say.say(f"media-{media.kind}")))
    if text:
        blocks.append(line(cut(text, 3_500), form=Form.QUOTE))
    return Document(tuple(blocks))


def plain(say: Texts, message: str, /, **variables: object) -> Document:
    """Return one text of ours as a document."""
    return Document((Block(Form.LINE, (Span(say.say(message, **variables)),)),))


def rumour_card(office: Office, rumour: Rumour, people: int) -> Document:
    """Return what the team is shown of something that customers want checked."""
    say, vault = office.say, office.vault
    blocks = [Block(Form.TITLE, (Span(say.say(f"team-rumour-{rumour.state}", people=people)),))]
    if rumour.content is not None:
        asked = str(vault.open_json(rumour.content, Sealed.RUMOUR_CONTENT)["text"])
        blocks.append(line(cut(asked, QUOTED), form=Form.QUOTE))
    if rumour.verdict is not None:
        blocks.append(line(say.say("team-rumour-answer"), form=Form.HEADING, gap=True))
        blocks.append(line(str(vault.open_json(rumour.verdict, Sealed.RUMOUR_VERDICT)["text"]), form=Form.QUOTE))
    if rumour.state is RumourState.OPEN:
        how = "team-rumour-how" if rumour.verdict is None else "team-rumour-confirm"
        blocks.append(line(say.say(how), gap=True))
    return Document(tuple(blocks))


def entry_card(office: Office, question: str, answer: str, state: str) -> Document:
    """Return what is about to become an entry of the knowledge, or has become one."""
    say = office.say
    return Document(
        (
            Block(Form.TITLE, (Span(say.say(f"team-entry-{state}")),)),
            line(question, form=Form.QUOTE),
            line(answer, form=Form.QUOTE),
        )
    )
