"""Totals of hand-made sales, in any order, under the oracle's names."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

from bench.replay.totals import CANCELLED, Totals
from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.events import LineAdjustment, SaleCompleted, SaleLine, Step, Tender
from posapp.domain.ids import MemberId, RuleId, Sku, StaffId
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay

Moment = tuple[int, int]
"""Month and day of 2017."""


def sale(who: int, moment: Moment, fen: int, *, off: int = 0, voucher: int = 0, coupon: int = 0) -> SaleCompleted:
    """One line of `fen`, and what stands for cancelled ones, which is no line."""
    parts = ((Step.MEMBER_PRICE, off), (Step.COUPON, voucher))
    adjustments = tuple(LineAdjustment(0, step, Money(amount)) for step, amount in parts if amount)
    line = SaleLine(Sku("1"), 0, "1", Quantity.pieces(1), Money(fen), Money(fen), adjustments)
    cancelled = SaleLine(Sku(CANCELLED), 0, CANCELLED, Quantity.pieces(1), Money(0), Money(0), ())
    paid = line.net.fen - coupon
    tenders = (
        Tender(TenderMethod.MANUFACTURER_COUPON, Money(coupon), Money(coupon)),
        Tender(TenderMethod.CASH, Money(paid), Money(paid)),
    )
    return SaleCompleted(
        receipt_number="",
        business_day=BusinessDay.of(date(2017, *moment)),
        cashier=StaffId("1"),
        member=MemberId(bytes([who])),
        identified_by=Identification.PHONE,
        tier="base",
        programme_version=1,
        programme_hash=b"",
        engine_version=1,
        rules=(RuleId("member_price"),),
        lines=(line, cancelled),
        tenders=tenders,
        points_spent=Points(0),
        points_base=Points(paid // 100),
        points_bonus=Points(0),
        growth=Growth(0),
        spend=Money(paid),
        coupons=("26/123", "store") if coupon else ("store",) if voucher else (),
    )


SALES = [
    (1, sale(1, (1, 1), 1099, off=99, voucher=100)),
    (1, sale(1, (1, 20), 49_950)),
    (2, sale(1, (2, 20), 50)),
    (2, sale(2, (1, 1), 199, coupon=50)),
]


def totals_of(sales: list[tuple[int, SaleCompleted]]) -> Totals:
    totals = Totals(lambda who: who[0])
    for store, each in sales:
        day = each.business_day.date
        totals.add(store, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), each)
    return totals


def test_sums_and_tenders() -> None:
    report = totals_of(SALES).report()
    assert {name: report[name] for name in ("sales", "lines", "gross_cents", "due_cents", "paid_cents")} == {
        "sales": 4,
        "lines": 4,
        "gross_cents": 51_298,
        "due_cents": 51_099,
        "paid_cents": 51_049,
    }
    assert report["member_price_off_cents"] == 99
    assert report["store_coupon_match_cents"] == 100
    assert report["coupon_tender_cents"] == 50


def test_points_are_floored_per_sale() -> None:
    report = totals_of(SALES).report()
    assert report["points"] == 9 + 499 + 0 + 1
    assert report["points_if_floor_of_member_sum"] == 509 + 1


def test_a_stores_own_voucher_is_no_redemption() -> None:
    report = totals_of(SALES).report()
    assert report["redemptions"] == report["redeeming_members"] == 1
    assert report["redemptions_by_campaign"] == {"26": 1}


def test_tiers_and_when_they_were_reached() -> None:
    totals = totals_of(SALES)
    report = totals.report()
    assert report["tiers"] == {"silver": 1, "base": 1}
    assert report["tier_ups"] == {"silver": 1, "gold": 0, "platinum": 0}
    assert report["tier_first_reached_by_month"]["silver"] == {"2017-01": 1}
    assert totals.members[1].reached(50_900) == date(2017, 2, 20)


def test_visits_need_a_yuan_kept_on_the_day() -> None:
    totals = totals_of(SALES)
    assert (totals.members[1].visits, totals.members[1].sales) == (2, 3)


def test_months_members_and_who_stays_away() -> None:
    report = totals_of(SALES).report()
    assert report["new_members_by_month"] == {"2017-01": 2}
    assert report["month_to_next_month_retention"] == {"2017-01": [2, 1], "2017-02": [1, 0]}
    assert report["inactive30"] == 1
    assert report["second_visit_within_30d"] == [2, 1]
    assert report["by_month"]["2017-02"] == {"sales": 1, "active": 1, "paid_cents": 50, "points": 0}


def test_the_order_of_arrival_changes_nothing() -> None:
    expected = totals_of(SALES)
    for seed in range(5):
        shuffled = random.Random(seed).sample(SALES, len(SALES))  # noqa: S311 - an order, and no secret
        found = totals_of(shuffled)
        assert found.report() == expected.report()
        assert found.member_rows() == expected.member_rows()
        assert found.store_rows() == expected.store_rows()
