"""Distinct people an hour, by subject: what the rhythms learn from once an hour has become the past."""

from dataclasses import dataclass, field

from alerts.detectors.rhythm import HOUR, Rhythm, surprise


@dataclass(slots=True)
class Hourly:
    """Who did something in each hour, by subject (a chat, a topic).

    Hours younger than `lag` hours are still open and known by their people; older ones are numbers in a rhythm, so that
    what is going on now is never its own yardstick. `shape` and `hours` are the rhythms' prior.
    """

    lag: int
    shape: float
    hours: float
    rhythms: dict[str, Rhythm] = field(default_factory=dict)
    open: dict[str, dict[int, dict[str, int]]] = field(default_factory=dict)
    now: int | None = None

    def count(self, subject: str, person: str, at: float) -> None:
        """Count a person's act; acts older than the open hours are left out."""
        hour = int(at // HOUR)
        if self.now is not None and hour <= self.now - self.lag:
            return
        self.advance(at)
        self.rhythms.setdefault(subject, Rhythm(self.shape, self.hours))
        people = self.open.setdefault(subject, {}).setdefault(hour, {})
        people[person] = people.get(person, 0) + 1

    def count_once(self, subject: str, person: str, at: float) -> None:
        """Count a person unless one of the open hours knows them: over `lag` hours a person is one."""
        if not any(person in people for people in self.open.get(subject, {}).values()):
            self.count(subject, person, at)

    def advance(self, at: float) -> None:
        """Let time pass: hours that fall behind become numbers, the silent ones among them."""
        hour = int(at // HOUR)
        if self.now is None:
            self.now = hour
        for closing in range(self.now - self.lag + 1, hour - self.lag + 1):
            for subject, rhythm in self.rhythms.items():
                people = self.open.get(subject, {}).pop(closing, {})
                rhythm.learn(closing * HOUR, float(len(people)))
        self.now = max(self.now, hour)

    def people(self, subject: str, start: float, end: float) -> dict[str, int]:
        """Return who acted between two times, to the hour, with how often."""
        found: dict[str, int] = {}
        for hour, people in self.open.get(subject, {}).items():
            if start - HOUR < hour * HOUR <= end:
                for person, times in people.items():
                    found[person] = found.get(person, 0) + times
        return found

    def usual(
        self, subjects: tuple[str, ...], count: int, start: float, end: float, share: float = 1.0
    ) -> tuple[float, float]:
        """Return how surprising `count` people between two times are over all subjects (-log10 p), and the mean, when
        this `share` of all who act is expected to be among those counted."""
        mean = variance = 0.0
        for subject in subjects:
            rhythm = self.rhythms.get(subject) or Rhythm(self.shape, self.hours)
            more_mean, more_variance = rhythm.moments(start, end)
            mean, variance = mean + more_mean, variance + more_variance
        mean, variance = share * mean, share * share * variance
        return surprise(count, mean, variance), mean

    def forget(self, person: str) -> None:
        """Remove a person from the open hours; the closed ones know no one."""
        for hours in self.open.values():
            for people in hours.values():
                people.pop(person, None)
