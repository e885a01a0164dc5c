"""The tier that a member holds, each time that it changes or is promised anew (domain.md §2.6)."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.ids import MemberId, StaffId
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class TierSet:
    """A member holds `tier` until a day, the last promised one; None is for ever.

    `reason` is ``sale``, ``refund``, ``review`` or ``manual``.  `year` and `rise` are what the member had spent (fen),
    visited and grown when the promise began, and when they last fell by a review: what later counts is what came after.
    """

    member: MemberId
    business_day: BusinessDay
    operator: StaffId
    tier: str
    until: BusinessDay | None
    by_hand: bool
    reason: str
    note: str
    year: tuple[int, ...]
    rise: tuple[int, ...]
