"""Where a till keeps its secrets: the operating system's key store, or files that only this user can read.

Secrets: the database key, the merchant's keys, the device's signing key, the keys of phone codes.  Without a usable key
store (no session bus, no keychain) each secret is a file of mode 0600 in a folder of mode 0700; a file that others can
read is refused, not repaired, because it may have been read.
"""

from __future__ import annotations

import base64
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from posapp.storage.errors import DiskFailed, KeyFileExposed, KeyUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

DATABASE_KEY = "database_key"
MERCHANT_KEY = "merchant_key"
MERCHANT_DATA_KEY = "merchant_data_key"
DEVICE_PRIVATE_KEY = "device_private_key"
DEVICE_NEXT_KEY = "device_next_key"
"""The key that the device changes to, or has changed to last."""
CARD_ROOT = "card_root"
"""What the keys of phone codes are made from, at a till that has no server."""
CARD_KEYS = "card_keys"
"""The keys of phone codes that the server gave."""
NAMES = frozenset(
    {DATABASE_KEY, MERCHANT_KEY, MERCHANT_DATA_KEY, DEVICE_PRIVATE_KEY, DEVICE_NEXT_KEY, CARD_ROOT, CARD_KEYS}
)
SECRET_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyStore(Protocol):
    """Named secrets of one till."""

    def get(self, name: str) -> bytes | None:
        """The secret, or None where there is none.  Raises `KeyUnavailable` and `KeyFileExposed`."""
        ...

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret, replacing an earlier one.  Raises `KeyUnavailable` and `KeyFileExposed`."""
        ...

    def remove(self, name: str) -> None:
        """Forget a secret, if it is there.  Raises `KeyUnavailable` and `KeyFileExposed`."""
        ...


class FileKeyStore:
    """Secrets as files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> bytes | None:
        """The content of the secret's file.  Raises `KeyFileExposed` where others can read it."""
        path = self._path(name)
        try:
            _refuse_exposed(self._folder)
            _refuse_exposed(path)
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyUnavailable(str(error)) from error

    def put(self, name: str, secret: bytes) -> None:
        """Write the file as a whole or not at all, and only for this user."""
        path = self._path(name)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_exposed(self._folder)
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=f".{name}.")
            with os.fdopen(handle, "wb") as file:
                file.write(secret)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except OSError as error:
            raise DiskFailed(str(error)) from error

    def remove(self, name: str) -> None:
        """Take the secret's file away.  Raises `KeyFileExposed`, or `DiskFailed` where it stays."""
        if self.get(name) is None:
            # A disk that takes no more writes refuses this one too, though there is nothing to do.
            return
        try:
            self._path(name).unlink()
        except OSError as error:
            raise DiskFailed(str(error)) from error

    def _path(self, name: str) -> Path:
        if name not in NAMES:
            raise ValueError(f"no secret is called {name!r}")
        return self._folder / f"{name}.key"


class SystemKeyStore:
    """Secrets in the operating system's key store, each under this till's own name.

    `till` tells several tills of one user apart; the path of the data folder serves.
    """

    def __init__(self, till: str) -> None:
        self._service = f"posapp:{till}"

    def get(self, name: str) -> bytes | None:
        """The secret.  Raises `KeyUnavailable` where the store is locked or does not answer."""
        import keyring  # noqa: PLC0415 - loads every backend, and a till with a key file needs none
        from keyring.errors import KeyringError  # noqa: PLC0415

        try:
            found = keyring.get_password(self._service, name)
        except KeyringError as error:
            raise KeyUnavailable(str(error)) from error
        return base64.b64decode(found) if found is not None else None

    def put(self, name: str, secret: bytes) -> None:
        """Keep the secret.  Raises `KeyUnavailable`."""
        import keyring  # noqa: PLC0415 - as above
        from keyring.errors import KeyringError  # noqa: PLC0415

        try:
            keyring.set_password(self._service, name, base64.b64encode(secret).decode())
        except KeyringError as error:
            raise KeyUnavailable(str(error)) from error

    def remove(self, name: str) -> None:
        """Forget the secret.  Raises `KeyUnavailable`."""
        import keyring  # noqa: PLC0415 - as above
        from keyring.errors import KeyringError  # noqa: PLC0415

        if self.get(name) is None:
            return
        try:
            keyring.delete_password(self._service, name)
        except KeyringError as error:
            raise KeyUnavailable(str(error)) from error


_KNOWN_BACKENDS = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.chainer",
)


def system_store_usable() -> bool:
    """Whether this machine has a key store of the operating system: never one that writes plain text."""
    import keyring  # noqa: PLC0415 - as in `SystemKeyStore`

    backend = keyring.get_keyring()
    return backend.priority > 0 and type(backend).__module__.startswith(_KNOWN_BACKENDS)


def open_key_store(folder: Path) -> KeyStore:
    """The key store of the till whose data lie in `folder`.

    Files that are there already stay in use, so that a key does not get lost when a desktop session gains a key store.
    """
    files = folder / "keys"
    if any((files / f"{name}.key").exists() for name in NAMES) or not system_store_usable():
        return FileKeyStore(files)
    return SystemKeyStore(str(folder.resolve()))


def secret(store: KeyStore, name: str, *, create: bool, entropy: Callable[[int], bytes] = os.urandom) -> bytes:
    """A 32-byte secret, drawn and kept at the first time.

    With `create` false (the database exists already) a missing one raises `KeyUnavailable`: a new key would not open
    it.
    """
    found = store.get(name)
    if found is not None:
        if len(found) != SECRET_BYTES:
            raise KeyUnavailable(f"{name} has {len(found)} bytes")
        return found
    if not create:
        raise KeyUnavailable(f"{name} is not there")
    drawn = entropy(SECRET_BYTES)
    store.put(name, drawn)
    return drawn


def _refuse_exposed(path: Path) -> None:
    # Windows has no such bits: there the folder inherits the user's own access list.
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & _OTHERS:
        raise KeyFileExposed(str(path))
