"""A server's word that a device belongs to a store, in a form that survives the server.

It travels to every till as a document of collection `device`.  A server that was restored from an old backup takes it
back from any of them, because it can check its own signature, and knows again who may push and who was shut out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sync.protocol.errors import MalformedBodyError
from sync.protocol.messages import UNREADABLE, Device, Identifier, Key32, Name, encode
from sync.protocol.signing import Purpose, check

if TYPE_CHECKING:
    from sync.protocol.signing import Sign

COLLECTION = "device"
"""The collection of documents that carries certificates; the key is the device's id in hexadecimal digits."""


class Certificate(msgspec.Struct, frozen=True, array_like=True):
    """`hlc` orders the certificates of one device: the greatest one counts.

    `card_block` is the block of card numbers that this till alone prints from (scanner.md, Member code).
    `former_keys` are those that the device signed with before, the latest last: what it signed then stays true.
    """

    merchant_id: Identifier
    store_id: Identifier
    device: Device
    public_key: Key32
    till_number: int
    till_name: Name
    card_block: int
    revoked: bool
    hlc: int
    former_keys: list[Key32] = []


class _Signed(msgspec.Struct, frozen=True, array_like=True):
    content: bytes
    signature: bytes


def issue(sign: Sign, certificate: Certificate) -> bytes:
    """Sign a certificate."""
    content = encode(certificate)
    return encode(_Signed(content, sign(Purpose.CERTIFICATE, content)))


def read(wire: bytes, server_key: bytes, field: str = "certificate") -> Certificate:
    """Check and read one.  Raises `MalformedBodyError` or `SignatureError`, naming `field`."""
    try:
        signed = msgspec.msgpack.decode(wire, type=_Signed)
        certificate = msgspec.msgpack.decode(signed.content, type=Certificate)
    except UNREADABLE as error:
        raise MalformedBodyError(field, f"it is not a certificate: {error}", "不是有效的设备证书") from error
    check(server_key, Purpose.CERTIFICATE, signed.content, signed.signature, field)
    return certificate
