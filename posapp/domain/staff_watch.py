"""Figures that a dishonest cashier leaves behind (domain.md §5.4).  None is a proof: they say where to look."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from posapp.domain.amounts import Money, half_up
from posapp.domain.ids import MemberId, StaffId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posapp.domain.time import BusinessDay

MOST_A_DAY: Final = 3
"""More sales of one member on one day than this are listed: the card may be the cashier's own."""
MOST_OF_ONE: Final = 2_000
"""Basis points of a cashier's member sales that go to one member; more is listed."""
FEWEST_SALES: Final = 10
"""Of fewer member sales (and, for refunds, of fewer sales) no share is worth a look."""
OUTLIER: Final = 2
"""A refund rate of so many times the shop's is marked."""


@dataclass(slots=True)
class Tally:
    """What one person did in a period.  Amounts are positive; `refused` is by why (`domain.events.staff`).

    `by_hand` counts sales with a price by hand, `by_hand_reasons` those prices by their reason, `by_hand_agreed` how
    many of them somebody else agreed to.  `bonus` counts gifts of bonus that nobody paid for, `bonus_agreed` how many
    of those somebody else agreed to.  `numbers_seen` are members whose whole phone number they saw or took.
    `late_named` are sales for which a member was named after they were done.
    """

    sales: int = 0
    refunds: int = 0
    refunded: Money = Money(0)
    voids: int = 0
    by_hand: int = 0
    by_hand_amount: Money = Money(0)
    by_hand_reasons: Counter[str] = field(default_factory=Counter)
    by_hand_agreed: int = 0
    bonus: int = 0
    bonus_amount: Money = Money(0)
    bonus_agreed: int = 0
    no_sales: int = 0
    numbers_seen: int = 0
    late_named: int = 0
    asked: int = 0
    agreed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    wrong_pins: int = 0

    @property
    def refund_rate(self) -> int:
        """Refunds for sales, in basis points; voids are counted apart."""
        return half_up(self.refunds * 10_000, self.sales) if self.sales else 0


@dataclass(frozen=True, slots=True)
class BusyMember:
    """A member who earned more often on a day than anybody shops."""

    member: MemberId
    day: BusinessDay
    sales: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A cashier of whose member sales one member has an unusual share, in basis points."""

    cashier: StaffId
    member: MemberId
    sales: int
    share: int


def close_pairs(sales: Mapping[tuple[StaffId, MemberId], int]) -> list[Pair]:
    """Who serves one member too often, the closest first."""
    of_cashier: Counter[StaffId] = Counter()
    for (cashier, _member), count in sales.items():
        of_cashier[cashier] += count
    pairs = [
        Pair(cashier, member, count, half_up(count * 10_000, of_cashier[cashier]))
        for (cashier, member), count in sales.items()
        if of_cashier[cashier] >= FEWEST_SALES
    ]
    return sorted((one for one in pairs if one.share > MOST_OF_ONE), key=lambda one: (-one.share, one.cashier))


def outliers(tallies: Mapping[StaffId, Tally]) -> list[StaffId]:
    """Whose refund rate is far above the shop's; nobody where all are alike, or where they sold too little to tell."""
    sales = sum(one.sales for one in tallies.values())
    refunds = sum(one.refunds for one in tallies.values())
    return sorted(
        who
        for who, one in tallies.items()
        if one.sales >= FEWEST_SALES and one.refunds * sales > OUTLIER * refunds * one.sales
    )
