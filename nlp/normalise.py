"""One normalisation for training and for use: what the encoder is fed is what it was taught on."""

import html
import re
import unicodedata

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.@])@\w+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_REDACTED = re.compile(r"\[(?:handle|email)\]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_RUN = re.compile(r"(.)\1{3,}", re.DOTALL)
_SPACES = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Return `text` as the model reads it: one line, handles as `@user`, links as `http`, long runs cut to three.

    Handles and links are written as the public tweet sets write them; a run of the same character ("nooooon") keeps
    its emphasis and loses its length; direction marks, control characters and lone surrogates go.
    Normalising twice changes nothing. Empty in, empty out.
    """
    text = _SURROGATE.sub("", html.unescape(text))
    text = _INVISIBLE.sub("", text)
    text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    text = _HANDLE.sub("@user", _EMAIL.sub("@user", _LINK.sub("http", _REDACTED.sub("@user", text))))
    return _SPACES.sub(" ", _RUN.sub(r"\1\1\1", text)).strip()
