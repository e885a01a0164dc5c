"""Identities.  None of them depends on a clock being right (sync.md, promise 3)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import NewType
from uuid import UUID

MerchantId = NewType("MerchantId", str)
StoreId = NewType("StoreId", str)
StaffId = NewType("StaffId", str)
Sku = NewType("Sku", str)
DeviceId = NewType("DeviceId", bytes)
Incarnation = NewType("Incarnation", bytes)
MemberId = NewType("MemberId", bytes)
AssetId = NewType("AssetId", bytes)
EventId = NewType("EventId", bytes)
SaleId = NewType("SaleId", bytes)
CartId = NewType("CartId", UUID)
RuleId = NewType("RuleId", str)

DEVICE_ID_BYTES = 16
INCARNATION_BYTES = 8
MEMBER_ID_BYTES = 16


@dataclass(frozen=True, slots=True, order=True)
class StreamId:
    """One run of one device: a device id and the random incarnation it drew when its process started.

    A clone, a restored backup or a lost commit therefore never reuses an event id (sync.md, Identity and log).
    """

    device: DeviceId
    incarnation: Incarnation


def event_id(stream: StreamId, sequence: int) -> EventId:
    """The 16-byte id of an event, recomputed from its place in its stream and so never sent."""
    digest = hashlib.sha256(b"event" + stream.device + stream.incarnation + sequence.to_bytes(8, "big")).digest()
    return EventId(digest[:16])


def member_id(merchant_key: bytes, phone_e164: str) -> MemberId:
    """The member behind a phone number: two offline tills that open a card for one person mint the same id.

    `phone_e164` must already be in E.164 form (``+8613800006021``).  Source: sync.md, "One phone, one member".
    """
    return MemberId(hmac.digest(merchant_key, b"member\0" + phone_e164.encode(), "sha256")[:MEMBER_ID_BYTES])


@lru_cache(maxsize=4_096, typed=True)
def derived_id(kind: str, *parts: bytes | str | int) -> AssetId:
    """The holder that follows from what it is: every till derives the same 16 bytes without asking anybody.

    Source: docs/adr/0010-assets-are-holders.md.  Parts are told apart by type and length, so that no two lists of parts
    share an id.
    """
    digest = hashlib.sha256(b"asset\0" + kind.encode() + b"\0")
    for part in parts:
        raw = part if isinstance(part, bytes) else str(part).encode()
        digest.update(type(part).__name__[:1].encode() + len(raw).to_bytes(4, "big") + raw)
    return AssetId(digest.digest()[:MEMBER_ID_BYTES])


def uuid7(unix_ms: int, entropy: bytes) -> UUID:
    """A version 7 UUID (RFC 9562) from a millisecond clock and ten random bytes supplied by the caller."""
    if len(entropy) < 10:
        raise ValueError("ten random bytes are needed")
    value = (unix_ms & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (int.from_bytes(entropy[:2], "big") & 0xFFF) << 64
    value |= 0b10 << 62 | int.from_bytes(entropy[2:10], "big") & (1 << 62) - 1
    return UUID(int=value)
