"""Goods that are made at the till: a product of an unknown code, or a price without any (ux.md §6, Ctrl+N)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from posapp.domain.amounts import Money, Quantity
from posapp.domain.catalogue import Product
from posapp.domain.errors import InvalidField
from posapp.domain.ids import Sku
from posapp.domain.sale import CartLine
from posapp.storage import catalogue

if TYPE_CHECKING:
    from posapp.application.till import Till

OPEN_ITEM: Final = Sku("open")
"""What is sold at a typed price is under this sku, which no product has: its name stands in the sale itself."""
DEAREST: Final = Money(9_999_900)
_CODE = re.compile(r"[0-9A-Za-z-]{4,24}")
_LONGEST_NAME = 40


def may_be_code(text: str) -> bool:
    """Whether a scan may become the barcode of a product: never an address, never a sentence."""
    return _CODE.fullmatch(text) is not None


def new_product(till: Till, code: str, name: str, price: Money) -> Product:
    """Write a product of this code; it is sold here at once and goes to the other tills.  Raises `InvalidField`.

    Two tills that make one of the same code while apart write one product: the later name and price stand.
    """
    tidy = _name(name)
    if not tidy:
        raise InvalidField("name", "a product needs a name", "新商品要有名称")
    if not may_be_code(code):
        raise InvalidField("code", "4 to 24 digits or letters", "条码为 4 到 24 位数字或字母")
    _check(price)
    with till.database.write() as connection:
        known = catalogue.by_barcode(connection, code)
        if known:
            return known[0]
        sku = Sku(f"code-{code}")
        made = Product(sku, 1, tidy, "", "", price, barcode=code)
        till.reference.put_products(connection, [made])
        product = catalogue.current(connection, sku)
    till.committed()
    return product or made


def open_line(name: str, price: Money, fallback: str) -> CartLine:
    """One piece of goods that stand in no catalogue.  Raises `InvalidField`."""
    _check(price)
    return CartLine(OPEN_ITEM, _name(name) or fallback, Quantity.pieces(1), price)


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if len(tidy) > _LONGEST_NAME:
        raise InvalidField("name", "a name of up to 40 characters", "名称最多 40 个字")
    return tidy


def _check(price: Money) -> None:
    if not Money(0) < price <= DEAREST:
        raise InvalidField("price", "a price above 0 and below 100,000", "价格须大于 0、小于 10 万元")
