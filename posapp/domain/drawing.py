"""Draws that nobody can bend: the seed is fixed before the first one, and every result follows from it (W-29).

Before a draw opens, the hash of its terms and of a secret seed is recorded.  The n-th draw of a member is a function of
the seed, the member and n: the till chooses nothing, and drawing again after a crash draws the same.  When the draw
closes the seed is recorded too, and anybody can work out every result and see that the terms were those.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from posapp.domain.events import DrawMade
from posapp.domain.ids import AssetId, MemberId, derived_id
from posapp.domain.programme.gift_pool import WHOLE_ODDS, Draw, Prize


def seed_of(merchant_key: bytes, draw: Draw) -> bytes:
    """The secret of a draw with these terms: every till of the merchant has it, and nobody else."""
    return hmac.digest(merchant_key, b"draw seed\0" + draw.published.encode(), "sha256")


def commitment(draw: Draw, seed: bytes) -> bytes:
    """What is recorded before the first draw: it binds the terms and the seed without telling the seed."""
    return hashlib.sha256(b"draw\0" + draw.published.encode() + b"\0" + seed).digest()


def announced(draw: Draw, bound: bytes) -> AssetId:
    """The occurrence that a commitment was recorded."""
    return derived_id("draw announced", draw.id, bound)


def closed(draw: Draw, bound: bytes) -> AssetId:
    """The occurrence that its seed was told."""
    return derived_id("draw closed", draw.id, bound)


def roll(seed: bytes, member: MemberId, nth: int) -> int:
    """The number from 0 to 9999 of a member's n-th draw."""
    digest = hmac.digest(seed, b"roll\0" + member + nth.to_bytes(8, "big"), "sha256")
    return int.from_bytes(digest[:16], "big") % WHOLE_ODDS


def drawn(draw: Draw, number: int) -> Prize | None:
    """The prize that a number hits, by the published odds in the order of the list; None for nothing."""
    for prize in draw.prizes:
        if number < prize.odds:
            return prize
        number -= prize.odds
    return None


def given(draw: Draw, hit: Prize | None, left: Callable[[Prize], int | None]) -> Prize | None:
    """The prize that is handed over: the one that was hit, or the next of the list of which there is one left.

    `left` says how many there are, None for any number.
    """
    if hit is None:
        return None
    for prize in draw.prizes[draw.prizes.index(hit) :]:
        there = left(prize)
        if there is None or there > 0:
            return prize
    return None


def is_right(made: DrawMade, draw: Draw, seed: bytes) -> bool:
    """Whether a recorded draw is what the seed and the terms make of it."""
    hit = drawn(draw, roll(seed, made.member, made.nth))
    if (made.draw, made.roll, made.drawn) != (
        draw.id,
        roll(seed, made.member, made.nth),
        hit.id if hit is not None else "",
    ):
        return False
    if hit is None:
        return made.prize == ""
    allowed = {prize.id for prize in draw.prizes[draw.prizes.index(hit) :]} | {""}
    return made.prize == hit.id or (hit.stock is not None and made.prize in allowed)
