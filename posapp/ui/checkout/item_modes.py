"""What is asked about goods before they are in the basket: their weight, or what an unknown code is and costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posapp.domain.catalogue import Product
    from posapp.domain.errors import InvalidField


@dataclass(frozen=True, slots=True)
class WeightMode:
    """How much of goods that are sold by weight; `text` is what was typed."""

    product: Product
    text: str = ""
    error: InvalidField | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class NewItemMode:
    """Goods that the shop does not know: a product of this code, or, without one, sold this once at a typed price."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    error: InvalidField | None = None
    revision: int = 0


ItemMode = WeightMode | NewItemMode
