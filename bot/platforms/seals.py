"""Seals of buttons: nobody can press a button that was not put there."""

import base64
import hmac

from bot.identity import Identity

SEAL_BYTES = 8


class ButtonSeals:
    """Seals what the buttons of one platform carry; `longest` is how many bytes that may be there."""

    def __init__(self, identity: Identity, platform: str, longest: int) -> None:
        self._identity, self._platform, self._longest = identity, platform, longest

    def sign(self, lane: str, do: str) -> str:
        """What a button in this lane carries. Raises ValueError when the platform does not carry as much."""
        data = f"{do}~{self._seal(lane, do)}"
        if len(data.encode()) > self._longest:
            raise ValueError(f"a button's {do.partition(':')[0]!r} is too long for {self._platform}")
        return data

    def verify(self, lane: str, data: str) -> str | None:
        """What a button does, or None when it is not the bot's own, or another lane's."""
        if not data.isprintable():  # half a character, say, which has no bytes to seal
            return None
        do, _, seal = data.rpartition("~")
        return do if hmac.compare_digest(seal.encode(), self._seal(lane, do).encode()) else None

    def _seal(self, lane: str, do: str) -> str:
        sealed = self._identity.receipt(self._platform, "button", lane, do)[:SEAL_BYTES]
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")
