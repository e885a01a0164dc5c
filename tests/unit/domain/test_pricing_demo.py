"""The demo shop's programme on the basket of the checkout's design."""

from __future__ import annotations

from pathlib import Path

from posapp.domain.amounts import Money
from posapp.domain.coupon import HeldCoupon
from posapp.domain.pricing import Status, render
from posapp.domain.programme import parse_programme
from tests.unit.domain.baskets import EXCLUDED, benefit, cart, line, member, nets, quote

DEMO = parse_programme(Path("resources/demo/programme.json").read_bytes())


def test_the_worked_sale_of_the_checkout() -> None:
    basket = cart(
        line("TL001", "128.00"),
        line("CF001", "26.00"),
        line("BI001", "32.00", 2),
        line("DA001", "18.00", 3),
        line("BI003", "12.00", member_price=Money(990)),
        line("SV001", "1.00", tags=EXCLUDED),
        points_wanted=800,
    )
    coupons = [HeldCoupon("birthday30", "b1"), HeldCoupon("save50", "s1")]
    result = quote(basket, DEMO, member("gold", 3482, coupons))
    assert [
        each.list_amount.fen - sum(a.amount.fen for a in each.adjustments if a.step < 50) for each in result.lines
    ] == [
        10_880,
        2210,
        4800,
        4590,
        990,
        100,
    ]
    assert result.due.fen == 23_570 - 3000 - 800
    short = benefit(result, "save50")
    assert (short.status, short.short_by) == (Status.SHORT, Money(6430))
    assert render(short.explanation, "zh_CN") == "差 ¥64.30 可用"
    assert result.coupons == ("b1",)
    assert sum(nets(result)) == result.due.fen
