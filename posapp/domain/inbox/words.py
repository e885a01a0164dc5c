"""An exception and its remedies as a manager reads them, in both languages (ux.md §7, Conflict; §10)."""

from __future__ import annotations

from typing import Final

from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.inbox.case import Case
from posapp.domain.inbox.kinds import ExceptionKind, Remedy
from posapp.domain.inbox.remedies import Option
from posapp.domain.text import Text

_OVERDRAWN: Final = {
    Account.STORED_PRINCIPAL: Text("储值卡多付 ¥{money}", "A card paid ¥{money} more than it had"),
    Account.STORED_BONUS: Text("储值赠送多用 ¥{money}", "A card spent ¥{money} more bonus than it had"),
    Account.PASS_USES: Text("次卡多用 {amount} 次", "A pass was used {amount} times too often"),
    Account.STOCK: Text("礼品多兑 {amount} 件", "{amount} more of a gift went out than there were"),
}
_TITLES: Final = {
    ExceptionKind.QUARANTINE: Text("有记录无法入账", "A record cannot be booked"),
    ExceptionKind.FORK: Text("同一台机有两份历史", "One till has two histories"),
    ExceptionKind.PRICE_DIFFERENCE: Text("复核价格不符", "A sale comes to another price"),
    ExceptionKind.REFUND_EXCESS: Text("退货超出原单", "More came back than was sold"),
    ExceptionKind.CLOCK_DIFFERENCE: Text("收银机日期不符", "A till had another day"),
    ExceptionKind.OVERDRAFT: Text("余额透支", "A balance was overdrawn"),
    ExceptionKind.POINTS_OVERSPENT: Text("积分多用 {amount}", "{amount} more points were spent than there were"),
    ExceptionKind.COUPON_TWICE: Text("一张券核销两次", "A coupon was redeemed twice"),
    ExceptionKind.OCCASION_TWICE: Text("同一事由送两次积分", "Points were given twice for one occasion"),
    ExceptionKind.CLOSED_TWICE: Text("同一异常处理两次", "An exception was closed twice"),
    ExceptionKind.DEBT: Text("会员欠款 ¥{money}", "A member owes ¥{money}"),
}
_REMEDIES: Final = {
    Remedy.WRITE_OFF: Text("商家承担，记入损失", "The shop bears it as a loss"),
    Remedy.OWED: Text("会员以后补付，记入欠款", "The member owes it until it is paid"),
    Remedy.PAID: Text("会员现在付现金", "The member pays it in cash now"),
    Remedy.PAID_BACK: Text("退现金给顾客", "The buyer gets it back in cash"),
    Remedy.REVERSED: Text("冲销后一笔", "What came second is taken back"),
    Remedy.ADOPTED: Text("认可另一份历史的金额", "What the other history moved counts too"),
    Remedy.LEFT: Text("保持原样，不动余额", "It stays as it is; nothing moves"),
}
_OTHERWISE: Final = {
    (ExceptionKind.POINTS_OVERSPENT, Remedy.LEFT): Text("以后得的积分先抵扣", "What the member earns next repays it"),
    (ExceptionKind.POINTS_OVERSPENT, Remedy.WRITE_OFF): Text(
        "商家补足 {units} 积分", "The shop gives the {units} points"
    ),
    (ExceptionKind.OCCASION_TWICE, Remedy.LEFT): Text(
        "多送的 {units} 积分留给会员", "The member keeps the {units} points"
    ),
    (ExceptionKind.OCCASION_TWICE, Remedy.REVERSED): Text(
        "收回多送的 {units} 积分", "The {units} points are taken back"
    ),
    (ExceptionKind.OVERDRAFT, Remedy.REVERSED): Text(
        "礼品收回，退还 {units} 积分", "The gift comes back, and its {units} points return"
    ),
    (ExceptionKind.CLOSED_TWICE, Remedy.LEFT): Text("两次处理都保留", "Both closings stand"),
    (ExceptionKind.CLOSED_TWICE, Remedy.REVERSED): Text("冲销第二次处理", "The second closing is taken back"),
    (ExceptionKind.DEBT, Remedy.WRITE_OFF): Text("不再追收，记入损失", "It is given up as a loss"),
    (ExceptionKind.FORK, Remedy.LEFT): Text("另一份历史不入账", "The other history is not booked"),
    (ExceptionKind.QUARANTINE, Remedy.LEFT): Text("不入账，只留存", "It is kept and not booked"),
}
_GIFT: Final = Text("补货给会员", "One more is got for the member")
_COST: Final = Text("商家承担 ¥{money}", "costs the shop ¥{money}")
_MEMBER: Final = Text("顾客承担 ¥{money}", "costs the customer ¥{money}")
_FREE: Final = Text("不花钱", "costs nothing")


def title_of(case: Case) -> Text:
    """What happened, with how much of it."""
    words = _TITLES[case.kind]
    if case.kind is ExceptionKind.OVERDRAFT and case.account in _OVERDRAWN:
        words = _OVERDRAWN[case.account]
    return _filled(words, money=str(Money(abs(case.amount))), amount=str(abs(case.amount)))


def option_words(case: Case, option: Option) -> Text:
    """What is done about it."""
    words = _OTHERWISE.get((case.kind, option.remedy), _REMEDIES[option.remedy])
    if case.account is Account.STOCK and option.remedy is Remedy.WRITE_OFF:
        words = _GIFT
    return _filled(words, units=str(option.units))


def cost_words(option: Option) -> Text:
    """What it costs whom."""
    if option.cost_fen:
        return _filled(_COST, money=str(Money(option.cost_fen)))
    if option.member_fen:
        return _filled(_MEMBER, money=str(Money(option.member_fen)))
    return _FREE


def _filled(words: Text, **figures: str) -> Text:
    return Text(words.zh.format(**figures), words.en.format(**figures))
