"""What customers who write to the brand may expect: office hours, surveys, and WhatsApp's templates."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from config.brand.base import Block, Clock, Duration, Id, Weekday, refuse
from config.languages import Language


class Span(Block):
    """A part of a day."""

    start: Clock
    """First minute, HH:MM."""
    end: Clock
    """First minute after it, HH:MM."""


def _span(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = re.split(r"\s*[-–]\s*", value.strip())
    if len(parts) != 2 or parts[0].zfill(5) >= parts[1].zfill(5):
        raise PydanticCustomError("span", "is no part of a day; write HH:MM-HH:MM, the earlier time first")
    return {"start": parts[0], "end": parts[1]}


class Conversations(Block):
    """How customers are dealt with who write to the bot."""

    channel: str = ""
    """The name of the team channel in which questions are passed on; its first one that is not for escalation when left
    out."""
    contact: str = ""
    """How else customers reach you (an address, opening times): said where no chat of the team is linked."""
    questions_per_person: Annotated[int, Field(ge=1)] = 12
    """How many messages of one person are dealt with in `within`; then they are told so once, then there is silence."""
    questions_per_group: Annotated[int, Field(ge=1)] = 40
    """The same for all members of a group together."""
    within: Duration = timedelta(minutes=10)
    """The time over which these are counted."""
    close_after: Duration = timedelta(days=3)
    """A conversation in which the customer has an answer and says nothing more closes itself after this long."""


class OfficeHours(Block):
    """When people of the team answer customers, in the brand's time zone."""

    days: dict[Weekday, tuple[Annotated[Span, BeforeValidator(_span)], ...]] = Field(default_factory=dict)
    """Opening times of each weekday; a day left out is closed. Without any day the office never closes."""
    closed_on: tuple[date, ...] = ()
    """Days on which the office is closed, YYYY-MM-DD."""
    answer_within: Duration = timedelta(hours=4)
    """What customers are promised when the office is open."""
    remind_after: Duration = timedelta(minutes=30)
    """How long a question may wait, in office hours, before the team is reminded."""
    escalate_after: Duration = timedelta(hours=2)
    """How long it may wait, in office hours, before the channels of `team.escalation` are told."""

    def open_at(self, moment: datetime) -> bool:
        """Return whether the office is open at a local time."""
        if moment.date() in self.closed_on:
            return False
        if not self.days:
            return True
        names: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        at: time = moment.time()
        return any(span.start <= at < span.end for span in self.days.get(names[moment.weekday()], ()))


class Surveys(Block):
    """Short questions to customers, in private chat only."""

    after_handover: bool = False
    """Whether satisfaction (1 to 5) is asked after a person of the team answered."""
    nps_every_days: Annotated[int, Field(ge=30)] | None = None
    """How often "would you recommend us?" is asked; never when left out."""
    min_days_between: Annotated[int, Field(ge=1)] = 90
    """Nobody is asked anything twice within this many days."""
    min_answers: Annotated[int, Field(ge=1)] = 5
    """Results are shown only from this many answers on."""


class Template(Block):
    """A message template approved by Meta: what may be written more than 24 hours after the customer's last message."""

    purpose: Literal["answer", "handover", "correction", "survey", "consent"]
    """What it is for: a late answer, a person of the team taking over, a rumour checked, a survey, a changed notice."""
    name: Id
    """Its name in WhatsApp Manager."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    """The languages in which it is approved."""
    parameters: tuple[Literal["brand", "contact", "number"], ...] = ()
    """What stands for {{1}}, {{2}} and so on in its body: the brand's name, `conversations.contact`, or the number of
    the conversation (for handover only: nothing else has one)."""

    @model_validator(mode="after")
    def _number_of_a_conversation(self) -> "Template":
        if "number" in self.parameters and self.purpose != "handover":
            raise refuse("parameters", f"'number' is of a conversation, and {self.purpose!r} has none", ("parameters",))
        return self


class WhatsApp(Block):
    """The WhatsApp Business number."""

    templates: tuple[Template, ...] = ()
    """Approved templates; without one for a purpose, a late message waits where the team sees it."""
    download_media: bool = False
    """Whether pictures, voice notes and documents are downloaded; otherwise they are only counted."""
    max_media_mb: Annotated[int, Field(ge=1, le=100)] = 5
    """Larger files are not downloaded."""
