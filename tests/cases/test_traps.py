"""The fifteen traps of domain.md §8, and which test shows each.

| trap | what must not happen | shown by |
|---|---|---|
| 1 | rounding up | `test_trap_1_…`: 189.50 → 189 in cash, 189.50 by code |
| 2 | adding percents | `test_trap_2_…`: 100.00 × 85 折 × 9 折 = 76.50, not 75 |
| 3 | rounding units | `test_trap_3_…`: 12.90 × 3 × 85 折 = 32.90, not 32.91 |
| 4 | losing cents in sharing | `test_trap_4_…`: ¥5 over seven ¥1 lines is 72, 72, 72, 71, 71, 71, 71 |
| 5 | splitting a refund to keep points | `test_trap_5_…`: ¥20 returned as 4 × ¥5 takes 2 points back, not 0 |
| 6 | turning bonus into money | `test_trap_6_…`: every line returns its own tender mix |
| 7 | principal spent first | `test_trap_7_…`: 1000 + 200, 600 spent: 500 come back and not 400 |
| 8 | asking the buyer for more | `test_trap_8_…`: article 20 ends at nothing, not at −55.56 |
| 9 | multiplying before the floor, stacking multipliers | `test_trap_9_…`: 48.99 on both days is 96, not 97 or 192 |
| 10 | splitting tickets for visits | `test_trap_10_…`: three ¥1 tickets of one day are one visit |
| 11 | charging twice after a time-out | `tests/unit/domain/test_payment.py`: `test_trap_11_…` |
| 12 | a scale label taken for Alipay | `test_trap_12_…`, and all classes in `tests/unit/domain/test_scan_code.py` |
| 13 | two tills overdrawing unnoticed | `test_trap_13_…`: balance 80, limits 2 × 50, exposure 20 |
| 14 | four bytes for the sign of the yuan | `test_trap_14_…`: no receipt has U+00A5; U+FFE5 is A3 A4 |
| 15 | counting days the easy way | `test_trap_15_…`: paid 2026-02-10 → 2026-02-24 |

The golden order G1 stands in `test_golden_order.py`, and through the public format in `golden.json`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from posapp.domain.amounts import Money, Points, allocate
from posapp.domain.events import Recorded, Tender
from posapp.domain.posting import post
from posapp.domain.pricing import PlannedTender
from posapp.domain.projection import fold
from posapp.domain.refund import refund, sold
from posapp.domain.sale import TenderMethod
from posapp.domain.scale_label import ScaleLabel, ScaleRules, read_scale_label
from posapp.domain.scan_code import CodeKind, classify
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
from posapp.hardware.receipt_text import render
from tests.unit.domain.baskets import CASH, MEMBER_DAY, cart, line, member, plain, programme, quote
from tests.unit.domain.samples import AT, MEMBER, STREAM, member_sale
from tests.unit.hardware.test_receipt_text import LABELS, RECEIPT

PRINCIPAL, BONUS = "stored_value_principal", "stored_value_bonus"


def test_trap_1_round_off_never_goes_up() -> None:
    for yuan, unit, due in (("189.50", "yuan", 18_900), ("34.16", "jiao", 3410), ("34.19", "jiao", 3410)):
        assert quote(cart(line("a", yuan)), plain(round_off=unit), tenders=CASH).due.fen == due
    by_code = [PlannedTender(TenderMethod.WECHAT_PAY)]
    assert quote(cart(line("a", "189.50")), plain(round_off="yuan"), tenders=by_code).due.fen == 18_950


def test_trap_2_percents_multiply() -> None:
    assert quote(cart(line("a", "100.00")), programme(), member("gold"), MEMBER_DAY).due.fen == 7650


def test_trap_3_a_line_is_rounded_and_not_its_units() -> None:
    assert quote(cart(line("b", "12.90", 3)), programme(), member("gold")).due.fen == 3290
    one = quote(cart(line("b", "12.90")), programme(), member("gold")).due.fen
    assert one * 3 == 3291


def test_trap_4_nothing_is_lost_in_sharing() -> None:
    assert allocate(500, [100] * 7) == [72, 72, 72, 71, 71, 71, 71]
    rules = plain(offers=[{"id": "five", "give": {"type": "amount", "amount": "5.00"}}])
    result = quote(cart(*(line(f"s{i}", "1.00") for i in range(7))), rules)
    assert [each.list_amount.fen - each.net.fen for each in result.lines] == [72, 72, 72, 71, 71, 71, 71]
    assert result.saved.fen == 500


def test_trap_5_splitting_a_refund_keeps_no_points() -> None:
    rules = plain(points={"earn": {"per": "10.00"}})
    basket = cart(line("a", "5.00", 4))
    result = quote(basket, rules, member())
    sale = sold(basket, result, rules, [(TenderMethod.BANK_CARD, result.due)])
    assert result.earning.points.count == 2
    assert sum(refund(sale, [back], [1000]).points_taken.count for back in (0, 1000, 2000, 3000)) == 2


def test_trap_6_bonus_is_not_turned_into_money() -> None:
    # A lot of 100 + 100 pays 30.00 of 40.00: returning line after line gives each line's own mix of tenders back.
    rules = plain()
    basket = cart(line("a", "30.00"), line("b", "10.00"))
    result = quote(basket, rules, member())
    sale = sold(
        basket, result, rules, [(PRINCIPAL, Money(1500)), (BONUS, Money(1500)), (TenderMethod.CASH, Money(1000))]
    )
    mixes = [[fen.fen for _method, fen in refund(sale, [0, 0], part).tenders] for part in ([1000, 0], [0, 1000])]
    assert mixes == [[1125, 1125, 750], [375, 375, 250]]


def test_trap_7_principal_and_bonus_are_spent_in_proportion() -> None:
    drawn = draw([Lot(100_000, 20_000)], 60_000)
    assert (drawn.principal_fen, drawn.bonus_fen, drawn.left) == (50_000, 10_000, (Lot(50_000, 10_000),))
    assert refund_not_the_buyers_fault(100_000, 20_000, 60_000) == drawn.left[0].principal_fen == 50_000
    principal_first = 100_000 - 60_000
    assert principal_first == 40_000 < drawn.left[0].principal_fen
    assert draw([Lot(1000), Lot(1000, 500)], 1600).left == (Lot(0), Lot(600, 300))
    assert draw([Lot(1000)], 5000).principal_fen == 1000


def test_trap_8_a_buyer_is_never_asked_for_more() -> None:
    assert refund_at_the_buyers_wish(100_000, 60_000) == 40_000
    assert refund_at_the_buyers_wish(100_000, 60_000, 9000) == 33_333
    assert refund_at_the_buyers_wish(100_000, 95_000, 9000) == 0
    assert refund_of_days(365_000, 365, 200) == 200_000


def test_trap_9_the_floor_comes_before_the_multiplier_and_multipliers_do_not_stack() -> None:
    both = [
        {"id": "member_day", "during": {"month_days": [18]}, "for": {"members": True}, "points_times": 2},
        {"id": "birthday", "for": {"birthday": "month"}, "points_times": 2},
    ]
    rules = plain(points={"earn": {}}, campaigns=both)
    earning = quote(cart(line("a", "48.99")), rules, member(birthday="1118"), MEMBER_DAY).earning
    assert (earning.base, earning.bonus, earning.points) == (Points(48), Points(48), Points(96))


def test_trap_10_three_tickets_on_one_day_are_one_visit() -> None:
    sale = member_sale()
    ticket = replace(
        sale,
        lines=(replace(sale.lines[0], list_amount=Money(100), adjustments=()),),
        tenders=(Tender(TenderMethod.CASH, Money(100), Money(100)),),
        points_spent=Points(0),
    )
    next_day = replace(ticket, business_day=ticket.business_day.plus(1))
    log = [Recorded(STREAM, number, AT, each, post(each)) for number, each in enumerate((ticket,) * 3 + (next_day,), 1)]
    assert fold(log[:3]).visits(MEMBER) == 1
    assert fold(log).visits(MEMBER) == 2


def test_trap_12_a_scale_label_of_eighteen_digits_is_goods_in_the_basket_and_alipay_at_the_tender() -> None:
    label, rules = "250123400735018735", ScaleRules(frozenset(range(20, 30)))
    assert classify(label, tendering=False, scale=rules).kind is CodeKind.SCALE_LABEL
    assert classify(label, tendering=True, scale=rules).kind is CodeKind.ALIPAY
    assert read_scale_label("2201234012564") == ScaleLabel("01234", 1256, None)


def test_trap_13_what_two_tills_can_overspend_is_known() -> None:
    assert exposure(80, [50, 50]) == 20
    assert exposure(200, [50, 50]) == 0


def test_trap_14_the_sign_of_the_yuan_is_two_bytes_on_paper() -> None:
    assert "\u00a5".encode("gb18030") == bytes.fromhex("81308436")
    for language in ("zh_CN", "en"):
        text = "\n".join(render(RECEIPT, LABELS[language]))
        assert "\u00a5" not in text
        assert b"\xa3\xa4103.11" in text.encode("gbk")


def test_trap_15_days_are_counted_as_the_law_counts_them() -> None:
    spring_festival = {BusinessDay.of(date(2026, 2, day)) for day in range(15, 24)}
    paid = BusinessDay.of(date(2026, 2, 10))
    assert last_day(paid, 7, spring_festival.__contains__) == BusinessDay.of(date(2026, 2, 24))
    assert last_day(paid, 4, spring_festival.__contains__) == BusinessDay.of(date(2026, 2, 14))


def test_the_face_of_a_coupon_over_its_base_is_forfeited() -> None:
    rules = plain(offers=[{"id": "five", "give": {"type": "amount", "amount": "5.00"}}])
    result = quote(cart(line("a", "3.00")), rules)
    assert (result.due, result.saved) == (Money(0), Money(300))
