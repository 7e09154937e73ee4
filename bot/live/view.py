"""What a person sees of a replay: it looks on, and tells a stage what to draw."""

import os
import time
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from rich.console import Console

from alerts.payload import Payload
from bot.app import Workspace
from bot.live.closing import print_received, print_summary
from bot.live.delivery import Delivery
from bot.live.plain import PlainLines
from bot.live.screen import Screen
from bot.live.stage import Counts, Line, Stage
from bot.live.wording import Wording
from bot.message import Platform
from bot.pipeline import Processed
from bot.replay import Summary
from nlp.narratives.summary import NarrativeSummary
from nlp.observation import Observation
from storage.tables import Alert, ChatMode

_STORIES = 30  # as many as the tallest terminal shows
_KEPT = 500  # stories: one left out comes back when it is told again
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_EDITS_GATHER = timedelta(hours=1)  # of the messages' time
_ALERT_LINGERS = 40  # times as long as a message
_TOLD_BY, _TOLD = 2, 3  # people and messages: fewer is small talk


class LiveView:
    """Watches a replay (`bot.replay.Watcher`): a moving picture on a terminal, plain lines anywhere else.

    `linger` is how many seconds each message stays alone on a moving picture, so that people can follow a short replay;
    0 never slows anything down.
    """

    def __init__(
        self, workspace: Workspace, mode: ChatMode, *, console: Console | None = None, linger: float = 0.0
    ) -> None:
        self._workspace, self._linger = workspace, linger
        self._console = console or Console(highlight=False)
        brand = workspace.brand
        self._words = Wording(brand.team.language, brand.time_zone, assumed=mode is ChatMode.ASSUMED)
        drawn = can_draw(self._console)
        self.stage: Stage = (
            Screen(self._console, self._words, brand.name) if drawn else PlainLines(self._console, self._words)
        )
        self._delivery = Delivery(workspace, self._sent)
        self._counts = Counts()
        self._stories: dict[int, NarrativeSummary] = {}
        self._changed: set[int] = set()
        self._subjects: dict[int, int | None] = {}
        self._shown: set[tuple[int, datetime]] = set()
        self._told: dict[int | None, datetime | None] = {}
        self._delivered = _LONG_AGO

    def __enter__(self) -> Self:
        self.stage.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stage.__exit__(kind, error, trace)

    def progress(self, read: int, total: int) -> None:
        """So many bytes of the inputs are read."""
        self._counts.share = min(read / total, 1.0) if total else 1.0
        self.stage.progress(self._counts)

    def processed(self, batch: Processed) -> None:
        """A batch went through: its messages flow by, its alerts go to the team."""
        for seen in batch.stored:
            self._message(seen, batch.told.get(seen.key))
        self._counts.dropped += batch.dropped
        self._subjects |= {alert.id: alert.narrative_id for alert in batch.alerts if alert.id is not None}
        self._changed.update(story for story in batch.told.values() if story is not None)
        if self.stage.moving and (batch.alerts or self._linger or self.stage.due()):
            self.stage.narratives(self._ranked())
        if batch.alerts:
            self._alerts(batch.alerts)

    def received(self) -> None:
        """Print what the team received, as it would have stood in its chats; also in an earlier run of this replay."""
        self._deliver(_LONG_AGO)
        print_received(self._console, self._words, self._delivery.received())

    def summary(self, summary: Summary) -> None:
        """Print what the replay did, what it left out included."""
        print_summary(self._console, self._words, summary)

    def _alerts(self, touched: list[Alert]) -> None:
        """What is told aloud leaves at once; edits of cards told before may gather, as nobody waits for them here."""
        at = max(alert.updated_at for alert in touched)
        told = {alert.id: alert.notified_at for alert in touched}
        if any(self._told.get(alert) != when for alert, when in told.items()) or at - self._delivered >= _EDITS_GATHER:
            self._deliver(at)
            self._delivered = at
        self._told |= told

    def _deliver(self, now: datetime) -> None:
        """Send what may leave at the messages' time, or at `now` when that is later."""
        clock = datetime.fromtimestamp(self._workspace.pipeline.memory.clock, UTC)
        self._delivery.deliver(max(clock + self._workspace.brand.alerts.group_wait, now))

    def _message(self, seen: Observation, story: int | None) -> None:
        counts, at = self._counts, datetime.fromtimestamp(seen.at, UTC)
        counts.messages += 1
        counts.people.add(seen.person)
        counts.at = at if counts.at is None else max(counts.at, at)
        if not self.stage.moving:
            return
        platform = Platform(seen.platform)
        self.stage.message(
            Line(at, seen.person, platform, seen.text, seen.sentiment, seen.forwarded, seen.media, story)
        )
        if self._linger:
            self.stage.progress(counts)
            time.sleep(self._linger)

    def _ranked(self) -> list[NarrativeSummary]:
        """The stories to show: those of alerts first, then by people; what merged into another shows once."""
        for id_ in self._changed:
            summary = self._workspace.pipeline.memory.summary(id_)
            if summary.id != id_:
                self._stories.pop(id_, None)
            if summary.people >= _TOLD_BY and summary.messages >= _TOLD:
                self._stories[summary.id] = summary
        self._changed.clear()
        alerted = set(self._subjects.values())
        ranked = sorted(
            self._stories.values(), key=lambda one: (one.id not in alerted, -one.people, -one.messages, one.id)
        )
        self._stories = {story.id: story for story in ranked[:_KEPT]}
        return ranked[:_STORIES]

    def _sent(self, payload: Payload) -> None:
        card = payload.card
        if card is None or (card.alert, card.at) in self._shown:
            return  # the same card over another channel
        self._shown.add((card.alert, card.at))
        self._counts.alerts = len({alert for alert, _ in self._shown})
        self.stage.alert(card, self._subjects.get(card.alert))
        if self.stage.moving:
            time.sleep(_ALERT_LINGERS * self._linger)


def can_draw(console: Console) -> bool:
    """Whether a console shows moving pictures, and its user wants colours (https://no-color.org)."""
    wanted = "NO_COLOR" not in os.environ and os.environ.get("TERM") not in ("dumb", "unknown")
    return console.is_terminal and not console.is_dumb_terminal and wanted
