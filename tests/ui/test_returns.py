"""Goods come back, by keys and scans alone, in a real window on a real database."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from posapp.application.goods import search
from posapp.storage.verify import verify
from posapp.ui.checkout.screen import screen_of
from posapp.ui.checkout.session import CompleteMode, ReturnedMode, ReturnFindMode, ReturnMode, TenderMode
from posapp.ui.checkout.staff_modes import ApprovalMode
from posapp.ui.checkout.view.return_sheet import ReturnView
from posapp.ui.widgets.button import Button
from tests.integration.demo_shop import publish
from tests.ui.counters import Counter, until

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def sell(counter: Counter, *goods: str) -> str:
    """Scan goods, take the exact cash, and go on; the receipt's number."""
    counter.scan_goods(*goods)
    counter.press(Qt.Key.Key_F10)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "the sale done")
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the next sale")
    QTest.qWait(350)  # so soon after a scan an Enter would still be the scanner's
    return mode.done.sale.receipt_number


def coming(counter: Counter) -> tuple[int, ...]:
    mode = counter.session.mode
    assert isinstance(mode, ReturnMode)
    return mode.coming


def listed(counter: Counter) -> None:
    until(lambda: isinstance(counter.session.mode, ReturnFindMode), "the list of sales")


def opened(counter: Counter) -> None:
    until(lambda: isinstance(counter.session.mode, ReturnMode), "the sale's lines")


def finished(counter: Counter) -> ReturnedMode:
    until(lambda: isinstance(counter.session.mode, ReturnedMode), "given back")
    mode = counter.session.mode
    assert isinstance(mode, ReturnedMode)
    return mode


def shown(counter: Counter, name: str) -> bool:
    widget = counter.window.findChild(QWidget, name)
    return widget is not None and widget.isVisible()


def test_the_last_sale_comes_back_in_four_keys(counter: Counter) -> None:
    number = sell(counter, "手工黄油曲奇", "手工黄油曲奇")
    counter.keys = 0
    counter.press(Qt.Key.Key_F9, SHIFT)
    listed(counter)
    assert shown(counter, "return_find_sheet")
    counter.press(Qt.Key.Key_Return)
    opened(counter)
    assert shown(counter, "return_sheet")
    counter.type("*")
    until(lambda: coming(counter) == (2000,), "all of it")
    counter.press(Qt.Key.Key_Return)
    done = finished(counter)
    assert counter.keys == 4
    assert done.done.refund.original_receipt == number
    assert shown(counter, "complete_sheet")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "the counter again")
    until(lambda: bool(list(counter.shops.folder.receipts.glob("*R0001.txt"))), "the receipt of the return")
    assert verify(counter.presenter.till.database).ok


def test_the_key_of_paying_goes_on_after_a_return_and_says_so(counter: Counter) -> None:
    sell(counter, "手工黄油曲奇")
    give_all_back(counter)
    assert pay_label(counter) == "fkey.next_sale"
    counter.press(Qt.Key.Key_F9)
    until(lambda: counter.session.mode is None, "the counter again")
    assert counter.session.toast is None


def test_after_a_return_the_key_of_paying_takes_what_waits_on_the_counter(counter: Counter) -> None:
    sell(counter, "手工黄油曲奇")
    counter.scan_goods("明前龙井")
    give_all_back(counter)
    assert pay_label(counter) == "fkey.pay"
    counter.press(Qt.Key.Key_F9)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")


def give_all_back(counter: Counter) -> None:
    """The last sale, by keys."""
    counter.press(Qt.Key.Key_F9, SHIFT)
    listed(counter)
    counter.press(Qt.Key.Key_Return)
    opened(counter)
    counter.type("*")
    counter.press(Qt.Key.Key_Return)
    finished(counter)


def pay_label(counter: Counter) -> str:
    """What stands at F9 in the bar."""
    keys = screen_of(counter.session, counter.presenter.surroundings()).function_keys
    return next(each.label.key for each in keys if each.number == 9)


def test_digits_arrows_and_scans_choose(counter: Counter) -> None:
    number = sell(counter, "手工黄油曲奇", "手工黄油曲奇", "手工黄油曲奇", "明前龙井", "明前龙井")
    counter.scan(number)
    opened(counter)
    counter.type("2")
    until(lambda: coming(counter) == (2000, 0), "two of the first")
    counter.press(Qt.Key.Key_Down)
    until(lambda: counter.window.view.typed() == "", "a fresh input")
    counter.type("9")
    until(lambda: counter.session.toast is not None, "refused")
    assert coming(counter) == (2000, 0)
    counter.press(Qt.Key.Key_Backspace)
    until(lambda: counter.session.toast is None, "as it was")
    assert coming(counter) == (2000, 0)
    cookies = search(counter.presenter.till, "手工黄油曲奇")[0].barcode
    tea = search(counter.presenter.till, "明前龙井")[0].barcode
    counter.scan(cookies)
    until(lambda: coming(counter) == (3000, 0), "one more by its barcode")
    counter.scan(tea)
    until(lambda: coming(counter) == (3000, 1000), "the other goods by theirs")
    counter.type("-")
    until(lambda: coming(counter) == (3000, 0), "one less")
    QTest.qWait(350)  # so soon after a scan an Enter would still be the scanner's
    counter.press(Qt.Key.Key_Return)
    assert finished(counter).done.refund.amount == finished(counter).done.original.lines[0].net
    assert counter.session.basket.cart.lines == ()


