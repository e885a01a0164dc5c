"""The exceptions inbox in its states, for screenshots and for the tests of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.checkout_samples import empty, offline
from bench.sample_sale import function_keys, words
from posapp.domain.text import Text
from posapp.ui.checkout.inbox_sheet import CaseLine, CaseOption, CaseSheet
from posapp.ui.checkout.sheets import ChoiceRow, ChoiceSheet
from posapp.ui.checkout.state import CheckoutState
from posapp.ui.checkout.words import named
from posapp.ui.messages import Message, msg

_CARD = Text("储值卡多付 ¥20.00", "A card paid ¥20.00 more than it had")
_COUPON = Text("一张券核销两次", "A coupon was redeemed twice")
_DEBT = Text("会员欠款 ¥38.50", "A member owes ¥38.50")
_PASS = Text("次卡多用 1 次", "Uses of a pass beyond its last: 1")
_WRITE_OFF = Text("记入商家损失", "Book it as the shop's loss")
_OWED = Text("记会员欠款，以后补付", "Let the member owe it")
_PAID = Text("现在收现金", "Take it in cash now")


def _over(base: CheckoutState, sheet: ChoiceSheet | CaseSheet, exceptions: int) -> CheckoutState:
    top = replace(base.top, exceptions=exceptions)
    return replace(base, top=top, sheet=sheet, function_keys=function_keys(off=tuple(range(4, 13))))


def _row(number: int, title: Text, remedy: Text, at: str, *, english: bool) -> ChoiceRow:
    language = "en" if english else "zh_CN"
    advice = msg("inbox.recommended", what=named(remedy, language))
    return ChoiceRow(str(number), named(title, language), advice, None, at)


def inbox(*, english: bool = False) -> CheckoutState:
    """What four tills did against each other, as a manager sees it."""
    rows = (
        _row(1, _CARD, _WRITE_OFF, "11-18 18:20", english=english),
        _row(2, _COUPON, _WRITE_OFF, "11-18 18:31", english=english),
        _row(3, _PASS, _WRITE_OFF, "11-18 18:40", english=english),
        _row(4, _DEBT, _PAID, "11-18 18:44", english=english),
    )
    found = msg("inbox.as_of", time="11-18 18:45")
    return _over(empty(english=english), ChoiceSheet(msg("inbox.title"), msg("inbox.look"), rows, 0, found), 4)


def inbox_offline(*, english: bool = False) -> CheckoutState:
    """The same without a network: it can still be decided."""
    return _over(offline(english=english), _sheet(inbox(english=english)), 4)


def inbox_none(*, english: bool = False) -> CheckoutState:
    """Nothing to decide."""
    found = msg("inbox.as_of", time="11-18 18:45")
    nothing = (msg("inbox.none"), msg("inbox.none_detail"))
    return _over(empty(english=english), ChoiceSheet(msg("inbox.title"), msg("inbox.look"), (), 0, found, *nothing), 0)


def inbox_case(*, english: bool = False) -> CheckoutState:
    """One of them, with its ledger and what each way costs."""
    language = "en" if english else "zh_CN"

    def line(what: Text, at: str, number: str, here: bool, moved: str, then: str) -> CaseLine:
        where = msg("inbox.here" if here else "inbox.elsewhere")
        detail = (at, number, where) if number else (at, where)
        return CaseLine(named(what, language), detail, moved, msg("inbox.balance", amount=then), then.startswith("−"))

    sale = Text("收款", "Sale")
    lines = (
        line(Text("储值充值", "Top-up"), "11-12 10:08", "261112-02-C007", here=True, moved="+80.00", then="80.00"),
        line(sale, "11-18 18:02", "261118-02-0118", here=True, moved="−50.00", then="30.00"),
        line(sale, "11-18 18:05", "261118-03-0091", here=False, moved="−50.00", then="−20.00"),
    )
    shop = named(Text("商家承担 ¥20.00", "Costs the shop ¥20.00"), language)
    customer = named(Text("顾客承担 ¥20.00", "Costs the customer ¥20.00"), language)
    options = (
        CaseOption(named(_WRITE_OFF, language), shop),
        CaseOption(named(_OWED, language), customer),
        CaseOption(named(_PAID, language), customer),
    )
    who: tuple[str | Message, ...] = (words(english, "林晓梅", "Lin Xiaomei"),)
    return _over(empty(english=english), CaseSheet(named(_CARD, language), who, lines, options, 2), 4)


def inbox_case_told(*, english: bool = False) -> CheckoutState:
    """One that is about no balance: the server's sentence says what it found."""
    sheet = inbox_case(english=english).sheet
    if not isinstance(sheet, CaseSheet):
        raise TypeError("not an exception")
    told = words(
        english,
        "小票 261118-03-0091: 等级应为 gold, 记录为 diamond",
        "receipt 261118-03-0091: tier diamond, expected gold",
    )
    title = Text("复核价格不符", "A sale comes to another price")
    left = Text("保持原样，不动余额", "Leave it as it is")
    language = "en" if english else "zh_CN"
    free = named(Text("不花钱", "Costs nothing"), language)
    changed = replace(
        sheet,
        title=named(title, language),
        detail=(*sheet.detail, told),
        lines=(replace(sheet.lines[2], moved="50.00", balance=None),),
        options=(CaseOption(named(left, language), free),),
        line=0,
        earlier=msg("inbox.earlier"),
    )
    return _over(empty(english=english), changed, 1)


def _sheet(state: CheckoutState) -> ChoiceSheet:
    if not isinstance(state.sheet, ChoiceSheet):
        raise TypeError("not the list")
    return state.sheet


INBOX_SAMPLES: dict[str, Callable[..., CheckoutState]] = {
    "inbox": inbox,
    "inbox_offline": inbox_offline,
    "inbox_none": inbox_none,
    "inbox_case": inbox_case,
    "inbox_case_told": inbox_case_told,
}
