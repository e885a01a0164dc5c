"""The answer: what every line costs, which rule changed it by how much, and why the other rules did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum, unique

from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.events import Step
from posapp.domain.ids import AssetId, RuleId
from posapp.domain.pricing.value import value
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay

Parameter = int | str | Text | tuple[str, ...]


@value
class Explanation:
    """A sentence as data: a key and its numbers, which `explanation.render` puts into words."""

    key: str
    params: Mapping[str, Parameter] = field(default_factory=dict)


@unique
class Status(StrEnum):
    """What became of a benefit."""

    APPLIED = "applied"
    DECLINED = "declined"
    BEATEN = "beaten"
    SHORT = "short"
    EXPIRED = "expired"
    NOT_NOW = "not_now"
    NOT_FOR_YOU = "not_for_you"
    USED_UP = "used_up"
    EXCLUDED = "excluded"
    NOT_COMBINABLE = "not_combinable"
    NEEDS_MEMBER = "needs_member"
    NEEDS_IDENTIFICATION = "needs_identification"
    UNKNOWN = "unknown"


@value
class Adjustment:
    """What one rule took off one line; positive lowers the price.  `order_wide`: it was this line's share of more."""

    rule: RuleId
    step: Step
    amount: Money
    explanation: Explanation
    order_wide: bool = False


@value
class Ruling:
    """One rule as it was applied to a basket; `order_wide` where lines bear shares of something larger."""

    rule: RuleId
    step: Step
    explanation: Explanation
    order_wide: bool = False


@value
class SettledUnits:
    """Units of one line that a pass of this template settles, a use for each."""

    line: int
    pass_id: AssetId
    template: str
    units: int


@value
class Gift:
    """Units that a rule adds on top of the basket at no price."""

    rule: RuleId
    sku: str
    quantity: Quantity


class Rulings:
    """What every rule took off every line, turned over to lines when somebody first asks.

    A long basket under many offers has thousands of shares, and most quotes are thrown away at the next scan.
    """

    __slots__ = ("_by_line", "_count", "_rows")

    def __init__(self, rows: Sequence[tuple[Ruling, Sequence[tuple[int, int]]]], count: int) -> None:
        self._rows = rows
        self._count = count
        self._by_line: list[list[tuple[Ruling, int]]] | None = None

    def parts_of(self, index: int) -> list[tuple[Ruling, int]]:
        """What took how many fen off one line, in the order in which it applied; not to be changed."""
        if self._by_line is None:
            by_line: list[list[tuple[Ruling, int]]] = [[] for _line in range(self._count)]
            for ruling, parts in self._rows:
                for line, fen in parts:
                    by_line[line].append((ruling, fen))
            self._by_line = by_line
        return self._by_line[index]

    def of(self, index: int) -> tuple[Adjustment, ...]:
        """The adjustments of one line, in the order in which they applied."""
        return tuple(
            [
                Adjustment(ruling.rule, ruling.step, Money(fen), ruling.explanation, ruling.order_wide)
                for ruling, fen in self.parts_of(index)
            ]
        )


@value
class QuoteLine:
    """One line: net = list − Σ adjustments.

    `earns`: it counts for points; `counts`: for spend and growth; `points_pay`: points may pay for it.
    `paid_pieces` are the whole pieces that were not given free, nor settled by a pass.
    """

    index: int
    list_amount: Money
    net: Money
    earns: bool
    counts: bool
    points_pay: bool
    paid_pieces: int
    rulings: Rulings = field(compare=False, repr=False)

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """What each rule took off the line, in the order in which they applied."""
        return self.rulings.of(self.index)


@value
class BenefitOutcome:
    """What became of one benefit and why.

    `kind` is ``coupon``, ``promotion``, ``campaign``, ``points``, ``pass`` or ``code``.  `amount` is what it takes off
    (for a benefit that was beaten or waits for something: nothing).  `code` is the coupon's own.  `beaten_by` names the
    rules that took its place.  `short_by` is how much the basket lacks, where an amount is what lacks.
    """

    rule: RuleId
    kind: str
    name: Text
    status: Status
    amount: Money
    explanation: Explanation
    code: str = ""
    beaten_by: tuple[RuleId, ...] = ()
    short_by: Money | None = None
    last_day: BusinessDay | None = None
    optional: bool = True


@value
class LadderStep:
    """One row of the price ladder: what one rule took off the whole basket."""

    rule: RuleId
    step: Step
    amount: Money
    explanation: Explanation


@value
class Earning:
    """What a sale earns: base points, the bonus of the best multiplier, growth and counted spend (domain.md §2.4).

    `times_hundredths` is the multiplier (200 is double) and `multiplier_rule` the campaign or tier it came from.
    """

    base: Points = Points(0)
    bonus: Points = Points(0)
    times_hundredths: int = 100
    multiplier_rule: RuleId | None = None
    multiplier_name: Text | None = None
    growth: Growth = Growth(0)
    spend: Money = Money(0)

    @property
    def points(self) -> Points:
        """Base and bonus together."""
        return self.base + self.bonus


@value
class Quote:
    """A priced basket.  Σ ladder = Σ adjustments of all lines = `list_total` − `due`, always.

    `points_cap` is the most points that the rule lets this basket take, in single points; `points_usable` is the most
    that this member can spend on it now, in whole blocks.  `points_spent` are those that paid (`points_value`) and
    those that rewards (`reward_rules`) cost.  `coupons` are the codes that this sale redeems, `passes` the units that
    the member's passes settle.
    """

    programme_version: int
    programme_hash: bytes
    engine_version: int
    business_day: BusinessDay
    tier: str
    lines: tuple[QuoteLine, ...]
    benefits: tuple[BenefitOutcome, ...]
    ladder: tuple[LadderStep, ...]
    gifts: tuple[Gift, ...]
    list_total: Money
    due: Money
    points_spent: Points
    points_value: Money
    points_cap: Points
    points_usable: Points
    earning: Earning
    coupons: tuple[str, ...]
    has_member: bool
    reward_rules: frozenset[RuleId] = frozenset()
    passes: tuple[SettledUnits, ...] = ()

    @property
    def saved(self) -> Money:
        """What the rules took off, all together."""
        return self.list_total - self.due

    @property
    def rules(self) -> tuple[RuleId, ...]:
        """The rules that changed something, in the order in which they did."""
        return tuple(dict.fromkeys(row.rule for row in self.ladder))
