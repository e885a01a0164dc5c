"""Importing products: every bad row is named with its column."""

from __future__ import annotations

import pytest

from posapp.application.import_products import plan_products
from posapp.domain.amounts import Money
from posapp.domain.ids import Sku

HEADER = "sku,barcode,plu,name_zh,name_en,category,unit,price,member_price,tags,weighed,quick,cost\n"


def test_a_good_row_with_every_column() -> None:
    row = "tea,6901234567892,12,龙井,Longjing,tea,each,128.00,118.00,no_points;gift,0,3,70.00\n"
    (product,) = plan_products((HEADER + row).encode(), lambda sku: 4 if sku == "tea" else 0).products
    assert (product.sku, product.revision, product.barcode, product.plu) == (Sku("tea"), 5, "6901234567892", "12")
    assert (product.price, product.member_price, product.cost) == (Money(12800), Money(11800), Money(7000))
    assert (product.tags, product.weighed, product.quick) == (("no_points", "gift"), False, 3)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",,,龙井,,,,1.00,,,,,", "sku"),
        ("a,,,,,,,1.00,,,,,", "name_zh"),
        ("a,,,茶,,,,1.005,,,,,", "price"),
        ("a,,,茶,,,,-1,,,,,", "price"),
        ("a,,,茶,,,,x,,,,,", "price"),
        ("a,,,茶,,,,1.00,2.00,,,,", "member_price"),
        ("a,6901234567893,,茶,,,,1.00,,,,,", "barcode"),
        ("a,,123456,茶,,,,1.00,,,,,", "plu"),
        ("a,,,茶,,,,1.00,,,2,,", "weighed"),
        ("a,,,茶,,,,1.00,,,,x,", "quick"),
    ],
)
def test_bad_rows_name_their_field(row: str, field: str) -> None:
    plan = plan_products((HEADER + row).encode())
    assert plan.products == ()
    assert [(problem.line, problem.field) for problem in plan.problems] == [(2, field)]


def test_a_code_belongs_to_one_product() -> None:
    rows = "a,,7,茶,,,,1.00,,,,,\nb,,7,茶,,,,1.00,,,,,\na,,,茶,,,,1.00,,,,,\n"
    plan = plan_products((HEADER + rows).encode())
    assert [product.sku for product in plan.products] == ["a"]
    assert [(problem.line, problem.field) for problem in plan.problems] == [(3, "plu"), (4, "sku")]
