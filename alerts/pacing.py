"""How fast a channel may be used, in memory: the recent sendings of each lane and of the channel."""

from collections import defaultdict, deque
from datetime import datetime, timedelta

from alerts.channels.base import Pace

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
PATIENT_SHARE = 0.5


class Pacer:
    """Answers whether a lane may be sent to now. A clock set back frees everything it could not have sent yet."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._lanes: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._all: deque[datetime] = deque()

    def sent(self, lane: str, at: datetime) -> None:
        """Remember a sending."""
        self._lanes[lane].append(at)
        self._all.append(at)

    def free(self, lane: str, now: datetime, others: int = 0, *, urgent: bool = True) -> bool:
        """Whether the lane and the channel have room for one more, beside `others` about to go to other lanes. What is
        not urgent leaves a share of the lane's minute to what is: a story that grows must not hold up another's alert.
        """
        pace = self._pace
        recent = _lately(self._lanes[lane], now, MINUTE)
        if not recent:
            del self._lanes[lane]
        elif now - recent[-1] < timedelta(seconds=pace.lane_seconds):
            return False
        share = 1.0 if urgent else PATIENT_SHARE
        if pace.lane_per_minute is not None and len(recent) >= share * pace.lane_per_minute:
            return False
        return len(_lately(self._all, now, SECOND)) + others < pace.per_second

    def last(self, lane: str) -> datetime | None:
        """When the lane was last sent to, as far as the pace remembers; lanes that waited longest go first."""
        times = self._lanes.get(lane)
        return times[-1] if times else None


def _lately(times: deque[datetime], now: datetime, within: timedelta) -> deque[datetime]:
    while times and now - times[0] >= within:
        times.popleft()
    while times and times[-1] > now:
        times.pop()
    return times
