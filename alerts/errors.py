"""What can go wrong between a signal and the team."""

from config.errors import EarshotError


class DeskError(EarshotError):
    """An alert's state, or the story's, does not allow what was asked; nothing has changed."""


class ChannelError(EarshotError):
    """A channel could not deliver now; the outbox tries again later."""


class RetryAfterError(ChannelError):
    """The platform asks this address to wait `seconds` before anything else is sent to it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The platform asks to wait {seconds:g} seconds before the next message to this address.")
        self.seconds = seconds


class RefusedError(ChannelError):
    """The platform will never take this message (blocked, unknown address, malformed): no use in trying again."""
