"""A message that only the holder of one X25519 key can open: how a merchant's keys reach a till.

An ephemeral key agrees with the recipient's; HKDF-SHA256 over both gives an AES-256-GCM key that is used once.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.protocol.errors import MalformedBodyError

_KEY_BYTES = 32
# The key is fresh for every message, so the nonce need not be.
_NONCE = bytes(12)


def new_private_key() -> bytes:
    """A fresh raw X25519 private key."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key(private_key: bytes) -> bytes:
    """The raw public key that belongs to a raw private key."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def seal(recipient: bytes, content: bytes, context: bytes) -> bytes:
    """Seal `content` to a raw public key; `context` must be the same when it is opened.

    Raises `MalformedBodyError` for a key that cannot be used.
    """
    ephemeral = X25519PrivateKey.generate()
    own = ephemeral.public_key().public_bytes_raw()
    try:
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    except ValueError as error:
        raise MalformedBodyError("exchange_key", "it is not an X25519 key", "不是有效的 X25519 公钥") from error
    return own + AESGCM(_derive(shared, own, recipient)).encrypt(_NONCE, content, context)


def unseal(private_key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Open what `seal` made.  Raises `MalformedBodyError`."""
    own = public_key(private_key)
    try:
        other = X25519PublicKey.from_public_bytes(sealed[:_KEY_BYTES])
        shared = X25519PrivateKey.from_private_bytes(private_key).exchange(other)
        return AESGCM(_derive(shared, sealed[:_KEY_BYTES], own)).decrypt(_NONCE, sealed[_KEY_BYTES:], context)
    except (ValueError, InvalidTag) as error:
        raise MalformedBodyError("sealed_keys", "it cannot be opened with this key", "无法用本机密钥打开") from error


def _derive(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    salt = ephemeral + recipient
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=b"posapp sealing 1").derive(shared)
