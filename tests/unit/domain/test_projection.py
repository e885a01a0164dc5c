"""Folding the log gives balances and visits, whatever the order of arrival."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

from posapp.domain.accounts import Account
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.events import BalanceOpened, Event, LineAdjustment, Recorded, Step, Tender
from posapp.domain.posting import post
from posapp.domain.projection import fold
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay
from tests.unit.domain.samples import AT, MEMBER, STREAM, member_sale, whole_refund

DAY = BusinessDay.of(date(2026, 11, 18))


def entry(sequence: int, event: Event) -> Recorded:
    return Recorded(STREAM, sequence, AT, event, post(event))


def test_balances_of_a_sale_after_an_opening() -> None:
    opening = BalanceOpened(MEMBER, DAY, Points(3482), Growth(3640), Money(500_000), 41, "import")
    result = fold([entry(1, opening), entry(2, member_sale())])
    assert result.balances[Account.MEMBER_POINTS, MEMBER] == 3482 - 800 + 145
    assert result.balances[Account.MEMBER_GROWTH, MEMBER] == 3640 + 145
    assert result.balances[Account.MEMBER_SPEND, MEMBER] == 514_500
    assert result.visits(MEMBER) == 42
    assert result.orders[MEMBER] == 1


def test_three_one_yuan_tickets_on_one_day_are_one_visit() -> None:
    """Trap 10 of domain.md §8: splitting a ticket gains nothing."""
    sale = member_sale()
    line = replace(sale.lines[0], list_amount=Money(100), adjustments=())
    small = replace(sale, lines=(line,), tenders=(Tender(TenderMethod.CASH, Money(100), Money(100)),),
                    points_spent=Points(0))  # fmt: skip
    assert fold([entry(n, small) for n in (1, 2, 3)]).visits(MEMBER) == 1
    next_day = replace(small, business_day=DAY.plus(1))
    assert fold([entry(1, small), entry(2, next_day)]).visits(MEMBER) == 2


def test_less_than_a_yuan_kept_is_no_visit() -> None:
    sale = member_sale()
    line = replace(sale.lines[0], list_amount=Money(100), adjustments=(LineAdjustment(0, Step.TIER_RATE, Money(1)),))
    cheap = replace(sale, lines=(line,), tenders=(Tender(TenderMethod.CASH, Money(99), Money(99)),))
    assert fold([entry(1, cheap)]).visits(MEMBER) == 0


def test_order_of_arrival_does_not_matter() -> None:
    sale = member_sale()
    log = [entry(1, sale), entry(2, replace(sale, business_day=DAY.plus(3))), entry(3, sale)]
    results = [fold(order) for order in itertools.permutations(log)]
    assert all(result == results[0] for result in results)


def test_a_visit_that_was_given_back_is_no_visit() -> None:
    sale, refund = entry(1, member_sale()), entry(2, whole_refund())
    for log in ([sale, refund], [refund, sale]):
        result = fold(log)
        assert result.visits(MEMBER) == 0
        assert result.orders[MEMBER] == 0
        assert all(amount == 0 for amount in result.balances.values())
    partly = replace(whole_refund(), is_complete=False, lines=whole_refund().lines[1:],
                     tenders=(Tender(TenderMethod.CASH, Money(4189), Money(4189)),))  # fmt: skip
    kept = fold([sale, entry(2, partly)])
    assert (kept.visits(MEMBER), kept.orders[MEMBER]) == (1, 1)
