"""Offers: when they run, for whom, how often, what they go with; what they give is shown by the documented examples."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from posapp.domain.amounts import Money, Quantity
from posapp.domain.coupon import HeldCoupon
from posapp.domain.events import Step
from posapp.domain.ids import Sku
from posapp.domain.pricing import Context, MemberView, Status, render
from posapp.domain.sale import CartLine
from posapp.domain.time import BusinessDay
from tests.unit.domain.baskets import ORDINARY_DAY, benefit, cart, line, member, nets, plain, programme, quote

TEN = {"type": "percent", "percent": "10"}


def offer(**changes: Any) -> dict[str, Any]:
    return {"id": "x", "give": TEN, **changes}


def applies(changes: dict[str, Any], who: MemberView | None = None, now: datetime = ORDINARY_DAY) -> bool:
    result = quote(cart(line("a", "100.00")), plain(offers=[offer(**changes)]), who, now)
    return result.due.fen == 9000


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """An hour of November 2026 in Shanghai."""
    return datetime(2026, 11, day, (hour - 8) % 24, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("during", "now", "expected"),
    [
        ({"weekdays": [2]}, local(17, 12), True),
        ({"weekdays": [3]}, local(17, 12), False),
        ({"month_days": [17]}, local(17, 12), True),
        ({"from": "2026-11-18"}, local(17, 12), False),
        ({"until": "2026-11-17"}, local(17, 23, 59), True),
        ({"hours": [["17:00", "20:00"]]}, local(17, 17), True),
        ({"hours": [["17:00", "20:00"]]}, local(17, 20), False),
        ({"hours": [["22:00", "02:00"]]}, local(17, 23), True),
        ({"hours": [["22:00", "02:00"], ["09:00", "10:00"]]}, local(17, 9, 30), True),
        ({"hours": [["22:00", "02:00"]]}, local(17, 21, 59), False),
    ],
)
def test_windows(during: dict[str, Any], now: datetime, expected: bool) -> None:
    assert applies({"during": during}, now=now) is expected


def test_the_business_day_and_not_midnight_ends_a_window() -> None:
    rules = plain(day_ends="04:00", offers=[offer(during={"until": "2026-11-17"})])
    late = datetime(2026, 11, 17, 19, 59, tzinfo=UTC)
    assert quote(cart(line("a", "100.00")), rules, now=late).due.fen == 9000
    assert quote(cart(line("a", "100.00")), rules, now=late.replace(hour=20)).due.fen == 10_000


@pytest.mark.parametrize(
    ("audience", "who", "expected"),
    [
        ({"members": True}, None, False),
        ({"members": True}, member(), True),
        ({"tiers": ["only"]}, member("only"), True),
        ({"tags": ["vip"]}, member(), False),
        ({"tags": ["vip", "staff"]}, member(tags=frozenset({"staff"})), True),
        ({"birthday": "month"}, member(birthday="1101"), True),
        ({"birthday": "month"}, member(birthday="1201"), False),
        ({"birthday": "day"}, member(birthday="19901117"), True),
        ({"birthday": "day"}, member(birthday="1118"), False),
        ({"birthday": "day"}, member(), False),
        ({"order_number": 1}, member(paid_orders=0), True),
        ({"order_number": 1}, member(paid_orders=1), False),
        ({"joined_within_days": 30}, member(joined=BusinessDay.of(ORDINARY_DAY.date()).plus(-30)), True),
        ({"joined_within_days": 30}, member(joined=BusinessDay.of(ORDINARY_DAY.date()).plus(-31)), False),
        ({"channels": ["store"]}, None, True),
        ({"channels": ["web"]}, None, False),
        ({"stores": ["s2"]}, None, False),
    ],
)
def test_audiences(audience: dict[str, Any], who: MemberView | None, expected: bool) -> None:
    assert applies({"for": audience}, who) is expected


def test_a_leap_day_birthday_counts_in_common_years() -> None:
    born = member(birthday="20000229")
    in_february = datetime(2027, 2, 28, 4, tzinfo=UTC)
    assert applies({"for": {"birthday": "day"}}, born, in_february)
    assert applies({"for": {"birthday": "month"}}, born, datetime(2027, 2, 1, 4, tzinfo=UTC))
    assert not applies({"for": {"birthday": "day"}}, born, datetime(2028, 2, 28, 4, tzinfo=UTC))
    assert not applies({"for": {"birthday": "month"}}, born, datetime(2027, 3, 1, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("limits", "who", "context"),
    [
        ({"per_member": 2}, member(uses={"x": 2}), Context()),
        ({"per_member_day": 1}, member(uses_today={"x": 1}), Context()),
        ({"per_day": 50}, None, Context(uses_today={"x": 50})),
        ({"total": 100}, None, Context(uses={"x": 100})),
    ],
)
def test_a_limit_that_is_reached_says_so(limits: dict[str, int], who: MemberView | None, context: Context) -> None:
    rules = plain(offers=[offer(limits=limits)])
    result = quote(cart(line("a", "100.00")), rules, who, context=context)
    assert (result.due.fen, benefit(result, "x").status) == (10_000, Status.USED_UP)
    one_less = {name: most + 1 for name, most in limits.items()}
    assert (
        quote(cart(line("a", "100.00")), plain(offers=[offer(limits=one_less)]), who, context=context).due.fen == 9000
    )


def test_selectors_name_products_categories_and_tags_and_except_some() -> None:
    on = {"categories": ["tea"], "tags": ["gift"], "except": {"skus": ["c"], "tags": ["rare"]}}
    basket = cart(
        line("a", "10.00", category="tea"),
        line("b", "10.00", tags=("gift",)),
        line("c", "10.00", category="tea"),
        line("d", "10.00", tags=("gift", "rare")),
        line("e", "10.00"),
    )
    assert nets(quote(basket, plain(offers=[offer(on=on)]))) == [900, 900, 1000, 1000, 1000]


def test_a_special_price_beats_the_member_price_or_leaves_it_alone() -> None:
    special = offer(
        on={"skus": ["a", "b"]}, give={"type": "price", "price": "8.00"}, member_price="instead", closes_lines=True
    )
    result = quote(
        cart(line("a", "10.00"), line("b", "9.00"), line("c", "10.00")), programme(offers=[special]), member("gold")
    )
    assert nets(result) == [800, 765, 850]
    assert [[a.rule for a in each.adjustments] for each in result.lines] == [["x"], ["tier.gold"], ["tier.gold"]]
    loses = quote(cart(line("b", "9.00")), programme(offers=[special]), member("gold"))
    outcome = benefit(loses, "x")
    assert (outcome.status, outcome.beaten_by) == (Status.BEATEN, ("tier.gold",))


def test_a_flash_price_for_one_unit_leaves_the_others_at_the_members_price() -> None:
    # W-45: the second unit is at its normal price.
    flash = offer(
        on={"skus": ["a"]}, give={"type": "price", "price": "6.00", "max_quantity": 1}, member_price="instead"
    )
    result = quote(cart(line("a", "10.00", 3)), programme(offers=[flash]), member("gold"))
    assert nets(result) == [600 + 2 * 850]
    assert result.lines[0].adjustments[-1].step is Step.FLASH_PRICE


def test_a_cap_holds_over_all_lines_that_give_their_member_price_up() -> None:
    capped = offer(
        on={"skus": ["a", "b", "c"]}, give={"type": "percent", "percent": "50"}, member_price="instead", cap="8.00"
    )
    result = quote(cart(*(line(sku, "10.00") for sku in "abc")), programme(offers=[capped]), member("gold"))
    assert nets(result) == [500, 700, 850]
    assert benefit(result, "x").amount == Money(800)


def test_the_second_at_half_price_is_weighed_against_the_tier_product_by_product() -> None:
    second = offer(give={"type": "nth", "n": 2, "rate": 5000, "same_product": True}, member_price="instead")
    basket = cart(line("cookie", "32.00", 2), line("milk", "18.00", 3), line("tea", "128.00"))
    result = quote(basket, programme(offers=[second]), member("gold"))
    assert nets(result) == [4800, 4500, 10_880]
    assert benefit(result, "x").amount == Money(1600 + 900)


def test_a_closed_line_takes_part_in_nothing_later() -> None:
    rules = plain(
        offers=[
            offer(on={"skus": ["a"]}, give={"type": "price", "price": "5.00"}, closes_lines=True),
            {"id": "all", "give": TEN},
            {"id": "five", "by": "coupon", "give": {"type": "amount", "amount": "5.00"}},
        ]
    )
    result = quote(cart(line("a", "10.00"), line("b", "10.00")), rules, member(coupons=[HeldCoupon("five", "c")]))
    assert nets(result) == [500, 400]


def test_a_lower_line_price_is_left_out_where_it_would_cost_a_better_threshold() -> None:
    rules = plain(
        offers=[
            offer(on={"skus": ["a"]}, give={"type": "amount", "amount": "2.00"}),
            {"id": "save50", "when": {"min_amount": "300.00"}, "give": {"type": "amount", "amount": "50.00"}},
        ]
    )
    result = quote(cart(line("a", "301.00")), rules)
    assert (result.due.fen, benefit(result, "x").status) == (25_100, Status.BEATEN)
    assert benefit(result, "x").beaten_by == ("save50",)


@pytest.mark.parametrize(("threshold", "due"), [("line_prices", 7500), ("remaining", 8000), ("list", 7500)])
def test_where_a_threshold_looks_is_a_policy(threshold: str, due: int) -> None:
    rules = plain(
        policies={"threshold": threshold, "combination": "priority"},
        offers=[
            offer(give={"type": "percent", "percent": "20"}),
            {"id": "c", "by": "code", "when": {"min_amount": "90.00"}, "give": {"type": "amount", "amount": "5.00"}},
        ],
    )
    assert quote(cart(line("a", "100.00"), codes=("c",)), rules).due.fen == due


def test_a_threshold_on_list_prices_forgets_the_members_price() -> None:
    save50 = {"id": "save50", "when": {"min_amount": "300.00"}, "give": {"type": "amount", "amount": "50.00"}}
    basket = cart(line("a", "300.00"))
    assert quote(basket, programme(offers=[save50]), member("gold")).due.fen == 25_500
    on_list = programme(offers=[save50], policies={"threshold": "list"})
    assert quote(basket, on_list, member("gold")).due.fen == 20_500


def test_many_competing_offers_are_priced_in_bounded_time_and_well() -> None:
    many = [
        offer(id=f"g{i}", group=f"group{i % 12}", give={"type": "amount", "amount": f"{1 + i % 5}.00"})
        for i in range(60)
    ]
    runs = plain(offers=many)
    result = quote(cart(line("a", "500.00")), runs)
    best_of_each = [max(1 + i % 5 for i in range(60) if i % 12 == group) for group in range(12)]
    assert result.saved.fen == 100 * sum(best_of_each)


def test_weighed_goods_have_no_units_to_give_away() -> None:
    weighed = CartLine(Sku("pear"), "pear", Quantity(435), Money(2000))
    rules = plain(offers=[offer(give={"type": "cheapest"})])
    assert nets(quote(cart(weighed, line("a", "10.00")), rules)) == [870, 0]


def test_words_are_made_from_one_rate() -> None:
    result = quote(cart(line("a", "100.00")), programme(), member("gold"))
    why = result.lines[0].adjustments[0].explanation
    assert (render(why, "zh_CN"), render(why, "en")) == ("gold 8.5 折", "gold 15% off")


def test_an_exchange_for_points_needs_them() -> None:
    rules = plain(points={"redeem": {}}, offers=[offer(by="points", points={"cost": 150})])
    basket = cart(line("a", "100.00"), chosen={"x": True})
    assert quote(basket, rules, member(points=150)).points_spent.count == 150
    poor = quote(basket, rules, member(points=149))
    assert (poor.due.fen, poor.points_spent.count, benefit(poor, "x").status) == (10_000, 0, Status.SHORT)
    assert quote(cart(line("a", "100.00")), rules, member(points=999)).due.fen == 10_000
