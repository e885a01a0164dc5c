"""How far prices by hand go, against what a cashier may alone (domain.md §5.4, Price override)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.amounts import Money, Quantity, half_up
from posapp.domain.by_hand import ByHand, HandKind
from posapp.domain.events import PriceByHand
from posapp.domain.ids import StaffId
from posapp.domain.pricing.hand_limits import Reach, prices_by_hand, reaches
from posapp.domain.staff import CASHIER_LIMITS, LIMITS, Right, Role
from tests.unit.domain.baskets import cart, line, member, nets, plain, programme, quote

RATE, OFF, PRICE = HandKind.RATE, HandKind.OFF, HandKind.UNIT_PRICE


@pytest.mark.parametrize(
    ("by_hand", "net", "off"),
    [
        (ByHand(RATE, 8_500), 3290, 1_498),
        (ByHand(OFF, 500), 3370, 1_291),
        (ByHand(PRICE, 1_200), 3600, 697),
        (ByHand(OFF, 99_999), 0, 10_000),
    ],
)
def test_a_line_by_rate_amount_or_price_is_reckoned_once_per_line(by_hand: ByHand, net: int, off: int) -> None:
    """12.90 × 3 at 8.5 折 is 32.90: rounded per line and not per unit (trap 3)."""
    basket = cart(line("a", "12.90", 3, by_hand=by_hand))
    result = quote(basket, plain())
    (reach,) = reaches(basket, result)
    assert (nets(result), reach.off, reach.right) == ([net], off, Right.LINE_DISCOUNT)


def test_nine_tenths_lie_within_a_cashiers_limit_whatever_the_rounding_did() -> None:
    for fen in range(1, 3_000):
        after = half_up(fen * 9_000, 10_000)
        assert Reach(ByHand(RATE, 9_000), 0, Money(fen), Money(after), 0).beyond(CASHIER_LIMITS) == ()


@given(st.integers(1, 10**6), st.integers(0, 10_000))
def test_the_discount_named_is_the_smallest_that_rounds_to_the_price(before: int, off: int) -> None:
    after = half_up(before * (10_000 - off), 10_000)
    named = Reach(ByHand(RATE, 10_000 - off), 0, Money(before), Money(after), 0).off
    assert named <= off or not after
    assert half_up(before * (10_000 - named), 10_000) == after
    assert named in (0, 10_000) or half_up(before * (10_000 - named + 1), 10_000) > after


def test_only_what_it_takes_off_beyond_the_rules_counts() -> None:
    """A gold member has 15 % already: to 16 % by hand is hardly a discount, and 9 折 is none at all."""
    basket = cart(line("a", "100.00", by_hand=ByHand(RATE, 8_400)), line("b", "100.00", by_hand=ByHand(RATE, 9_000)))
    result = quote(basket, programme(), member("gold"))
    (reach,) = reaches(basket, result)
    assert (reach.line, reach.before, reach.after, reach.off) == (0, Money(8500), Money(8400), 118)


def test_the_order_counts_what_is_left_of_the_goods_and_its_cost() -> None:
    basket = replace(
        cart(line("a", "60.00", cost=Money(4000)), line("b", "40.00")), by_hand=ByHand(OFF, 4_000, "damaged")
    )
    result = quote(basket, plain())
    (reach,) = reaches(basket, result)
    assert (reach.before, reach.after, reach.right) == (Money(10_000), Money(6_000), Right.ORDER_DISCOUNT)
    assert (reach.off, reach.loss) == (4_000, 1_000), "36.00 for what cost 40.00; of the other the cost is not known"
    assert reach.beyond(LIMITS[Role.MANAGER]) == ((Right.BELOW_COST, 1_000),)
    assert reach.beyond(LIMITS[Role.OWNER]) == ()


def test_what_somebody_agreed_to_is_not_asked_again_until_it_goes_further() -> None:
    agreed = ByHand(OFF, 2_000, "damaged", StaffId("2001"), agreed_off=2_000)
    basket = cart(line("a", "50.00", 2, by_hand=agreed))
    (reach,) = reaches(basket, quote(basket, plain()))
    assert reach.beyond(CASHIER_LIMITS) == ()
    fewer = cart(replace(basket.lines[0], quantity=Quantity.pieces(1)))
    (reach,) = reaches(fewer, quote(fewer, plain()))
    assert reach.beyond(CASHIER_LIMITS) == ((Right.LINE_DISCOUNT, 4_000),)
    assert prices_by_hand(basket, quote(basket, plain())) == (PriceByHand(0, "damaged", StaffId("2001")),)


def test_what_changes_nothing_is_not_told() -> None:
    basket = replace(cart(line("a", "50.00", by_hand=ByHand(PRICE, 6_000))), by_hand=ByHand(RATE, 10_000))
    assert prices_by_hand(basket, quote(basket, plain())) == ()
