"""Goods are found by scan, key and name; old receipts can still name them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from posapp.domain.amounts import Money
from posapp.domain.catalogue import Product
from posapp.domain.ids import Sku
from posapp.storage import catalogue

if TYPE_CHECKING:
    from posapp.storage.database import Database
    from posapp.storage.reference_data import ReferenceData

LONGJING = Product(
    Sku("T-01"), 0, "明前龙井", "Longjing tea", "tea", Money(12_800), Money(11_800),
    barcode="6921168509256", quick=2, tags=("no_points",), cost=Money(5_000),
)  # fmt: skip
APPLE = Product(Sku("F-07"), 0, "红富士苹果", "", "fruit", Money(1_290), plu="1234", unit="kg", weighed=True, quick=1)
COLA = Product(Sku("D-01"), 0, "", "Cola", "drinks", Money(350), barcode="0049000028904")
GONE = Product(Sku("D-02"), 0, "老汽水", "Old soda", "drinks", Money(200), barcode="6900000000000", active=False)


@pytest.fixture
def goods(database: Database, reference: ReferenceData) -> Database:
    """A small catalogue."""
    with database.write() as connection:
        reference.put_products(connection, [LONGJING, APPLE, COLA, GONE])
    return database


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("6921168509256", ["T-01"]),
        ("0049000028904", ["D-01"]),
        ("049000028904", ["D-01"]),
        ("1234", ["F-07"]),
        ("01234", ["F-07"]),
        ("T-01", ["T-01"]),
        ("龙井", ["T-01"]),
        ("苹果", ["F-07"]),
        ("果苹", []),
        ("mqlj", ["T-01"]),
        ("MQ", ["T-01"]),
        ("hongfushi", ["F-07"]),
        ("hfspg", ["F-07"]),
        ("tea", ["T-01"]),
        ("long", ["T-01"]),
        ("longjing t", ["T-01"]),
        ("col", ["D-01"]),
        ("汽水", []),
        ("6900000000000", []),
        ("old", []),
        ("", []),
        ('"*', []),
        ("NOT tea", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(goods: Database, typed: str, expected: list[str]) -> None:
    with goods.read() as connection:
        assert [one.sku for one in catalogue.search(connection, typed)] == expected


def test_scan_plu_and_quick_keys(goods: Database) -> None:
    with goods.read() as connection:
        assert catalogue.by_barcode(connection, "6921168509256") == [replace(LONGJING, revision=1)]
        assert catalogue.by_plu(connection, "1234") == [replace(APPLE, revision=1)]
        assert catalogue.by_barcode(connection, "") == []
        assert catalogue.by_plu(connection, "") == []
        assert [one.sku for one in catalogue.quick_items(connection)] == ["F-07", "T-01"]
        assert [one.sku for one in catalogue.every(connection)] == ["D-01", "D-02", "F-07", "T-01"]


def test_a_change_is_a_new_revision_and_the_old_one_stays_readable(goods: Database, reference: ReferenceData) -> None:
    dearer = replace(LONGJING, price=Money(13_800), name_zh="雨前龙井", barcode="6921168500000")
    with goods.write() as connection:
        assert reference.put_products(connection, [dearer, APPLE]) == [replace(dearer, revision=2)]
        assert reference.put_products(connection, [dearer]) == []
    with goods.read() as connection:
        assert catalogue.current(connection, LONGJING.sku) == replace(dearer, revision=2)
        assert catalogue.revision(connection, LONGJING.sku, 1) == replace(LONGJING, revision=1)
        assert catalogue.revision(connection, LONGJING.sku, 3) is None
        assert catalogue.current(connection, Sku("none")) is None
        assert catalogue.by_barcode(connection, "6921168509256") == []
        assert catalogue.search(connection, "mqlj") == []
        assert [one.revision for one in catalogue.search(connection, "yqlj")] == [2]
        assert [one.revision for one in catalogue.search(connection, "龙井")] == [2]


def test_two_products_with_one_barcode_are_both_offered(goods: Database, reference: ReferenceData) -> None:
    with goods.write() as connection:
        reference.put_products(connection, [replace(COLA, sku=Sku("D-09"))])
        assert {one.sku for one in catalogue.by_barcode(connection, "0049000028904")} == {"D-01", "D-09"}
