"""What a programme says of returns: when bringing goods back costs the buyer something (X-15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from posapp.domain.selector import EVERY_LINE, Selector


@unique
class ReturnReason(StrEnum):
    """Why goods come back; recorded with the refund."""

    CHANGED_MIND = "changed_mind"
    FAULTY = "faulty"
    WRONG_ITEM = "wrong_item"


NEVER_CHARGED = frozenset({ReturnReason.FAULTY, ReturnReason.WRONG_ITEM})
"""What the shop answers for: the law lets nobody charge for that (消费者权益保护法, article 24)."""


@dataclass(frozen=True, slots=True)
class ReturnFee:
    """What the return of some goods costs once so many days have passed since the business day of the sale.

    `rate` is of the money that goes back, in basis points, `amount_fen` for each unit that was paid: both together
    where both are set.
    """

    on: Selector = EVERY_LINE
    after_days: int = 0
    rate: int = 0
    amount_fen: int = 0

    def of_line(self, money_fen: int, paid_milli: int) -> int:
        """The fee of a whole line that was paid with so much money: in fen, rounded down, and never more than that."""
        return min(money_fen, money_fen * self.rate // 10_000 + self.amount_fen * paid_milli // 1000)


NO_FEE = ReturnFee()


def fee_for(rules: Sequence[ReturnFee], days: int, sku: str, category: str, tags: tuple[str, ...]) -> ReturnFee:
    """The first rule that names these goods and has begun so many days after their sale."""
    return next((one for one in rules if days >= one.after_days and one.on.matches(sku, category, tags)), NO_FEE)
