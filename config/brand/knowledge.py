"""What the brand is and knows: its name, groups, topics, questions with answers, and verified facts.

These blocks have the shape of a hand-written community scenario, so that one file serves both.
"""

import re
import unicodedata
from datetime import date
from hashlib import blake2s
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from config.brand.base import Block, Id, Text, WebAddress
from config.languages import Language


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) or len(value) > 40:
        raise PydanticCustomError("slug", "is no slug; write lower-case letters, digits and hyphens, at most 40")
    return value


class Identity(Block):
    """Who the brand is."""

    name: Text
    """The name as customers write it."""
    slug: Annotated[str, AfterValidator(_slug)] = ""
    """Short name for folders and database rows; made from the name when left out. Changing it starts a new history."""
    aliases: tuple[Text, ...] = ()
    """Other ways in which people write the name: short forms, spellings, products that stand for the brand."""
    sector: str = ""
    """What the brand sells, in a few words."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("fr", "en")
    """Languages of the groups, the main one first (ISO 639-1). Phone numbers are searched in their countries' forms."""
    time_zone: str = "Europe/Paris"
    """IANA time zone of the team: quiet hours, digests, office hours and daily rhythms follow it."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise PydanticCustomError(
                "time_zone", "is no IANA time zone; write one such as Europe/Paris, America/Montreal, UTC"
            ) from None
        return value


class Group(Block):
    """A community group of the brand, known beforehand. Groups that invite the bot need no entry."""

    id: Id
    """The id in exports and results."""
    platform: Literal["telegram", "whatsapp", "other"] = "other"
    """Where the group lives."""
    title: str = ""
    """Its title on the platform."""
    members: Annotated[int, Field(ge=0)] | None = None
    """About how many people are in it."""


class Topic(Block):
    """What people talk about. A message gets the topic whose label, description and examples are nearest in meaning."""

    id: Id
    """The id in results. `other` is what is not about the brand."""
    label: Text
    """The name shown to the team."""
    description: str = ""
    """One sentence: what belongs here."""
    examples: tuple[Text, ...] = ()
    """Three to ten messages as customers would write them: what helps most."""


class Translation(Block):
    """A question and its answer in another language."""

    question: str = ""
    """The question; left out, only the answer is translated."""
    answer: Text
    """The answer."""


class FaqEntry(Block):
    """A question that customers ask, and the answer that the bot gives, word for word."""

    id: Id
    """The id in results."""
    question: Text
    """The question as customers ask it."""
    answer: Text
    """The whole answer."""
    lang: Language = "fr"
    """The language of both."""
    translations: dict[Language, Translation] = Field(default_factory=dict)
    """The same in other languages."""
    source: str = ""
    """Where the answer comes from: an address or the name of a document."""


class Fact(Block):
    """A statement that the brand has verified, with its evidence."""

    id: Id
    """The id in results and on alerts."""
    statement: Text
    """What is true, in one or two sentences."""
    evidence_url: WebAddress
    """Where anybody can check it."""
    reply: dict[Language, Text] = Field(default_factory=dict)
    """What the team answers to who doubts it; suggested on the alert card, in the chat's language."""
    verified_on: date | None = None
    """The day on which it was verified, YYYY-MM-DD; shown with the answer."""


def slug_of(name: str) -> str:
    """Return a name in lower-case ASCII letters, digits and hyphens: "Dé Bleu" gives "de-bleu"."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")[:40].strip("-")
    return slug or "brand-" + blake2s(name.encode("utf-8", "replace"), digest_size=4).hexdigest()
