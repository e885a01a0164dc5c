"""Passes that a merchant sells or gives: so many uses, so many days, a bundle of vouchers, a discount, points."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from posapp.domain.amounts import Money
from posapp.domain.catalogue import TAG_NOT_GOODS, Product
from posapp.domain.ids import Sku
from posapp.domain.selector import EVERY_LINE, Selector
from posapp.domain.text import Text
from posapp.domain.validity import FOREVER, Validity

PASS_SKU: Final = "pass:"  # noqa: S105 - the beginning of a stock-keeping unit
"""A line of a sale with this before a template's id sells that pass."""


@unique
class PassKind(StrEnum):
    """The kinds of passes (domain.md §2.2), as a programme writes them."""

    COUNT = "count"
    TIME = "time"
    BUNDLE = "bundle"
    POINTS = "points"
    BENEFIT = "benefit"


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a bundle: what it is good for, how often, and its price by itself in fen.

    Like a pass, it settles the goods that `on` names; where it names none it is used by itself.
    """

    id: str
    name: Text
    value_fen: int
    uses: int = 1
    on: Selector = EVERY_LINE


@dataclass(frozen=True, slots=True)
class PassTemplate:
    """One pass of the programme.

    `price_fen` is what is paid for it; nothing for a trial or a gift.  `uses` is how often a count pass is good.
    `unit_fen` is the price of one use without the pass, which the law reckons with (domain.md §3.2, Art 19); 0 where
    one use has no price of its own.  `per_day` bounds the uses of one day, None for no bound.  `on` names the goods
    whose units it settles in a sale; where it names none, the pass is only used by itself.
    `points` are what a points card brings.  `transferable`: its owner may let another member have what is left.
    """

    id: str
    name: Text
    kind: PassKind
    price_fen: int = 0
    validity: Validity = FOREVER
    uses: int = 0
    unit_fen: int = 0
    per_day: int | None = None
    on: Selector = EVERY_LINE
    components: tuple[Component, ...] = ()
    points: int = 0
    transferable: bool = True

    @property
    def as_product(self) -> Product:
        """The pass as a line of a sale is made from: it is in no catalogue, and no rule of goods touches it."""
        sku = Sku(f"{PASS_SKU}{self.id}")
        price = Money(self.price_fen)
        return Product(sku, 0, self.name.zh, self.name.en, "", price, tags=(TAG_NOT_GOODS,))

    @property
    def tag(self) -> str:
        """The tag that a member bears while they hold a valid one: offers are meant for it by `for.tags` (X-09)."""
        return f"pass:{self.id}"


def settles(of: PassTemplate | Component, sku: str, category: str, tags: tuple[str, ...]) -> bool:
    """Whether a pass, or a part of a bundle, pays for units of a product."""
    return not of.on.is_everything and of.on.matches(sku, category, tags)
