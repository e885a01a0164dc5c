"""What pricing looks at besides the basket and the programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from posapp.domain.amounts import Money, Points
from posapp.domain.coupon import HeldCoupon
from posapp.domain.ids import MemberId
from posapp.domain.member import Standing
from posapp.domain.passes import UsablePass
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay

Method = TenderMethod | str
"""How something is paid: a tender, or the name of a part of one, such as ``stored_value_bonus``."""


@dataclass(frozen=True, slots=True)
class MemberView:
    """What the till knows of the member when it prices; an anonymous basket has none.

    `tier` is the tier that this order is priced at, because a new tier applies to the next order (domain.md §2.6).
    `paid_orders` counts kept orders that were paid before this one.  `uses` counts earlier redemptions by rule id, and
    `uses_today` those of this business day, voided orders left out, which `voided_uses` counts.  `spendable` is what
    may be spent now, after debts and freezes.  `passes` are those that may settle units, what ends soonest first.
    """

    id: MemberId
    tier: str = ""
    standing: Standing = field(default_factory=Standing)
    birthday: str = ""
    joined: BusinessDay | None = None
    paid_orders: int = 0
    coupons: tuple[HeldCoupon, ...] = ()
    spendable: Points = Points(0)
    tags: frozenset[str] = frozenset()
    uses: Mapping[str, int] = field(default_factory=dict)
    uses_today: Mapping[str, int] = field(default_factory=dict)
    voided_uses: Mapping[str, int] = field(default_factory=dict)
    passes: tuple[UsablePass, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """Where the sale happens, and how often each rule was used by everybody, ever and on this business day.

    `presented` are coupons that belong to nobody yet: their codes were entered, and whoever brings them may use them.
    """

    channel: str = "store"
    store: str = ""
    uses: Mapping[str, int] = field(default_factory=dict)
    uses_today: Mapping[str, int] = field(default_factory=dict)
    presented: tuple[HeldCoupon, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedTender:
    """A payment that is planned; an amount of None takes what is left."""

    method: Method
    amount: Money | None = None


class Settlement(Protocol):
    """A payment that was taken: `events.Tender` is one."""

    @property
    def method(self) -> Method:
        """How it was paid."""
        ...

    @property
    def amount(self) -> Money:
        """The part of the sale that it settles, change excluded."""
        ...
