"""Sealing of profiles with AES-256-GCM under the merchant's data key.

A sealed body is one version byte, a random 12-byte nonce, and the ciphertext with its tag; the document's key is
authenticated with it, so that one member's profile cannot be passed off as another's.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from posapp.storage.reference_data import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE_BYTES = 12


class ProfileSealer:
    """A `reference_data.Sealer` under one 32-byte key."""

    def __init__(self, data_key: bytes, *, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._data_key = data_key
        self._entropy = entropy

    @cached_property
    def _cipher(self) -> AESGCM:
        # Not before the first profile is sealed or read: the till is ready to scan without it.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - start-up cost, see above

        return AESGCM(self._data_key)

    def seal(self, key: str, plain: bytes) -> bytes:
        """Encrypt the body of the document of this key."""
        nonce = self._entropy(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, b"profile\0" + key.encode())

    def open(self, key: str, sealed: bytes) -> bytes:
        """Decrypt it.  Raises `Unreadable`."""
        if sealed[:1] != _VERSION:
            raise Unreadable(f"version {sealed[:1].hex()}")
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - start-up cost, see `_cipher`

        try:
            return self._cipher.decrypt(nonce, body, b"profile\0" + key.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable("the key does not fit, or the body is damaged") from error
