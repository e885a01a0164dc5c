"""The membership card's number and its printed code.

A card number has 40 bits: a 24-bit block that belongs to one till, and a 16-bit count within it, so that two offline
tills can never print the same one (scanner.md, Member code).  The printed code is digits only: it survives keyboard
wedges and input methods.  A static card identifies and earns; spending with it needs a second factor.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from posapp.domain.card_keys import STEP_SECONDS, STEPS_OF_TOLERANCE, CardKeys, week_of_step
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


# ------------------------------------------------------------------------------------------- the code on the phone

_DYNAMIC_PREFIX = "97"
_DYNAMIC_DIGITS = 41
_DYNAMIC_BYTES = 16
_TAG_BYTES = 8


@dataclass(frozen=True, slots=True)
class DynamicCard:
    """A verified code from a member's phone: the card's number, and the absolute 30-second step it was made in."""

    number: int
    step: int


def dynamic_code(keys: CardKeys, number: int, unix_seconds: int) -> str:
    """What a member's phone shows now: ``97`` and the number of 16 bytes (key id, card number, step, tag).

    The key's id is the last byte of its week.  Raises `NoWeekKey`.
    """
    step = unix_seconds // STEP_SECONDS
    week = week_of_step(step)
    body = bytes([week & 0xFF]) + number.to_bytes(5, "big") + (step & 0xFFFF).to_bytes(2, "big")
    payload = body + _tag(keys.of_week(week), number, step)
    return f"{_DYNAMIC_PREFIX}{int.from_bytes(payload, 'big'):039d}"


def read_dynamic_code(keys: CardKeys, digits: str, unix_seconds: int) -> DynamicCard:
    """Verify a phone's code without a network: it must have been made within two steps of now.

    Whether it was used before is for `check_unused` to say.  Raises `InvalidField`: `NoWeekKey` where it may be good,
    but the key of its week is not held.
    """
    payload = _dynamic_payload(digits)
    number = int.from_bytes(payload[1:6], "big")
    for step in range(oldest_step(unix_seconds), _newest_step(unix_seconds) + 1):
        week = week_of_step(step)
        if (week & 0xFF, step & 0xFFFF) != (payload[0], int.from_bytes(payload[6:8], "big")):
            continue
        if hmac.compare_digest(payload[8:], _tag(keys.of_week(week), number, step)):
            return DynamicCard(number, step)
    raise InvalidField("code", "this code is not ours or has run out", "不是本店的会员码，或已过时")


def check_unused(card: DynamicCard, last_step: int, unix_seconds: int) -> None:
    """Raise `InvalidField` where a code was not made in a later step than the last one seen of its card.

    A last step that lies further ahead than any code may is from when this till's clock was wrong, and says nothing.
    """
    if card.step <= last_step <= _newest_step(unix_seconds):
        raise InvalidField("code", "this code was used before; wait for the next one", "此码已用过，等下一个码")


def oldest_step(unix_seconds: int) -> int:
    """The first step whose codes are still good."""
    return unix_seconds // STEP_SECONDS - STEPS_OF_TOLERANCE


def _newest_step(unix_seconds: int) -> int:
    return unix_seconds // STEP_SECONDS + STEPS_OF_TOLERANCE


def _dynamic_payload(digits: str) -> bytes:
    if len(digits) == _DYNAMIC_DIGITS and digits.startswith(_DYNAMIC_PREFIX) and digits.isascii() and digits.isdigit():
        value = int(digits[2:])
        if value < 1 << 8 * _DYNAMIC_BYTES:
            return value.to_bytes(_DYNAMIC_BYTES, "big")
    raise InvalidField("code", "this is not a card of this shop", "这不是本店的会员码")


def _tag(key: bytes, number: int, step: int) -> bytes:
    member_key = hmac.digest(key, number.to_bytes(5, "big"), "sha256")
    return hmac.digest(member_key, step.to_bytes(8, "big"), "sha256")[:_TAG_BYTES]
