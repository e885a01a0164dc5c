"""The server's secrets: one root key, from which every other key is derived.

They live in a file that only its owner can read, or in the environment variable `POSAPP_SERVER_SECRETS` (the same
JSON), never in the database and never in a log.  A merchant that brings its own keys, because its tills minted members'
ids with them before there was a server, has them listed in the same place.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.protocol import signing
from sync.protocol.messages import MerchantKeys
from sync.server.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from sync.protocol.signing import Sign

ENVIRONMENT: Final = "POSAPP_SERVER_SECRETS"
_KEY_BYTES: Final = 32
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True, repr=False)
class ServerKeys:
    """Everything secret that the server knows."""

    root: bytes
    brought: dict[str, MerchantKeys] = field(default_factory=dict)

    def derive(self, purpose: str, merchant_id: str = "") -> bytes:
        """A 32-byte key for one purpose, of one merchant where it is given."""
        return _derived(self.root, purpose, merchant_id)

    def merchant(self, merchant_id: str) -> MerchantKeys:
        """The keys that a merchant's tills share."""
        brought = self.brought.get(merchant_id)
        if brought is not None:
            return brought
        return MerchantKeys(self.derive("member", merchant_id), self.derive("data", merchant_id))

    def card_root(self, merchant_id: str) -> bytes:
        """What the keys of a merchant's phone codes are made from, also where it brought its other keys.

        It never leaves the server.
        """
        return self.derive("card", merchant_id)

    def certificate_signer(self, merchant_id: str) -> Sign:
        """Signs the certificates of a merchant's devices."""
        return signing.signer(self.derive("certificate", merchant_id))

    def certificate_key(self, merchant_id: str) -> bytes:
        """The public key of those certificates."""
        return signing.public_key(self.derive("certificate", merchant_id))


@lru_cache(maxsize=1_024)
def _derived(root: bytes, purpose: str, merchant_id: str) -> bytes:
    """Every request asks for one or two of them, and always for the same."""
    info = f"posapp server 1\0{purpose}\0{merchant_id}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(root)


def load(path: Path) -> ServerKeys:
    """Read the secrets from the environment, else from `path`, which is made when it does not exist.

    Raises `StorageError` where they cannot be read, or where others may read the file.
    """
    text = os.environ.get(ENVIRONMENT)
    if text is None:
        if not path.exists():
            save(path, ServerKeys(secrets.token_bytes(_KEY_BYTES)))
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise StorageError(f"others may read {path}: chmod 600 / 其他用户可读取密钥文件 {path}: 请执行 chmod 600")
        text = path.read_text(encoding="utf-8")
    try:
        content = json.loads(text)
        brought = {
            merchant_id: MerchantKeys(_key(keys["member_key"]), _key(keys["data_key"]))
            for merchant_id, keys in content.get("merchants", {}).items()
        }
        return ServerKeys(_key(content["root"]), brought)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        # The error itself might quote a secret.
        raise StorageError("the server's secrets cannot be read / 无法读取服务器密钥文件") from error


def save(path: Path, keys: ServerKeys) -> None:
    """Write the secrets where only their owner can read them; the old file stays whole until the new one is."""
    content = {
        "root": _text(keys.root),
        "merchants": {
            merchant_id: {"member_key": _text(brought.member_key), "data_key": _text(brought.data_key)}
            for merchant_id, brought in keys.brought.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != _KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return key


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
