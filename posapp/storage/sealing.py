"""Sealing of profiles with AES-256-GCM under the merchant's data key.

A sealed body is one version byte, a random 12-byte nonce, and the ciphertext with its tag; the document's key is
authenticated with it, so that one member's profile cannot be passed off as another's.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from posapp.storage.reference_data import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

_VERSION = b"\x01"
_NONCE_BYTES = 12


class ProfileSealer:
    """A `reference_data.Sealer` under one 32-byte key."""

    def __init__(self, data_key: bytes, *, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._cipher = AESGCM(data_key)
        self._entropy = entropy

    def seal(self, key: str, plain: bytes) -> bytes:
        """Encrypt the body of the document of this key."""
        nonce = self._entropy(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, b"profile\0" + key.encode())

    def open(self, key: str, sealed: bytes) -> bytes:
        """Decrypt it.  Raises `Unreadable`."""
        if sealed[:1] != _VERSION:
            raise Unreadable(f"version {sealed[:1].hex()}")
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, b"profile\0" + key.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable("the key does not fit, or the body is damaged") from error
