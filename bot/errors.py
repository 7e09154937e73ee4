"""The tree of errors. Each message says what was wrong, where, and what to do.

    Exception
    ├── EarshotError              config/errors.py     what a person can act on; printed, exit code 1
    │   ├── ConfigError           config/errors.py     settings or brand file
    │   ├── StorageError          storage/errors.py    database, keys, encryption
    │   ├── TranscriptError       bot/platforms/transcript/errors.py   an exported chat: unreadable, of unknown format,
    │   │                                              or with ambiguous dates
    │   ├── DeskError             alerts/desk.py       a transition that an alert's state does not allow
    │   ├── ConsentError          bot/consent_list.py  a consent file that is none, or names two people at once
    │   └── MissingExtraError     bot/errors.py        a command needs packages that were not installed
    └── NlpError                  nlp/errors.py        of the model library, which knows nothing of Earshot

`REPORTABLE` is what the command line turns into a message; anything else is a bug and keeps its traceback.
"""

from config.errors import ConfigError, EarshotError
from nlp.errors import NlpError

REPORTABLE = (EarshotError, NlpError)

__all__ = ["REPORTABLE", "ConfigError", "EarshotError", "MissingExtraError", "NlpError"]


class MissingExtraError(EarshotError):
    """A command needs packages of an extra that is not installed."""
