"""What an outbox entry carries: a card, another document or bare text, with the chart's numbers. Stored as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from pydantic import JsonValue, TypeAdapter

from alerts.card import Card, card_document
from alerts.charts import Series
from alerts.document import Block, Document, Form, Span


class Sending(StrEnum):
    """What an entry is, which decides its place in the queue of its lane (`PRIORITY`, lower first). Of an ANSWER, which
    may be to somebody who agreed to nothing, neither text nor address is kept once it has been sent."""

    ALERT = "alert"
    ANSWER = "answer"
    NOTICE = "notice"
    REPLY = "reply"
    EDIT = "edit"
    DIGEST = "digest"


PRIORITY: Mapping[Sending, int] = {
    Sending.ALERT: 10,
    Sending.ANSWER: 10,
    Sending.REPLY: 20,
    Sending.NOTICE: 20,
    Sending.EDIT: 30,
    Sending.DIGEST: 40,
}


@dataclass(frozen=True, slots=True)
class Payload:
    """What a channel shows. Exactly one of `card`, `document` and `text` says it.

    `alert` is the alert it is about, `to` the pseudonyms of team members whom it concerns (a channel may mention them),
    `series` the numbers of the chart (filled in when it is sent), `news` whether an edit says something that a channel
    without edits must send as a message of its own, `silent` whether it may come without a sound, `extra` what only one
    channel understands.
    """

    lang: str
    card: Card | None = None
    document: Document | None = None
    text: str | None = None
    alert: int | None = None
    to: tuple[str, ...] = ()
    series: Series | None = None
    news: bool = False
    silent: bool = False
    extra: Mapping[str, JsonValue] = field(default_factory=dict)

    def shown(self) -> Document:
        """The payload as a document."""
        if self.card is not None:
            return card_document(self.card)
        if self.document is not None:
            return self.document
        return Document((Block(Form.LINE, (Span(self.text or ""),)),))

    @property
    def quoted(self) -> tuple[int, ...]:
        """Storage rows of the messages that it quotes: erasing one of them empties the entry."""
        return tuple(quote.row for quote in self.card.quotes) if self.card else ()


@cache
def _adapter() -> TypeAdapter[Payload]:
    return TypeAdapter(Payload)


def encode_payload(payload: Payload) -> JsonValue:
    """The payload as JSON can say it."""
    value: JsonValue = _adapter().dump_python(payload, mode="json")
    return value


def decode_payload(data: object) -> Payload:
    """The payload that `encode_payload` gave. Raises pydantic.ValidationError for anything else."""
    return _adapter().validate_python(data)
