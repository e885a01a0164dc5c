"""Secrets are kept where only this user can read them, and never silently replaced."""

from __future__ import annotations

import base64
import stat
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from posapp.storage import key_store
from posapp.storage.errors import KeyFileExposed, KeyUnavailable
from posapp.storage.key_store import (
    CARD_ROOT,
    DATABASE_KEY,
    MERCHANT_KEY,
    FileKeyStore,
    SystemKeyStore,
    open_key_store,
    secret,
    system_store_usable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_a_secret_is_drawn_once_and_kept(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "keys")
    drawn = secret(store, DATABASE_KEY, create=True)
    assert len(drawn) == 32
    assert secret(FileKeyStore(tmp_path / "keys"), DATABASE_KEY, create=True) == drawn
    assert secret(store, MERCHANT_KEY, create=True) != drawn
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    for file in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_key_of_an_existing_database_is_never_drawn_anew(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable):
        secret(FileKeyStore(tmp_path), DATABASE_KEY, create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    store = FileKeyStore(tmp_path / "keys")
    store.put(DATABASE_KEY, bytes(32))
    (tmp_path / "keys" / "database_key.key").chmod(mode)
    with pytest.raises(KeyFileExposed):
        store.get(DATABASE_KEY)


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "keys")
    store.put(DATABASE_KEY, bytes(32))
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(KeyFileExposed):
        store.get(DATABASE_KEY)
    with pytest.raises(KeyFileExposed):
        store.put(MERCHANT_KEY, bytes(32))


def test_a_secret_that_is_removed_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "keys")
    store.remove(CARD_ROOT)
    store.put(DATABASE_KEY, bytes(32))
    store.put(CARD_ROOT, bytes(32))
    store.remove(CARD_ROOT)
    store.remove(CARD_ROOT)
    assert store.get(CARD_ROOT) is None
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["database_key.key"]
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(KeyFileExposed):
        store.remove(DATABASE_KEY)


def test_a_secret_of_the_wrong_size_is_not_used(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "keys")
    store.put(DATABASE_KEY, b"short")
    with pytest.raises(KeyUnavailable):
        secret(store, DATABASE_KEY, create=True)
    assert store.get(DATABASE_KEY) == b"short"


def test_only_known_secrets_have_a_place(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no secret"):
        FileKeyStore(tmp_path).get("../../etc/passwd")


class MemoryBackend(KeyringBackend):
    """A key store of the operating system, as `keyring` sees one."""

    priority = 5.0
    locked = False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryBackend]:
    """Make it the one that is in use."""
    before = keyring.get_keyring()
    made = MemoryBackend()
    keyring.set_keyring(made)
    monkeypatch.setattr(key_store, "_KNOWN_BACKENDS", (__name__,))
    yield made
    keyring.set_keyring(before)


def test_the_system_store_keeps_secrets_of_each_till_apart(backend: MemoryBackend, tmp_path: Path) -> None:
    assert system_store_usable()
    store = open_key_store(tmp_path)
    assert isinstance(store, SystemKeyStore)
    drawn = secret(store, DATABASE_KEY, create=True)
    assert secret(open_key_store(tmp_path), DATABASE_KEY, create=False) == drawn
    assert open_key_store(tmp_path / "other").get(DATABASE_KEY) is None
    assert list(backend.kept.values()) == [base64.b64encode(drawn).decode()]
    assert list(tmp_path.iterdir()) == []


def test_the_system_store_forgets_a_secret(backend: MemoryBackend, tmp_path: Path) -> None:
    store = open_key_store(tmp_path)
    store.remove(CARD_ROOT)
    for name in (DATABASE_KEY, CARD_ROOT):
        store.put(name, bytes(32))
    store.remove(CARD_ROOT)
    assert [name for _till, name in backend.kept] == [DATABASE_KEY]


def test_a_locked_store_is_told_and_nothing_is_drawn(backend: MemoryBackend, tmp_path: Path) -> None:
    backend.locked = True
    store = open_key_store(tmp_path)
    with pytest.raises(KeyUnavailable):
        secret(store, DATABASE_KEY, create=True)
    with pytest.raises(KeyUnavailable):
        store.put(DATABASE_KEY, bytes(32))
    with pytest.raises(KeyUnavailable):
        store.remove(DATABASE_KEY)


def test_files_that_are_there_stay_in_use(backend: MemoryBackend, tmp_path: Path) -> None:
    FileKeyStore(tmp_path / "keys").put(DATABASE_KEY, bytes(32))
    assert isinstance(open_key_store(tmp_path), FileKeyStore)
    assert backend.kept == {}


@pytest.mark.parametrize(
    "name", ["keyring.backends.fail", "keyring.backends.null", "keyrings.alt.file", "keyrings.cryptfile.cryptfile"]
)
def test_a_store_that_keeps_nothing_or_writes_plain_text_is_not_used(name: str, tmp_path: Path) -> None:
    plain = type("PlaintextKeyring", (MemoryBackend,), {"__module__": name})()
    before = keyring.get_keyring()
    keyring.set_keyring(plain)
    try:
        assert not system_store_usable()
        assert isinstance(open_key_store(tmp_path), FileKeyStore)
    finally:
        keyring.set_keyring(before)
