"""Payments by scanned code in a real window: real keys and scans, the real worker, the simulator over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from posapp.application import payments
from posapp.application.phone_code import shown_now
from posapp.application.till import Till
from posapp.domain.payment import Stage
from posapp.domain.sale import TenderMethod
from posapp.storage import sales
from posapp.ui.checkout.session import CompleteMode, HeldMode, TenderMode
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until

WECHAT, ALIPAY = "130012345678900001", "281234567890120001"
_AFTER_A_SCAN_MS = 350
"""Sooner, an Enter on an empty input is a scanner's."""
ASKED, CONFIRMED, LOST, POOR = "130012345678909903", "130012345678909902", "130012345678909904", "130012345678909905"


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    opened = open_counter(tmp_path, make_window())
    until(lambda: opened.session.scan_pay, "somebody who takes payments")
    yield opened
    opened.close()


def member_code(till: Till, phone: str) -> str:
    with till.database.read() as connection:
        number = connection.exec_driver_sql("SELECT card_number FROM member WHERE phone = ?", (phone,)).scalar_one()
    return shown_now(till, int(number))


def completed(counter: Counter) -> CompleteMode:
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    return mode


def stage(counter: Counter) -> Stage | None:
    mode = counter.session.mode
    charging = mode.charging if isinstance(mode, TenderMode) else None
    return charging.payment.stage if charging is not None and charging.payment is not None else None


def wait_for(counter: Counter, wanted: Stage) -> None:
    until(lambda: stage(counter) is wanted, wanted.name)


@pytest.mark.parametrize(("code", "method"), [(WECHAT, TenderMethod.WECHAT_PAY), (ALIPAY, TenderMethod.ALIPAY)])
def test_a_whole_sale_by_scans_alone_takes_no_key_at_all(counter: Counter, code: str, method: TenderMethod) -> None:
    """Goods, the member's code, the payment code: 0 keys (ux.md §6, whole sales)."""
    counter.scan_goods("明前龙井", "手工黄油曲奇")
    counter.scan(member_code(counter.presenter.till, "13857166021"))
    until(lambda: counter.session.basket.member is not None, "the member attached")
    counter.scan(code)
    sale = completed(counter).done.sale
    assert counter.keys == 0
    (tender,) = sale.tenders
    assert (tender.method, tender.amount) == (method, sale.due)
    assert tender.reference
    counter.scan_goods("有机全脂牛奶")
    assert counter.keys == 0
    assert counter.session.mode is None


def test_enter_and_a_payment_code_is_one_key(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    QTest.qWait(_AFTER_A_SCAN_MS)
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    counter.scan(WECHAT)
    completed(counter)
    assert counter.keys == 1


def test_f12_asks_for_the_code_and_enter_takes_no_cash_meanwhile(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F12)
    until(lambda: isinstance(counter.session.mode, TenderMode) and counter.session.mode.by_code, "asking for the code")
    QTest.qWait(_AFTER_A_SCAN_MS)
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.toast is not None, "the hint")
    assert isinstance(counter.session.mode, TenderMode)
    counter.scan(ALIPAY)
    assert completed(counter).done.sale.tenders[0].method is TenderMethod.ALIPAY


def test_a_buyer_who_confirms_completes_the_sale_without_a_key(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.scan(CONFIRMED)
    wait_for(counter, Stage.USER_PAYING)
    counter.clock.step(seconds=4)
    QTest.qWait(50)
    assert stage(counter) is Stage.USER_PAYING
    until(lambda: _ticking(counter), "the confirmation")
    assert counter.keys == 0


def _ticking(counter: Counter) -> bool:
    counter.clock.step(seconds=0.05)
    return isinstance(counter.session.mode, CompleteMode)


def test_while_a_payment_is_open_no_cash_is_taken_and_the_basket_stands_still(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.scan(ASKED)
    wait_for(counter, Stage.USER_PAYING)
    counter.type("200+")
    counter.press(Qt.Key.Key_F10)
    counter.scan(WECHAT)
    counter.scan("6996083915055")
    counter.press(Qt.Key.Key_Delete)
    until(lambda: counter.session.toast is not None, "the refusal")
    assert stage(counter) is Stage.USER_PAYING
    assert len(counter.session.basket.cart.lines) == 1
    with counter.presenter.till.database.read() as connection:
        assert sales.recent(connection) == []
    assert len(payments.unfinished(counter.presenter.till)) == 1


def test_esc_takes_it_back_and_then_cash_is_welcome(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.scan("281234567890129903")
    wait_for(counter, Stage.USER_PAYING)
    counter.press(Qt.Key.Key_Escape)
    until(lambda: stage(counter) is None, "the payment taken back")
    assert counter.session.toast is not None
    counter.press(Qt.Key.Key_F10)
    assert completed(counter).done.sale.tenders[0].method is TenderMethod.CASH


def test_a_declined_code_says_why_and_the_next_one_is_charged(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.scan(POOR)
    until(lambda: counter.session.toast is not None, "the reason")
    assert stage(counter) is None
    counter.scan(WECHAT)
    assert completed(counter).done.sale.tenders[0].method is TenderMethod.WECHAT_PAY


def test_a_payment_that_nobody_knows_of_is_found_again(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.scan(LOST)
    wait_for(counter, Stage.UNKNOWN)
    until(lambda: _ticking(counter), "the money found")
    assert completed(counter).done.sale.tenders[0].method is TenderMethod.WECHAT_PAY


def test_a_parked_sale_is_paid_meanwhile_and_completes_when_it_is_taken_up(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.scan(LOST)
    wait_for(counter, Stage.UNKNOWN)
    counter.press(Qt.Key.Key_F6)
    until(lambda: counter.session.parked == 1, "the sale parked")
    counter.scan_goods("有机全脂牛奶")
    counter.press(Qt.Key.Key_F10)
    assert completed(counter).done.sale.tenders[0].method is TenderMethod.CASH
    till = counter.presenter.till
    until(lambda: _ticking(counter) and payments.unfinished(till)[0].payment.stage is Stage.PAID, "the money")
    counter.press(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: isinstance(counter.session.mode, HeldMode), "the parked sales")
    counter.press(Qt.Key.Key_1)
    until(lambda: payments.unfinished(till) == [], "the parked sale complete")
    assert completed(counter).done.sale.tenders[0].method is TenderMethod.WECHAT_PAY


def test_a_till_that_was_closed_goes_on_with_the_payment_and_its_basket(
    tmp_path: Path, make_window: MakeWindow, counter: Counter
) -> None:
    counter.scan_goods("明前龙井")
    counter.type("0.75")
    counter.press(Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    until(lambda: counter.figures == ["×1", "0.75 kg"], "tea, and jujubes by weight")
    counter.scan(ASKED)
    wait_for(counter, Stage.USER_PAYING)
    counter.app.close()
    counter.shops.close()
    again = open_counter(tmp_path, make_window(), founded=True)
    try:
        until(lambda: stage(again) is not None, "the payment on the screen")
        assert again.session.basket.cart.lines[0].name == "明前龙井 特级 50g 罐装"
        assert again.figures == ["×1", "0.75 kg"]
        again.clock.step(minutes=2)
        until(lambda: stage(again) is None, "nothing found at the provider, and taken back")
        again.press(Qt.Key.Key_F10)
        assert completed(again).done.sale.tenders[0].method is TenderMethod.CASH
    finally:
        again.close()
