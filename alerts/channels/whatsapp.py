"""WhatsApp as a channel: customers in private and the brand's groups, through the Cloud API.

What may be said when. Within 24 hours of somebody's last message anything; later only a template that Meta approved.
Outside of that window the channel knocks: it sends the brand's template for the purpose and the language, at most once
a week, and the message itself leaves when they answer. Without a template it waits as well, and the team is told.

What a retry can double. WhatsApp gives sendings no key: when its answer is lost on the way, the same message is sent
again, and people may see it twice.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Literal, NoReturn, Protocol

from pydantic import BaseModel

from alerts.channels.base import Pace
from alerts.channels.files import File
from alerts.channels.graph import GraphApi, GraphError
from alerts.channels.whatsapp_files import Files, Uploaded
from alerts.channels.whatsapp_message import Extra, Sign, compose, compose_file
from alerts.errors import ChannelError, RefusedError, RetryAfterError
from alerts.payload import Payload
from config.texts import texts

HELD_SECONDS = 3600.0
"""How often a message that waits for its window looks again; an answer lets it go at once."""


class Outcome(Enum):
    """What an error of WhatsApp means for the message and for the team."""

    WINDOW = "window"
    WAIT_PAIR = "wait_pair"
    WAIT = "wait"
    UNDELIVERABLE = "undeliverable"
    LOCKED = "locked"
    TOKEN = "token"  # noqa: S105
    TEMPLATE = "template"
    REFUSED = "refused"
    LATER = "later"


OUTCOMES: Mapping[Outcome, Iterable[int]] = {
    Outcome.WINDOW: (470, 131047),
    Outcome.WAIT_PAIR: (131056,),
    Outcome.WAIT: (4, 80007, 130429, 131048, 133016),
    Outcome.UNDELIVERABLE: (130472, 131026, 131030, 131049, 131050, 131062),
    Outcome.LOCKED: (368, 131031, 131042),
    Outcome.TOKEN: (3, 10, 190, 131005, 131045, 133010, *range(200, 220)),
    Outcome.TEMPLATE: (132000, 132001, 132005, 132007, 132012, 132015, 132016),
    Outcome.LATER: (1, 2, 131000, 131016, 131057),
}
"""https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes"""
_BY_CODE = {code: outcome for outcome, codes in OUTCOMES.items() for code in codes}
WAITS = {Outcome.WAIT_PAIR: 12.0, Outcome.WAIT: 5.0, Outcome.LOCKED: 600.0, Outcome.TOKEN: 60.0}
"""Seconds that a lane rests; the error says no time of its own."""


def outcome_of(code: int, status: int = 400) -> Outcome:
    """Return what an error means."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if status == 401:
        return Outcome.TOKEN
    if status == 429:
        return Outcome.WAIT
    return Outcome.LATER if status >= 500 else Outcome.REFUSED


class Template(BaseModel, frozen=True):
    """A template as it is sent; `parameters` is what stands for {{1}}, {{2}} and so on in its body."""

    name: str
    language: str
    parameters: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        """The template as the API names it. A parameter is one line: WhatsApp takes neither line breaks nor tabs."""
        made: dict[str, Any] = {"name": self.name, "language": {"policy": "deterministic", "code": self.language}}
        if self.parameters:
            texts = [{"type": "text", "text": " ".join(text.split())} for text in self.parameters]
            made["components"] = [{"type": "body", "parameters": texts}]
        return made


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a lane reaches."""

    kind: Literal["person", "group"]
    id: str

    def fields(self) -> dict[str, str]:
        """The recipient as the API names it: a group's id, a phone number, or a business-scoped user id. The last must
        not stand in `to`: there it is taken for a number, accepted, and delivered to nobody."""
        if self.kind == "group":
            return {"recipient_type": "group", "to": self.id}
        return {"recipient_type": "individual", "recipient" if "." in self.id else "to": self.id}


class Directory(Protocol):
    """What the channel asks about lanes and tells the team; all of it is in the database."""

    def recipient(self, lane: str, address: str | None) -> Recipient | None:
        """Whom a lane reaches; None when there is nobody any more."""

    def open(self, lane: str) -> bool:
        """Whether the lane may be written to freely."""

    def closed(self, lane: str) -> None:
        """Remember that WhatsApp says it may not."""

    def sign(self, lane: str, do: str) -> str:
        """What a button carries, so that it is known to be the bot's own and of this lane; at most 256 characters."""

    def receipt(self, sent: str) -> str:
        """By what a sending is known; its own id would hold a phone number."""

    def template(self, purpose: str, lang: str, number: int | None) -> Template | None:
        """The brand's template for a purpose in a language; `number` is of the conversation it is about."""

    def may_knock(self, lane: str) -> bool:
        """Whether a template may be sent to the lane now."""

    def knocked(self, lane: str) -> None:
        """Remember that one was sent."""

    def warn(self, kind: str, **details: str) -> None:
        """Tell the team, once a day for the same."""


