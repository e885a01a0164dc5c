"""What happened, in the words of the counter: one name for each kind of event that a customer may ask about."""

from __future__ import annotations

from typing import Final

from posapp.domain.amounts import Money
from posapp.domain.events import (
    BalanceOpened,
    BonusGranted,
    BonusLapsed,
    CheckInUndone,
    ClaimTransferred,
    CouponsIssued,
    CouponsVoided,
    CouponTransferred,
    DrawMade,
    Event,
    ExceptionClosed,
    GiftRedeemed,
    GiftsTakenBack,
    MemberForgotten,
    MembersMerged,
    MergeUndone,
    PassElapsed,
    PassRefunded,
    PassSold,
    PassUsed,
    PassUseReversed,
    PointsChanged,
    PointsReason,
    SaleClaimed,
    SaleCompleted,
    SaleRefunded,
    StoredValueClosed,
    StoredValueOpened,
    StoredValueToppedUp,
    TierSet,
    WorkshopAttended,
    WorkshopJoined,
    WorkshopLeft,
)
from posapp.domain.text import Text

_POINTS: Final = {
    PointsReason.CHECK_IN: Text("签到", "Check-in"),
    PointsReason.SHARE: Text("分享奖励", "Share reward"),
    PointsReason.REVIEW: Text("晒单奖励", "Review reward"),
    PointsReason.MANUAL: Text("手工积分", "Points by hand"),
    PointsReason.GIFT: Text("积分兑换", "Gift"),
    PointsReason.DRAW: Text("抽奖", "Draw"),
    PointsReason.EXPIRED: Text("积分到期", "Points lapsed"),
    PointsReason.TRANSFER: Text("积分转移", "Points moved"),
    PointsReason.FORFEIT: Text("积分放弃", "Points given up"),
}
_PLAIN: Final[dict[type, Text]] = {
    BalanceOpened: Text("期初导入", "Brought along"),
    PassSold: Text("购买次卡", "Pass bought"),
    PassUsed: Text("次卡核销", "Pass used"),
    PassUseReversed: Text("核销撤销", "Use taken back"),
    PassElapsed: Text("次卡到期", "Pass lapsed"),
    StoredValueOpened: Text("储值期初", "Stored value brought along"),
    BonusGranted: Text("储值赠送", "Bonus"),
    BonusLapsed: Text("赠送到期", "Bonus lapsed"),
    CouponsIssued: Text("发券", "Coupons given"),
    CouponTransferred: Text("领券或转赠", "Coupon handed on"),
    DrawMade: Text("抽奖", "Draw"),
    ExceptionClosed: Text("异常处理", "Exception closed"),
    ClaimTransferred: Text("卡或套餐转让", "Card or pass transferred"),
    MembersMerged: Text("会员合并", "Members merged"),
    MergeUndone: Text("合并撤销", "Merge undone"),
    MemberForgotten: Text("注销", "Left"),
    SaleClaimed: Text("补记会员", "Named late"),
    WorkshopAttended: Text("活动签到", "Came to event"),
    CheckInUndone: Text("签到撤销", "Check-in taken back"),
}


def words_of(event: Event, otherwise: Text | None = None) -> tuple[Text, str, Money | None]:
    """What it is called, the number that was printed for it, and the money that moved.

    The money is below zero where it went out, None where none moved.  What no customer comes for is called `otherwise`;
    without that, raises `TypeError`.
    """
    match event:
        case SaleCompleted():
            return Text("收款", "Sale"), event.receipt_number, event.due
        case SaleRefunded(is_void=True):
            return Text("撤销", "Void"), event.receipt_number, Money(-event.amount.fen)
        case SaleRefunded():
            return Text("退货", "Return"), event.receipt_number, Money(-event.amount.fen)
        case PassRefunded():
            return Text("次卡退款", "Pass returned"), event.receipt_number, Money(-event.refund.fen)
        case StoredValueToppedUp():
            return Text("储值充值", "Top-up"), event.number, Money(sum(one.amount.fen for one in event.tenders))
        case StoredValueClosed():
            return Text("储值退卡", "Card closed"), event.number, Money(-event.refund.fen - event.interest.fen)
        case GiftRedeemed(returned_of=None):
            return Text("积分兑换", "Gift"), "", None
        case GiftRedeemed():
            return Text("兑换撤回", "Gift taken back"), "", None
        case GiftsTakenBack():
            return Text("赠礼随退货收回", "Gift gone with a return"), event.receipt_number, None
        case PointsChanged():
            return _POINTS[event.reason], "", None
        case CouponsVoided():
            return (Text("作废撤回", "Void taken back") if event.back else Text("券作废", "Coupon voided")), "", None
        case TierSet():
            return Text("等级变更", "Tier set"), "", None
        case WorkshopJoined(waiting=waits):
            return Text("活动候补", "Queued for event") if waits else Text("活动报名", "Event sign-up"), "", None
        case WorkshopLeft(waiting=waits):
            return Text("退出候补", "Left the queue") if waits else Text("取消报名", "Event cancelled"), "", None
        case _:
            return _plain(event, otherwise), "", None


def _plain(event: Event, otherwise: Text | None) -> Text:
    found = _PLAIN.get(type(event), otherwise)
    if found is None:
        raise TypeError(f"{type(event).__name__} is nothing a customer comes for")
    return found
