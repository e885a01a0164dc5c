"""What each event moves: event → balanced transaction, by one pure function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from posapp.domain.events import (
    ApprovalAnswered,
    BalanceOpened,
    BonusGranted,
    BonusLapsed,
    CardReplaced,
    CashMoved,
    CheckInUndone,
    ClaimTransferred,
    ConsentRecorded,
    CouponBatchOpened,
    CouponEvent,
    CouponsIssued,
    CouponsVoided,
    CouponTransferred,
    DrawAnnounced,
    DrawerOpened,
    DrawMade,
    Event,
    ExceptionClosed,
    GiftRedeemed,
    GiftsTakenBack,
    MemberEnrolled,
    MemberForgotten,
    MembersMerged,
    MergeUndone,
    NumberClaimed,
    NumberRevealed,
    NumbersListed,
    PassElapsed,
    PassRefunded,
    PassSold,
    PassUsed,
    PassUseReversed,
    PointsChanged,
    RuleUsesCounted,
    SaleClaimed,
    SaleCompleted,
    SaleRefunded,
    ShiftClosed,
    ShiftCounted,
    ShiftOpened,
    SignInAnswered,
    StaffChanged,
    StockSupplied,
    StoredValueClosed,
    StoredValueEvent,
    StoredValueOpened,
    StoredValueToppedUp,
    TierSet,
    WorkshopAttended,
    WorkshopJoined,
    WorkshopLeft,
)
from posapp.domain.ledger import EMPTY_TRANSACTION, Posting, Transaction, transaction
from posapp.domain.posting.claim import claim_postings
from posapp.domain.posting.coupon import (
    batch_postings,
    issued_postings,
    taken_back_postings,
    transferred_postings,
    uses_postings,
    voided_postings,
)
from posapp.domain.posting.inbox import inbox_postings
from posapp.domain.posting.member_life import forgotten_postings, merge_postings
from posapp.domain.posting.membership import opening_postings
from posapp.domain.posting.passes import elapsed_postings, refunded_postings, sold_postings, used_postings
from posapp.domain.posting.points import (
    announcement_postings,
    draw_postings,
    gift_postings,
    points_postings,
    supply_postings,
)
from posapp.domain.posting.sale import refund_postings, sale_postings
from posapp.domain.posting.shift import shift_postings
from posapp.domain.posting.stored_value import (
    closed_postings,
    granted_postings,
    lapsed_postings,
    opened_postings,
    topped_up_postings,
)
from posapp.domain.posting.tier import tier_postings
from posapp.domain.posting.transfer import claim_transfer_postings
from posapp.domain.posting.workshops import workshop_postings

_MOVES_NOTHING: Final = (
    *(MemberEnrolled, ConsentRecorded, CardReplaced, NumberClaimed, NumberRevealed, NumbersListed),
    *(ApprovalAnswered, SignInAnswered, StaffChanged, DrawerOpened),
)


def post(event: Event) -> Transaction:
    """The transaction of an event.  Raises `UnbalancedTransaction` where the event contradicts itself."""
    if isinstance(event, _MOVES_NOTHING):
        return EMPTY_TRANSACTION
    match event:
        case BalanceOpened():
            return transaction(opening_postings(event))
        case SaleCompleted():
            return transaction(sale_postings(event))
        case SaleRefunded():
            return transaction(refund_postings(event))
        case SaleClaimed():
            return transaction(claim_postings(event))
        case PassSold():
            return transaction(sold_postings(event))
        case PassUsed() | PassUseReversed():
            return transaction(used_postings(event))
        case PassRefunded():
            return transaction(refunded_postings(event))
        case PassElapsed():
            return transaction(elapsed_postings(event))
        case MembersMerged() | MergeUndone():
            return transaction(merge_postings(event))
        case MemberForgotten():
            return transaction(forgotten_postings(event))
        case WorkshopJoined() | WorkshopLeft() | WorkshopAttended() | CheckInUndone():
            return transaction(workshop_postings(event))
        case (
            CouponsIssued()
            | GiftsTakenBack()
            | CouponsVoided()
            | CouponTransferred()
            | CouponBatchOpened()
            | RuleUsesCounted()
        ):
            return transaction(_coupon_postings(event))
        case StoredValueToppedUp() | BonusGranted() | StoredValueClosed() | StoredValueOpened() | BonusLapsed():
            return transaction(_stored_value_postings(event))
        case PointsChanged():
            return transaction(points_postings(event))
        case GiftRedeemed():
            return transaction(gift_postings(event))
        case StockSupplied():
            return transaction(supply_postings(event))
        case DrawMade():
            return transaction(draw_postings(event))
        case DrawAnnounced():
            return transaction(announcement_postings(event))
        case TierSet():
            return transaction(tier_postings(event))
        case ShiftOpened() | CashMoved() | ShiftCounted() | ShiftClosed():
            return transaction(shift_postings(event))
        case ExceptionClosed():
            return transaction(inbox_postings(event))
        case ClaimTransferred():
            return transaction(claim_transfer_postings(event))
        case _:
            assert_never(event)


def _stored_value_postings(event: StoredValueEvent) -> Iterator[Posting]:
    match event:
        case StoredValueToppedUp():
            return topped_up_postings(event)
        case BonusGranted():
            return granted_postings(event)
        case StoredValueClosed():
            return closed_postings(event)
        case StoredValueOpened():
            return opened_postings(event)
        case BonusLapsed():
            return lapsed_postings(event)


def _coupon_postings(event: CouponEvent) -> Iterator[Posting]:
    match event:
        case CouponsIssued():
            return issued_postings(event)
        case GiftsTakenBack():
            return taken_back_postings(event)
        case CouponsVoided():
            return voided_postings(event)
        case CouponTransferred():
            return transferred_postings(event)
        case CouponBatchOpened():
            return batch_postings(event)
        case RuleUsesCounted():
            return uses_postings(event)
        case _:
            assert_never(event)
