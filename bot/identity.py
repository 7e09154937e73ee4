"""Keyed pseudonyms: how people, chats and deliveries are told apart without keeping who they are.

A pseudonym is the HMAC-SHA256 (RFC 2104) of the platform's id, cut to 100 bits. Without the key nobody can compute the
pseudonym of a phone number, so a stolen database cannot be searched by trying all numbers. The key is first derived
for the brand: the same person is another pseudonym for each brand.

Odds that any two of n people share a pseudonym (birthday bound, n^2 / 2^101): 4e-19 for a million, 4e-13 for a billion.
"""

import base64
import hmac

_PSEUDONYM = 100 // 5  # characters of base32, 5 bits each
_RECEIPT = 16  # bytes


class Identity:
    """Pseudonyms under one brand. `key` is the installation's 32-byte secret (`storage/keys.py`), `brand` the slug."""

    def __init__(self, key: bytes, brand: str) -> None:
        self._key = _digest(key, "brand", brand)

    def person(self, platform: str, raw_id: str) -> str:
        """Return the pseudonym of a person: the same in every chat of the brand on that platform, `p_` + 20 signs."""
        return "p_" + self._pseudonym("person", platform, raw_id)

    def chat(self, platform: str, raw_id: str) -> str:
        """Return the pseudonym of a chat, `c_` + 20 signs."""
        return "c_" + self._pseudonym("chat", platform, raw_id)

    def receipt(self, platform: str, *raw_ids: str) -> bytes:
        """Return the 16-byte digest by which a redelivery is known, of the ids that make a delivery unique
        (for a message: its chat's id and its own). Two of n collide with odds n^2 / 2^129.
        """
        return _digest(self._key, "receipt", platform, *raw_ids)[:_RECEIPT]

    def _pseudonym(self, *parts: str) -> str:
        return base64.b32encode(_digest(self._key, *parts)[:15])[:_PSEUDONYM].decode().lower()


def _digest(key: bytes, *parts: str) -> bytes:
    """Return the HMAC of the parts; each is preceded by its length, so that no two lists of parts read the same."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return hmac.digest(key, b"".join(b"%d:%b" % (len(part), part) for part in encoded), "sha256")
