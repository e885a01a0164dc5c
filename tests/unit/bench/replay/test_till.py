"""What a replayed till makes of a basket."""

from __future__ import annotations

import pytest

pytest.importorskip("polars", reason="the reader of the data set is an optional extra")

from bench.replay.baskets import BasketLine
from bench.replay.till import cart_line, phone_of, settling
from posapp.application.phone import normalise_phone
from posapp.domain.amounts import Money
from posapp.domain.sale import TenderMethod


def test_each_household_has_a_mobile_number_of_its_own() -> None:
    phones = {phone_of(household) for household in range(10_000)}
    assert len(phones) == 10_000
    assert all(normalise_phone(phone) == f"+86{phone}" for phone in phones)


def test_the_manufacturers_coupon_goes_as_far_as_what_is_due() -> None:
    methods = {
        (due, coupon): [(tender.method, tender.amount.fen) for tender in settling(Money(due), Money(coupon))]
        for due, coupon in ((300, 0), (300, 100), (300, 300), (300, 400), (0, 0))
    }
    coupon, cash = TenderMethod.MANUFACTURER_COUPON, TenderMethod.CASH
    assert methods == {
        (300, 0): [(cash, 300)],
        (300, 100): [(coupon, 100), (cash, 200)],
        (300, 300): [(coupon, 300)],
        (300, 400): [(coupon, 300)],
        (0, 0): [],
    }


def test_a_line_that_costs_members_nothing_has_a_member_amount_of_zero() -> None:
    line = cart_line(BasketLine("1", 2, 150, 300, 0))
    assert line.list_amount == Money(300)
    assert line.member_amount == Money(0)
    plain = cart_line(BasketLine("1", 2, 150, 0, 0))
    assert plain.member_amount is None
    assert plain.vouchers == ()
