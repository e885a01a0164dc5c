"""The cash drawer of a till, from the float to the count (domain.md §4, Cash shift).

A shift is what one till recorded after its last `ShiftClosed`: it needs no opening, so that a sale never waits for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, unique

from posapp.domain.amounts import Money
from posapp.domain.ids import StaffId
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay


@unique
class CashMove(IntEnum):
    """Why cash went into the drawer or out of it without a sale; the numbers are recorded."""

    PAID_IN = 1
    PAID_OUT = 2
    DROP = 3


@dataclass(frozen=True, slots=True)
class ShiftOpened:
    """The float was put into the drawer."""

    business_day: BusinessDay
    operator: StaffId
    opening: Money


@dataclass(frozen=True, slots=True)
class CashMoved:
    """Cash was put in, paid out, or dropped into the safe; `amount` is positive."""

    business_day: BusinessDay
    operator: StaffId
    move: CashMove
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class DrawerOpened:
    """The drawer was opened without a sale, and why."""

    business_day: BusinessDay
    operator: StaffId
    reason: str


@dataclass(frozen=True, slots=True)
class ShiftCounted:
    """Somebody counted the drawer without knowing what should be in it, and was then told.

    `opening` is the float where it had not been told before, else None.
    """

    business_day: BusinessDay
    operator: StaffId
    counted: Money
    expected: Money
    opening: Money | None


@dataclass(frozen=True, slots=True)
class TenderTotal:
    """What one way of paying took in and gave back in a shift."""

    method: TenderMethod
    taken: Money
    given_back: Money


@dataclass(frozen=True, slots=True)
class ShiftClosed:
    """A Z report: `number` counts from 1 without gaps at one till, and what comes later is the next shift's.

    `cash_in` and `cash_out` are cash that sales and everything else with customers brought and cost.  `counts` is how
    often the drawer was counted.  `closes_day` ends the till's business day.  `note` is what was said of a difference.
    `return_fees` were withheld from what went back, whose total contains them (since version 2).
    """

    business_day: BusinessDay
    operator: StaffId
    number: int
    begun_at: datetime
    opening: Money
    cash_in: Money
    cash_out: Money
    paid_in: Money
    paid_out: Money
    drops: Money
    counted: Money
    counts: int
    no_sales: int
    sales: int
    sales_total: Money
    refunds: int
    refunds_total: Money
    discounts: Money
    by_hand: Money
    tenders: tuple[TenderTotal, ...]
    closes_day: bool
    note: str
    return_fees: Money = Money(0)

    @property
    def expected(self) -> Money:
        """What should have been in the drawer."""
        into = self.opening + self.cash_in + self.paid_in
        return into - self.cash_out - self.paid_out - self.drops

    @property
    def difference(self) -> Money:
        """Over, or short below zero."""
        return self.counted - self.expected
