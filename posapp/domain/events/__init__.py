"""Every recorded fact.  Frozen; never updated, never deleted; a correction is another event.

An event's fields are recorded by position (see `encoding`): fields are only ever appended, and a change of
meaning is a new version of the kind.  No event holds personal data: a member is a keyed hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from posapp.domain.events.claim import SaleClaimed
from posapp.domain.events.coupon import (
    CouponBatchOpened,
    CouponsIssued,
    CouponsVoided,
    CouponTransferred,
    GiftsTakenBack,
    IssuedCoupon,
    RuleUsesCounted,
)
from posapp.domain.events.inbox import Entry, ExceptionClosed
from posapp.domain.events.lot import LotPart
from posapp.domain.events.member_life import (
    CardReplaced,
    ConsentRecorded,
    LotMoved,
    MemberForgotten,
    MembersMerged,
    MergeUndone,
    NumberClaimed,
    NumberRevealed,
    NumbersListed,
)
from posapp.domain.events.membership import BalanceOpened, MemberEnrolled
from posapp.domain.events.passes import (
    PassElapsed,
    PassPart,
    PassRefunded,
    PassReturned,
    PassSold,
    PassUsed,
    PassUseReversed,
)
from posapp.domain.events.points import (
    DrawAnnounced,
    DrawMade,
    GiftRedeemed,
    LapsedLot,
    PointsChanged,
    PointsReason,
    StockSupplied,
)
from posapp.domain.events.sale import (
    FeeWithheld,
    LineAdjustment,
    PriceByHand,
    ReturnedLine,
    SaleCompleted,
    SaleLine,
    SaleRefunded,
    Step,
    Tender,
    UnitsByPass,
)
from posapp.domain.events.shift import (
    CashMove,
    CashMoved,
    DrawerOpened,
    ShiftClosed,
    ShiftCounted,
    ShiftOpened,
    TenderTotal,
)
from posapp.domain.events.staff import ApprovalAnswered, SignInAnswered, StaffChanged, StaffStep
from posapp.domain.events.stored_value import (
    BonusGranted,
    BonusLapsed,
    Ground,
    Payer,
    StoredValueClosed,
    StoredValueOpened,
    StoredValueToppedUp,
)
from posapp.domain.events.tier import TierSet
from posapp.domain.events.transfer import ClaimTransferred, LotTransferred, PassTransferred
from posapp.domain.events.workshops import CheckInUndone, WorkshopAttended, WorkshopJoined, WorkshopLeft
from posapp.domain.ids import StreamId
from posapp.domain.ledger import Transaction

__all__ = [
    "ApprovalAnswered",
    "BalanceOpened",
    "BonusGranted",
    "BonusLapsed",
    "CardReplaced",
    "CashMove",
    "CashMoved",
    "CheckInUndone",
    "ClaimTransferred",
    "ConsentRecorded",
    "CouponBatchOpened",
    "CouponEvent",
    "CouponTransferred",
    "CouponsIssued",
    "CouponsVoided",
    "DrawAnnounced",
    "DrawMade",
    "DrawerOpened",
    "Entry",
    "Event",
    "ExceptionClosed",
    "FeeWithheld",
    "GiftRedeemed",
    "GiftsTakenBack",
    "Ground",
    "IssuedCoupon",
    "LapsedLot",
    "LineAdjustment",
    "LotMoved",
    "LotPart",
    "LotTransferred",
    "MemberEnrolled",
    "MemberForgotten",
    "MemberLifeEvent",
    "MembersMerged",
    "MergeUndone",
    "NumberClaimed",
    "NumberRevealed",
    "NumbersListed",
    "PassElapsed",
    "PassEvent",
    "PassPart",
    "PassRefunded",
    "PassReturned",
    "PassSold",
    "PassTransferred",
    "PassUseReversed",
    "PassUsed",
    "Payer",
    "PointsChanged",
    "PointsEvent",
    "PointsReason",
    "PriceByHand",
    "Recorded",
    "ReturnedLine",
    "RuleUsesCounted",
    "SaleClaimed",
    "SaleCompleted",
    "SaleLine",
    "SaleRefunded",
    "ShiftClosed",
    "ShiftCounted",
    "ShiftEvent",
    "ShiftOpened",
    "SignInAnswered",
    "StaffChanged",
    "StaffEvent",
    "StaffStep",
    "Step",
    "StockSupplied",
    "StoredValueClosed",
    "StoredValueEvent",
    "StoredValueOpened",
    "StoredValueToppedUp",
    "Tender",
    "TenderTotal",
    "TierSet",
    "UnitsByPass",
    "WorkshopAttended",
    "WorkshopEvent",
    "WorkshopJoined",
    "WorkshopLeft",
]

PassEvent = PassSold | PassUsed | PassUseReversed | PassRefunded | PassElapsed
MemberLifeEvent = (
    ConsentRecorded
    | CardReplaced
    | NumberClaimed
    | MembersMerged
    | MergeUndone
    | MemberForgotten
    | NumberRevealed
    | NumbersListed
)
WorkshopEvent = WorkshopJoined | WorkshopLeft | WorkshopAttended | CheckInUndone
CouponEvent = CouponsIssued | GiftsTakenBack | CouponsVoided | CouponTransferred | CouponBatchOpened | RuleUsesCounted
PointsEvent = PointsChanged | GiftRedeemed | DrawMade | DrawAnnounced | StockSupplied
StaffEvent = ApprovalAnswered | SignInAnswered | StaffChanged
ShiftEvent = ShiftOpened | CashMoved | DrawerOpened | ShiftCounted | ShiftClosed
OwnedEvent = PassEvent | CouponEvent | PointsEvent | TierSet
StoredValueEvent = StoredValueToppedUp | BonusGranted | StoredValueClosed | StoredValueOpened | BonusLapsed
Event = (
    MemberEnrolled
    | BalanceOpened
    | SaleCompleted
    | SaleRefunded
    | SaleClaimed
    | OwnedEvent
    | StoredValueEvent
    | MemberLifeEvent
    | WorkshopEvent
    | StaffEvent
    | ShiftEvent
    | ExceptionClosed
    | ClaimTransferred
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event in its place: who recorded it, when that clock said it was, and the value it moved.

    `sequence` counts from 1 without gaps within `stream`.  `at` is the device's claim and proves nothing.
    """

    stream: StreamId
    sequence: int
    at: datetime
    event: Event
    transaction: Transaction
