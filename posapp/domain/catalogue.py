"""What the shop sells: versioned reference data, never deleted, so that an old receipt can always name its goods."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.amounts import ZERO_MONEY, Money, Quantity
from posapp.domain.ids import Sku
from posapp.domain.weight import weight_text

TAG_NO_DISCOUNT = "no_discount"
TAG_NO_POINTS = "no_points"
TAG_MEMBERS_ONLY = "members_only"
TAG_NOT_GOODS = "not_goods"
"""What is sold but is no goods (passes, top-ups): no rule touches it and it earns nothing (domain.md §2.3)."""


@dataclass(frozen=True, slots=True)
class Product:
    """One revision of a product.

    `price` and `member_price` are per `unit`: a piece (``each``), or a weight such as ``500g`` where `weighed`, in
    which case a quantity counts that weight (0.75 kg of a ``500g`` unit is 1.500).  `barcode` and `plu` are empty
    where there is none.  `revision` counts up with every change of the same `sku`; `quick` is its place among the
    quick items, 0 for none.
    """

    sku: Sku
    revision: int
    name_zh: str
    name_en: str
    category: str
    price: Money
    member_price: Money | None = None
    barcode: str = ""
    plu: str = ""
    unit: str = "each"
    weighed: bool = False
    tags: tuple[str, ...] = ()
    quick: int = 0
    cost: Money = ZERO_MONEY
    active: bool = True

    @property
    def is_for_members(self) -> bool:
        """Whether only members may see and buy it (X-17)."""
        return TAG_MEMBERS_ONLY in self.tags

    def weight(self, quantity: Quantity) -> str:
        """How much of it is weighed, such as ``1.25 kg``; empty for what is counted in pieces."""
        return weight_text(quantity, self.unit) if self.weighed else ""

    def name(self, language: str) -> str:
        """The name in a language (``zh_CN`` or ``en``), falling back to the other, never blank (ux.md §9)."""
        first, second = (self.name_zh, self.name_en) if language.startswith("zh") else (self.name_en, self.name_zh)
        return first or second or self.sku
