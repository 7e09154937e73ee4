"""The words of the terminal, in the team's language and time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.wording import day
from bot.live.stage import Counts
from config.texts import texts


class Wording:
    """One language and time zone; `assumed` is the loud mark of assumed consent, empty where people gave theirs."""

    def __init__(self, lang: str, zone: ZoneInfo, *, assumed: bool) -> None:
        self._texts, self._lang, self._zone = texts(lang), lang, zone
        self.assumed = self.say("assumed") if assumed else ""

    def say(self, message: str, **variables: object) -> str:
        """A text of `live.ftl`, named without its prefix."""
        return self._texts.say(f"live-{message}", **variables)

    def clock(self, at: datetime) -> str:
        """A time of day."""
        return f"{at.astimezone(self._zone):%H:%M}"

    def moment(self, at: datetime) -> str:
        """A day and a time of day."""
        return f"{day(at.astimezone(self._zone), self._lang)} {self.clock(at)}"

    def counts(self, counts: Counts) -> str:
        """What has been seen so far."""
        parts = [("messages", counts.messages), ("people", len(counts.people)), ("alerts", counts.alerts)]
        if counts.dropped:
            parts.insert(2, ("dropped", counts.dropped))
        return " · ".join(self.say(f"count-{name}", n=number) for name, number in parts)

    def media(self, kind: str) -> str:
        """What stands for a message without text."""
        message = f"live-media-{kind}"
        return self._texts.say(message if message in self._texts else "live-media-other")
