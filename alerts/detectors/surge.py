"""Surge: a topic that far more people talk of than it is used to. Information: good news surge too."""

from alerts.detectors.base import moment, sureness
from alerts.detectors.hours import Hourly
from alerts.detectors.rhythm import HOUR
from alerts.signals import Kind, Reason, Severity, Signal
from config.brand import Surge
from nlp.narratives.frame import OTHER_TOPIC
from nlp.narratives.member import Member

_LEARNING_DAYS = 3.0  # before a rhythm is known, everything is a surge
_ASTONISHING = 4.0  # -log10 p


class SurgeDetector:
    """Counts distinct people on each topic of the brand in the last hours, beside the same hours of earlier days."""

    def __init__(self, settings: Surge) -> None:
        self._settings = settings
        window_hours = int(settings.window.total_seconds() // HOUR) + 1
        self.hourly = Hourly(lag=window_hours, shape=0.5, hours=2.0)

    def observe(self, member: Member, now: float) -> Signal | None:
        """Count a message; return information when its topic surges."""
        if member.topic is None or member.topic == OTHER_TOPIC:
            return None
        self.hourly.count(member.topic, member.person, member.at)
        window = self._settings.window.total_seconds()
        people = len(self.hourly.people(member.topic, now - window, now))
        rhythm = self.hourly.rhythms.get(member.topic)
        if people < self._settings.min_people or rhythm is None or rhythm.days() < _LEARNING_DAYS:
            return None
        surprise, usual = self.hourly.usual((member.topic,), people, now - window, now)
        if surprise < _ASTONISHING:
            return None
        return Signal(
            detector="surge",
            kind=Kind.SURGE,
            severity=Severity.INFORMATION,
            at=moment(now),
            sure=sureness(surprise - _ASTONISHING),
            reasons=(Reason("people", float(people), round(usual, 2), round(window / HOUR, 2)),),
            messages=(member.key,),
            topic=member.topic,
        )
