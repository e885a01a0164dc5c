"""Who holds a card, and what they brought with them."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class MemberEnrolled:
    """A card was opened (X-20).  The profile travels apart, because it can be changed and erased."""

    member: MemberId
    card_number: str
    business_day: BusinessDay
    operator: StaffId
    channel: str
    consent_version: str


@dataclass(frozen=True, slots=True)
class BalanceOpened:
    """What a member brought from an earlier system (W-33): opening entries, so that imports conserve totals."""

    member: MemberId
    business_day: BusinessDay
    points: Points
    growth: Growth
    spend: Money
    visits: int
    source: str
