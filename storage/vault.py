"""Encryption at rest: AES-256-GCM under a key that never lies in the database.

A sealed blob is `key id (1 byte) | nonce (12) | ciphertext | tag (16)`, 29 bytes longer than what it holds. The
context (`table.column`) is authenticated with it, so a blob copied into another column does not open. Nonces are
random: NIST SP 800-38D section 8.3 allows 2^32 blobs a key, 43 years of 3 messages a second.
"""

import json
import os
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from storage.errors import KeyFileError, VaultError

KEY_BYTES = 32
_NONCE = 12
_TAG = 16


class Vault:
    """Seals and opens bytes. `keys` are 32 bytes each, oldest first: all of them open, the last one seals.

    To rotate, append a key; drop the old one when retention has removed the last blob it sealed. `sealing_key` is the
    last one, for another process of ours that only seals.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise KeyFileError(f"a vault needs at least one key, and each of exactly {KEY_BYTES} bytes")
        self._ciphers = {sha256(key).digest()[0]: AESGCM(key) for key in keys}
        if len(self._ciphers) < len(keys):
            raise KeyFileError(
                "two vault keys are the same or share their one-byte id; replace the newest by another random key"
            )
        self.sealing_key = keys[-1]
        self._id = sha256(keys[-1]).digest()[:1]
        self._cipher, self._key = self._ciphers[self._id[0]], keys[-1]

    def seal(self, data: bytes, context: str) -> bytes:
        """Encrypt `data`, bound to `context` ("table.column")."""
        nonce = os.urandom(_NONCE)
        return self._id + nonce + self._cipher.encrypt(nonce, data, context.encode())

    def seal_large(self, data: bytes, context: str) -> bytearray:
        """Encrypt as `seal` does, into memory that is the blob: tens of megabytes are not copied once more. Returned is
        that memory, which database drivers take as they take bytes."""
        nonce = os.urandom(_NONCE)
        encryptor = Cipher(AES(self._key), GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context.encode())
        head = len(self._id) + _NONCE
        blob = bytearray(head + len(data) + _TAG)
        blob[:head] = self._id + nonce
        encryptor.update_into(data, memoryview(blob)[head:])
        encryptor.finalize()
        blob[-_TAG:] = encryptor.tag
        return blob

    def open(self, blob: bytes, context: str) -> bytes:
        """Decrypt what `seal` or `seal_large` gave for the same context. Raises VaultError for any other key, context
        or bytes."""
        if len(blob) < 1 + _NONCE + _TAG:
            raise VaultError(f"a sealed value of {context} is cut short; restore the database from a backup")
        cipher = self._ciphers.get(blob[0])
        if cipher is None:
            raise VaultError(
                f"{context} was sealed with a key that is not at hand (id {blob[0]:02x}); "
                "put the former line back into keys/vault.key or EARSHOT_VAULT_KEY"
            )
        try:
            return cipher.decrypt(blob[1 : 1 + _NONCE], blob[1 + _NONCE :], context.encode())
        except InvalidTag as error:
            raise VaultError(
                f"a sealed value of {context} does not open: the vault key is another one or the value was changed; "
                "put the former key back, or restore the database from a backup"
            ) from error

    def seal_text(self, text: str, context: str) -> bytes:
        """Encrypt text; half a surrogate pair, which exports do hold, comes back as well."""
        return self.seal(text.encode("utf-8", "surrogatepass"), context)

    def open_text(self, blob: bytes, context: str) -> str:
        """Decrypt what `seal_text` gave."""
        return self.open(blob, context).decode("utf-8", "surrogatepass")

    def seal_json(self, value: Any, context: str) -> bytes:
        """Encrypt whatever JSON can say."""
        return self.seal_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), context)

    def open_json(self, blob: bytes, context: str) -> Any:
        """Decrypt what `seal_json` gave."""
        return json.loads(self.open(blob, context))
