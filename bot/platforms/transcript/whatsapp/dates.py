"""In which order a WhatsApp export writes day, month and year: decided over the whole file.

The apps write dates as the phone's language does and never say which. In this order: an order in which dates do not
exist is out; attached files are named by date, and the order that agrees with them is in; messages follow each other,
and the order in which they jump back in time is out. When two orders are left and would differ, a person has to say.
"""

from calendar import monthrange
from datetime import date
from enum import StrEnum

_FIRST_YEAR, _LAST_YEAR = 2009, 2099  # WhatsApp appeared in 2009


class DateOrder(StrEnum):
    """The order of day, month and year."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"

    def read(self, numbers: tuple[int, int, int]) -> date | None:
        """The date that the numbers mean in this order, or None when there is no such date in WhatsApp's time."""
        a, b, c = numbers
        year, month, day = {"dmy": (c, b, a), "mdy": (c, a, b), "ymd": (a, b, c)}[self]
        if year < 100:
            year += 2000
        if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
            return None
        return date(year, month, day)


class _Reading:
    """How the file looks when read in one order."""

    def __init__(self, order: DateOrder) -> None:
        self.order = order
        self.impossible = 0
        self.backward = 0
        self.agreeing = 0
        self.last: date | None = None
        self.current: date | None = None

    def add(self, numbers: tuple[int, int, int]) -> date | None:
        self.current = day = self.order.read(numbers)
        if day is None:
            self.impossible += 1
            return None
        if self.last is not None and day < self.last:
            self.backward += 1
        self.last = day
        return day


class OrderJudge:
    """Hears all dates of a file in turn and says in which order they are written.

    `mark` is what separates the numbers; `year` says whether it stands "first" or "last" in four digits, or is "short".
    By Unicode CLDR the month comes first only with slashes, and a short year comes first only with dashes; other uses
    are accepted only where the usual order makes impossible dates.
    """

    def __init__(self, mark: str, year: str) -> None:
        usual = [DateOrder.YMD] if year == "first" else [DateOrder.DMY]
        unusual: list[DateOrder] = []
        if year != "first":
            (usual if mark == "/" else unusual).append(DateOrder.MDY)
        if year == "short":
            (usual if mark == "-" else unusual).append(DateOrder.YMD)
        self._usual = usual
        self._readings = [_Reading(order) for order in usual + unusual]
        self._last: tuple[int, int, int] | None = None
        self._differing: set[frozenset[DateOrder]] = set()
        self.heads = 0

    def add(self, numbers: tuple[int, int, int], named: date | None = None) -> None:
        """Hear one head's date; `named` is the date in the name of the file attached to that line, if any."""
        self.heads += 1
        if numbers != self._last:
            self._last = numbers
            days = [(reading.order, reading.add(numbers)) for reading in self._readings]
            for index, (order, day) in enumerate(days):
                self._differing.update(frozenset((order, other)) for other, then in days[:index] if then != day)
        if named is not None:
            for reading in self._readings:
                reading.agreeing += reading.current == named

    @property
    def feasible(self) -> tuple[DateOrder, ...]:
        """The orders in which the fewest dates are impossible."""
        return tuple(reading.order for reading in self._feasible())

    def _feasible(self) -> list[_Reading]:
        return _lowest(self._readings, [reading.impossible for reading in self._readings])

    @property
    def possible(self) -> bool:
        """Whether any date heard exists in any order."""
        return any(reading.last for reading in self._readings)

    @property
    def undecided(self) -> tuple[DateOrder, ...]:
        """The orders that stay possible when all evidence is heard; more than one where nothing decides."""
        left = self._feasible()
        left = [reading for reading in left if reading.order in self._usual] or left
        left = _lowest(left, [-reading.agreeing for reading in left])
        fewest = min(reading.backward for reading in left)
        # A late message or a pasted line steps back in every order: only a clear difference decides.
        return tuple(reading.order for reading in left if reading.backward <= 2 * fewest)

    def verdict(self) -> DateOrder | None:
        """The order, or None when two stay possible and would differ."""
        first, *others = self.undecided
        if any(frozenset((first, other)) in self._differing for other in others):
            return None
        return first


def _lowest(readings: list[_Reading], scores: list[int]) -> list[_Reading]:
    lowest = min(scores)
    return [reading for reading, score in zip(readings, scores, strict=True) if score == lowest]
