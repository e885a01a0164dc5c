"""Refunds: what comes back of a part is what the part cost, and splitting a refund gains nothing."""

from __future__ import annotations

import pytest

from posapp.domain.amounts import Money
from posapp.domain.coupon import HeldCoupon
from posapp.domain.errors import InvalidField
from posapp.domain.pricing import PlannedTender, price
from posapp.domain.pricing.inputs import Method
from posapp.domain.refund import Sold, refund, sold
from posapp.domain.sale import Cart, TenderMethod
from tests.unit.domain.baskets import CASH, EXCLUDED, MEMBER_DAY, WHO, cart, line, member, plain, programme

PRINCIPAL, BONUS = "stored_value_principal", "stored_value_bonus"


def golden_sale() -> Sold:
    rules = programme(
        offers=[{"id": "five", "by": "coupon", "give": {"type": "amount", "amount": "5.00"}}], round_off="jiao"
    )
    basket = cart(
        line("A", "59.00"), line("B", "12.90", 3), line("C", "8.80", tags=EXCLUDED), points_wanted=3500, member=WHO
    )
    who = member("gold", 9000, [HeldCoupon("five", "c1")])
    wallet = [PlannedTender(PRINCIPAL, Money(1667)), PlannedTender(BONUS, Money(333)), *CASH]
    quote = price(basket, rules, MEMBER_DAY, who, tenders=wallet)
    assert quote.due == Money(4350)
    paid: list[tuple[Method, Money]] = [(PRINCIPAL, Money(1667)), (BONUS, Money(333)), (TenderMethod.CASH, Money(2350))]
    return sold(basket, quote, rules, paid)


def test_the_golden_order_comes_back_line_by_line() -> None:
    sale = golden_sale()
    assert [each.paid for each in sale.lines] == [(815, 163, 1150), (535, 107, 754), (317, 63, 446)]
    part = refund(sale, [0, 0, 0], [0, 3000, 0])
    assert [amount.fen for _method, amount in part.tenders] == [535, 107, 754]
    assert (part.cash_paid.fen, part.points_back.count, part.points_taken.count) == (760, 1386, 26)
    assert not part.complete
    rest = refund(sale, [0, 3000, 0], [1000, 0, 0])
    assert (rest.cash_paid.fen, rest.points_back.count, rest.points_taken.count) == (1150, 2114, 38)
    last = refund(sale, [1000, 3000, 0], [0, 0, 1000])
    assert (last.cash_paid.fen, last.points_taken.count, last.complete) == (440, 0, True)


def test_units_of_a_line_come_back_as_they_cost() -> None:
    sale = golden_sale()
    units = [refund(sale, [0, back, 0], [0, 1000, 0]).amount.fen for back in (0, 1000, 2000)]
    assert units == [465, 466, 465]


def test_splitting_a_refund_gains_no_points() -> None:
    # Trap 5: one point for each ¥10; ¥20 returned in four parts takes 2 points back, not none.
    rules = plain(points={"earn": {"per": "10.00"}})
    basket = cart(line("a", "5.00", 4))
    quote = price(basket, rules, MEMBER_DAY, member())
    sale = sold(basket, quote, rules, [(TenderMethod.BANK_CARD, quote.due)])
    taken = [refund(sale, [back], [1000]).points_taken.count for back in (0, 1000, 2000, 3000)]
    assert sum(taken) == quote.earning.points.count == 2
    assert taken == [1, 0, 1, 0]


def test_bonus_is_not_turned_into_money() -> None:
    # Trap 6: whatever part comes back, bonus returns as bonus, in the share in which it paid that line.
    sale = golden_sale()
    for coming in ([1000, 0, 0], [0, 3000, 0], [0, 0, 1000], [0, 1000, 0]):
        part = refund(sale, [0, 0, 0], coming)
        by_method = dict(part.tenders)
        assert 0 < by_method[BONUS].fen < by_method[PRINCIPAL].fen


def test_cash_without_fen_coins_favours_the_buyer_and_never_exceeds_what_was_received() -> None:
    rules = plain(round_off="jiao")
    basket = cart(line("a", "3.33", 3))
    quote = price(basket, rules, MEMBER_DAY, None, tenders=CASH)
    sale = sold(basket, quote, rules, [(TenderMethod.CASH, quote.due)])
    paid = [refund(sale, [back], [1000]).cash_paid.fen for back in (0, 1000, 2000)]
    assert (quote.due.fen, paid) == (990, [330, 330, 330])
    uneven = cart(line("a", "1.00", 3), line("b", "2.15"))
    quote = price(uneven, rules, MEMBER_DAY, None, tenders=CASH)
    sale = sold(uneven, quote, rules, [(TenderMethod.CASH, quote.due)])
    assert refund(sale, [0, 0], [0, 1000]).cash_paid.fen == 220
    assert refund(sale, [0, 1000], [3000, 0]).cash_paid.fen == 290


def test_more_than_is_left_cannot_come_back() -> None:
    sale = golden_sale()
    with pytest.raises(InvalidField) as caught:
        refund(sale, [0, 2000, 0], [0, 2000, 0])
    assert caught.value.field == "lines[1].quantity"
    with pytest.raises(InvalidField):
        refund(sale, [0, 0, 0], [-1000, 0, 0])


def test_growth_and_spend_come_back_and_a_stranger_has_none() -> None:
    rules = plain(points={"earn": {}}, growth_per_yuan="1.5")
    basket = cart(line("a", "9.99", 2), line("b", "5.50"))

    def sale_of(basket: Cart, *, anonymous: bool) -> Sold:
        quote = price(basket, rules, MEMBER_DAY, None if anonymous else member())
        return sold(basket, quote, rules, [(TenderMethod.WECHAT_PAY, quote.due)])

    part = refund(sale_of(basket, anonymous=False), [0, 0], [1000, 0])
    assert (part.spend_taken.fen, part.growth_taken.count, part.points_taken.count) == (999, 38 - 23, 25 - 15)
    part = refund(sale_of(basket, anonymous=True), [0, 0], [1000, 0])
    assert (part.spend_taken.fen, part.growth_taken.count, part.points_taken.count) == (0, 0, 0)
