"""The golden order G1 of domain.md §2.3, every number of its table; and what each part of it returns."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import pytest

from posapp.domain.amounts import Money, Points
from posapp.domain.coupon import HeldCoupon
from posapp.domain.events import Step
from posapp.domain.pricing import PlannedTender
from posapp.domain.pricing.inputs import Method
from posapp.domain.refund import Sold, refund, sold
from posapp.domain.sale import TenderMethod
from posapp.domain.stored_value import Lot, draw
from tests.unit.domain.baskets import CASH, EXCLUDED, MEMBER_DAY, WHO, benefit, cart, line, member, programme, quote

if TYPE_CHECKING:
    from posapp.domain.pricing import Quote

PRINCIPAL, BONUS = "stored_value_principal", "stored_value_bonus"
LISTED = (5900, 3870, 880), 10_650
TABLE: list[tuple[Step, tuple[int, int, int], int]] = [
    (Step.TIER_RATE, (5015, 3290, 880), 9185),
    (Step.EXTRA_PERCENT, (4514, 2961, 880), 8355),
    (Step.COUPON, (4244, 2784, 827), 7855),
    (Step.POINTS, (2130, 1398, 827), 4355),
    (Step.ROUND_OFF, (2128, 1396, 826), 4350),
]
"""What the lines A, B and C cost after each step, and their sum."""
TAKEN = {Step.COUPON: (270, 177, 53), Step.POINTS: (2114, 1386, 0), Step.ROUND_OFF: (2, 2, 1)}
BASKET = cart(
    line("A", "59.00"), line("B", "12.90", 3), line("C", "8.80", tags=EXCLUDED), points_wanted=3500, member=WHO
)
RULES = programme(
    offers=[{"id": "five", "by": "coupon", "give": {"type": "amount", "amount": "5.00"}}], round_off="jiao"
)
PAID: list[tuple[Method, Money]] = [(PRINCIPAL, Money(1667)), (BONUS, Money(333)), (TenderMethod.CASH, Money(2350))]


@pytest.fixture
def priced() -> Quote:
    who = member("gold", 9000, [HeldCoupon("five", "c1")])
    wallet = [PlannedTender(PRINCIPAL, Money(1667)), PlannedTender(BONUS, Money(333)), *CASH]
    return quote(BASKET, RULES, who, MEMBER_DAY, tenders=wallet)


@pytest.fixture
def sale(priced: Quote) -> Sold:
    return sold(BASKET, priced, RULES, PAID)


def test_what_each_step_leaves_of_each_line(priced: Quote) -> None:
    steps = [step for step, _nets, _sum in TABLE]
    columns = []
    for each in priced.lines:
        taken = {adjustment.step: adjustment.amount.fen for adjustment in each.adjustments}
        assert set(taken) <= set(steps)
        columns.append(list(accumulate((-taken.get(step, 0) for step in steps), initial=each.list_amount.fen)))
        for step, parts in TAKEN.items():
            assert taken.get(step, 0) == parts[each.index]
    shown = [LISTED, *((nets, whole) for _step, nets, whole in TABLE)]
    assert [(found, sum(found)) for found in zip(*columns, strict=True)] == shown
    assert (priced.list_total.fen, priced.due.fen) == (10_650, 4350)


def test_the_cap_of_points_and_what_was_spent(priced: Quote) -> None:
    assert (priced.points_cap, priced.points_spent, priced.points_value) == (Points(3514), Points(3500), Money(3500))
    assert benefit(priced, "points").amount == Money(3500)
    assert priced.coupons == ("c1",)


def test_stored_value_is_drawn_in_the_proportion_of_its_lot() -> None:
    drawn = draw([Lot(100_000, 20_000)], 2000)
    assert (drawn.principal_fen, drawn.bonus_fen) == (1667, 333)


def test_what_each_tender_pays_of_each_line(sale: Sold) -> None:
    assert [each.paid for each in sale.lines] == [(815, 163, 1150), (535, 107, 754), (317, 63, 446)]
    assert [sum(column) for column in zip(*(each.paid for each in sale.lines), strict=True)] == [1667, 333, 2350]


def test_what_it_earns(priced: Quote, sale: Sold) -> None:
    assert sum(each.basis_fen for each in sale.lines) == 3254
    assert (priced.earning.base, priced.earning.bonus) == (Points(32), Points(32))


def test_units_of_b_come_back_as_465_466_465(sale: Sold) -> None:
    units = [refund(sale, [0, back, 0], [0, 1000, 0]).amount.fen for back in (0, 1000, 2000)]
    assert units == [465, 466, 465]


def test_all_of_b_comes_back(sale: Sold) -> None:
    part = refund(sale, [0, 0, 0], [0, 3000, 0])
    assert [amount.fen for _method, amount in part.tenders] == [535, 107, 754]
    assert (part.cash_paid.fen, part.points_back.count, part.points_taken.count) == (760, 1386, 26)
    assert 64 - part.points_taken.count == 38
    assert not part.complete


@pytest.mark.parametrize(
    ("order", "cash"),
    [("BAC", (760, 1150, 440)), ("ABC", (1150, 760, 440)), ("CBA", (450, 750, 1150)), ("CAB", (450, 1150, 750))],
)
def test_cash_without_fen_coins_comes_to_what_was_received_in_any_order(
    sale: Sold, order: str, cash: tuple[int, int, int]
) -> None:
    back = [0, 0, 0]
    paid = []
    for letter in order:
        place = "ABC".index(letter)
        coming = [each.milli if place == index else 0 for index, each in enumerate(sale.lines)]
        paid.append(refund(sale, back, coming).cash_paid.fen)
        back[place] = sale.lines[place].milli
    assert tuple(paid) == cash
    assert sum(paid) == 2350
