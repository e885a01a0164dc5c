"""F7 in the real window, by real keys: within the cashier's limit, beyond it, below cost, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from posapp.domain.by_hand import REASONS
from posapp.domain.events import ApprovalAnswered, PriceByHand
from posapp.domain.ids import StaffId
from posapp.storage import event_search
from posapp.ui.checkout.price_modes import PriceMode, PriceWay
from posapp.ui.checkout.session import CompleteMode, TenderMode
from posapp.ui.checkout.staff_modes import ApprovalMode
from posapp.ui.i18n import Language
from tests.ui.counters import until
from tests.ui.fitting import misfits
from tests.ui.test_staff import ALT, CTRL, SHIFT, pin

if TYPE_CHECKING:
    from tests.ui.counters import Counter


def asked(counter: Counter) -> PriceMode:
    mode = counter.session.mode
    assert isinstance(mode, PriceMode)
    return mode


def price(counter: Counter, keys: str, *, order: bool = False) -> None:
    """Number, then F7 (Shift+F7 for the order), then Enter."""
    counter.type(keys)
    counter.press(Qt.Key.Key_F7, SHIFT if order else Qt.KeyboardModifier.NoModifier)
    until(lambda: isinstance(counter.session.mode, PriceMode), "the sheet")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Return)


def sold(counter: Counter) -> CompleteMode:
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    return mode


def toast(counter: Counter) -> str:
    return counter.session.toast.title.key if counter.session.toast is not None else ""


def test_nine_tenths_take_four_keys_and_one_takes_them_back(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    price(counter, "90")
    until(lambda: counter.session.mode is None, "set")
    assert (counter.keys, counter.session.quote.due.fen) == (4, 11_520)
    counter.press(Qt.Key.Key_Z, CTRL)
    assert counter.session.quote.due.fen == 12_800
    price(counter, "9")
    until(lambda: counter.session.mode is None, "9 折 is 90")
    assert counter.session.quote.due.fen == 11_520
    price(counter, "")
    until(lambda: counter.session.mode is None, "nothing and Enter takes it back")
    assert counter.session.quote.due.fen == 12_800


def test_beyond_the_limit_a_manager_agrees_and_the_sale_says_who_and_why(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.type("85")
    counter.press(Qt.Key.Key_F7)
    until(lambda: isinstance(counter.session.mode, PriceMode), "the sheet")
    trial = asked(counter).trial
    assert trial is not None
    assert [right.value for right, _much in trial.beyond] == ["line_discount"]
    counter.press(Qt.Key.Key_8, ALT)
    assert asked(counter).reason == "near_date"
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person")
    assert misfits(counter.window) == []
    assert counter.session.quote.due.fen == 12_800, "nothing is changed before somebody agreed"
    pin(counter, "8024")
    until(lambda: counter.session.mode is None, "set")
    assert counter.session.quote.due.fen == 10_880
    counter.type("+")
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    counter.press(Qt.Key.Key_Return)
    done = sold(counter)
    assert done.done.sale.by_hand == (PriceByHand(0, "near_date", StaffId("2001")),)
    assert done.receipt.approvers == ("2001",)
    assert [words for words, _amount in done.receipt.lines[0].notes] == ["改价 临期"]
    with counter.presenter.till.database.read() as connection:
        answers = event_search.of_kind(connection, ApprovalAnswered)
    assert [(one.approver, one.right, one.reason, one.refused) for one in answers] == [
        ("2001", "line_discount", "near_date", "")
    ]


def test_nobody_agreed_and_the_sheet_is_still_open(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    price(counter, "50")
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person")
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.over is None, "refused")
    assert asked(counter).text == "50"
    counter.press(Qt.Key.Key_Escape)
    assert (counter.session.mode, counter.session.quote.due.fen) == (None, 12_800)


def test_below_cost_only_the_owner_is_asked(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F7)
    until(lambda: isinstance(counter.session.mode, PriceMode), "the sheet")
    counter.press(Qt.Key.Key_3, ALT)
    until(lambda: asked(counter).way is PriceWay.PRICE, "a new price")
    counter.type("20")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person")
    over = counter.session.over
    assert isinstance(over, ApprovalMode)
    assert [one.id for one in over.people] == ["3001"]
    pin(counter, "9135")
    until(lambda: counter.session.mode is None, "set")
    assert counter.session.quote.due.fen == 2_000


def test_off_the_order_and_taken_back_when_the_goods_leave(counter: Counter) -> None:
    counter.scan_goods("明前龙井", "手工黄油曲奇")
    price(counter, "95", order=True)
    until(lambda: counter.session.mode is None, "set")
    assert counter.session.quote.due.fen == 15_200
    counter.press(Qt.Key.Key_F7, SHIFT)
    counter.press(Qt.Key.Key_F7)
    until(lambda: asked(counter).way is PriceWay.ORDER_OFF, "F7 again is the next way")
    counter.type("16")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "ten per cent")
    assert counter.session.quote.due.fen == 14_400
    counter.press(Qt.Key.Key_Up)
    counter.press(Qt.Key.Key_Delete)
    until(lambda: len(counter.session.quote.lines) == 1, "the tea goes back on the shelf")
    assert counter.session.quote.due.fen == 3_200, "16 off 32 would be half of it"
    counter.press(Qt.Key.Key_Z, CTRL)
    assert counter.session.quote.due.fen == 14_400


def test_while_paying_f7_says_how_to_get_back(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F9)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    counter.press(Qt.Key.Key_F7)
    assert toast(counter) == "price.not_while_paying"
    assert isinstance(counter.session.mode, TenderMode)


def test_what_is_scanned_over_the_sheet_goes_into_the_basket(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F7)
    until(lambda: isinstance(counter.session.mode, PriceMode), "the sheet")
    counter.scan_goods("有机全脂牛奶")
    assert counter.session.mode is None
    assert len(counter.session.quote.lines) == 2


def test_the_sheet_fits_in_english_and_says_what_is_wrong(counter: Counter) -> None:
    counter.window.set_language(Language.EN)
    counter.scan_goods("明前龙井")
    for typed in ("0", "200", "1.1.1"):
        price(counter, typed)
        until(lambda: asked(counter).error is not None, "refused")
        assert misfits(counter.window) == []
        counter.press(Qt.Key.Key_Escape)
    price(counter, "50")
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person")
    assert misfits(counter.window) == []


def test_what_is_asked_of_another_person_follows_the_language(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.type("50")
    counter.press(Qt.Key.Key_F7)
    until(lambda: isinstance(counter.session.mode, PriceMode), "the sheet")
    counter.press(Qt.Key.Key_8, ALT)
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person")

    def shown() -> set[str]:
        return {one.accessibleName() for one in counter.window.findChildren(QWidget) if one.isVisible()}

    chinese, english = REASONS["near_date"].zh, REASONS["near_date"].en
    assert chinese in shown()
    counter.press(Qt.Key.Key_0, CTRL)
    until(lambda: english in shown(), "the reason in English")
    assert chinese not in shown()
