"""Joining a server with a one-time code, and changing the key that this till is known by there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.client.errors import NonsenseError
from sync.protocol import certificate, sealing, signing
from sync.protocol.errors import ProtocolError
from sync.protocol.messages import EnrolReply, EnrolRequest, MerchantKeys, RotateReply, RotateRequest, decode
from sync.protocol.signing import Purpose

if TYPE_CHECKING:
    from sync.client.link import Link, Session


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a till learns when it joins.  `keys` are secrets: they belong in the key store."""

    merchant_id: str
    merchant_name: str
    store_id: str
    store_name: str
    till_number: int
    till_name: str
    card_block: int
    device: bytes
    certificate: bytes
    server_key: bytes
    keys: MerchantKeys


def rotate(session: Session, fresh_key: bytes) -> bytes:
    """Change this device's key to `fresh_key`, a raw Ed25519 key, and return the server's certificate of it.

    Asking again with the same key is safe, with the old identity or with the new.  Raises `OfflineError`,
    `RefusedError` or `NonsenseError`.
    """
    me = session.identity
    public_key = signing.public_key(fresh_key)
    content = me.device + public_key + me.merchant_id.encode()
    signatures = (me.sign(Purpose.ROTATION, content), signing.signer(fresh_key)(Purpose.ROTATION, content))
    return session.call("/v1/rotate", RotateRequest(public_key, *signatures), RotateReply).certificate


def enrol(link: Link, code: str, device: bytes, private_key: bytes, till_name: str = "") -> Enrolment:
    """Join with a code.  Asking again with the same device and key is safe: the first answer may have been lost.

    `private_key` is the device's raw Ed25519 key.  Raises `OfflineError`, `RefusedError` or `NonsenseError`.
    """
    exchange = sealing.new_private_key()
    exchange_key = sealing.public_key(exchange)
    proof = signing.signer(private_key)(Purpose.ENROLMENT, device + exchange_key + code.encode())
    request = EnrolRequest(code, device, signing.public_key(private_key), exchange_key, proof, till_name)
    reply = link.post("/v1/enrol", request, EnrolReply)
    try:
        keys = decode(sealing.unseal(exchange, reply.sealed_keys, device), MerchantKeys)
        word = certificate.read(reply.certificate, reply.server_key)
    except ProtocolError as error:
        raise NonsenseError(str(error)) from error
    if (word.device, word.merchant_id, word.store_id) != (device, reply.merchant_id, reply.store_id):
        raise NonsenseError("a certificate of another device")
    return Enrolment(
        merchant_id=reply.merchant_id,
        merchant_name=reply.merchant_name,
        store_id=reply.store_id,
        store_name=reply.store_name,
        till_number=reply.till_number,
        till_name=reply.till_name,
        card_block=reply.card_block,
        device=device,
        certificate=reply.certificate,
        server_key=reply.server_key,
        keys=keys,
    )
