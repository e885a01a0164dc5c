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
    Account.PASS_USES: Text("次卡多用 {amount} 次", "Uses of a pass beyond its last: {amount}"),
    Account.STOCK: Text("礼品多兑 {amount} 件", "Gifts beyond the last one: {amount}"),
}
_TITLES: Final = {
    ExceptionKind.QUARANTINE: Text("有记录无法入账", "A record cannot be booked"),
    ExceptionKind.FORK: Text("同一台机有两份历史", "One till has two histories"),
    ExceptionKind.PRICE_DIFFERENCE: Text("复核价格不符", "A sale comes to another price"),
    ExceptionKind.REFUND_EXCESS: Text("退货超出原单", "More came back than was sold"),
    ExceptionKind.CLOSING_DIFFERENCE: Text("退卡金额不符", "A closed card was paid another amount"),
    ExceptionKind.CLOCK_DIFFERENCE: Text("收银机日期不符", "A till had another day"),
    ExceptionKind.OVERDRAFT: Text("余额透支", "A balance was overdrawn"),
    ExceptionKind.POINTS_OVERSPENT: Text("积分多用 {amount}", "Points spent beyond the balance: {amount}"),
    ExceptionKind.COUPON_TWICE: Text("一张券核销两次", "A coupon was redeemed twice"),
    ExceptionKind.OCCASION_TWICE: Text("同一事由送两次积分", "Points were given twice for one occasion"),
    ExceptionKind.CLOSED_TWICE: Text("同一异常处理两次", "An exception was closed twice"),
    ExceptionKind.DEBT: Text("会员欠款 ¥{money}", "A member owes ¥{money}"),
}
_REMEDIES: Final = {
    Remedy.WRITE_OFF: Text("记入商家损失", "Book it as the shop's loss"),
    Remedy.OWED: Text("记会员欠款，以后补付", "Let the member owe it"),
    Remedy.PAID: Text("现在收现金", "Take it in cash now"),
    Remedy.PAID_BACK: Text("退现金给顾客", "Give it back in cash"),
    Remedy.REVERSED: Text("冲销后一笔", "Take back what came second"),
    Remedy.ADOPTED: Text("认可另一份历史的金额", "Count what the other history moved"),
    Remedy.LEFT: Text("保持原样，不动余额", "Leave it as it is"),
}
_OTHERWISE: Final = {
    (ExceptionKind.POINTS_OVERSPENT, Remedy.LEFT): Text("以后得的积分先抵扣", "Let the next points repay it"),
    (ExceptionKind.POINTS_OVERSPENT, Remedy.WRITE_OFF): Text("商家补足 {units} 积分", "Give the {units} points"),
    (ExceptionKind.OCCASION_TWICE, Remedy.LEFT): Text(
        "多送的 {units} 积分留给会员", "Let the member keep the {units} points"
    ),
    (ExceptionKind.OCCASION_TWICE, Remedy.REVERSED): Text("收回多送的 {units} 积分", "Take the {units} points back"),
    (ExceptionKind.OVERDRAFT, Remedy.REVERSED): Text(
        "礼品收回，退还 {units} 积分", "Take the gift back and return {units} points"
    ),
    (ExceptionKind.CLOSED_TWICE, Remedy.LEFT): Text("两次处理都保留", "Let both closings stand"),
    (ExceptionKind.CLOSED_TWICE, Remedy.REVERSED): Text("冲销第二次处理", "Take back the second closing"),
    (ExceptionKind.DEBT, Remedy.WRITE_OFF): Text("不再追收，记入损失", "Give it up as a loss"),
    (ExceptionKind.FORK, Remedy.LEFT): Text("另一份历史不入账", "Leave the other history out"),
    (ExceptionKind.QUARANTINE, Remedy.LEFT): Text("不入账，只留存", "Keep it, but do not book it"),
}
_OVERPAID: Final = Text("多收会员欠款 ¥{money}", "A member paid ¥{money} too much of a debt")
_GIFT: Final = Text("补货给会员", "Get one more for the member")
_COST: Final = Text("商家承担 ¥{money}", "Costs the shop ¥{money}")
_MEMBER: Final = Text("顾客承担 ¥{money}", "Costs the customer ¥{money}")
_FREE: Final = Text("不花钱", "Costs nothing")


def title_of(case: Case) -> Text:
    """What happened, with how much of it."""
    words = _OVERPAID if case.kind is ExceptionKind.DEBT and case.amount < 0 else _TITLES[case.kind]
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
