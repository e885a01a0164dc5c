"""A member sale that several tests share: two lines, a tier rate, points spent, cash with change."""

from __future__ import annotations

from datetime import UTC, date, datetime

from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.events import (
    LineAdjustment,
    Recorded,
    ReturnedLine,
    SaleCompleted,
    SaleLine,
    SaleRefunded,
    Step,
    Tender,
)
from posapp.domain.ids import DeviceId, Incarnation, MemberId, RuleId, Sku, StaffId, StreamId
from posapp.domain.posting import post
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay

STREAM = StreamId(DeviceId(b"d" * 16), Incarnation(b"i" * 8))
MEMBER = MemberId(b"m" * 16)
AT = datetime(2026, 11, 18, 10, 42, 7, 123456, tzinfo=UTC)


def member_sale() -> SaleCompleted:
    """List 180.00, tier rate −27.00, points −8.00, due 145.00, 200.00 handed, 145 points and growth."""
    return SaleCompleted(
        receipt_number="02-261118-0007",
        business_day=BusinessDay.of(date(2026, 11, 18)),
        cashier=StaffId("c1"),
        member=MEMBER,
        identified_by=Identification.LAST_FOUR,
        tier="gold",
        programme_version=3,
        programme_hash=b"\x01" * 8,
        engine_version=1,
        rules=(RuleId("tier:gold"), RuleId("points")),
        lines=(
            SaleLine(
                Sku("tea"), 1, "", Quantity.pieces(1), Money(12800), Money(12800),
                (LineAdjustment(0, Step.TIER_RATE, Money(1920)), LineAdjustment(1, Step.POINTS, Money(569))),
            ),
            SaleLine(
                Sku("latte"), 4, "", Quantity.pieces(2), Money(2600), Money(5200),
                (LineAdjustment(0, Step.TIER_RATE, Money(780)), LineAdjustment(1, Step.POINTS, Money(231))),
            ),
        ),
        tenders=(Tender(TenderMethod.CASH, Money(14500), Money(20000)),),
        points_spent=Points(800),
        points_base=Points(145),
        points_bonus=Points(0),
        growth=Growth(145),
        spend=Money(14500),
        coupons=(),
    )  # fmt: skip


def recorded(sequence: int = 1) -> Recorded:
    """The sale in its place."""
    sale = member_sale()
    return Recorded(STREAM, sequence, AT, sale, post(sale))


def whole_refund() -> SaleRefunded:
    """All of `member_sale` comes back: cash as it was, 800 points back, 145 clawed back."""
    sale = member_sale()
    return SaleRefunded(
        receipt_number="02-261119-0003",
        business_day=sale.business_day.plus(1),
        cashier=StaffId("c1"),
        approver=StaffId("m1"),
        reason="changed mind",
        is_void=False,
        original_device=STREAM.device,
        original_incarnation=STREAM.incarnation,
        original_sequence=1,
        original_receipt=sale.receipt_number,
        original_day=sale.business_day,
        member=sale.member,
        rules=sale.rules,
        lines=tuple(
            ReturnedLine(place, line.quantity, line.list_amount, line.adjustments)
            for place, line in enumerate(sale.lines)
        ),
        tenders=(Tender(TenderMethod.CASH, Money(14500), Money(14500)),),
        points_back=sale.points_spent,
        points_taken=sale.points_base,
        growth_taken=sale.growth,
        spend_taken=sale.spend,
        coupons=(),
        is_complete=True,
    )
