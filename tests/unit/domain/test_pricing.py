"""Prices: tiers, member prices, member day, coupons, points, round-off, and the golden order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from posapp.domain.amounts import Money, Quantity
from posapp.domain.by_hand import ByHand, HandKind
from posapp.domain.coupon import HeldCoupon
from posapp.domain.events import Step, Tender
from posapp.domain.ids import Sku
from posapp.domain.pricing import PlannedTender, Status, earn, sale_lines
from posapp.domain.sale import CartLine, Identification, LineVoucher, TenderMethod
from posapp.domain.time import BusinessDay
from tests.unit.domain.baskets import (
    CASH,
    EXCLUDED,
    MEMBER_DAY,
    MEMBER_DAY_CAMPAIGN,
    WHO,
    benefit,
    cart,
    line,
    member,
    nets,
    plain,
    programme,
    quote,
)

if TYPE_CHECKING:
    from posapp.domain.pricing import Quote

FIVE_OFF = {"id": "five", "by": "coupon", "give": {"type": "amount", "amount": "5.00"}}
SAVE_50 = {
    "id": "save50",
    "by": "coupon",
    "when": {"min_amount": "300.00"},
    "give": {"type": "amount", "amount": "50.00"},
}


@pytest.mark.parametrize(("tier", "due"), [("normal", 9500), ("silver", 9000), ("gold", 8500)])
def test_each_tier_has_its_rate(tier: str, due: int) -> None:
    assert quote(cart(line("a", "100.00")), programme(), member(tier)).due.fen == due  # W-20


def test_without_a_card_the_list_price_stands() -> None:
    result = quote(cart(line("a", "100.00")), programme(), now=MEMBER_DAY)
    assert (result.due.fen, result.ladder, result.earning.points.count) == (10_000, (), 0)


def test_the_lower_of_member_price_and_tier_rate_wins_and_never_both() -> None:
    basket = cart(
        line("cheap", "10.00", 2, member_price=Money(800)),
        line("dear", "10.00", member_price=Money(900)),
        line("label", "10.00", member_price=Money(900), member_amount=Money(700)),
        line("above", "10.00", member_price=Money(1200)),
    )
    result = quote(basket, programme(), member("gold"))
    assert nets(result) == [1600, 850, 700, 850]
    assert [each.adjustments[0].step for each in result.lines] == [
        Step.MEMBER_PRICE,
        Step.TIER_RATE,
        Step.MEMBER_PRICE,
        Step.TIER_RATE,
    ]
    assert all(len(each.adjustments) == 1 for each in result.lines)


def test_member_day_multiplies_the_tier_price_and_doubles_the_points() -> None:
    # W-42 and trap 2: 85 % × 90 % is 76.5 %, not 75 %.
    result = quote(cart(line("a", "100.00")), programme(), member("gold"), MEMBER_DAY)
    assert result.due.fen == 7650
    assert (result.earning.base.count, result.earning.bonus.count) == (76, 76)
    assert result.earning.multiplier_rule == "member_day"


def test_of_member_day_and_birthday_the_best_counts_once() -> None:
    # Trap 9: the floor comes before the multiplier, and two doublings are one: 96, neither 97 nor 192.
    birthday = {"id": "birthday", "for": {"birthday": "month"}, "rate": 9500, "points_times": 2}
    rules = plain(
        points={"earn": {}}, campaigns=[{**MEMBER_DAY_CAMPAIGN, "rate": 10_000}, {**birthday, "rate": 10_000}]
    )
    result = quote(cart(line("a", "48.99")), rules, member(birthday="1101"), MEMBER_DAY)
    assert result.earning.points.count == 96

    rules = programme(campaigns=[MEMBER_DAY_CAMPAIGN, birthday])
    result = quote(cart(line("a", "100.00")), rules, member("gold", birthday="19901130"), MEMBER_DAY)
    assert result.due.fen == 7650
    beaten = benefit(result, "birthday")
    assert (beaten.status, beaten.beaten_by) == (Status.BEATEN, ("member_day",))


def test_points_are_floored_once_per_order() -> None:
    # W-23: 48.99 earns 48; two lines of 24.50 and 24.49 as well.
    rules = plain(points={"earn": {}})
    assert quote(cart(line("a", "48.99")), rules, member()).earning.base.count == 48
    assert quote(cart(line("a", "24.50"), line("b", "24.49")), rules, member()).earning.base.count == 48


def test_growth_follows_the_coefficient() -> None:
    rules = plain(growth_per_yuan="1.5")
    assert quote(cart(line("a", "486.90")), rules, member()).earning.growth.count == 730


def test_the_cap_of_points_is_floored() -> None:
    # W-27
    result = quote(
        cart(line("a", "43.56"), points_wanted=9000), plain(points={"redeem": {"block": 1}}), member(points=9000)
    )
    assert (result.points_cap.count, result.points_spent.count, result.due.fen) == (2178, 2178, 2178)
    result = quote(cart(line("a", "43.56"), points_wanted=9000), plain(points={"redeem": {}}), member(points=9000))
    assert (result.points_cap.count, result.points_spent.count) == (2178, 2100)


def test_more_points_than_there_are_are_refused_and_say_so() -> None:
    result = quote(cart(line("a", "100.00"), points_wanted=900), programme(), member(points=350))
    assert result.points_spent.count == 0
    outcome = benefit(result, "points")
    assert (outcome.status, outcome.explanation.params["short"]) == (Status.SHORT, 550)


def test_points_need_a_code_or_a_pin() -> None:
    basket = cart(line("a", "100.00"), points_wanted=100, identified_by=Identification.LAST_FOUR)
    result = quote(basket, programme(), member(points=350))
    assert result.points_spent.count == 0
    assert benefit(result, "points").status is Status.NEEDS_IDENTIFICATION


def test_the_programme_may_propose_points() -> None:
    rules = plain(points={"redeem": {"proposal": "max"}})
    assert quote(cart(line("a", "80.00")), rules, member(points=10_000)).points_spent.count == 4000
    declined = quote(cart(line("a", "80.00"), chosen={"points": False}), rules, member(points=10_000))
    assert (declined.points_spent.count, benefit(declined, "points").status) == (0, Status.DECLINED)


@pytest.mark.parametrize(
    ("round_off", "due", "paid"), [("jiao", "34.16", 3410), ("yuan", "189.50", 18_900), ("none", "34.16", 3416)]
)
def test_round_off_never_goes_up(round_off: str, due: str, paid: int) -> None:
    # Trap 1: 189.50 is 189, never 190.
    assert quote(cart(line("a", due)), plain(round_off=round_off), tenders=CASH).due.fen == paid


def test_only_what_cash_pays_is_rounded_off() -> None:
    rules = plain(round_off="yuan")
    part_card = (PlannedTender(TenderMethod.BANK_CARD, Money(1045)), *CASH)
    assert quote(cart(line("a", "34.16")), rules, tenders=part_card).due.fen == 1045 + 2300
    assert quote(cart(line("a", "34.16")), rules, tenders=[PlannedTender(TenderMethod.WECHAT_PAY)]).due.fen == 3416
    assert quote(cart(line("a", "34.16")), rules).due.fen == 3416


def test_a_welcome_coupon_never_gives_change() -> None:
    # W-32
    result = quote(cart(line("a", "3.00")), plain(offers=[FIVE_OFF]), member(coupons=[HeldCoupon("five", "c1")]))
    assert (result.due.fen, result.coupons, benefit(result, "five").amount.fen) == (0, ("c1",), 300)


def test_a_threshold_says_what_is_missing() -> None:
    rules = plain(offers=[SAVE_50])
    held = member(coupons=[HeldCoupon("save50", "c1")])
    result = quote(cart(line("a", "235.70")), rules, held)
    outcome = benefit(result, "save50")
    assert (outcome.status, outcome.short_by, result.due.fen) == (Status.SHORT, Money(6430), 23_570)
    assert quote(cart(line("a", "300.00")), rules, held).due.fen == 25_000


def test_a_threshold_looks_at_the_sum_after_line_prices() -> None:
    held = member("gold", coupons=[HeldCoupon("save50", "c1")])
    rules = programme(offers=[SAVE_50])
    assert benefit(quote(cart(line("a", "350.00")), rules, held), "save50").short_by == Money(250)
    assert quote(cart(line("a", "352.95")), rules, held).due.fen == 25_001


def test_the_better_coupon_is_used_and_the_other_is_kept() -> None:
    rules = plain(offers=[FIVE_OFF, SAVE_50])
    held = member(coupons=[HeldCoupon("five", "c1"), HeldCoupon("save50", "c2")])
    result = quote(cart(line("a", "300.00")), rules, held)
    assert (result.due.fen, result.coupons) == (25_000, ("c2",))
    assert (benefit(result, "five").status, benefit(result, "five").beaten_by) == (Status.BEATEN, ("save50",))
    insisted = quote(cart(line("a", "300.00"), chosen={"five": True}), rules, held)
    assert (insisted.due.fen, insisted.coupons) == (29_500, ("c1",))
    assert benefit(insisted, "save50").status is Status.NOT_COMBINABLE
    declined = quote(cart(line("a", "300.00"), chosen={"save50": False}), rules, held)
    assert (declined.coupons, benefit(declined, "save50").status) == (("c1",), Status.DECLINED)


def test_of_equal_coupons_the_one_that_lapses_first_is_used() -> None:
    soon, late = BusinessDay.of(MEMBER_DAY.date()), BusinessDay.of(MEMBER_DAY.date()).plus(30)
    held = member(
        coupons=[HeldCoupon("five", "late", late), HeldCoupon("five", "ever"), HeldCoupon("five", "soon", soon)]
    )
    result = quote(cart(line("a", "30.00")), plain(offers=[FIVE_OFF]), held)
    assert (result.due.fen, result.coupons) == (2500, ("soon",))
    expired = quote(
        cart(line("a", "30.00")), plain(offers=[FIVE_OFF]), member(coupons=[HeldCoupon("five", "x", soon.plus(-9))])
    )
    assert (expired.due.fen, benefit(expired, "five").status) == (3000, Status.EXPIRED)


def test_vouchers_take_no_more_than_their_line() -> None:
    basket = cart(
        line("a", "3.00", vouchers=(LineVoucher("v1", Money(200)), LineVoucher("v2", Money(200)))), line("b", "1.00")
    )
    result = quote(basket, plain())
    assert (nets(result), result.coupons) == ([0, 100], ("v1", "v2"))
    assert [a.amount.fen for a in result.lines[0].adjustments] == [200, 100]


def test_a_price_set_by_hand_lowers_and_never_raises() -> None:
    basket = cart(
        line("a", "100.00", by_hand=ByHand(HandKind.UNIT_PRICE, 8000, "damaged")),
        line("b", "100.00", by_hand=ByHand(HandKind.UNIT_PRICE, 9900)),
    )
    result = quote(basket, programme(), member("gold"))
    assert nets(result) == [8000, 8500]
    assert [a.step for a in result.lines[0].adjustments] == [Step.TIER_RATE, Step.LINE_MANUAL]


def test_a_scale_label_is_taken_at_its_word() -> None:
    weighed = CartLine(Sku("p"), "p", Quantity(435), Money(2890), amount=Money(1256))
    assert quote(cart(weighed), plain()).due.fen == 1256
    assert quote(cart(weighed), programme(), member("gold")).due.fen == 1068


def test_what_is_no_goods_is_touched_by_nothing_and_earns_nothing() -> None:
    rules = programme(offers=[SAVE_50], exclusions={"everything": ["top_up"]}, round_off="none")
    basket = cart(line("a", "299.00"), line("card", "500.00", tags=("top_up",)))
    result = quote(basket, rules, member(coupons=[HeldCoupon("save50", "c")]))
    assert nets(result) == [28_405, 50_000]
    assert benefit(result, "save50").status is Status.SHORT
    assert (result.earning.base.count, result.earning.growth.count, result.earning.spend.fen) == (284, 284, 28_405)


def test_an_unknown_code_and_a_code_of_another_member_say_so() -> None:
    result = quote(cart(line("a", "9.00"), codes=("NOPE",)), plain(offers=[FIVE_OFF]), member())
    (outcome,) = result.benefits
    assert (outcome.status, outcome.code) == (Status.UNKNOWN, "NOPE")


def golden_order() -> Quote:
    """The golden order of domain.md §2.3, with cards in the place of stored value."""
    rules = programme(offers=[FIVE_OFF], round_off="jiao")
    basket = cart(
        line("A", "59.00"),
        line("B", "12.90", 3),
        line("C", "8.80", tags=EXCLUDED),
        points_wanted=3500,
        member=WHO,
    )
    held = member("gold", 9000, [HeldCoupon("five", "c1")])
    return quote(basket, rules, held, MEMBER_DAY, [PlannedTender(TenderMethod.BANK_CARD, Money(2000)), *CASH])


def test_the_golden_order_step_by_step() -> None:
    result = golden_order()
    assert [each.list_amount.fen for each in result.lines] == [5900, 3870, 880]
    off = {row.rule: row.amount.fen for row in result.ladder}
    assert off == {"tier.gold": 1465, "member_day": 830, "five": 500, "points": 3500, "round_off": 5}
    by_rule = [{a.rule: a.amount.fen for a in each.adjustments} for each in result.lines]
    assert by_rule == [
        {"tier.gold": 885, "member_day": 501, "five": 270, "points": 2114, "round_off": 2},
        {"tier.gold": 580, "member_day": 329, "five": 177, "points": 1386, "round_off": 2},
        {"five": 53, "round_off": 1},
    ]
    assert nets(result) == [2128, 1396, 826]
    assert (result.due.fen, result.points_cap.count, result.points_spent.count) == (4350, 3514, 3500)
    assert (result.earning.base.count, result.earning.bonus.count) == (35, 35)


def test_tenders_that_do_not_earn_lower_the_basis() -> None:
    rules = plain(points={"earn": {}}, growth_per_yuan=1, not_earning_tenders=["manufacturer_coupon"])
    result = quote(cart(line("a", "10.00"), line("b", "5.99")), rules, member())
    taken = [
        Tender(TenderMethod.MANUFACTURER_COUPON, Money(150), Money(150)),
        Tender(TenderMethod.CASH, Money(1449), Money(2000)),
    ]
    earning = earn(result, rules, taken)
    assert (earning.base.count, earning.growth.count, earning.spend.fen) == (14, 14, 1449)
    assert earn(result, rules, [Tender(TenderMethod.CASH, Money(1599), Money(1599))]).base.count == 15


def test_a_quote_becomes_the_lines_of_a_sale() -> None:
    basket = cart(line("A", "59.00", revision=4), line("B", "12.90", 3))
    result = quote(basket, programme(), member("gold"), MEMBER_DAY)
    rules, lines = sale_lines(basket, result)
    assert rules == ("tier.gold", "member_day")
    assert [each.net for each in lines] == [each.net for each in result.lines]
    assert [(each.sku, each.name) for each in lines] == [("A", ""), ("B", "B")]
    assert [(a.rule, a.step, a.amount.fen) for a in lines[1].adjustments] == [
        (0, Step.TIER_RATE, 580),
        (1, Step.EXTRA_PERCENT, 329),
    ]
