"""The tree of errors of this package.

NlpError
├── WeightsError     the shipped weights are missing, damaged or of another version
├── ModelError       a model named in the settings cannot be loaded, or does not fit
└── ExportError      a trained model cannot be turned into shipped weights
"""


class NlpError(Exception):
    """Root of what `nlp` raises on purpose; its message says what was wrong, where, and what to do."""


class WeightsError(NlpError):
    """The shipped weights are missing, damaged or of another version."""


class ModelError(NlpError):
    """A model named in the settings cannot be loaded, or does not fit."""


class ExportError(NlpError):
    """A trained model cannot be turned into shipped weights."""
