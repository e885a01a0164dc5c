"""The membership card's number and its printed code.

A card number has 40 bits: a 24-bit block that belongs to one till, and a 16-bit count within it, so that two offline
tills can never print the same one (scanner.md, Member code).  The printed code is digits only: it survives keyboard
wedges and input methods.  A static card identifies and earns; spending with it needs a second factor.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from posapp.domain.errors import InvalidField

CARDS_PER_BLOCK = 1 << 16
MAX_BLOCK = (1 << 24) - 1
_STATIC_PREFIX = "98"
_STATIC_BYTES = 12
_STATIC_DIGITS = 31
_MAC_BYTES = 6


@dataclass(frozen=True, slots=True)
class StaticCard:
    """A verified printed card: its number and the version that a loss report would retire."""

    number: int
    version: int


def card_number(block: int, count: int) -> int:
    """The `count`-th card (from 0) of a till's block."""
    if not (0 <= block <= MAX_BLOCK and 0 <= count < CARDS_PER_BLOCK):
        raise ValueError("the block of card numbers is used up")
    return block * CARDS_PER_BLOCK + count


def card_text(number: int) -> str:
    """A card number as it is stored and shown: thirteen digits."""
    return f"{number:013d}"


def static_code(merchant_key: bytes, card: StaticCard) -> str:
    """The 31 digits of a printed card: ``98`` and the number of 12 bytes (card number, version, MAC)."""
    body = card.number.to_bytes(5, "big") + card.version.to_bytes(1, "big")
    payload = body + _mac(merchant_key, body)
    return f"{_STATIC_PREFIX}{int.from_bytes(payload, 'big'):029d}"


def read_static_code(merchant_key: bytes, digits: str) -> StaticCard:
    """Verify a printed card without a network.  Raises `InvalidField` for a code that this merchant did not print."""
    if len(digits) == _STATIC_DIGITS and digits.startswith(_STATIC_PREFIX) and digits.isascii() and digits.isdigit():
        value = int(digits[2:])
        if value < 1 << 8 * _STATIC_BYTES:
            payload = value.to_bytes(_STATIC_BYTES, "big")
            body, mac = payload[:-_MAC_BYTES], payload[-_MAC_BYTES:]
            if hmac.compare_digest(mac, _mac(merchant_key, body)):
                return StaticCard(int.from_bytes(body[:5], "big"), body[5])
    raise InvalidField("code", "this is not a card of this shop", "这不是本店的会员码")


def _mac(merchant_key: bytes, body: bytes) -> bytes:
    return hmac.digest(merchant_key, b"static card\0" + body, "sha256")[:_MAC_BYTES]
