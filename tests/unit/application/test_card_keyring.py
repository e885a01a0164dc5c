"""What a till keeps of the keys of phone codes: a root without a server; with one, two weeks' keys and no root."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from posapp.application.card_keyring import CardKeyring, open_keyring
from posapp.application.ports import SystemEntropy
from posapp.domain.card_keys import WEEK_SECONDS, CardKeys, keys_from
from posapp.storage.errors import DiskFailed
from posapp.storage.key_store import CARD_KEYS, CARD_ROOT, FileKeyStore

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_795_000_000
ROOT = b"r" * 32


@pytest.fixture
def store(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "keys")


def opened(store: FileKeyStore, *, has_server: bool) -> CardKeyring:
    return open_keyring(store, SystemEntropy(), has_server=has_server)


def test_without_a_server_a_root_is_drawn_once_and_makes_the_keys_of_every_week(store: FileKeyStore) -> None:
    keyring = opened(store, has_server=False)
    root = store.get(CARD_ROOT)
    assert root is not None
    for now in (NOW, NOW + 60 * WEEK_SECONDS):
        assert keyring.at(now) == keys_from(root, now)
        assert opened(store, has_server=False).at(now) == keyring.at(now)
    assert store.get(CARD_KEYS) is None


def test_with_a_server_the_till_has_what_it_was_given_and_makes_nothing(store: FileKeyStore) -> None:
    keyring = opened(store, has_server=True)
    assert keyring.at(NOW) == CardKeys()
    given = keys_from(ROOT, NOW)
    keyring.take(store, given)
    assert keyring.at(NOW) == keyring.at(NOW + 60 * WEEK_SECONDS) == given
    assert opened(store, has_server=True).at(NOW) == given
    assert store.get(CARD_ROOT) is None


def test_newer_keys_leave_nothing_of_the_older_ones(store: FileKeyStore) -> None:
    keyring = opened(store, has_server=True)
    keyring.take(store, keys_from(ROOT, NOW))
    fresh = keys_from(ROOT, NOW + WEEK_SECONDS)
    keyring.take(store, fresh)
    kept = store.get(CARD_KEYS)
    assert kept is not None
    assert len(kept) == 2 * 40
    assert keys_from(ROOT, NOW).held[0].key not in kept
    assert opened(store, has_server=True).given == fresh


def test_a_till_that_joined_a_server_forgets_the_root_that_it_had(store: FileKeyStore) -> None:
    before = opened(store, has_server=False).at(NOW)
    joined = opened(store, has_server=True)
    assert store.get(CARD_ROOT) is None
    assert joined.at(NOW) == CardKeys() != before


@pytest.mark.parametrize("kept", [b"", b"short", bytes(39), bytes(41), bytes(120)])
def test_what_cannot_be_read_is_asked_for_again(store: FileKeyStore, kept: bytes) -> None:
    store.put(CARD_KEYS, kept)
    assert opened(store, has_server=True).given == CardKeys()


class Full(FileKeyStore):
    """On a disk that takes nothing more."""

    def put(self, name: str, secret: bytes) -> None:
        raise DiskFailed(f"{name}, {len(secret)} bytes")


def test_a_full_disk_keeps_no_till_from_opening_and_no_root_is_used_that_is_gone_tomorrow(store: FileKeyStore) -> None:
    assert opened(Full(store._folder), has_server=False).at(NOW) == CardKeys()
    root = opened(store, has_server=False)
    assert opened(Full(store._folder), has_server=False) == root


def test_a_keyring_is_printed_without_its_keys() -> None:
    assert "rrr" not in repr(CardKeyring(keys_from(ROOT, NOW), ROOT))
