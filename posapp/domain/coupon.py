"""Coupons that a member holds."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class HeldCoupon:
    """One issued coupon: `template` is the id of the programme's offer, `code` is its own and unique.

    `last_day` is the last business day on which it is good, or None where it never lapses.
    """

    template: str
    code: str
    last_day: BusinessDay | None = None
