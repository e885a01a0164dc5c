"""Building the receipt of a refund from its record."""

from __future__ import annotations

from posapp.application.receipt import RefundReceipt, RefundReceiptMember, counted
from posapp.application.receipts import discreet, local_time
from posapp.application.refunds import CompletedRefund
from posapp.application.till import Till
from posapp.domain.amounts import Money


def refund_receipt_of(till: Till, done: CompletedRefund, language: str) -> RefundReceipt:
    """The receipt of a refund that was just recorded.  `total` is what is handed out by all tenders together."""
    refund = done.refund
    lines = done.original.lines
    return RefundReceipt(
        shop=till.identity.shop_name,
        store=till.identity.store_name,
        till=str(till.identity.number),
        number=refund.receipt_number,
        original_number=refund.original_receipt,
        is_void=refund.is_void,
        local_time=local_time(done.recorded, till.programme.zone),
        cashier=refund.cashier,
        approver=refund.approver,
        lines=tuple(
            (lines[each.line].name(language), counted(each.quantity, lines[each.line].unit), each.net)
            for each in refund.lines
        ),
        fee=refund.fee,
        total=Money(sum(tender.handed.fen for tender in refund.tenders)),
        tenders=tuple((tender.method, tender.amount, tender.handed) for tender in refund.tenders),
        coupons=refund.coupons,
        member=_member(till, done),
        gifts_gone=tuple(name.in_language(language) for name in done.gifts_gone),
        passes=tuple((done.original.pass_name(each.asset).in_language(language), each.units) for each in refund.passes),
    )


def _member(till: Till, done: CompletedRefund) -> RefundReceiptMember | None:
    member, life = done.original.member, till.programme.points_life
    if member is None or done.before is None or done.after is None:
        return None
    return RefundReceiptMember(
        name=discreet(member.profile.name),
        masked_phone=member.profile.masked_phone,
        points_before=done.before.points,
        points_after=done.after.points,
        points_back=done.refund.points_back,
        points_taken=done.refund.points_taken + done.gift_points,
        pending_sync=till.has_server,
        with_frozen=life is not None and life.freezes,
    )
