"""What each event moves: event → balanced transaction, by one pure function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from posapp.domain.accounts import Account
from posapp.domain.events import BalanceOpened, Event, MemberEnrolled, SaleCompleted, SaleRefunded, Step
from posapp.domain.ids import MemberId
from posapp.domain.ledger import EMPTY_TRANSACTION, Posting, Transaction, transaction
from posapp.domain.sale import TenderMethod

TENDER_ACCOUNT = {
    TenderMethod.CASH: Account.CASH,
    TenderMethod.BANK_CARD: Account.BANK_CARD,
    TenderMethod.WECHAT_PAY: Account.WECHAT_PAY,
    TenderMethod.ALIPAY: Account.ALIPAY,
    TenderMethod.MANUFACTURER_COUPON: Account.MANUFACTURER_COUPON,
}

DISCOUNT_ACCOUNT = {
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


def post(event: Event) -> Transaction:
    """The transaction of an event.  Raises `UnbalancedTransaction` where the event contradicts itself."""
    match event:
        case MemberEnrolled():
            return EMPTY_TRANSACTION
        case BalanceOpened():
            return transaction(_opening(event))
        case SaleCompleted():
            return transaction(_sale(event))
        case SaleRefunded():
            return transaction(_refund(event))
        case _:
            assert_never(event)


def _member_pair(own: Account, other: Account, member: MemberId, amount: int) -> Iterator[Posting]:
    yield Posting(own, amount, member)
    yield Posting(other, -amount)


def _opening(event: BalanceOpened) -> Iterator[Posting]:
    who = event.member
    yield from _member_pair(Account.MEMBER_POINTS, Account.POINTS_OPENING, who, event.points.count)
    yield from _member_pair(Account.MEMBER_GROWTH, Account.GROWTH_OPENING, who, event.growth.count)
    yield from _member_pair(Account.MEMBER_SPEND, Account.SPEND_OPENING, who, event.spend.fen)
    yield from _member_pair(Account.MEMBER_VISITS, Account.VISITS_OPENING, who, event.visits)


def _sale(sale: SaleCompleted) -> Iterator[Posting]:
    totals: dict[Account, int] = {}
    list_fen = 0
    for line in sale.lines:
        list_fen += line.list_amount.fen
        for adjustment in line.adjustments:
            account = DISCOUNT_ACCOUNT[adjustment.step]
            totals[account] = totals.get(account, 0) + adjustment.amount.fen
    for tender in sale.tenders:
        account = TENDER_ACCOUNT[tender.method]
        totals[account] = totals.get(account, 0) + tender.amount.fen
    yield Posting(Account.SALES, -list_fen)
    for account in sorted(totals):
        yield Posting(account, totals[account])
    if sale.member is None:
        return
    earned = sale.points_base.count + sale.points_bonus.count
    yield from _member_pair(Account.MEMBER_POINTS, Account.POINTS_ISSUED, sale.member, earned)
    yield from _member_pair(Account.MEMBER_POINTS, Account.POINTS_REDEEMED, sale.member, -sale.points_spent.count)
    yield from _member_pair(Account.MEMBER_GROWTH, Account.GROWTH_ISSUED, sale.member, sale.growth.count)
    yield from _member_pair(Account.MEMBER_SPEND, Account.SPEND_RECORDED, sale.member, sale.spend.fen)


def _refund(refund: SaleRefunded) -> Iterator[Posting]:
    """The sale's postings in reverse, for the part that came back; what cash was rounded up by is round-off."""
    totals: dict[Account, int] = {}
    list_fen = 0
    for line in refund.lines:
        list_fen += line.list_amount.fen
        for adjustment in line.adjustments:
            account = DISCOUNT_ACCOUNT[adjustment.step]
            totals[account] = totals.get(account, 0) - adjustment.amount.fen
    for tender in refund.tenders:
        account = TENDER_ACCOUNT[tender.method]
        totals[account] = totals.get(account, 0) - tender.handed.fen
        rounded = tender.handed.fen - tender.amount.fen
        totals[Account.ROUND_OFF] = totals.get(Account.ROUND_OFF, 0) + rounded
    yield Posting(Account.SALES, list_fen)
    for account in sorted(totals):
        yield Posting(account, totals[account])
    if refund.member is None:
        return
    who = refund.member
    yield from _member_pair(Account.MEMBER_POINTS, Account.POINTS_REDEEMED, who, refund.points_back.count)
    yield from _member_pair(Account.MEMBER_POINTS, Account.POINTS_ISSUED, who, -refund.points_taken.count)
    yield from _member_pair(Account.MEMBER_GROWTH, Account.GROWTH_ISSUED, who, -refund.growth_taken.count)
    yield from _member_pair(Account.MEMBER_SPEND, Account.SPEND_RECORDED, who, -refund.spend_taken.fen)
