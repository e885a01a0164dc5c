"""Ed25519 signatures, each bound to its purpose, so that a signature made for one thing proves nothing elsewhere."""

from __future__ import annotations

from enum import Enum, unique
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol.errors import SignatureError

if TYPE_CHECKING:
    from collections.abc import Callable

    Sign = Callable[["Purpose", bytes], bytes]
    """Signs for a purpose with a key that it keeps to itself."""

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64


@unique
class Purpose(Enum):
    """What a signature is for."""

    SEGMENT = b"posapp segment 1\0"
    SESSION = b"posapp session 1\0"
    ENROLMENT = b"posapp enrolment 1\0"
    CERTIFICATE = b"posapp certificate 1\0"
    ROTATION = b"posapp rotation 1\0"


def signer(private_key: bytes) -> Sign:
    """A signing function around a raw 32-byte private key."""
    key = Ed25519PrivateKey.from_private_bytes(private_key)
    return lambda purpose, content: key.sign(purpose.value + content)


def public_key(private_key: bytes) -> bytes:
    """The raw public key that belongs to a raw private key."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def check(key: bytes, purpose: Purpose, content: bytes, signature: bytes, field: str) -> None:
    """Check a signature.  Raises `SignatureError` naming `field`."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, purpose.value + content)
    except (InvalidSignature, ValueError) as error:
        raise SignatureError(field, "its signature does not fit", "签名不符") from error
