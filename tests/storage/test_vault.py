import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import KeyFileError, VaultError
from storage.vault import Vault

OLD, NEW = bytes(range(32)), bytes(range(1, 33))


@given(st.binary(max_size=300), st.sampled_from(["message.content", "chat.title"]))
def test_what_was_sealed_opens(data: bytes, context: str) -> None:
    vault = Vault([OLD])
    blob = vault.seal(data, context)
    assert vault.open(blob, context) == data
    assert len(blob) == len(data) + 29


@given(st.binary(max_size=60), st.data())
def test_no_changed_byte_passes(data: bytes, draw: st.DataObject) -> None:
    vault = Vault([OLD])
    blob = bytearray(vault.seal(data, "chat.title"))
    place = draw.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(VaultError):
        vault.open(bytes(blob), "chat.title")


@given(st.binary(max_size=40), st.integers(0, 68))
def test_no_cut_blob_passes(data: bytes, length: int) -> None:
    blob = Vault([OLD]).seal(data, "chat.title")
    with pytest.raises(VaultError):
        Vault([OLD]).open(blob[: min(length, len(blob) - 1)], "chat.title")


def test_the_same_data_never_seals_the_same() -> None:
    assert Vault([OLD]).seal(b"bonjour", "chat.title") != Vault([OLD]).seal(b"bonjour", "chat.title")


def test_a_blob_does_not_open_in_another_column() -> None:
    blob = Vault([OLD]).seal(b"bonjour", "chat.title")
    with pytest.raises(VaultError, match=r"chat\.address"):
        Vault([OLD]).open(blob, "chat.address")


def test_another_key_says_which_file_to_put_back() -> None:
    blob = Vault([OLD]).seal(b"bonjour", "chat.title")
    with pytest.raises(VaultError, match=r"keys/vault\.key or EARSHOT_VAULT_KEY"):
        Vault([NEW]).open(blob, "chat.title")


def test_after_rotation_old_blobs_open_and_new_ones_need_only_the_new_key() -> None:
    before = Vault([OLD]).seal(b"before", "chat.title")
    rotated = Vault([OLD, NEW])
    assert rotated.open(before, "chat.title") == b"before"
    assert Vault([NEW]).open(rotated.seal(b"after", "chat.title"), "chat.title") == b"after"


@pytest.mark.parametrize("keys", [[], [b"short"], [OLD, OLD]])
def test_unusable_keys_are_refused(keys: list[bytes]) -> None:
    with pytest.raises(KeyFileError):
        Vault(keys)


TEXT = st.text(st.characters(codec=None), max_size=30)


@given(TEXT, st.recursive(st.none() | st.booleans() | TEXT | st.integers(), st.lists, max_leaves=5))
def test_text_and_json_come_back(text: str, value: object) -> None:
    vault = Vault([OLD])
    assert vault.open_text(vault.seal_text(text, "chat.title"), "chat.title") == text
    assert vault.open_json(vault.seal_json(value, "outbox.payload"), "outbox.payload") == value


@pytest.mark.parametrize("data", [b"", b"bonjour", bytes(range(256)) * 5_000], ids=len)
def test_large_blobs_are_sealed_in_place_and_open_like_others(data: bytes) -> None:
    vault = Vault([OLD])
    assert type(vault.seal(data, "snapshot.blob")) is bytes
    sealed = vault.seal_large(data, "snapshot.blob")
    assert len(sealed) == len(data) + 29
    assert vault.open(bytes(sealed), "snapshot.blob") == data
    with pytest.raises(VaultError):
        vault.open(bytes(sealed), "message.text")
