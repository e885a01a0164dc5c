"""Coupons by cohort: every coupon in one place, on any day, and nothing between the lines and the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.accounts import Account
from posapp.domain.coupon_code import batch_code, member_code
from posapp.domain.coupon_report import Line, coupon_report
from posapp.domain.events import (
    CouponBatchOpened,
    CouponsIssued,
    CouponsVoided,
    CouponTransferred,
    Event,
    IssuedCoupon,
    Recorded,
)
from posapp.domain.ids import RuleId, StaffId
from posapp.domain.posting import post
from posapp.domain.time import BusinessDay
from tests.unit.domain.samples import AT, MEMBER, STREAM, member_sale, whole_refund

KEY = b"k" * 32
START = BusinessDay.of(date(2026, 11, 28))
CLERK = StaffId("c1")


def log(*events: Event) -> list[Recorded]:
    return [Recorded(STREAM, place, AT, event, post(event)) for place, event in enumerate(events, 1)]


def code(number: int) -> str:
    return member_code(KEY, "welcome", MEMBER, str(number))


def issued(number: int, day: int, *, good: int | None = 10, template: str = "five") -> CouponsIssued:
    when = START.plus(day)
    coupon = IssuedCoupon(code(number), template, None if good is None else when.plus(good))
    return CouponsIssued(RuleId("welcome"), MEMBER, str(number), when, CLERK, 1, (coupon,))


def sold(day: int, *codes: str) -> Event:
    return replace(member_sale(), business_day=START.plus(day), coupons=codes)


def back(day: int, *codes: str) -> Event:
    return replace(whole_refund(), business_day=START.plus(day), coupons=codes)


def test_months_are_apart_and_a_coupon_lapses_after_its_last_day() -> None:
    events = log(issued(1, 0), issued(2, 0), issued(3, 4, good=None), sold(1, code(1)))
    assert coupon_report(events, START.plus(-1)).lines == {}
    before = coupon_report(events, START.plus(10))
    assert before.lines == {
        ("five", "2026-11"): Line(issued=2, redeemed=1, open_=1),
        ("five", "2026-12"): Line(issued=1, open_=1),
    }
    assert coupon_report(events, START.plus(11)).lines["five", "2026-11"] == Line(issued=2, redeemed=1, expired=1)
    assert coupon_report(events, START).lines == {("five", "2026-11"): Line(issued=2, open_=2)}


def test_what_came_back_within_its_grace_is_open_for_a_week_more() -> None:
    events = log(issued(1, 0), sold(1, code(1)), back(15, code(1)))
    of = ("five", "2026-11")
    assert coupon_report(events, START.plus(14)).lines[of] == Line(issued=1, redeemed=1)
    assert coupon_report(events, START.plus(17)).lines[of] == Line(issued=1, open_=1)
    assert coupon_report(events, START.plus(18)).lines[of] == Line(issued=1, expired=1)


def test_a_batch_is_one_line_whoever_claims_or_brings_its_codes() -> None:
    printed = [batch_code(KEY, 3, serial) for serial in range(5)]
    opened = CouponBatchOpened(START, CLERK, 3, "flyer", 5, START.plus(30))
    claimed = CouponTransferred(START.plus(1), CLERK, printed[0], None, MEMBER, START.plus(8))
    void = CouponsVoided(START.plus(2), CLERK, "stolen", (printed[1], printed[4]))
    events = log(opened, claimed, sold(2, printed[2], "QH20"), void)
    of = ("flyer", "2026-11")
    assert coupon_report(events, START.plus(8)).lines == {of: Line(issued=5, redeemed=1, voided=2, open_=2)}
    assert coupon_report(events, START.plus(9)).lines == {of: Line(issued=5, redeemed=1, voided=2, expired=1, open_=1)}
    assert coupon_report(events, START.plus(31)).lines == {of: Line(issued=5, redeemed=1, voided=2, expired=2)}


def test_what_happened_twice_is_counted_apart_and_a_benefit_card_is_no_coupon() -> None:
    card = replace(issued(9, 0), coupons=(IssuedCoupon(code(9), "newcomer", None, is_card=True),))
    events = log(issued(1, 0), issued(1, 0), sold(1, code(1)), sold(1, code(1)), card, sold(2, code(77)))
    report = coupon_report(events, START.plus(3))
    assert report.lines == {
        ("", ""): Line(redeemed=1),
        ("five", "2026-11"): Line(issued=1, redeemed=1, again=[1, 1, 0]),
    }
    assert report.ledger == {Account.COUPON_ISSUED: 2, Account.COUPON_REDEEMED: 3, Account.COUPON_VOIDED: 0}
    assert report.differences == {}
    events[0] = replace(events[0], transaction=replace(events[0].transaction, postings=()))
    assert coupon_report(events, START.plus(3)).differences == {Account.COUPON_ISSUED: -1}


def step(kind: str, number: int, when: int) -> Event:
    if kind == "issue":
        return issued(number, when, good=number * 5)
    if kind == "sell":
        return sold(when, code(number))
    return CouponsVoided(START.plus(when), CLERK, "x", (code(number),))


steps = st.lists(st.tuples(st.sampled_from(["issue", "sell", "void"]), st.integers(0, 5), st.integers(0, 40)))


@given(steps, st.integers(-1, 60))
def test_every_issued_coupon_is_in_one_place_on_every_day(made: list[tuple[str, int, int]], day: int) -> None:
    events = log(*(step(*each) for each in made))
    report = coupon_report(events, START.plus(day))
    assert report.differences == {}
    for cohort, line in report.lines.items():
        if cohort != ("", ""):
            assert line.issued == line.redeemed + line.voided + line.expired + line.open_
    assert coupon_report(reversed(events), START.plus(day)).lines.keys() == report.lines.keys()
