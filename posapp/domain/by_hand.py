"""Prices that somebody sets at the till, of a line or of the whole order, and why (domain.md §2.3, step 4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique
from typing import TYPE_CHECKING, Final

from posapp.domain.amounts import Money, Quantity, half_up
from posapp.domain.ids import RuleId, StaffId
from posapp.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

LINE_BY_HAND: Final = RuleId("line_manual")
ORDER_BY_HAND: Final = RuleId("order_manual")
"""What prices by hand are called where every rule is named."""
REASONS: Final[Mapping[str, Text]] = {
    "goodwill": Text("让利", "goodwill"),
    "damaged": Text("瑕疵", "damaged"),
    "near_date": Text("临期", "expiring"),
    "price_match": Text("比价", "matched"),
}
"""Why a price is set by hand, by the word that is recorded; the first is meant where nothing else is said."""
_NOBODY = StaffId("")


@unique
class HandKind(IntEnum):
    """How a price is set: the basis points of the list price, fen a unit, fen for the whole line, fen off."""

    RATE = 1
    UNIT_PRICE = 2
    LINE_PRICE = 3
    OFF = 4


@dataclass(frozen=True, slots=True)
class ByHand:
    """A price that somebody set: a rate counts from the list price of a line, or from what the order comes to.

    `value` is in the unit of `kind`.  `reason` is a word of `REASONS`, or anything that was written.  `approver` is who
    agreed, empty where nobody had to; to how much they agreed, in basis points, say `agreed_off` of the price without
    it, and `agreed_loss` below cost.
    """

    kind: HandKind
    value: int
    reason: str = ""
    approver: StaffId = _NOBODY
    agreed_off: int = 0
    agreed_loss: int = 0

    def price_of(self, before: Money, quantity: Quantity) -> Money:
        """The price of what costs `before`, never below zero; whether it is lower is for the caller to see."""
        match self.kind:
            case HandKind.RATE:
                return Money(half_up(before.fen * self.value, 10_000))
            case HandKind.UNIT_PRICE:
                return Money(max(0, quantity.price(Money(self.value)).fen))
            case HandKind.LINE_PRICE:
                return Money(max(0, self.value))
            case HandKind.OFF:
                return Money(max(0, before.fen - self.value))


def reason_words(reason: str) -> Text:
    """A reason in both languages; what was written by hand is the same in both."""
    return REASONS.get(reason) or Text(reason, reason)
