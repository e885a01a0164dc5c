"""Offers: promotions and coupons as data.

An offer is *how it is reached* (by itself, by code, by a held coupon, by choice), *when and for whom* it runs, *which
lines* it looks at, *what it asks of them*, *what it gives*, and *what it goes with*.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from posapp.domain.campaign import ALWAYS, EVERYONE, Audience, Window
from posapp.domain.programme.gives import Give, How, Off
from posapp.domain.selector import EVERY_LINE, Selector
from posapp.domain.text import Text


@dataclass(frozen=True, slots=True)
class Condition:
    """What the basket must hold: a sum, and a quantity in milli-units, of the lines of `of`.

    `every_fen` and `every_milli` make the offer count once for each such sum or quantity (每满 100 减 10).
    """

    of: Selector = EVERY_LINE
    minimum_fen: int = 0
    minimum_milli: int = 0
    every_fen: int = 0
    every_milli: int = 0


NO_CONDITION = Condition()


@dataclass(frozen=True, slots=True)
class Limits:
    """How often it may be used: within one order, by one member ever and on one day, by everybody on one day and ever.

    A voided order frees its uses, unless `count_voided`.
    """

    per_order: int | None = None
    per_member: int | None = None
    per_member_day: int | None = None
    per_day: int | None = None
    total: int | None = None
    count_voided: bool = False


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Offer:
    """One promotion or coupon of the programme; see `docs/quote-format.md` for the meaning of every field."""

    id: str
    name: Text
    give: Give
    by: str = "auto"
    code: str = ""
    whole_order: bool = True
    on: Selector = EVERY_LINE
    on_sum: bool = True
    condition: Condition = NO_CONDITION
    during: Window = field(default=ALWAYS)
    audience: Audience = field(default=EVERYONE)
    limits: Limits = NO_LIMITS
    cap_fen: int | None = None
    priority: int = 0
    exclusive: bool = False
    group: str = ""
    not_with: frozenset[str] = frozenset()
    instead_of_member_price: bool = False
    closes_lines: bool = False
    floor_fen: int | None = None
    margin_rate: int | None = None
    points_cost: int = 0
    points_per_milli: int = 0
    takes_units: bool = False

    @property
    def is_coupon(self) -> bool:
        """Whether a held coupon or a code redeems it, of which an order takes only so many."""
        return self.by in ("code", "coupon")

    @property
    def most_off_fen(self) -> int | None:
        """The most that one use takes off; None where that has no bound but the basket."""
        if self.cap_fen is not None:
            return self.cap_fen
        if isinstance(self.give, Off) and self.give.reward.how is How.AMOUNT and not self.condition.every_fen:
            return self.give.reward.value
        return None

    @property
    def is_redeemed(self) -> bool:
        """Whether something is given up for it (a coupon, a code or points): it applies after thresholds are tested."""
        return self.is_coupon or self.by == "points"

    @property
    def is_line_price(self) -> bool:
        """Whether it belongs to the prices of lines, before thresholds are tested."""
        return not self.is_redeemed and not self.whole_order

    @property
    def is_percent(self) -> bool:
        """Whether it takes a percentage off lines as a whole."""
        return isinstance(self.give, Off) and self.give.reward.how in (How.PERCENT, How.RATE)

    @property
    def is_order_percent(self) -> bool:
        """Whether it takes a percentage off the whole order, of which a programme may allow only so many."""
        return self.whole_order and self.is_percent

    @property
    def is_amount(self) -> bool:
        """Whether it takes an amount off the whole order: goods barred from rates still take their share of it."""
        return self.whole_order and isinstance(self.give, Off) and self.give.reward.how is How.AMOUNT
