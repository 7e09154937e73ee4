"""What people are promised: consent, retention and privacy."""

import string
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from config.brand.base import Block, Text, WebAddress, refuse
from config.languages import Language

NOTICE_FIELDS = ("brand", "controller", "text_days", "numbers_days", "join", "leave", "data", "erase", "contact")
"""What a notice of the brand's own may name in braces; `Brand.notice` fills them in."""


def _notice(text: str) -> str:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        names = {"?"}
    if not names <= set(NOTICE_FIELDS):
        raise PydanticCustomError(
            "notice",
            "has braces that cannot be filled in; allowed are {allowed}",
            {"allowed": ", ".join("{" + name + "}" for name in NOTICE_FIELDS)},
        )
    return text


Notice = Annotated[Text, AfterValidator(_notice)]
Days = Annotated[int, Field(ge=1, le=3650)]


class ConsentMode(StrEnum):
    """Whose messages are heard in an activated chat."""

    OPT_IN = "opt_in"
    NOTICE = "notice"


class Consent(Block):
    """How people agree."""

    mode: ConsentMode = ConsentMode.OPT_IN
    """`opt_in`: only members who agreed themselves. `notice`: every member who was told and has not objected; your data
    protection officer must agree, and `justification` must say why it is lawful."""
    justification: str = ""
    """Why `notice` is lawful here; kept with every consent record. Needed for `notice` only."""
    version: Text = "1"
    """The version of the notice. Change it whenever the notice changes in meaning: members are then asked again."""
    notice: dict[Language, Notice] = Field(default_factory=dict)
    """The notice in your own words, by language; Earshot has one in French and in English."""
    activation_hours: Annotated[int, Field(ge=1, le=720)] = 24
    """How long the bot waits in a group for an admin to activate it before it leaves."""

    @model_validator(mode="after")
    def _justified(self) -> "Consent":
        if self.mode is ConsentMode.NOTICE and len(self.justification.strip()) < 20:
            message = (
                "mode 'notice' hears people who did not agree themselves: say in one sentence why this is lawful here"
            )
            raise refuse("justification", message, ("justification",))
        return self


class Retention(Block):
    """How long things are kept. What is older is purged every night."""

    text_days: Days = 30
    """Days for which the text of messages is kept (redacted, encrypted). Then only numbers remain."""
    numbers_days: Days = 730
    """Days for which numbers a chat, hour, topic and sentiment are kept."""
    transcripts_days: Days = 30
    """Days for which conversations between customers and the team are kept."""

    @model_validator(mode="after")
    def _numbers_outlive_text(self) -> "Retention":
        if self.numbers_days < self.text_days:
            message = f"must be at least text_days ({self.text_days}): numbers are kept longer than the text they count"
            raise refuse("retention", message, ("numbers_days",))
        return self


class Privacy(Block):
    """Who answers for the data, and how small a crowd may be quoted."""

    min_people_for_quotes: Annotated[int, Field(ge=1)] = 3
    """An alert quotes messages only when at least this many people tell the story (safety excepted)."""
    controller: str = ""
    """Legal name of who is responsible for the data; the brand's name when left out."""
    contact: str = ""
    """How to reach the data protection officer; shown by /privacy and in the notice."""
    policy_url: WebAddress | None = None
    """The brand's privacy policy."""
