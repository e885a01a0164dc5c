"""Setting a price by hand: what is changed how, why, and what would come of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from posapp.domain.by_hand import REASONS

if TYPE_CHECKING:
    from posapp.domain.errors import InvalidField
    from posapp.domain.pricing import Quote
    from posapp.domain.pricing.hand_limits import Reach
    from posapp.domain.sale import Cart
    from posapp.domain.staff import Right


class PriceWay(StrEnum):
    """What is typed, in the order of the sheet: a rate, an amount off or a price of the line; the order's likewise."""

    RATE = "rate"
    OFF = "off"
    PRICE = "price"
    ORDER_RATE = "order_rate"
    ORDER_OFF = "order_off"

    @property
    def is_order(self) -> bool:
        """Whether it changes the whole order."""
        return self in (PriceWay.ORDER_RATE, PriceWay.ORDER_OFF)


@dataclass(frozen=True, slots=True)
class PriceTrial:
    """The cart with what was typed.  `reach` is None where it changes nothing; `beyond` needs another person."""

    cart: Cart
    quote: Quote
    reach: Reach | None
    beyond: tuple[tuple[Right, int], ...]


@dataclass(frozen=True, slots=True)
class PriceMode:
    """The sheet of F7; `line` is the id of the line that was selected, `trial` is None until something can be tried."""

    way: PriceWay
    line: int
    text: str = ""
    reason: str = next(iter(REASONS))
    trial: PriceTrial | None = None
    error: InvalidField | None = None
    revision: int = 0
