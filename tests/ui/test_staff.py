"""People at the till in the real window, by real keys: lock, sign in, another person's word, five wrong PINs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from posapp.ui.checkout.session import CompleteMode, ReturnedMode, ReturnFindMode, ReturnMode, TenderMode
from posapp.ui.checkout.staff_modes import ApprovalMode, OwnerMode, SignInMode
from posapp.ui.i18n import Language
from tests.ui.counters import open_counter, until
from tests.ui.fitting import misfits

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.conftest import MakeWindow
    from tests.ui.counters import Counter

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def lock(counter: Counter) -> SignInMode:
    counter.press(Qt.Key.Key_L, CTRL)
    until(lambda: isinstance(counter.session.over, SignInMode), "locked")
    return asked(counter)


def asked(counter: Counter) -> SignInMode:
    assert isinstance(counter.session.over, SignInMode)
    return counter.session.over


def refusal(counter: Counter) -> str:
    """What the dialog says is wrong."""
    error = getattr(counter.session.over, "error", None)
    return error.reason_zh if error is not None else ""


def pin(counter: Counter, digits: str) -> None:
    """Type a PIN and Enter, and wait for the answer."""
    before = counter.session.over
    counter.type(digits)
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.over is not before, "an answer")


def ask_for_much_cash(counter: Counter) -> None:
    """Two tins of tea sold for cash come back: more than a cashier returns alone."""
    counter.scan_goods("明前龙井", "明前龙井")
    counter.type("500+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    counter.press(Qt.Key.Key_Return)
    counter.press(Qt.Key.Key_F9, SHIFT)
    until(lambda: isinstance(counter.session.mode, ReturnFindMode), "the list")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, ReturnMode), "the sale")
    counter.type("*")
    until(lambda: isinstance(counter.session.mode, ReturnMode) and any(counter.session.mode.coming), "all of it")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person")


def test_the_lock_keeps_the_cart_and_lets_nothing_through(counter: Counter) -> None:
    counter.scan_goods("明前龙井", "手工黄油曲奇")
    counter.press(Qt.Key.Key_F9)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    cart = counter.session.basket.cart
    lock(counter)
    assert misfits(counter.window) == []
    for key in (Qt.Key.Key_F10, Qt.Key.Key_F9, Qt.Key.Key_F12, Qt.Key.Key_Escape, Qt.Key.Key_F1):
        counter.press(key)
    counter.press(Qt.Key.Key_Z, CTRL)
    counter.scan("6990000000015")
    asked(counter)
    keys = counter.keys
    pin(counter, "1379")
    assert counter.keys - keys == 5, "four digits and Enter: who locked it is chosen"
    assert counter.session.basket.cart == cart
    assert isinstance(counter.session.mode, TenderMode), "what was open is open again"
    counter.type("500+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "and the sale is completed")


def test_another_cashier_signs_in_by_name_and_the_sale_is_theirs(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    lock(counter)
    counter.press(Qt.Key.Key_2, ALT)
    until(lambda: asked(counter).number == "1002", "许可然 is chosen")
    pin(counter, "1379")
    assert asked(counter).error is not None, "somebody else's PIN is none"
    pin(counter, "2468")
    assert counter.presenter.cashier.name == "许可然"
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    done = counter.session.mode
    assert isinstance(done, CompleteMode)
    assert done.done.sale.cashier == "1002"


def test_five_wrong_pins_lock_out_also_after_a_restart(
    counter: Counter, tmp_path: Path, make_window: MakeWindow
) -> None:
    lock(counter)
    for _ in range(5):
        pin(counter, "0000")
    assert "已锁定" in refusal(counter)
    pin(counter, "1379")
    assert isinstance(counter.session.over, SignInMode), "the right one comes too late"
    counter.close()
    again = open_counter(tmp_path, make_window(), founded=True)
    try:
        until(lambda: isinstance(again.session.over, SignInMode), "it comes up locked")
        pin(again, "1379")
        assert "已锁定" in refusal(again)
        again.press(Qt.Key.Key_4, ALT)
        until(lambda: asked(again).number == "2001", "the manager")
        pin(again, "8024")
        assert again.presenter.cashier.name == "陆文静"
    finally:
        again.close()


def test_the_same_person_is_refused_and_another_one_agrees(counter: Counter) -> None:
    ask_for_much_cash(counter)
    assert misfits(counter.window) == []
    over = counter.session.over
    assert isinstance(over, ApprovalMode)
    assert [one.id for one in over.people] == ["2001", "3001"], "who may agree to so much"
    counter.type("1379")
    counter.press(Qt.Key.Key_Tab)
    counter.press(Qt.Key.Key_A, CTRL)
    counter.type("1001")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.over is not over, "refused")
    assert "本人" in refusal(counter)
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_1, ALT)
    until(
        lambda: isinstance(counter.session.over, ApprovalMode) and counter.session.over.number == "2001", "the manager"
    )
    pin(counter, "8024")
    until(lambda: isinstance(counter.session.mode, ReturnedMode), "given back")
    back = counter.session.mode
    assert isinstance(back, ReturnedMode)
    assert back.done.refund.approver == "2001"


def test_what_nobody_agrees_to_is_still_open_and_not_done(counter: Counter) -> None:
    ask_for_much_cash(counter)
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.over is None, "refused")
    assert isinstance(counter.session.mode, ReturnMode)
    assert any(counter.session.mode.coming)


def test_the_sheets_fit_in_english_too(counter: Counter) -> None:
    counter.window.set_language(Language.EN)
    ask_for_much_cash(counter)
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.over is None, "refused")
    lock(counter)
    pin(counter, "0000")
    assert misfits(counter.window) == []
    counter.presenter.change(over=OwnerMode())
    assert misfits(counter.window) == []
