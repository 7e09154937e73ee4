"""The root of Earshot's errors. The whole tree is drawn in `bot/errors.py`."""


class EarshotError(Exception):
    """Something a person can act on: the message says what was wrong, where, and what to do."""


class ConfigError(EarshotError):
    """The settings or the brand file are wrong."""
