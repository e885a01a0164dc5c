"""Goods by the beginning of their name: several matches are listed, and one is picked, in a real window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from posapp.ui.checkout.session import GoodsMode, HeldMode
from tests.ui.counters import Counter, until


def listed(counter: Counter) -> tuple[str, ...]:
    until(lambda: isinstance(counter.session.mode, GoodsMode), "the list of goods")
    mode = counter.session.mode
    assert isinstance(mode, GoodsMode)
    return tuple(product.name("zh_CN") for product in mode.products)


def basket(counter: Counter) -> list[str]:
    return [line.name for line in counter.session.basket.cart.lines]


def test_initials_list_the_matches_and_a_digit_picks_the_second(counter: Counter) -> None:
    counter.type("ymnt")
    counter.press(Qt.Key.Key_Return)
    names = listed(counter)
    assert len(names) > 1
    sheet = counter.window.findChild(QWidget, "choice_sheet")
    assert sheet is not None
    assert sheet.isVisible()
    assert basket(counter) == []
    counter.type("2")
    until(lambda: bool(basket(counter)), "the goods in the basket")
    assert basket(counter) == [names[1]]
    assert counter.session.mode is None
    assert counter.window.view.omnibox_text() == ""


def test_hanzi_list_the_matches_and_the_arrows_pick(counter: Counter) -> None:
    """Hanzi come by paste: the input refuses input methods, because a scanner's letters must not reach one."""
    omnibox = counter.window.view.findChild(QLineEdit, "omnibox")
    assert omnibox is not None
    omnibox.insert("燕麦拿铁")
    counter.press(Qt.Key.Key_Return)
    names = listed(counter)
    assert all("燕麦拿铁" in name for name in names)
    counter.press(Qt.Key.Key_Down)
    counter.press(Qt.Key.Key_Return)
    until(lambda: bool(basket(counter)), "the goods in the basket")
    assert basket(counter) == [names[1]]


def test_a_tap_on_a_row_picks_it(counter: Counter) -> None:
    counter.type("ymnt")
    counter.press(Qt.Key.Key_Return)
    names = listed(counter)
    shown = counter.window.view.findChild(QWidget, "choice_list")
    assert shown is not None
    QTest.qWait(30)
    row = shown.visualRect(shown.model().index(1, 0))  # type: ignore[attr-defined]
    viewport = shown.viewport()  # type: ignore[attr-defined]
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, row.center())
    until(lambda: bool(basket(counter)), "the goods in the basket")
    assert basket(counter) == [names[1]]


def test_esc_leaves_the_list_and_the_basket_as_it_was(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.type("ymnt")
    counter.press(Qt.Key.Key_Return)
    listed(counter)
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the list closed")
    assert basket(counter) == ["明前龙井 特级 50g 罐装"]


def test_typing_on_refines_the_list(counter: Counter) -> None:
    counter.type("ymnt")
    counter.press(Qt.Key.Key_Return)
    assert len(listed(counter)) > 1
    counter.type("ymntdb")
    counter.press(Qt.Key.Key_Return)
    until(lambda: bool(basket(counter)), "the only match in the basket")
    assert basket(counter) == ["燕麦拿铁 大杯"]


def test_a_parked_sale_is_taken_up_from_the_same_list(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F6)
    until(lambda: counter.session.parked == 1, "the sale parked")
    counter.press(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: isinstance(counter.session.mode, HeldMode), "the parked sales")
    counter.type("1")
    until(lambda: bool(basket(counter)), "the sale taken up")
    assert counter.session.parked == 0