def test_a_number_before_the_key_opens_that_receipt(counter: Counter) -> None:
    number = sell(counter, "明前龙井")
    sell(counter, "手工黄油曲奇")
    counter.type("1")
    counter.press(Qt.Key.Key_F9, SHIFT)
    opened(counter)
    mode = counter.session.mode
    assert isinstance(mode, ReturnMode)
    assert mode.original.sale.receipt_number == number
    assert counter.window.view.omnibox_text() == ""
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "no list to go back to")


def test_what_was_weighed_comes_back_in_kilograms(counter: Counter) -> None:
    """Both are priced by 500 g: 1 kg can be given back by half kilograms, 0.75 kg only as a whole."""
    counter.type("1")
    counter.press(Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    counter.type("0.75")
    counter.press(Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    until(lambda: counter.figures == ["1 kg", "0.75 kg"], "tangerines and jujubes")
    number = sell(counter)
    counter.scan(number)
    opened(counter)
    assert lines(counter) == ["散称砂糖橘 售 1 kg · 可退 1 kg ×0", "散称冬枣 售 0.75 kg · 可退 0.75 kg ×0"]
    assert hint(counter) == "退几公斤，或扫要退的商品"
    counter.type("0.3")
    until(lambda: counter.session.toast is not None, "refused")
    assert notice(counter) == "按 0.5 kg 的倍数退，或整份退"
    assert coming(counter) == (0, 0)
    counter.press(Qt.Key.Key_Backspace)
    counter.type("5")
    until(lambda: coming(counter) == (1000, 0), "half a kilogram")
    assert lines(counter)[0] == "散称砂糖橘 售 1 kg · 可退 1 kg 0.5 kg"
    counter.press(Qt.Key.Key_Down)
    until(lambda: hint(counter) == "称重商品整份退：输 1", "the other line")
    counter.type("1")
    until(lambda: coming(counter) == (1000, 1500), "all of it")
    counter.press(Qt.Key.Key_Return)
    refund = finished(counter).done.refund
    slip = counter.paper(refund.receipt_number)
    assert "0.5 kg" in slip
    assert "0.75 kg" in slip
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "the counter again")
    counter.scan(number)
    opened(counter)
    assert lines(counter)[0] == "散称砂糖橘 售 1 kg · 已退 0.5 kg · 可退 0.5 kg ×0"
    counter.type("1")
    until(lambda: counter.session.toast is not None, "more than is left")
    assert notice(counter) == "散称砂糖橘 只剩 0.5 kg 可退"


def view_of(counter: Counter) -> ReturnView:
    view = counter.window.findChild(ReturnView)
    assert view is not None
    return view


def lines(counter: Counter) -> list[str]:
    """What a screen reader says of each line."""
    model = view_of(counter).list.model()
    return [str(model.index(place, 0).data()) for place in range(model.rowCount())]


def hint(counter: Counter) -> str:
    return view_of(counter).first_field.edit.accessibleName()


def notice(counter: Counter) -> str:
    toast = counter.session.toast
    assert toast is not None
    return counter.window.ctx.text(toast.title)


def test_much_cash_waits_for_another_person(counter: Counter) -> None:
    sell(counter, "明前龙井", "明前龙井")
    counter.press(Qt.Key.Key_F9, SHIFT)
    listed(counter)
    counter.press(Qt.Key.Key_Return)
    opened(counter)
    counter.type("*")
    until(lambda: coming(counter) == (2000,), "all of it")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.over, ApprovalMode), "who agrees")
    counter.type("8024")
    counter.press(Qt.Key.Key_Return)
    assert finished(counter).done.refund.approver == "2001"


def test_X15_the_fee_is_shown_and_a_key_turns_the_reason(counter: Counter) -> None:
    publish(counter.presenter.till, returns={"fee": [{"amount": "3.00"}]})
    sell(counter, "手工黄油曲奇", "手工黄油曲奇")
    counter.press(Qt.Key.Key_F9, SHIFT)
    listed(counter)
    counter.press(Qt.Key.Key_Return)
    opened(counter)
    counter.type("1")
    until(lambda: coming(counter) == (1000,), "one of them")
    view = counter.window.findChild(ReturnView)
    reason = counter.window.findChild(Button, "return_reason")
    assert view is not None
    assert reason is not None
    assert reason.text() == "不想要了"
    assert view.total_label.text() == "退给顾客，已扣退货费 3.00"
    counter.type("/")
    until(lambda: reason.text() == "商品有问题", "the next reason")
    assert view.total_label.text() == "退给顾客"
    assert coming(counter) == (1000,)
    assert counter.window.view.typed() == "1", "what was typed stays"
    counter.press(Qt.Key.Key_Return)
    event = finished(counter).done.refund
    assert (event.reason, event.fees) == ("faulty", ())


def test_undo_after_the_sale_and_the_days_before(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F10)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "the sale done")
    counter.press(Qt.Key.Key_Z, CTRL)
    assert finished(counter).done.refund.is_void
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the counter")
    counter.clock.step(days=1)
    counter.press(Qt.Key.Key_F9, SHIFT)
    listed(counter)
    assert rows(counter) == 0
    counter.type("-")
    until(lambda: rows(counter) == 1, "yesterday's sale")
    counter.type("+")
    until(lambda: rows(counter) == 0, "today again")
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "closed")


def rows(counter: Counter) -> int:
    mode = counter.session.mode
    assert isinstance(mode, ReturnFindMode)
    return len(mode.rows)
