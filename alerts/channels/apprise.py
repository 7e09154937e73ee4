"""Everything that Apprise can reach: webhooks, e-mail, Slack, Teams, Discord, ntfy ... (https://appriseit.com).

The address of each team channel stays in the brand file (or the environment); the outbox knows the channel's name.
Apprise tells success from failure and little more: whether to try again is read from the status that it logs.
"""

import asyncio
import logging
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alerts.channels.base import Pace
from alerts.charts import draw
from alerts.errors import ChannelError, RefusedError, RetryAfterError
from alerts.herald import team_lane
from alerts.payload import Payload
from alerts.render import to_email, to_markdown, to_text
from alerts.signals import Severity
from config.brand import Brand
from config.errors import ConfigError

WAIT_SECONDS = 30.0
"""How long to wait after a 429: Apprise does not pass on what the platform asks for. Slack and Discord ask for less."""
HOPELESS = frozenset({"400", "401", "403", "404", "410", "413"})
"""Statuses after which the same message to the same address fails again: malformed, unauthorised, gone, too large."""
_STATUS = re.compile(r"error=(\d{3})\b")


class AppriseChannel:
    """Sends through Apprise; `addresses` maps a lane's name to its Apprise URL."""

    name = "apprise"
    supports_edit = False  # Apprise has no notion of a message sent before
    supports_pictures = True  # as an attachment, where the service takes one
    pace = Pace(
        lane_seconds=1.0, per_second=10.0
    )  # Slack: one message a second and webhook; e-mail is paced by Apprise
    timeout = 60.0  # an SMTP server may take its time; Apprise itself gives up earlier

    def __init__(self, addresses: Mapping[str, str]) -> None:
        import apprise  # 0.5 s, for those who use it

        self._apprise = apprise
        self._services: dict[str, Any] = {}
        # At DEBUG, Apprise writes whole payloads into the log.
        logging.getLogger("apprise").setLevel(logging.INFO)
        for lane, address in addresses.items():
            service = apprise.Apprise()
            if not service.add(address):
                raise ConfigError(
                    f"The address of the team's channel {lane.removeprefix('team:')!r} is none that Apprise knows; "
                    "see https://appriseit.com for how each service is written."
                )
            self._services[lane] = service

    @classmethod
    def of(cls, brand: Brand) -> "AppriseChannel":
        """The channel with every Apprise address of a brand's team. Raises ConfigError for an address it is not."""
        lanes = {channel: team_lane(channel) for channel in brand.team.channels}
        return cls(
            {lane.name: channel.url.get_secret_value() for channel, lane in lanes.items() if lane.channel == cls.name}
        )

    async def send(self, lane: str, address: str | None, payload: Payload) -> str | None:
        """Send as HTML, Markdown or text, whichever the service shows best, with the chart attached."""
        service = self._services.get(lane)
        if service is None:
            raise RefusedError("This channel is no longer in the brand file.")
        body, form = self._body(service, payload)
        with tempfile.TemporaryDirectory(prefix="earshot-") as folder:
            picture = await asyncio.to_thread(self._picture, service, payload, Path(folder))
            result = await service.async_notify(
                body=body,
                title=payload.shown().title,
                body_format=form,
                notify_type=self._type(payload),
                attach=picture,
                timeout=self.timeout,
            )
        if not result:
            raise _failure(" ".join(str(entry) for entry in result.logs()))
        return None

    async def edit(self, lane: str, address: str | None, ref: str, payload: Payload) -> None:
        """Never called: the outbox sends news as new messages where a channel cannot edit."""
        raise RefusedError("Apprise cannot edit what it sent.")

    def _body(self, service: Any, payload: Payload) -> tuple[str, Any]:
        """The text in the service's own format (or the one its URL asks for), in what the service takes at most."""
        form = service[0].resolve_format()
        limit, body = service[0].body_maxlen, payload.shown().body
        formats = self._apprise.NotifyFormat
        if form == formats.HTML:
            return to_email(
                body
            ), form  # only e-mail and telegram: the one has no limit worth the name, the other 4,096
        return (to_markdown if form == formats.MARKDOWN else to_text)(body, limit), form

    def _type(self, payload: Payload) -> Any:
        kinds = self._apprise.NotifyType
        severity = payload.card.severity if payload.card else Severity.INFORMATION
        return {Severity.WARNING: kinds.WARNING, Severity.CRITICAL: kinds.FAILURE}.get(severity, kinds.INFO)

    def _picture(self, service: Any, payload: Payload, folder: Path) -> str | None:
        if payload.series is None or not service[0].attachment_support:
            return None
        path = folder / "chart.png"
        path.write_bytes(draw(payload.series, payload.lang))
        return str(path)


def _failure(logged: str) -> ChannelError:
    """What a failure means for the outbox. The log is read, never kept: it may name the address."""
    statuses = set(_STATUS.findall(logged))
    if "429" in statuses:
        return RetryAfterError(WAIT_SECONDS)
    if statuses & HOPELESS:
        return RefusedError(f"The service refused it: {', '.join(sorted(statuses))}.")
    return ChannelError("Apprise could not deliver it.")
