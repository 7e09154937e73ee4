"""Reads a JSON document piece by piece, in bounded memory: only the value being looked at is held.

Made on `json.JSONDecoder.raw_decode`, because a damaged document must not stop at its first fault: `find` goes on from
the next place that looks whole, which an event parser such as ijson cannot.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

CHUNK = 1 << 18  # characters read at a time
MAX_VALUE = 1 << 22  # characters of one value; a message with all its formatting has some ten thousand

_DECODER = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
_HEX_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")  # not JSON, but written by Telegram Desktop
_OVERLAP = 1 << 12  # characters kept when looking for a place, so that none is missed at a seam
_SEAM = 64  # characters: a fault this near the end of what was read may be nothing but the cut


class JsonError(Exception):
    """The document is not JSON here, or ends here. `ended` tells which."""

    def __init__(self, *, ended: bool) -> None:
        super().__init__("the document ends here" if ended else "not JSON")
        self.ended = ended


class JsonStream:
    """A place in a JSON document. `read` gives up to so many characters more of it, and none at its end."""

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read
        self._text = ""
        self._at = 0
        self._ended = False
        self._line = 1

    @property
    def line(self) -> int:
        """The line of the place, from 1."""
        return self._line + self._text.count("\n", 0, self._at)

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it always matches
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def members(self) -> Iterator[str]:
        """The keys of the object at the place. Take or skip each one's value before asking for the next."""
        self._take("{")
        for _ in self.rest("}"):
            key = self.value()
            self._take(":")
            yield str(key)

    def items(self) -> Iterator[None]:
        """Stop at each item of the array at the place. Take or skip it before asking for the next."""
        self._take("[")
        return self.rest("]")

    def rest(self, closing: str) -> Iterator[None]:
        """The members from the place to the `closing` bracket: of an array begun, or after `find`."""
        if self.peek() == closing:
            self._at += 1
            return
        while True:
            yield
            if self.peek() == closing:
                self._at += 1
                return
            self._take(",")

    def value(self) -> Any:
        """Take the value at the place, decoded. Raises JsonError, staying where it is."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as fault:
                if self._mended():
                    continue
                if self._ended or not self._cut_off(fault):
                    raise JsonError(ended=self._cut_off(fault)) from fault
            else:
                if end < len(self._text) or self._ended:  # else a number may go on in what is not read yet
                    self._at = end
                    return value
            self._more()

    def skip(self) -> None:
        """Pass over the value at the place without building it. Raises JsonError."""
        if self.peek() not in ("{", "["):
            self.value()
            return
        depth = 0
        while True:
            token = self._token()
            if token in ("{", "["):
                depth += 1
            elif token in ("}", "]"):
                depth -= 1
            if depth == 0:
                return

    def find(self, *places: re.Pattern[str]) -> int | None:
        """Go on to the next match of one of the patterns and stop before it; say which. None at the end."""
        self._at += 1
        while True:
            found = [
                (match.start(), index)
                for index, place in enumerate(places)
                if (match := place.search(self._text, self._at))
            ]
            if found:
                self._at, which = min(found)
                return which
            self._at = max(self._at, len(self._text) - _OVERLAP)
            if not self._more():
                self._at = len(self._text)
                return None

    def _token(self) -> str:
        while True:
            match = _TOKEN.search(self._text, self._at)
            # What stands in a string that is not closed yet must not be taken for a token.
            if match and '"' not in self._text[self._at : match.start()]:
                self._at = match.end()
                return match[0]
            if self._ended or len(self._text) - self._at > MAX_VALUE:
                raise JsonError(ended=self._ended)
            self._more()

    def _take(self, character: str) -> None:
        if (found := self.peek()) != character:
            raise JsonError(ended=not found)
        self._at += 1

    def _more(self) -> bool:
        if self._ended:
            return False
        self._line += self._text.count("\n", 0, self._at)
        added = self._read(CHUNK)
        self._text, self._at = self._text[self._at :] + added, 0
        self._ended = not added
        return bool(added)

    def _cut_off(self, fault: Exception) -> bool:
        """Whether nothing is wrong with the value but that it is cut by the end of what is read so far."""
        if not isinstance(fault, json.JSONDecodeError) or len(self._text) - self._at > MAX_VALUE:
            return False
        return fault.msg.startswith("Unterminated string") or fault.pos > len(self._text) - _SEAM

    def _mended(self) -> bool:
        r"""Turn the `\x1F` that Telegram Desktop wrote for control characters into JSON; whether there was any."""
        if "\\x" not in self._text[self._at :]:
            return False
        mended = _HEX_ESCAPE.sub(r"\1\\u00\2", self._text[self._at :])
        changed = mended != self._text[self._at :]
        self._text = self._text[: self._at] + mended
        return changed
