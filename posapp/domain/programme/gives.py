"""What an offer gives, as data.  One class for each way; `pricing.give` reckons them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from posapp.domain.selector import Selector


@unique
class How(StrEnum):
    """How a reward is expressed."""

    PERCENT = "percent"
    RATE = "rate"
    AMOUNT = "amount"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Reward:
    """A percentage off (basis points), a rate to pay (basis points), an amount off or a price, in fen.

    Amounts and prices are per unit, per set or per order, as the give says that holds it.  Where a percentage is taken
    the reduction rounds half up; where a rate is paid the price does.
    """

    how: How
    value: int


@dataclass(frozen=True, slots=True)
class Off:
    """A reward on the lines as a whole: a percentage, a rate, or an amount shared over them (not a price)."""

    reward: Reward


@dataclass(frozen=True, slots=True)
class Each:
    """A reward for each unit: a unit price, or an amount off each; for at most `most_milli` of a line."""

    reward: Reward
    most_milli: int | None = None


@dataclass(frozen=True, slots=True)
class Units:
    """A reward for some units: of every `size` units, dearest first, the `count` cheapest; size 0 is all in one.

    It is "buy x get y" within one set of goods (size x+y), "the nth at a rate" (size n, count 1) and "the cheapest"
    (size 0).  `same_product` counts each product apart.
    """

    reward: Reward
    size: int
    count: int = 1
    same_product: bool = False


@dataclass(frozen=True, slots=True)
class BuyGet:
    """For every `buy` units that the condition counts, the `get` cheapest units of the offer's own lines are rewarded.

    A unit is never both bought and got.
    """

    reward: Reward
    buy: int
    get: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """Sets of units, so many of each part, for a reward on the whole set; the dearest units make the sets."""

    reward: Reward
    parts: tuple[tuple[Selector, int], ...]


@dataclass(frozen=True, slots=True)
class SpendLadder:
    """The reward of the highest step that the eligible sum reaches: (least fen, reward), ascending."""

    steps: tuple[tuple[int, Reward], ...]


@dataclass(frozen=True, slots=True)
class QuantityTiers:
    """The reward of every unit by how many there are: (least milli-units, reward), ascending."""

    steps: tuple[tuple[int, Reward], ...]
    same_product: bool = True


@dataclass(frozen=True, slots=True)
class FreeGift:
    """Units added on top of the basket at no price; they belong to no base and no threshold."""

    sku: str
    milli: int


Give = Off | Each | Units | BuyGet | Bundle | SpendLadder | QuantityTiers | FreeGift
