"""The team's side of the brand file: channels, the alert desk, quiet hours and digests."""

import os
import re
from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from config.brand.base import Block, Clock, Duration, Id, SeverityName, Weekday, check_unique, refuse
from config.languages import Language


def _address(value: object) -> object:
    """Fill in environment variables and check the shape; what is wrong is never shown, for it may hold a secret."""
    if not isinstance(value, str):
        return value

    def variable(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise PydanticCustomError(
                "variable", "names the environment variable {name}, which is not set", {"name": match[1]}
            )
        return os.environ[match[1]]

    address = re.sub(r"\$\{(\w+)\}", variable, value.strip())
    if address not in ("console", "telegram") and not re.match(r"[a-z][a-z0-9+-]*://.", address):
        raise PydanticCustomError("channel", "must be console, telegram or an Apprise address such as slack://...")
    return address


class Channel(Block):
    """One way to the team."""

    name: Id
    """A name of your own, used by `escalation` and in `earshot status`."""
    url: Annotated[SecretStr, BeforeValidator(_address)]
    """`console`, `telegram` (the chat linked by `earshot team link`), or any Apprise address: slack://..., mailto://...,
    json://... `${NAME}` is replaced by that environment variable, so that no secret stands in this file."""
    languages: tuple[Language, ...] = ()
    """Hears only stories in these languages; empty hears all."""
    min_severity: SeverityName = "information"
    """Hears only alerts at least this severe."""


class Team(Block):
    """Who is told."""

    language: Language = "fr"
    """The language of alerts and digests: fr or en."""
    channels: tuple[Channel, ...] = ()
    """Where alerts go; without one they are shown by `earshot status` and in the console only."""
    escalation: tuple[Id, ...] = ()
    """Names of the channels tried, one after the other, when nobody acknowledges a critical alert. A channel named here
    hears nothing else."""

    @model_validator(mode="after")
    def _channels_exist(self) -> "Team":
        names = [channel.name for channel in self.channels]
        check_unique(names, "channels", "name")
        for number, name in enumerate(self.escalation):
            if name not in names:
                allowed = ", ".join(names) or "none yet"
                raise refuse("channel", f"{name!r} is no channel; channels are: {allowed}", ("escalation", number))
        return self


class AlertDesk(Block):
    """How alerts behave between a detector's finding and the team's chat."""

    group_wait: Duration = timedelta(minutes=1)
    """How long a new alert waits for related findings before it is sent. Critical ones do not wait."""
    repeat_interval: Duration = timedelta(hours=4)
    """How long before a story that goes on is said again, as an edit where the channel can edit."""
    resolve_after: Duration = timedelta(hours=24)
    """An open alert whose story is silent this long resolves itself, and says so."""
    reopen_within: Duration = timedelta(days=7)
    """A story told again this soon after it was resolved reopens its alert; later it gets a new one."""
    escalate_after: Duration = timedelta(minutes=15)
    """How long a critical alert may stay unacknowledged before the next channel of `team.escalation` is tried."""
    false_alarm_step: Annotated[float, Field(ge=0, le=0.5)] = 0.15
    """How much surer an alert must be after one like it (kind, topic, chat) was dismissed as a false alarm."""
    false_alarm_half_life: Duration = timedelta(days=14)
    """How long until a false alarm weighs half as much."""


class QuietHours(Block):
    """When only critical alerts are sent; others wait for the end. Times are in the brand's time zone."""

    start: Clock
    """First minute of quiet, HH:MM."""
    end: Clock
    """First minute after quiet, HH:MM; earlier than `start` when quiet lasts over midnight."""

    def covers(self, moment: datetime | time) -> bool:
        """Return whether a local time lies in quiet hours; equal `start` and `end` mean the whole day."""
        at = moment.time() if isinstance(moment, datetime) else moment
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


class Digest(Block):
    """The summary sent to the team."""

    daily: bool = True
    """Whether one is sent every day."""
    weekly: bool = True
    """Whether one is sent every week."""
    at: Clock = time(8, 30)
    """When, in the brand's time zone."""
    weekday: Weekday = "monday"
    """The day of the weekly one."""
