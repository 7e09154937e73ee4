"""What keeps an exported chat from being read. Part of the tree in `bot/errors.py`."""

from config.errors import EarshotError


class TranscriptError(EarshotError):
    """An exported chat cannot be read."""


class UnreadableFileError(TranscriptError):
    """There is no file, it is empty, damaged, locked or larger than the stated limits."""


class UnknownFormatError(TranscriptError):
    """The file is not an exported chat of a kind that Earshot reads."""


class AmbiguousDatesError(TranscriptError):
    """The dates of a WhatsApp export can be read in two orders, and only a person knows which one is meant."""
