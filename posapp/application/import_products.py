"""Products from CSV: every row checked before any is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from posapp.application.csv_rows import Problem, Row, read_rows
from posapp.domain.amounts import ZERO_MONEY, Money
from posapp.domain.catalogue import Product
from posapp.domain.errors import InvalidField
from posapp.domain.ids import Sku
from posapp.domain.scan_code import check_digit_is_valid

REQUIRED = ("sku", "name_zh", "price")
OPTIONAL = (
    "barcode", "plu", "name_en", "category", "unit", "member_price", "tags", "weighed", "quick", "cost",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """What an import would do: the products it would write, and the rows that it cannot take."""

    products: tuple[Product, ...]
    problems: tuple[Problem, ...]
    rows: int


def plan_products(data: bytes, revision_of: Callable[[Sku], int] = lambda _sku: 0) -> ProductPlan:
    """Read a product file; prices are yuan with at most two decimals.

    `revision_of` gives the revision a product has now (0 for none).  Raises `InvalidField` for an unreadable file
    or header; problems of single rows are collected.
    """
    rows = read_rows(data, REQUIRED, OPTIONAL)
    products: list[Product] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        try:
            product = _product(row, revision_of)
            _claim(row.line, product, seen)
        except InvalidField as error:
            problems.append(Problem(row.line, error.field, error.reason_en, error.reason_zh))
        else:
            products.append(product)
    return ProductPlan(tuple(products), tuple(problems), len(rows))


def _product(row: Row, revision_of: Callable[[Sku], int]) -> Product:
    cells = row.cells
    if not cells["sku"]:
        raise InvalidField("sku", "it is empty", "不能为空")
    if not cells["name_zh"] and not cells.get("name_en"):
        raise InvalidField("name_zh", "the product has no name", "商品没有名称")
    price = _price(cells["price"], "price")
    member_price = _price(cells["member_price"], "member_price") if cells.get("member_price") else None
    if member_price is not None and member_price > price:
        raise InvalidField("member_price", "it is above the list price", "会员价高于原价")
    barcode = cells.get("barcode", "")
    if barcode and not check_digit_is_valid(barcode):
        raise InvalidField("barcode", f"{barcode!r} fails its check digit", f"{barcode!r} 校验位不对")
    sku = Sku(cells["sku"])
    return Product(
        sku=sku,
        revision=revision_of(sku) + 1,
        name_zh=cells["name_zh"],
        name_en=cells.get("name_en", ""),
        category=cells.get("category", ""),
        price=price,
        member_price=member_price,
        barcode=barcode,
        plu=_digits(cells.get("plu", ""), "plu"),
        unit=cells.get("unit") or "each",
        weighed=_flag(cells.get("weighed", ""), "weighed"),
        tags=tuple(tag.strip() for tag in cells.get("tags", "").split(";") if tag.strip()),
        quick=int(_digits(cells.get("quick", ""), "quick") or "0"),
        cost=_price(cells["cost"], "cost") if cells.get("cost") else ZERO_MONEY,
    )


def _price(text: str, field: str) -> Money:
    price = Money.parse(text, field)
    if price < ZERO_MONEY:
        raise InvalidField(field, "it is below zero", "不能小于零")
    return price


def _digits(text: str, field: str) -> str:
    if text and not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise InvalidField(field, f"{text!r} is not a number of up to 5 digits", f"{text!r} 不是 5 位以内的数字")
    return text


def _flag(text: str, field: str) -> bool:
    if text not in {"", "0", "1"}:
        raise InvalidField(field, f"{text!r} is neither 0 nor 1", f"{text!r} 只能是 0 或 1")
    return text == "1"


def _claim(line: int, product: Product, seen: dict[tuple[str, str], int]) -> None:
    """A SKU, a barcode and a PLU each belong to one product."""
    keys: Sequence[tuple[str, str]] = (("sku", product.sku), ("barcode", product.barcode), ("plu", product.plu))
    for field, value in keys:
        first = seen.get((field, value)) if value else None
        if first is not None:
            raise InvalidField(field, f"{value!r} is already on line {first}", f"{value!r} 与第 {first} 行重复")
    seen.update({(field, value): line for field, value in keys if value})
