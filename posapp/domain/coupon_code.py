"""A coupon's code: 24 digits that a till recognises by itself, without a network, and the holders that follow from it.

``96``, a batch number of four digits, seventeen digits, a check digit.  A member's coupon has batch 0000 and digits
that follow from who got it for what, so that two offline tills make the same one.  A code of a printed batch has its
serial number and a MAC: what was typed wrongly fails the check digit, what was made up fails the MAC.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from posapp.domain.errors import InvalidField
from posapp.domain.ids import AssetId, MemberId, derived_id
from posapp.domain.occurrence import occurrence_id

PREFIX = "96"
DIGITS = 24
BATCHES = 10_000
SERIALS = 10_000_000
_BATCH_DIGITS, _SERIAL_DIGITS, _MAC_DIGITS = 4, 7, 10
_OWN_DIGITS = _SERIAL_DIGITS + _MAC_DIGITS


@dataclass(frozen=True, slots=True)
class BatchCode:
    """A verified code of a printed batch: the batch, and its serial number in it from 0."""

    batch: int
    serial: int


def is_coupon_code(text: str) -> bool:
    """Whether a code has the form of a coupon of the ledger and its check digit; says nothing about who made it."""
    if len(text) != DIGITS or not text.startswith(PREFIX) or not (text.isascii() and text.isdigit()):
        return False
    return _check_digit(text[:-1]) == int(text[-1])


def member_code(merchant_key: bytes, rule: str, member: MemberId, occurrence: str, place: int = 0) -> str:
    """The code of the `place`-th coupon that a member gets by a rule on an occurrence: the same on every till."""
    parts = [rule.encode(), member, occurrence.encode(), str(place).encode()]
    said = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return _with_check(0, _digits(merchant_key, b"member coupon\0" + said, _OWN_DIGITS))


def batch_code(merchant_key: bytes, batch: int, serial: int) -> str:
    """The code that is printed on the `serial`-th coupon (from 0) of a batch (from 1)."""
    if not (0 < batch < BATCHES and 0 <= serial < SERIALS):
        raise ValueError("a batch is 1 to 9999 and has ten million codes at most")
    return _with_check(batch, f"{serial:0{_SERIAL_DIGITS}d}" + _mac(merchant_key, batch, serial))


def batch_codes(merchant_key: bytes, batch: int, count: int) -> Iterator[str]:
    """Every code of a batch, in the order of serial numbers."""
    return (batch_code(merchant_key, batch, serial) for serial in range(count))


def batch_of(code: str) -> int:
    """The batch that a code of the right form names; 0 is a member's own coupon."""
    return int(code[len(PREFIX) : len(PREFIX) + _BATCH_DIGITS])


def read_batch_code(merchant_key: bytes, code: str) -> BatchCode:
    """Verify a printed code without a network.  Raises `InvalidField` for a slip of the finger and for a forgery."""
    if not is_coupon_code(code):
        raise InvalidField("code", "this code was misread: scan or type it again", "券码有误，再扫或再输一次")
    batch = batch_of(code)
    serial = int(code[6 : 6 + _SERIAL_DIGITS])
    if batch and hmac.compare_digest(code[6 + _SERIAL_DIGITS : -1], _mac(merchant_key, batch, serial)):
        return BatchCode(batch, serial)
    raise InvalidField("code", "this shop made no such coupon", "这不是本店的券")


def coupon_id(code: str) -> AssetId:
    """The holder that a coupon's code stands for."""
    return derived_id("coupon", code)


def batch_id(batch: int) -> AssetId:
    """The holder on which the codes of a batch stand that nobody claimed."""
    return derived_id("coupon_batch", batch)


def given_id(rule: str, member: MemberId, occurrence: str) -> AssetId:
    """The holder that says how often a rule gave something to a member on an occurrence: it may be once.

    A shop names its rules as it likes, so they stand apart from what the till itself counts ("tier", "draw").
    """
    return occurrence_id("given", member, rule, occurrence)


def use_ids(rule: str, day: int, member: MemberId | None) -> tuple[AssetId, ...]:
    """Whose uses of a rule one use counts: everybody's, everybody's of a business day, and the same of a member."""
    everybody = (derived_id("use", rule), derived_id("use", rule, day))
    if member is None:
        return everybody
    return (*everybody, derived_id("use", rule, member), derived_id("use", rule, member, day))


def _mac(merchant_key: bytes, batch: int, serial: int) -> str:
    said = batch.to_bytes(2, "big") + serial.to_bytes(4, "big")
    return _digits(merchant_key, b"batch coupon\0" + said, _MAC_DIGITS)


def _digits(merchant_key: bytes, message: bytes, count: int) -> str:
    value = int.from_bytes(hmac.digest(merchant_key, message, "sha256")[:16], "big")
    return f"{value % 10**count:0{count}d}"


def _with_check(batch: int, rest: str) -> str:
    digits = f"{PREFIX}{batch:0{_BATCH_DIGITS}d}{rest}"
    return f"{digits}{_check_digit(digits)}"


def _check_digit(digits: str) -> int:
    """ISO/IEC 7064 MOD 11,10: every single wrong digit fails it."""
    product = 10
    for digit in digits:
        product = 2 * ((product + int(digit)) % 10 or 10) % 11
    return (11 - product) % 10
