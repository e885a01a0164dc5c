"""What a member owns besides points, as the till shows and prices it: one value, read once when a card is attached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from posapp.domain.coupon import HeldCoupon
from posapp.domain.passes import UsablePass
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class Uses:
    """How often each rule with a limit was used, ever and on this business day; undone sales are not counted."""

    ever: Mapping[str, int] = field(default_factory=dict)
    today: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A trial or benefit card that is good today."""

    name: Text
    last_day: BusinessDay | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """A coupon that is good but must wait, and why."""

    coupon: HeldCoupon
    why: Text


@dataclass(frozen=True, slots=True)
class Wallet:
    """What may be used on this sale.

    `coupons` are the member's; `presented` are printed coupons whose codes were entered for this sale.  `withheld` are
    the member's too and wait for the network (domain.md §5.1).  `passes` may settle units of the sale, what ends
    soonest first.  `tags` come of valid cards (X-09).  `uses` are the member's own, `all_uses` everybody's.
    `points_most` bounds the points of a sale while the server is out of reach.
    """

    coupons: tuple[HeldCoupon, ...] = ()
    presented: tuple[HeldCoupon, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    cards: tuple[HeldCard, ...] = ()
    tags: frozenset[str] = frozenset()
    uses: Uses = Uses()
    all_uses: Uses = Uses()
    passes: tuple[UsablePass, ...] = ()
    points_most: int | None = None


EMPTY_WALLET = Wallet()
