"""A sale that its buyer is named for after it was completed (domain.md §5.4, late attach)."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.ids import DeviceId, Incarnation, MemberId, StaffId
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class SaleClaimed:
    """A member is named for a sale that was completed without one: what it earns is theirs, at its price as it was.

    The sale is named by its place, as in `SaleRefunded`.  When something of it comes back, another of these takes back
    what that part had earned: all amounts are below zero then, and `orders` is −1 once nothing is left.  `net` counts
    towards the day of the sale, and so to the visit.  The points are of the lot that the sale would have earned in.
    `named` is who was named, where they were merged into `member` since: the day was theirs.
    """

    business_day: BusinessDay
    operator: StaffId
    approver: StaffId
    original_device: DeviceId
    original_incarnation: Incarnation
    original_sequence: int
    original_receipt: str
    original_day: BusinessDay
    member: MemberId
    points: Points
    growth: Growth
    spend: Money
    net: Money
    orders: int
    points_last_day: BusinessDay | None = None
    points_free_day: BusinessDay | None = None
    named: MemberId | None = None

    @property
    def visitor(self) -> MemberId:
        """Whose visit the sale was."""
        return self.member if self.named is None else self.named
