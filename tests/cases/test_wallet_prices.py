"""Prices that only members have, through the use cases, with the numbers of domain.md §1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from posapp.application.checkout import complete_sale
from posapp.application.coupons import BenefitGone
from posapp.domain.amounts import Money, Quantity
from posapp.domain.coupon_code import is_coupon_code
from posapp.domain.sale import CartLine, Identification
from tests.cases.coupon_shop import Counter, Open

GOLD: list[dict[str, Any]] = [{"code": "normal"}, {"code": "gold", "rate": 8500, "any_of": {"spend": "100.00"}}]
MEMBER_DAY = {"id": "day", "during": {"month_days": [18]}, "for": {"members": True}, "rate": 9000, "points_times": 2}


def gold_member(counter: Counter) -> Any:
    """Somebody who has spent enough, and is priced at the new tier from the next order on."""
    member = counter.join(1)
    counter.sell(20_000, member.id)
    return member.id


def test_W42_gold_on_the_18th_pays_76_50_for_100_and_earns_152_points(shop: Open) -> None:
    counter = shop(tiers=GOLD, campaigns=[MEMBER_DAY])
    done = counter.sell(10_000, gold_member(counter)).sale
    assert done.due == Money(7650)
    assert done.points_base.count + done.points_bonus.count == 152


def test_X14_the_lower_of_member_price_and_tier_price_wins_and_a_weekly_day_comes_on_top(shop: Open) -> None:
    counter = shop(tiers=GOLD)
    who = gold_member(counter)

    def due(member_price: int, **more: Any) -> int:
        basket = counter.basket(10_000, who)
        (line,) = basket.lines
        return counter.quote(replace(basket, lines=(replace(line, member_price=Money(member_price), **more),))).due.fen

    assert due(8000) == 8000, "the member price is lower"
    assert due(9000) == 8500, "the tier is"
    wednesday = shop(tiers=GOLD, campaigns=[{"id": "wed", "during": {"weekdays": [3]}, "rate": 9000}])
    counter, who = wednesday, gold_member(wednesday)
    assert due(8000) == 7200, "18 November 2026 is a Wednesday"


FLASH = {
    "id": "flash",
    "name": "会员秒杀",
    "on": {"skus": ["T1"]},
    "for": {"members": True},
    "give": {"type": "price", "price": "9.90", "max_quantity": 1},
    "member_price": "instead",
    "limits": {"per_order": 1, "per_member": 1, "total": 2},
}


def test_W45_a_flash_price_is_for_one_unit_a_member_and_the_second_costs_what_it_always_did(shop: Open) -> None:
    counter = shop(offers=[FLASH], triggers=[], coupons={"templates": []})
    anne, bo, cy = (counter.join(number).id for number in (1, 2, 3))

    def two(who: Any) -> int:
        basket = counter.basket(2000, who)
        line = CartLine(basket.lines[0].sku, "茶", Quantity.pieces(2), Money(2000))
        return complete_sale(counter.till, counter.request(replace(basket, lines=(line,)))).sale.due.fen

    assert two(anne) == 990 + 2000
    assert two(anne) == 4000, "her one unit is gone"
    assert two(bo) == 990 + 2000
    assert two(cy) == 4000, "both that there were are gone"


INVITATION = {
    "id": "taste",
    "name": "新品试用邀请",
    "by": "coupon",
    "give": {"type": "gift", "sku": "NEW1", "quantity": 1},
}
OFTEN = {"id": "often", "on": "sale", "for": {"tiers": ["regular"]}, "give": {"coupons": ["taste"]}}
REGULAR: list[dict[str, Any]] = [{"code": "normal"}, {"code": "regular", "any_of": {"visits": 1}}]


def test_W37_who_buys_often_is_invited_to_taste_and_the_invitation_is_good_once(shop: Open) -> None:
    counter = shop(
        OFTEN, tiers=REGULAR, offers=[INVITATION], coupons={"templates": [{"offer": "taste", "per_member": 1}]}
    )
    who = counter.join(1).id
    assert counter.held(who) == []
    counter.sell(2000, who)
    assert counter.held(who) == ["taste"]
    first, second = (counter.request(counter.basket(2000, who)) for _ in range(2))
    used = complete_sale(counter.till, first).sale
    assert any(is_coupon_code(code) for code in used.coupons)
    with pytest.raises(BenefitGone):
        complete_sale(counter.till, second)
    assert counter.held(who) == []


def test_W27_points_pay_at_most_half_of_43_56(shop: Open) -> None:
    redeem = {"points": 100, "value": "1.00", "block": 1, "cap": 5000}
    counter = shop(points={"earn": {"points": 1, "per": "1.00"}, "redeem": redeem}, tiers=[{"code": "normal"}])
    who = counter.join(1).id
    counter.sell(500_000, who)
    basket = replace(counter.basket(4356, who), points_wanted=5000, identified_by=Identification.DYNAMIC_CODE)
    done = complete_sale(counter.till, counter.request(basket))
    assert (done.sale.points_spent.count, done.sale.due) == (2178, Money(4356 - 2178))
    assert counter.fresh(who).standing.points.count == 5000 - 2178 + done.sale.points_base.count
    assert counter.verified()