class WhatsAppChannel:
    """Sends from one business number."""

    name = "whatsapp"
    supports_edit = False
    supports_pictures = False
    # https://developers.facebook.com/docs/whatsapp/cloud-api/overview#throughput: 80 messages a second a number, and to
    # the same person one every 6 seconds, with bursts that are paid back by waiting: ten a minute.
    pace = Pace(lane_seconds=0.5, lane_per_minute=10, per_second=80.0)
    timeout = 45.0

    def __init__(self, graph: GraphApi, directory: Directory) -> None:
        self._graph, self._directory, self.files = graph, directory, Files(graph)

    async def send(self, lane: str, address: str | None, payload: Payload) -> str | None:
        """Send a message; the reference is the receipt of its id."""
        directory, extra = self._directory, Extra.model_validate(payload.extra)
        recipient = await asyncio.to_thread(directory.recipient, lane, address)
        if recipient is None:
            raise RefusedError(f"Nobody is reached by {lane} any more.")
        if not await asyncio.to_thread(directory.open, lane):
            await self._knock(lane, recipient, payload, extra)
        sign: Sign = lambda do: directory.sign(lane, do)  # noqa: E731
        in_group = recipient.kind == "group"
        try:
            async with self._explained():
                for message in await self._composed(payload, extra, in_group=in_group, sign=sign):
                    sent = await self._graph.send({**recipient.fields(), **message})
        except _WindowClosedError:
            await asyncio.to_thread(directory.closed, lane)
            await self._knock(lane, recipient, payload, extra)
        return directory.receipt(sent) if sent else None

    async def edit(self, lane: str, address: str | None, ref: str, payload: Payload) -> None:
        """Never called: the outbox sends news as new messages where a channel cannot edit."""
        raise RefusedError("WhatsApp cannot edit what was sent.")

    async def _composed(
        self, payload: Payload, extra: Extra, *, in_group: bool, sign: Sign
    ) -> Sequence[dict[str, Any]]:
        """The messages to send, most often one. A file that cannot be brought to WhatsApp is named in the text, and the
        team told."""
        file = None
        if extra.document is not None:
            made = extra.document
            file = Uploaded(
                "document", await self._graph.upload(made.content.encode(), made.name, made.mime), made.name
            )
        elif extra.media is not None:
            file = await self.files.bring(extra.media)
            if file is None:
                number = str(extra.number or "–")
                await asyncio.to_thread(self._directory.warn, "file", what=extra.media.kind, number=number)
                payload = without_file(payload, extra.media)
        if file is None:
            return [compose(payload, extra, in_group=in_group, sign=sign)]
        return compose_file(payload, extra, file, in_group=in_group, sign=sign)

    async def _knock(self, lane: str, recipient: Recipient, payload: Payload, extra: Extra) -> NoReturn:
        """Ask for a sign of life with a template, if there is one; raises that the message waits."""
        directory = self._directory
        template = directory.template(extra.purpose, payload.lang, extra.number)
        if template is None:
            kind = "window_group" if recipient.kind == "group" else "window"
            await asyncio.to_thread(directory.warn, kind, purpose=extra.purpose, language=payload.lang)
        elif await asyncio.to_thread(directory.may_knock, lane):
            async with self._explained(template.name):
                await self._graph.send({**recipient.fields(), "type": "template", "template": template.fields()})
            await asyncio.to_thread(directory.knocked, lane)
        raise RetryAfterError(HELD_SECONDS)

    @asynccontextmanager
    async def _explained(self, template: str = "") -> AsyncIterator[None]:
        """Say in the outbox's words what WhatsApp answered, and tell the team what only it can change."""
        try:
            yield
        except GraphError as error:
            outcome, code = outcome_of(error.code, error.status), str(error.code)
            match outcome:
                case Outcome.WINDOW:
                    raise _WindowClosedError("The window has closed.") from error
                case Outcome.LOCKED | Outcome.TOKEN:
                    await asyncio.to_thread(self._directory.warn, outcome.value, code=code)
                    raise RetryAfterError(WAITS[outcome]) from error
                case Outcome.WAIT | Outcome.WAIT_PAIR:
                    raise RetryAfterError(WAITS[outcome]) from error
                case Outcome.TEMPLATE:
                    await asyncio.to_thread(self._directory.warn, outcome.value, code=code, template=template)
                    raise RetryAfterError(HELD_SECONDS) from error
                case Outcome.UNDELIVERABLE:
                    await asyncio.to_thread(self._directory.warn, outcome.value, code=code)
                    raise RefusedError("WhatsApp cannot deliver to this person.") from error
                case Outcome.LATER:
                    raise ChannelError("WhatsApp has trouble of its own.") from error
                case _:
                    raise RefusedError(f"WhatsApp will not take this message (error {code}).") from error


def without_file(payload: Payload, file: File) -> Payload:
    """The message with words in place of a file that cannot be shown."""
    say = texts(payload.lang)
    left = say.say("wa-file-left", what=say.say(f"media-{file.kind}"))
    return replace(payload, text="\n".join(filter(None, [left, payload.text])))


class _WindowClosedError(ChannelError):
    """WhatsApp says that the lane's window is closed."""
