"""Amounts: one rounding, exact splitting, and no mixing of units."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.amounts import (
    Growth,
    Money,
    Points,
    Quantity,
    Rate,
    allocate,
    cumulative_share,
    format_scaled,
    half_up,
    parse_scaled,
)
from posapp.domain.errors import InvalidField


def test_five_yuan_over_seven_lines_of_one_yuan_loses_nothing() -> None:
    # Trap 4: rounding each share alone gives 4.97.
    assert allocate(500, [100] * 7) == [72, 72, 72, 71, 71, 71, 71]


def test_ties_go_to_the_larger_weight_then_to_the_earlier_line() -> None:
    assert allocate(1, [1, 1]) == [1, 0]
    assert allocate(2, [2, 1, 1]) == [1, 1, 0]


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=30), st.data())
def test_parts_sum_to_the_whole_and_never_exceed_their_weight(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    parts = allocate(total, weights)
    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    assert allocate(-total, weights) == [-part for part in parts]


def test_nothing_can_be_split_over_nothing() -> None:
    assert allocate(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="zero"):
        allocate(1, [0, 0])
    with pytest.raises(ValueError, match="negative"):
        allocate(1, [2, -1])


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (3290 * 9000, 10_000, 2961), (0, 7, 0)],
)
def test_half_up_rounds_away_from_zero(numerator: int, denominator: int, expected: int) -> None:
    assert half_up(numerator, denominator) == expected


def test_a_line_is_rounded_once_and_not_for_each_unit() -> None:
    # Trap 3: 12.90 × 3 × 85 % is 32.90; three times round(10.965) would be 32.91.
    assert Rate(8500).of(Quantity.pieces(3).price(Money.parse("12.90"))) == Money(3290)


def test_decimals_are_read_exactly() -> None:
    assert Money.parse("19.90").fen == 1990
    assert Quantity.parse("0.435").price(Money.parse("36.00")) == Money(1566)
    assert parse_scaled("-0.5", 2, "x") == -50
    assert format_scaled(-5, 2) == "-0.05"


@pytest.mark.parametrize("text", ["", "12.905", "1e3", "12,90", "--1", "9" * 13])
def test_what_is_not_an_amount_is_refused_by_the_name_of_its_field(text: str) -> None:
    with pytest.raises(InvalidField) as caught:
        Money.parse(text, "lines[0].price")
    assert caught.value.field == "lines[0].price"
    assert caught.value.reason_zh
    assert caught.value.reason_en


@given(st.integers(0, 10**6), st.integers(1, 50), st.data())
def test_units_of_a_line_sum_to_the_line_however_it_is_split(net: int, units: int, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, units), max_size=5)))
    edges = [0, *cuts, units]
    shares = [
        cumulative_share(net, end, units) - cumulative_share(net, start, units)
        for start, end in itertools.pairwise(edges)
    ]
    assert sum(shares) == net
    assert all(share >= 0 for share in shares)


def test_units_do_not_mix() -> None:
    one: Any = Money(1)
    for other in (Points(1), Growth(1), Quantity(1), 1):
        with pytest.raises(TypeError):
            one + other
    with pytest.raises(TypeError):
        one * Money(2)
    assert Money(3) * 2 == 2 * Money(3) == Money(6)
