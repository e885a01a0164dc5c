"""What a member gets by itself: on joining, on a first sale, on a birthday, after an absence, every month (X-21)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from posapp.domain.campaign import EVERYONE, Audience
from posapp.domain.text import Text


@unique
class On(StrEnum):
    """What sets a trigger off."""

    ENROLLED = "enrolled"
    FIRST_SALE = "first_sale"
    BIRTHDAY = "birthday"
    ABSENT = "absent_days"
    MONTHLY = "monthly"
    REFERRAL = "referral"
    TIER_REACHED = "tier_reached"
    SALE = "sale"

    @property
    def comes_with_time(self) -> bool:
        """Whether a day brings it, and nothing that anybody does."""
        return self in (On.BIRTHDAY, On.ABSENT, On.MONTHLY)


@dataclass(frozen=True, slots=True)
class Gifts:
    """What is given at once: a coupon of each offer named, points, a benefit card of each pass named."""

    coupons: tuple[str, ...] = ()
    points: int = 0
    cards: tuple[str, ...] = ()


NO_GIFTS = Gifts()


@dataclass(frozen=True, slots=True)
class Trigger:
    """One rule that gives something once an occurrence.

    `days` is the length of an absence.  `tier` is the tier that must be reached, any where empty.  `minimum_fen` is
    what must be spent on goods.  `birthday_month`: a birthday's gift is there from the first of its month, else on its
    day.  `inviter` is what the one who brought a new member gets, `gifts` what the new member gets.
    """

    id: str
    name: Text
    on: On
    gifts: Gifts
    audience: Audience = EVERYONE
    days: int = 0
    tier: str = ""
    minimum_fen: int = 0
    birthday_month: bool = True
    inviter: Gifts = NO_GIFTS
