"""Cash: exact, with change, and the sums that people hand over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.application.cash import cash_tender, quick_cash
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (7120, (7120, 7500, 8000, 10000)),
        (19770, (19770, 20000, 25000, 30000)),
        (10000, (10000, 15000, 20000, 25000)),
        (90, (90, 500, 1000, 2000)),
        (0, ()),
    ],
)
def test_the_sums_on_the_buttons(due: int, expected: tuple[int, ...]) -> None:
    assert tuple(amount.fen for amount in quick_cash(Money(due))) == expected


@given(st.integers(1, 10**7))
def test_suggestions_rise_from_the_exact_amount(due: int) -> None:
    sums = [amount.fen for amount in quick_cash(Money(due))]
    assert sums[0] == due
    assert sums == sorted(set(sums))
    assert len(sums) == 4


def test_change() -> None:
    tender = cash_tender(Money(7120), Money(10000))
    assert (tender.amount, tender.handed) == (Money(7120), Money(10000))
    assert cash_tender(Money(7120)).handed == Money(7120)
    assert cash_tender(Money(7120), Money(5000)).amount == Money(5000)


@pytest.mark.parametrize("handed", [0, -1, 10_000_001])
def test_impossible_amounts(handed: int) -> None:
    with pytest.raises(InvalidField) as caught:
        cash_tender(Money(7120), Money(handed))
    assert caught.value.field == "cash"
