"""The postings of a sale and of what came back of it."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.domain.accounts import Account
from posapp.domain.events import SaleCompleted, SaleRefunded, Step
from posapp.domain.ledger import Posting
from posapp.domain.posting.coupon import redeemed_postings
from posapp.domain.posting.pair import held_pair
from posapp.domain.posting.passes import units_postings
from posapp.domain.posting.points import back_with_grace, earned_in_lot, spent_in_month
from posapp.domain.posting.stored_value import restored_postings, spent_postings
from posapp.domain.posting.tenders import TENDER_ACCOUNT
from posapp.domain.sale import TenderMethod

DISCOUNT_ACCOUNT = {
    Step.PASS: Account.PASS_SETTLED,
    Step.MEMBER_PRICE: Account.MEMBER_DISCOUNT,
    Step.TIER_RATE: Account.MEMBER_DISCOUNT,
    Step.FLASH_PRICE: Account.PROMOTION_DISCOUNT,
    Step.PROMOTION: Account.PROMOTION_DISCOUNT,
    Step.EXTRA_PERCENT: Account.PROMOTION_DISCOUNT,
    Step.LINE_MANUAL: Account.MANUAL_DISCOUNT,
    Step.COUPON: Account.COUPON_DISCOUNT,
    Step.ORDER_MANUAL: Account.MANUAL_DISCOUNT,
    Step.POINTS: Account.POINTS_DISCOUNT,
    Step.ROUND_OFF: Account.ROUND_OFF,
}


def sale_postings(sale: SaleCompleted) -> Iterator[Posting]:
    """List amounts, what each rule took off, what paid, and what the member earned and spent.

    What stored value pays is told by the lots that it was drawn from.
    """
    totals: dict[Account, int] = {}
    list_fen = 0
    for line in sale.lines:
        list_fen += line.list_amount.fen
        for adjustment in line.adjustments:
            account = DISCOUNT_ACCOUNT[adjustment.step]
            totals[account] = totals.get(account, 0) + adjustment.amount.fen
    for tender in sale.tenders:
        if tender.method is TenderMethod.STORED_VALUE:
            continue
        account = TENDER_ACCOUNT[tender.method]
        totals[account] = totals.get(account, 0) + tender.amount.fen
    yield Posting(Account.SALES, -list_fen)
    for account in sorted(totals):
        yield Posting(account, totals[account])
    if sale.coupons:
        yield from redeemed_postings(sale.coupons, 1)
    if sale.draws:
        yield from spent_postings(sale.draws)
    if sale.passes:
        yield from units_postings(sale.passes, sale.business_day, 1)
    if sale.member is None:
        return
    earned = sale.points_base.count + sale.points_bonus.count
    if sale.points_last_day is not None:
        yield from earned_in_lot(sale.member, earned, sale.points_last_day, sale.points_free_day)
        yield from spent_in_month(sale.member, sale.points_spent.count, sale.business_day)
    else:
        yield from held_pair(Account.MEMBER_POINTS, Account.POINTS_ISSUED, sale.member, earned)
        yield from held_pair(Account.MEMBER_POINTS, Account.POINTS_REDEEMED, sale.member, -sale.points_spent.count)
    yield from held_pair(Account.MEMBER_GROWTH, Account.GROWTH_ISSUED, sale.member, sale.growth.count)
    yield from held_pair(Account.MEMBER_SPEND, Account.SPEND_RECORDED, sale.member, sale.spend.fen)


def refund_postings(refund: SaleRefunded) -> Iterator[Posting]:
    """The sale's postings in reverse, for the part that came back; what cash was rounded up by is round-off.

    A fee that was withheld is the shop's income.
    """
    totals: dict[Account, int] = {}
    list_fen = 0
    for line in refund.lines:
        list_fen += line.list_amount.fen
        for adjustment in line.adjustments:
            account = DISCOUNT_ACCOUNT[adjustment.step]
            totals[account] = totals.get(account, 0) - adjustment.amount.fen
    for tender in refund.tenders:
        if tender.method is TenderMethod.STORED_VALUE:
            continue
        account = TENDER_ACCOUNT[tender.method]
        totals[account] = totals.get(account, 0) - tender.handed.fen
        rounded = tender.handed.fen - tender.amount.fen
        totals[Account.ROUND_OFF] = totals.get(Account.ROUND_OFF, 0) + rounded
    if refund.fees:
        totals[Account.RETURN_FEES] = -refund.fee.fen
    yield Posting(Account.SALES, list_fen)
    for account in sorted(totals):
        yield Posting(account, totals[account])
    if refund.coupons:
        yield from redeemed_postings(refund.coupons, -1)
    if refund.restores:
        yield from restored_postings(refund.restores)
    if refund.passes:
        yield from units_postings(refund.passes, refund.original_day, -1)
    if refund.member is None:
        return
    who = refund.member
    if refund.points_last_day is not None:
        lapsed = refund.points_lapsed.count if refund.points_grace_day is not None else 0
        yield from spent_in_month(who, lapsed - refund.points_back.count, refund.original_day)
        yield from earned_in_lot(who, -refund.points_taken.count, refund.points_last_day, refund.points_free_day)
        if refund.points_grace_day is not None:
            yield from back_with_grace(who, lapsed, refund.points_grace_day)
    else:
        yield from held_pair(Account.MEMBER_POINTS, Account.POINTS_REDEEMED, who, refund.points_back.count)
        yield from held_pair(Account.MEMBER_POINTS, Account.POINTS_ISSUED, who, -refund.points_taken.count)
    yield from held_pair(Account.MEMBER_GROWTH, Account.GROWTH_ISSUED, who, -refund.growth_taken.count)
    yield from held_pair(Account.MEMBER_SPEND, Account.SPEND_RECORDED, who, -refund.spend_taken.fen)
