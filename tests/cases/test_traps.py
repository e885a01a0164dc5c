"""The traps of domain.md §8 that lie in the domain, each by its number.

The others are tested where they belong: 5 and 6 with refunds, 11 with payments, 12 with scan codes, 14 with receipts.
"""

from __future__ import annotations

from datetime import date

from posapp.domain.amounts import Money, allocate
from posapp.domain.member import VISIT_MINIMUM_FEN
from posapp.domain.pricing import PlannedTender
from posapp.domain.projection import Fold
from posapp.domain.sale import TenderMethod
from posapp.domain.stored_value import (
    Lot,
    draw,
    exposure,
    last_day,
    refund_at_the_buyers_wish,
    refund_not_the_buyers_fault,
    refund_of_days,
)
from posapp.domain.time import BusinessDay
from tests.unit.domain.baskets import CASH, MEMBER_DAY, WHO, cart, line, member, plain, programme, quote


def test_1_round_off_never_goes_up() -> None:
    assert quote(cart(line("a", "189.50")), plain(round_off="yuan"), tenders=CASH).due.fen == 18_900
    by_code = [PlannedTender(TenderMethod.WECHAT_PAY)]
    assert quote(cart(line("a", "189.50")), plain(round_off="yuan"), tenders=by_code).due.fen == 18_950


def test_2_percents_multiply() -> None:
    assert quote(cart(line("a", "100.00")), programme(), member("gold"), MEMBER_DAY).due.fen == 7650


def test_3_a_line_is_rounded_and_not_its_units() -> None:
    assert quote(cart(line("b", "12.90", 3)), programme(), member("gold")).due.fen == 3290


def test_4_nothing_is_lost_in_sharing() -> None:
    assert allocate(500, [100] * 7) == [72, 72, 72, 71, 71, 71, 71]
    rules = plain(offers=[{"id": "five", "give": {"type": "amount", "amount": "5.00"}}])
    result = quote(cart(*(line(f"s{i}", "1.00") for i in range(7))), rules)
    assert [each.list_amount.fen - each.net.fen for each in result.lines] == [72, 72, 72, 71, 71, 71, 71]


def test_7_principal_and_bonus_are_spent_in_proportion() -> None:
    drawn = draw([Lot(100_000, 20_000)], 60_000)
    assert (drawn.principal_fen, drawn.bonus_fen, drawn.left) == (50_000, 10_000, (Lot(50_000, 10_000),))
    assert refund_not_the_buyers_fault(100_000, 20_000, 60_000) == drawn.left[0].principal_fen == 50_000
    assert draw([Lot(1000), Lot(1000, 500)], 1600).left == (Lot(0), Lot(600, 300))
    assert draw([Lot(1000)], 5000).principal_fen == 1000


def test_8_a_buyer_is_never_asked_for_more() -> None:
    assert refund_at_the_buyers_wish(100_000, 60_000) == 40_000
    assert refund_at_the_buyers_wish(100_000, 60_000, 9000) == 33_333
    assert refund_at_the_buyers_wish(100_000, 95_000, 9000) == 0
    assert refund_of_days(365_000, 365, 200) == 200_000


def test_9_the_floor_comes_before_the_multiplier_and_multipliers_do_not_stack() -> None:
    both = [
        {"id": "member_day", "during": {"month_days": [18]}, "for": {"members": True}, "points_times": 2},
        {"id": "birthday", "for": {"birthday": "month"}, "points_times": 2},
    ]
    rules = plain(points={"earn": {}}, campaigns=both)
    assert quote(cart(line("a", "48.99")), rules, member(birthday="1118"), MEMBER_DAY).earning.points.count == 96


def test_10_three_tickets_on_one_day_are_one_visit() -> None:
    fold = Fold()
    for _ticket in range(3):
        fold.day_net[WHO, 740_000] = fold.day_net.get((WHO, 740_000), 0) + VISIT_MINIMUM_FEN
    assert fold.visits(WHO) == 1


def test_13_what_two_tills_can_overspend_is_known() -> None:
    assert exposure(80, [50, 50]) == 20
    assert exposure(200, [50, 50]) == 0


def test_15_days_are_counted_as_the_law_counts_them() -> None:
    spring_festival = {BusinessDay.of(date(2026, 2, day)) for day in range(15, 24)}
    paid = BusinessDay.of(date(2026, 2, 10))
    assert last_day(paid, 7, spring_festival.__contains__) == BusinessDay.of(date(2026, 2, 24))
    assert last_day(paid, 4, spring_festival.__contains__) == BusinessDay.of(date(2026, 2, 14))


def test_the_face_of_a_coupon_over_its_base_is_forfeited() -> None:
    rules = plain(offers=[{"id": "five", "give": {"type": "amount", "amount": "5.00"}}])
    result = quote(cart(line("a", "3.00")), rules)
    assert (result.due, result.saved) == (Money(0), Money(300))
