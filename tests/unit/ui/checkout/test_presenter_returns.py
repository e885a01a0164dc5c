"""Returning goods and undoing a sale at the counter, over a real till and without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posapp.application.receipt import RefundReceipt
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.payment_return import MoneyBack, PaymentReturn, ReturnStage
from posapp.domain.sale import TenderMethod
from posapp.hardware.receipt_text import render
from posapp.storage.verify import verify
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.code_paying import ReturnMoved, news_of
from posapp.ui.checkout.form import FormSheet
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.sheets import CompleteSheet, ReturnFindSheet, ReturnSheet, TenderSheet
from posapp.ui.checkout.state import SyncKind
from posapp.ui.i18n import Language
from tests.integration.tills import SteppingClock, labels
from tests.unit.ui.checkout.counter import LIN, barcode, completed, names, scan, sheet_of, words
from tests.unit.ui.checkout.shells import PlainShell

RETURNS = do.FunctionKey(9, shift=True)


def sell(desk: CheckoutPresenter, *goods: str, member: str = "") -> str:
    """Sell goods for cash and leave the finished sale; its number."""
    if member:
        desk.handle(do.MemberKey(member))
    scan(desk, *goods)
    desk.handle(do.CashKey(""))
    number = desk.shell.printed[-1].number  # type: ignore[attr-defined]
    desk.handle(do.NextSale())
    return str(number)


def finding(shell: PlainShell) -> ReturnFindSheet:
    assert isinstance(shell.state.sheet, ReturnFindSheet)
    return shell.state.sheet


def choosing(shell: PlainShell) -> ReturnSheet:
    assert isinstance(shell.state.sheet, ReturnSheet)
    return shell.state.sheet


def done(shell: PlainShell) -> CompleteSheet:
    assert isinstance(shell.state.sheet, CompleteSheet)
    return shell.state.sheet


def facts(sheet: ReturnSheet) -> dict[str, str]:
    return {words(fact.label): words(fact.value) for fact in sheet.facts}


def test_a_return_by_keys_alone(desk: CheckoutPresenter, shell: PlainShell, till: Till) -> None:
    number = sell(desk, "明前龙井", "手工黄油曲奇", "手工黄油曲奇")
    desk.handle(RETURNS)
    assert [row.title for row in finding(shell).rows] == [number]
    desk.handle(do.EnterPressed())
    sheet = choosing(shell)
    assert [words(row.detail) for row in sheet.rows] == ["售 1 · 可退 1", "售 2 · 可退 2"]
    assert sheet.total_fen is None
    desk.handle(do.EnterPressed())
    assert words(choosing(shell).notice.title) == "先选要退的商品"  # type: ignore[union-attr]
    desk.handle(do.RowMoved(1))
    desk.handle(do.ReturnEdited("1"))
    sheet = choosing(shell)
    assert (sheet.rows[1].coming, sheet.total_fen) == ("×1", sheet.rows[1].amount_fen)
    assert facts(sheet)["现金"] == f"{(sheet.total_fen or 0) / 100:.2f}"
    desk.handle(do.EnterPressed("1"))
    sheet_done = done(shell)
    assert words(sheet_done.title).startswith("退货完成")
    assert words(sheet_done.change_label) == "退现金"
    assert sheet_done.change_fen == sheet.total_fen
    receipt = shell.printed[-1]
    assert isinstance(receipt, RefundReceipt)
    assert (receipt.original_number, receipt.number) == (number, "261017-02-R0001")
    desk.handle(do.EnterPressed())
    assert sheet_of(shell) is None
    desk.handle(RETURNS)
    assert "已退" in words(finding(shell).rows[0].detail)
    assert verify(till.database).ok


def test_with_an_empty_counter_f9_alone_is_enough(desk: CheckoutPresenter, shell: PlainShell) -> None:
    sell(desk, "明前龙井")
    assert words(next(key for key in shell.state.function_keys if key.number == 9).label) == "退货"
    desk.handle(do.FunctionKey(9))
    assert isinstance(sheet_of(shell), ReturnFindSheet)
    desk.handle(do.EscPressed())
    scan(desk, "明前龙井")
    assert words(next(key for key in shell.state.function_keys if key.number == 9).label) == "收款"
    desk.handle(do.FunctionKey(9))
    assert isinstance(sheet_of(shell), TenderSheet)
    desk.handle(do.CashKey(""))
    desk.handle(do.FunctionKey(9))
    assert sheet_of(shell) is None, "after a sale it is the next one, as before"


def test_everything_by_one_key_and_back_again(desk: CheckoutPresenter, shell: PlainShell) -> None:
    sell(desk, "手工黄油曲奇", "手工黄油曲奇", "明前龙井")
    desk.handle(RETURNS)
    desk.handle(do.EnterPressed())
    desk.handle(do.ReturnAll())
    assert [row.coming for row in choosing(shell).rows] == ["×2", "×1"]
    desk.handle(do.ReturnAll())
    assert [row.coming for row in choosing(shell).rows] == ["", ""]
    desk.handle(do.LineStep(1))
    desk.handle(do.LineStep(1))
    assert choosing(shell).rows[0].coming == "×2"
    desk.handle(do.LineStep(1))
    assert choosing(shell).rows[0].coming == "×2"
    assert "只剩 2 可退" in words(choosing(shell).notice.title)  # type: ignore[union-attr]
    desk.handle(do.LineStep(-1))
    assert choosing(shell).rows[0].coming == "×1"
    desk.handle(do.ReturnEdited("3"))
    assert choosing(shell).rows[0].coming == "×1", "what is too many is refused and changes nothing"
    desk.handle(do.EnterPressed("3"))
    assert "只剩 2 可退" in words(choosing(shell).notice.title), "and Enter gives nothing back over it"  # type: ignore[union-attr]
    desk.handle(do.ReturnEdited("x"))
    assert choosing(shell).notice is not None


def test_scanning_the_goods_counts_them(desk: CheckoutPresenter, shell: PlainShell, till: Till) -> None:
    sell(desk, "手工黄油曲奇", "手工黄油曲奇", "明前龙井")
    desk.handle(RETURNS)
    desk.handle(do.EnterPressed())
    for _piece in range(3):
        desk.handle(do.ScanReceived(barcode(till, "手工黄油曲奇")))
    assert [row.coming for row in choosing(shell).rows] == ["×2", ""]
    for typed in ("6", "69", ""):
        desk.handle(do.ReturnEdited(typed))  # a scan's first digits reach the input and are taken back
    assert [row.coming for row in choosing(shell).rows] == ["×2", ""]
    desk.handle(do.ScanReceived(barcode(till, "手工黄油曲奇")))
    assert "只剩" in words(choosing(shell).notice.title)  # type: ignore[union-attr]
    desk.handle(do.ScanReceived(barcode(till, "有机全脂牛奶")))
    assert words(choosing(shell).notice.title) == "这件不在这单里"  # type: ignore[union-attr]
    assert names(shell) == [], "nothing of it lands in the basket"


@pytest.mark.parametrize("how", ["scan", "key", "enter", "short"])
def test_a_receipt_number_opens_its_sale(desk: CheckoutPresenter, shell: PlainShell, how: str) -> None:
    number = sell(desk, "明前龙井")
    sell(desk, "手工黄油曲奇")
    if how == "scan":
        desk.handle(do.ScanReceived(number))
    elif how == "key":
        desk.handle(do.FunctionKey(9, "1", shift=True))
    else:
        desk.handle(RETURNS)
        desk.handle(do.EnterPressed(number if how == "enter" else "0001"))
    assert choosing(shell).receipt_number == number


def test_what_is_not_found_says_what_to_do(desk: CheckoutPresenter, shell: PlainShell, till: Till) -> None:
    desk.handle(RETURNS)
    assert finding(shell).rows == ()
    for intent in (
        do.EnterPressed("77"),
        do.EnterPressed("13800000000"),
        do.ScanReceived(barcode(till, "明前龙井")),
        do.ScanReceived("260101-07-0001"),
    ):
        desk.handle(intent)
        notice = finding(shell).notice
        assert notice is not None
        assert words(notice.title)
        assert shell.state.omnibox.toast is None
        desk.handle(do.ReturnEdited("1"))
        assert finding(shell).notice is None
    desk.handle(do.EnterPressed())
    desk.handle(do.EscPressed())
    assert sheet_of(shell) is None


def test_a_member_and_a_day_narrow_the_list(desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock) -> None:
    hers = sell(desk, "明前龙井", member=LIN)
    clock.step(days=1)
    today = sell(desk, "手工黄油曲奇")
    desk.handle(RETURNS)
    assert [row.title for row in finding(shell).rows] == [today]
    desk.handle(do.ReturnDayMoved(-1))
    assert [row.title for row in finding(shell).rows] == [hers]
    assert words(finding(shell).listed) == "10-17 周六 的单"
    desk.handle(do.ReturnDayMoved(1))
    desk.handle(do.ReturnDayMoved(1))
    assert [row.title for row in finding(shell).rows] == [today], "no day after today"
    desk.handle(do.MemberKey("6021"))
    assert [row.title for row in finding(shell).rows] == [hers]
    assert "林晓梅" in words(finding(shell).listed)
    desk.handle(do.EscPressed())
    desk.handle(do.MemberKey(LIN))
    desk.handle(RETURNS)
    assert [row.title for row in finding(shell).rows] == [hers], "the attached member's own sales first"


def test_much_cash_asks_somebody_else(desk: CheckoutPresenter, shell: PlainShell) -> None:
    sell(desk, "明前龙井", "明前龙井", "明前龙井")
    desk.handle(RETURNS)
    desk.handle(do.EnterPressed())
    desk.handle(do.ReturnAll())
    assert "另一人" in words(choosing(shell).notice.title)  # type: ignore[union-attr]
    desk.handle(do.EnterPressed())
    asked = sheet_of(shell)
    assert isinstance(asked, FormSheet)
    assert [(words(fact.label), words(fact.value)) for fact in asked.facts] == [
        ("收据", "261017-02-0001"),
        ("本单金额", "384.00 → 0.00"),
        ("现金", "384.00"),
    ]
    for typed in ("", "1001"):
        desk.handle(do.FormSubmitted((("number", typed),)))
        refused = sheet_of(shell)
        assert isinstance(refused, FormSheet)
        assert refused.tone is Tone.DANGER
    desk.handle(do.EscPressed())
    assert choosing(shell).rows[0].coming == "×3", "what was chosen is still there"
    desk.handle(do.EnterPressed())
    desk.handle(do.FormSubmitted((("number", "2001"),)))
    assert done(shell).change_fen == 38400
    receipt = shell.printed[-1]
    assert isinstance(receipt, RefundReceipt)
    assert receipt.approver == "2001"
    assert words(done(shell).title) == "已作废 384.00", "all of a sale of the same day is a void"


def test_a_member_sees_points_before_and_after_in_both_languages(
    desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock
) -> None:
    sell(desk, "明前龙井", "手工黄油曲奇", member=LIN)
    clock.step(days=3)
    desk.handle(do.MemberKey(LIN))
    desk.handle(RETURNS)
    desk.handle(do.EnterPressed())
    desk.handle(do.ReturnAll())
    shown = facts(choosing(shell))
    assert "→" in shown["积分"]
    assert shown["成长值"].startswith("−")
    details = [words(fact.detail) for fact in choosing(shell).facts]
    assert any(detail.startswith("扣回 ") for detail in details)
    before = desk.session.basket.member
    assert before is not None
    desk.handle(do.EnterPressed())
    (points, *_rest) = done(shell).balances
    assert words(points.label) == "积分"
    after = desk.session.basket.member
    assert after is not None
    assert after.standing.points.count < before.standing.points.count, "the sale on the counter knows it"
    receipt = shell.printed[-1]
    assert isinstance(receipt, RefundReceipt)
    for language, expected in (("zh_CN", "扣回积分"), ("en", "Points taken back")):
        text = render(receipt, labels(language))
        assert any(expected in row for row in text)
        assert any(f"{before.standing.points.count} → {after.standing.points.count}" in row for row in text)
        assert any("￥" in row for row in text)


def test_undo_takes_back_the_sale_just_made(desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock) -> None:
    desk.handle(do.MemberKey(LIN))
    scan(desk, "明前龙井", "明前龙井", "明前龙井")
    desk.handle(do.CashKey("400"))
    assert done(shell).can_undo
    desk.handle(do.Undo())
    assert words(done(shell).title).startswith("已作废")
    assert done(shell).can_undo is None
    printed = len(shell.printed)
    desk.handle(do.Undo())
    assert len(shell.printed) == printed, "once is enough"
    desk.handle(do.EscPressed())
    assert sheet_of(shell) is None
    scan(desk, "明前龙井")
    desk.handle(do.CashKey(""))
    clock.step(seconds=61)
    desk.tick()
    assert done(shell).can_undo is False
    desk.handle(do.Undo())
    assert completed(shell)
    assert words(done(shell).notice.title) == "已超过 60 秒，不能撤销"  # type: ignore[union-attr]


def test_undo_in_an_empty_basket_is_the_last_sale_and_in_a_full_one_a_step(
    desk: CheckoutPresenter, shell: PlainShell
) -> None:
    sell(desk, "明前龙井")
    scan(desk, "手工黄油曲奇")
    desk.handle(do.Undo())
    assert names(shell) == []
    assert sheet_of(shell) is None
    desk.handle(do.Undo())
    assert words(done(shell).title) == "已作废 128.00"


def test_undo_does_not_reach_past_a_parked_sale(desk: CheckoutPresenter, shell: PlainShell) -> None:
    sell(desk, "明前龙井")
    scan(desk, "手工黄油曲奇")
    desk.handle(do.FunctionKey(6))
    desk.handle(do.Undo())
    assert sheet_of(shell) is None
    assert len(shell.printed) == 1


def test_offline_says_its_limits_and_keeps_them(desk: CheckoutPresenter, shell: PlainShell) -> None:
    sell(desk, "明前龙井", "明前龙井")
    desk.sync_changed(replace(desk.session.sync, kind=SyncKind.OFFLINE))
    desk.handle(RETURNS)
    assert "断网" in words(finding(shell).notice.title)  # type: ignore[union-attr]
    desk.handle(do.EnterPressed())
    desk.handle(do.ReturnAll())
    desk.handle(do.EnterPressed())
    desk.handle(do.FormSubmitted((("number", "2001"),)))
    assert "断网" in words(choosing(shell).notice.title)  # type: ignore[union-attr]
    desk.handle(do.ReturnEdited("1"))
    desk.handle(do.EnterPressed("1"))
    assert words(done(shell).title).startswith("退货完成")


def test_a_return_leaves_the_sale_on_the_counter_alone(desk: CheckoutPresenter, shell: PlainShell) -> None:
    sell(desk, "明前龙井")
    scan(desk, "手工黄油曲奇")
    desk.handle(RETURNS)
    desk.handle(do.EnterPressed())
    desk.handle(do.ReturnAll())
    desk.handle(do.EnterPressed())
    assert names(shell) == ["手工黄油曲奇 180g"]
    desk.handle(RETURNS)
    pay = (do.CashKey(""), do.CashKey("100"), do.PayKey(), do.TenderMethodChosen("bank_card"), do.FunctionKey(9))
    for intent in pay:
        desk.handle(intent)
        assert isinstance(sheet_of(shell), ReturnFindSheet), "nothing is paid while the basket is out of sight"
    desk.handle(do.EscPressed())
    scan(desk, "手工黄油曲奇")
    assert sheet_of(shell) is None
    assert [line.quantity for line in shell.state.cart.lines] == ["2"]


def test_the_receipt_of_an_old_sale_is_printed_again_and_marked(
    desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock
) -> None:
    number = sell(desk, "明前龙井", "手工黄油曲奇")
    first = shell.printed[-1]
    clock.step(days=40)
    sell(desk, "手工黄油曲奇")
    desk.handle(do.ScanReceived(number))
    for copy in (1, 2):
        desk.handle(do.ReprintReceipt())
        again = shell.printed[-1]
        assert again == replace(first, copy=copy)
        assert render(again, labels())[1:] == render(first, labels())
    assert isinstance(sheet_of(shell), ReturnSheet), "and the return stays open"


def test_every_sentence_of_a_return_is_in_both_languages(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.EnterPressed("qh20"))
    sell(desk, "明前龙井", "手工黄油曲奇", "手工黄油曲奇", member=LIN)
    desk.handle(RETURNS)
    desk.handle(do.EnterPressed())
    desk.handle(do.ReturnEdited("1"))
    for language in Language:
        assert all(words(one, language) for one in choosing(shell).sentences)
        assert all(words(one.label, language) and words(one.value, language) for one in choosing(shell).facts)


@pytest.mark.parametrize(
    ("stage", "title"),
    [(ReturnStage.DONE, "128.00 已原路退回"), (ReturnStage.WAITING, "128.00 等来网后原路退回")],
)
def test_money_on_its_way_back_is_said_while_the_refund_is_shown(
    desk: CheckoutPresenter, shell: PlainShell, stage: ReturnStage, title: str
) -> None:
    back = MoneyBack(TenderMethod.WECHAT_PAY, "r1", "4200000001", Money(12_800), Money(12_800))
    moved = ReturnMoved(PaymentReturn(back, "261017-02-R0001", desk.till.clock.now(), stage))
    sell(desk, "明前龙井")
    desk.payment_news(moved)
    assert shell.state.omnibox.toast is None, "nobody has to do anything"
    desk.handle(do.Undo())
    desk.payment_news(moved)
    notice = done(shell).notice
    assert notice is not None
    assert words(notice.title).endswith(title)


def test_money_that_cannot_go_back_is_said_whatever_is_on_the_screen(
    desk: CheckoutPresenter, shell: PlainShell
) -> None:
    back = MoneyBack(TenderMethod.ALIPAY, "r7", "4200000001", Money(990), Money(12_800))
    stuck = PaymentReturn(back, "261017-02-R0001", desk.till.clock.now(), ReturnStage.MANUAL)
    desk.payment_news(news_of(stuck))
    assert shell.state.omnibox.toast is not None
    assert "退不回去" in words(shell.state.omnibox.toast.title)
    assert "r7" in words(shell.state.omnibox.toast.detail)
