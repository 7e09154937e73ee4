import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage import keys
from storage.errors import KeyFileError
from storage.keys import identity_key, vault_keys

A, B = bytes(range(32)), bytes(range(32, 64))


def write(home: Path, name: str, *lines: str, mode: int = 0o600) -> Path:
    path = home / "keys" / f"{name}.key"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(lines))
    path.chmod(mode)
    return path


def test_the_first_run_makes_two_different_keys_for_their_owner_only(tmp_path: Path) -> None:
    identity, (vault,) = identity_key(tmp_path, {}), vault_keys(tmp_path, {})
    assert len(identity) == len(vault) == 32
    assert identity != vault
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "keys").iterdir()} == {0o600}
    assert sorted(file.name for file in (tmp_path / "keys").iterdir()) == ["identity.key", "vault.key"]


def test_later_runs_find_the_same_keys(tmp_path: Path) -> None:
    assert identity_key(tmp_path, {}) == identity_key(tmp_path, {})
    assert vault_keys(tmp_path, {}) == vault_keys(tmp_path, {})


def test_racing_first_runs_agree_on_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys.Path, "exists", lambda _: False)  # every runner believes to be the first
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: identity_key(tmp_path, {}), range(40)))
    assert len(found) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["identity.key"]


def test_the_environment_wins_and_writes_nothing(tmp_path: Path) -> None:
    environ = {"EARSHOT_IDENTITY_KEY": A.hex(), "EARSHOT_VAULT_KEY": f"{base64.b64encode(A).decode()}, {B.hex()}"}
    assert identity_key(tmp_path, environ) == A
    assert vault_keys(tmp_path, environ) == (A, B)
    assert not (tmp_path / "keys").exists()


def test_a_rotated_vault_has_one_key_a_line(tmp_path: Path) -> None:
    write(tmp_path, "vault", base64.b64encode(A).decode(), base64.urlsafe_b64encode(B).decode(), "")
    assert vault_keys(tmp_path, {}) == (A, B)


@pytest.mark.parametrize("text", ["c2hvcnQ=", A.hex()[:-2], "not a key at all!", "é" * 44])
def test_what_is_no_key_is_refused_with_its_line_and_never_shown(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "vault", A.hex(), text.replace(" ", "_"))
    with pytest.raises(KeyFileError, match="line 2 does not hold a key: 32 bytes") as caught:
        vault_keys(tmp_path, {})
    assert str(path) in str(caught.value)
    assert text not in str(caught.value)


def test_a_wrong_key_in_the_environment_names_its_variable(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="EARSHOT_IDENTITY_KEY does not hold a key"):
        identity_key(tmp_path, {"EARSHOT_IDENTITY_KEY": "abc"})


def test_a_key_that_others_can_read_is_refused_with_the_command(tmp_path: Path) -> None:
    path = write(tmp_path, "identity", A.hex(), mode=0o640)
    with pytest.raises(KeyFileError, match=f"chmod 600 {path}"):
        identity_key(tmp_path, {})


def test_an_empty_key_file_is_not_replaced_in_silence(tmp_path: Path) -> None:
    path = write(tmp_path, "identity")
    with pytest.raises(KeyFileError, match="is empty; put the key back from your backup"):
        identity_key(tmp_path, {})
    assert path.read_bytes() == b""


def test_two_identity_keys_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "identity", A.hex(), B.hex())
    with pytest.raises(KeyFileError, match="single"):
        identity_key(tmp_path, {})


def test_a_place_where_no_key_can_lie_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file, not a folder")
    with pytest.raises(KeyFileError, match="or set EARSHOT_VAULT_KEY"):
        vault_keys(tmp_path, {})
