"""When each detector speaks: one block a detector. The defaults suit a brand that nobody tuned."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from config.brand.base import Block, Duration

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class Detector(Block):
    """What all detectors have."""

    enabled: bool = True
    """Whether this detector runs."""
    sure: Share = 0.5
    """Findings less sure than this are not raised. A false alarm raises it for its like."""


class BadBuzz(Detector):
    """A negative story that outgrows the chats' own rhythm."""

    min_people: Count = 2
    """Distinct people who complain: one person repeating himself is never a bad buzz."""
    window: Duration = timedelta(hours=24)
    """How far back the story is counted."""
    negative_share: Share = 0.2
    """Share of its messages that must be negative: people complain in calm words, too."""


class Rumour(Detector):
    """A claim that spreads across people and chats, or by forwarding."""

    min_people: Count = 2
    """Distinct people who speak of it."""
    window: Duration = timedelta(hours=48)
    """How far back the spread is counted."""


class Safety(Detector):
    """Health, fire, injury, allergen: few messages are enough."""

    min_people: Count = 1
    """Distinct people who report it."""
    window: Duration = timedelta(hours=24)
    """How far back reports are counted."""


class Scam(Detector):
    """Look-alike addresses or accounts, asks for credentials or payment, forwarded offers."""

    min_people: Count = 1
    """Distinct people who post or report it."""
    window: Duration = timedelta(hours=48)
    """How far back posts are counted."""


class Surge(Detector):
    """A topic talked of far more than its own rhythm."""

    min_people: Count = 5
    """Distinct people in the window."""
    window: Duration = timedelta(hours=3)
    """The window compared with the same hours of earlier days."""


class Shift(Detector):
    """The mood of a chat that turns."""

    min_people: Count = 5
    """Distinct people in the window."""
    window: Duration = timedelta(hours=12)
    """The window compared with the chat's earlier mood."""
    drop: Share = 0.3
    """How far the mean sentiment must fall (on a scale from 0, all negative, to 1, all positive)."""


class Praise(Detector):
    """Praise worth passing on: information, never an alarm."""

    min_people: Count = 4
    """Distinct people who praise the same thing."""
    window: Duration = timedelta(hours=48)
    """How far back praise is counted."""
    positive_share: Share = 0.7
    """Share of its messages that are positive."""


class Thresholds(Block):
    """One block a detector."""

    bad_buzz: BadBuzz = BadBuzz()
    """A negative story that grows."""
    rumour: Rumour = Rumour()
    """A spreading claim."""
    safety: Safety = Safety()
    """Danger to people."""
    scam: Scam = Scam()
    """Fraud in the brand's name."""
    surge: Surge = Surge()
    """A topic talked of unusually much."""
    shift: Shift = Shift()
    """The mood of a chat."""
    praise: Praise = Praise()
    """Praise worth passing on."""
