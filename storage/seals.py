"""Whether the keys are the ones that the database was begun with.

A lost key file must not pass unseen: a new key would be made in its place, all texts would be unreadable, and everybody
who agreed would be a stranger.
"""

import base64
import hmac

from sqlmodel import Session

from storage.errors import KeyFileError, VaultError
from storage.tables import Setting
from storage.vault import Vault

_NAME = "keys"
_CONTEXT = "setting.value"
_PLAIN = b"earshot"


def confirm_keys(session: Session, vault: Vault, identity_key: bytes) -> None:
    """Raise `VaultError` or `KeyFileError` unless the database was begun with these keys; a new database takes them."""
    fingerprint = hmac.digest(identity_key, b"fingerprint", "sha256")[:8].hex()
    found = session.get(Setting, ("", _NAME))
    if found is not None:
        if found.value["identity"] != fingerprint:
            raise KeyFileError(
                "the identity key is not the one this database was begun with, and nobody who agreed would be known; "
                "put the former keys/identity.key (or EARSHOT_IDENTITY_KEY) back"
            )
        if vault.open(base64.b64decode(found.value["vault"]), _CONTEXT) != _PLAIN:
            raise VaultError("the database's key check does not hold what it should; restore it from a backup")
    # Sealed anew each time: when a key is rotated, the check must open after the old one is dropped.
    value = {"identity": fingerprint, "vault": base64.b64encode(vault.seal(_PLAIN, _CONTEXT)).decode()}
    session.merge(Setting(brand="", name=_NAME, value=value))
