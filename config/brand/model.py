"""The whole brand file as one frozen object."""

from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import model_validator

from config.brand.base import Block, check_unique, refuse
from config.brand.customers import Conversations, OfficeHours, Surveys, WhatsApp
from config.brand.knowledge import Fact, FaqEntry, Group, Identity, Topic, slug_of
from config.brand.people import Consent, ConsentMode, Privacy, Retention
from config.brand.team import AlertDesk, Digest, QuietHours, Team
from config.brand.thresholds import Thresholds
from config.texts import texts


class Brand(Block):
    """A brand: who it is, what it knows, whom to tell, and what people are promised."""

    brand: Identity
    """Who the brand is."""
    groups: tuple[Group, ...] = ()
    """Groups known beforehand."""
    topics: tuple[Topic, ...] = ()
    """What people talk about."""
    faq: tuple[FaqEntry, ...] = ()
    """Questions with their answers."""
    facts: tuple[Fact, ...] = ()
    """Verified statements with their evidence."""
    team: Team = Team()
    """Who is told."""
    alerts: AlertDesk = AlertDesk()
    """How alerts behave."""
    thresholds: Thresholds = Thresholds()
    """When detectors speak."""
    quiet_hours: QuietHours | None = None
    """When only critical alerts are sent; never quiet when left out."""
    digest: Digest = Digest()
    """The summary sent to the team."""
    consent: Consent = Consent()
    """How people agree."""
    retention: Retention = Retention()
    """How long things are kept."""
    privacy: Privacy = Privacy()
    """Who answers for the data."""
    conversations: Conversations = Conversations()
    """How customers who write are dealt with."""
    office_hours: OfficeHours = OfficeHours()
    """When people answer customers."""
    surveys: Surveys = Surveys()
    """Short questions to customers."""
    whatsapp: WhatsApp = WhatsApp()
    """The WhatsApp Business number."""

    @model_validator(mode="after")
    def _ids_unique(self) -> "Brand":
        for block in ("groups", "topics", "faq", "facts"):
            check_unique([entry.id for entry in getattr(self, block)], block, "id")
        return self

    @model_validator(mode="after")
    def _channel_exists(self) -> "Brand":
        wanted, names = self.conversations.channel, [channel.name for channel in self.team.channels]
        if wanted and wanted not in names:
            allowed = ", ".join(names) or "none yet"
            raise refuse("channel", f"{wanted!r} is no channel; channels are: {allowed}", ("conversations", "channel"))
        return self

    @model_validator(mode="after")
    def _contact_known(self) -> "Brand":
        for place, template in enumerate(self.whatsapp.templates):
            if "contact" in template.parameters and not self.conversations.contact.strip():
                at = ("whatsapp", "templates", place, "parameters")
                raise refuse("parameters", "'contact' is conversations.contact, which is empty", at)
        return self

    @property
    def name(self) -> str:
        """The brand's name."""
        return self.brand.name

    @cached_property
    def slug(self) -> str:
        """The short name used in folders and database rows."""
        return self.brand.slug or slug_of(self.brand.name)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other ways in which people write the name."""
        return self.brand.aliases

    @property
    def sector(self) -> str:
        """What the brand sells."""
        return self.brand.sector

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the groups, the main one first."""
        return self.brand.languages

    @cached_property
    def time_zone(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.brand.time_zone)

    def notice(
        self, lang: str, *, join: str = "/join", leave: str = "/leave", data: str = "/mydata", erase: str = "/forget"
    ) -> str:
        """Return the consent notice in a language: the brand's own, or Earshot's (English where a language has none).

        `join`, `leave`, `data` and `erase` are what a member writes or presses on the platform at hand.
        """
        fields = {
            "brand": self.name,
            "controller": self.privacy.controller or self.name,
            "text_days": str(self.retention.text_days),
            "numbers_days": str(self.retention.numbers_days),
            "join": join,
            "leave": leave,
            "data": data,
            "erase": erase,
            "contact": self.privacy.contact,
        }
        own = self.consent.notice.get(lang)
        if own is not None:
            return own.format_map(fields)
        message = "notice-opt-in" if self.consent.mode is ConsentMode.OPT_IN else "notice-opt-out"
        parts = [texts(lang).say(message, **fields)]
        if self.privacy.contact:
            parts.append(texts(lang).say("notice-contact", **fields))
        return "\n\n".join(parts)
