"""The customer's display beside the real till: what it shows at each step, in its own language, and what it hides."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from bench.receipt_pictures import JOIN
from posapp.application import members
from posapp.application.chosen_devices import DisplaySetup, DisplayWay
from posapp.application.printing.setup import PrinterSetup, set_printer
from posapp.bootstrap.customer_display import open_display
from posapp.domain.sale import Identification
from posapp.ui.checkout.session import CompleteMode, TenderMode
from posapp.ui.customer_display.state import Basket, DisplayState, Idle, Thanks
from posapp.ui.customer_display.window import CustomerDisplay
from posapp.ui.customer_mirror import ITEMS
from tests.ui.counters import Counter, scan_member, until
from tests.ui.fitting import misfits

GOODS = ("明前龙井", "燕麦拿铁 大杯", "手工黄油曲奇", "有机全脂牛奶", "海盐苏打饼干", "环保购物袋")
FULL_PHONE = re.compile(r"(?<!\d)(1[3-9]\d{9}|1[3-9]\d \d{4} \d{4})(?!\d)")
SHOTS = os.environ.get("POSAPP_DISPLAY_SHOTS")


class Seen:
    """A display beside a counter."""

    def __init__(self, counter: Counter, language: str) -> None:
        self.counter = counter
        set_printer(counter.presenter.till, PrinterSetup(join=JOIN))
        opened = open_display(counter.app, counter.window, DisplaySetup(DisplayWay.WINDOW, language))
        assert opened is not None
        self.display: CustomerDisplay = opened.window
        self.language = language
        until(lambda: opened.window.state is not None, "something on the display")

    def wait(self, kind: type[DisplayState], name: str) -> str:
        """Wait for a page, look at it whole, and return every word on it."""
        until(lambda: isinstance(self.display.state, kind), f"{name} on the display")
        self.look(name)
        return repr(self.display.state) + self.display.accessibleName()

    def look(self, name: str) -> None:
        assert misfits(self.display) == []
        assert not FULL_PHONE.search(repr(self.display.state) + self.display.accessibleName())
        if SHOTS:
            self.display.grab().save(str(Path(SHOTS) / f"{name}_{self.language}.png"))


@pytest.fixture(params=["zh_CN", "en"])
def seen(request: pytest.FixtureRequest, counter: Counter) -> Iterator[Seen]:
    made = Seen(counter, request.param)
    yield made
    made.display.close()


def test_a_whole_sale_as_the_customer_sees_it(seen: Seen) -> None:
    counter = seen.counter
    until(lambda: isinstance(seen.display.state, Idle) and bool(seen.display.state.join), "the code for new members")
    seen.look("idle")
    counter.scan_goods(*GOODS)
    seen.wait(Basket, "stranger")
    scan_member(counter)
    until(lambda: isinstance(seen.display.state, Basket) and seen.display.state.holder is not None, "the member's card")
    shown = seen.display.state
    assert isinstance(shown, Basket)
    assert shown.due_fen == counter.session.quote.due.fen
    assert shown.saved_fen == counter.session.quote.saved.fen
    assert shown.list_fen == counter.session.quote.list_total.fen
    assert shown.prompt is None
    assert "林晓梅" not in repr(shown)
    assert "林**" in repr(shown)
    seen.look("member")
    counter.press(Qt.Key.Key_F12)
    until(lambda: isinstance(seen.display.state, Basket) and seen.display.state.prompt is not None, "what to do")
    assert "display.show_code" in seen.wait(Basket, "show_code")
    counter.press(Qt.Key.Key_Escape)
    counter.press(Qt.Key.Key_F9)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    counter.type("400")
    until(lambda: "display.change" in repr(seen.display.state), "the change while it is keyed in")
    seen.look("cash")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    seen.wait(Thanks, "thanks")
    thanks = seen.display.state
    assert isinstance(thanks, Thanks)
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    assert thanks.change_fen == mode.done.sale.change.fen
    assert thanks.balances
    counter.clock.step(seconds=31)
    counter.presenter.show()
    seen.wait(Idle, "idle_again")


def test_more_lines_than_fit_are_counted_and_the_newest_are_shown(seen: Seen) -> None:
    seen.counter.scan_goods(*GOODS, "贝果 原味", "海盐卷", "菠萝包")
    until(lambda: isinstance(seen.display.state, Basket) and seen.display.state.earlier == 2, "more lines than fit")
    shown = seen.display.state
    assert isinstance(shown, Basket)
    assert len(shown.items) == ITEMS == 9 - shown.earlier
    seen.look("many")


def test_a_member_without_a_name_is_greeted_by_a_masked_number(seen: Seen) -> None:
    counter = seen.counter
    counter.press(Qt.Key.Key_F3)
    counter.type("13912340777")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(seen.display.state, Basket) and seen.display.state.holder is not None, "the new card")
    assert "139 **** 0777" in repr(seen.display.state)
    seen.look("nameless")


def test_it_keeps_its_own_language_and_leaves_the_keys_to_the_cashier(seen: Seen) -> None:
    counter = seen.counter
    before = seen.display.grab().toImage()
    counter.press(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    until(lambda: counter.presenter.language == "en", "the till in English")
    until(lambda: seen.display.grab().toImage() == before, "the display as it was")
    assert seen.display.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert QApplication.activeWindow() is not seen.display
    assert not seen.display.testAttribute(Qt.WidgetAttribute.WA_QuitOnClose)


def test_it_closes_with_the_till(seen: Seen) -> None:
    assert seen.display.isVisible()
    seen.counter.app.close()
    assert not seen.display.isVisible()


@pytest.mark.parametrize("size", [(1024, 600), (1920, 1080)])
def test_it_fills_other_screens(seen: Seen, size: tuple[int, int]) -> None:
    seen.display.resize(*size)
    seen.counter.scan_goods("明前龙井")
    seen.wait(Basket, f"basket_{size[0]}")


def test_without_a_second_screen_it_opens_only_when_asked_for(counter: Counter) -> None:
    assert open_display(counter.app, counter.window, DisplaySetup()) is None
    assert open_display(counter.app, counter.window, DisplaySetup(DisplayWay.OFF)) is None


def test_whoever_got_a_card_in_the_sale_can_take_a_picture_of_its_code(seen: Seen) -> None:
    counter = seen.counter
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F3)
    counter.type("13912340777")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.basket.member is not None, "the new card")
    counter.press(Qt.Key.Key_F10)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    seen.wait(Thanks, "thanks_card")
    thanks = seen.display.state
    assert isinstance(thanks, Thanks)
    found = zxingcpp.read_barcodes(_pixels(seen.display))
    assert [code.text for code in found] == [thanks.card]
    member, how = members.identify(counter.presenter.till, thanks.card)
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    assert mode.member is not None
    assert (member.id, how) == (mode.member.id, Identification.STATIC_CARD)


def test_nobodys_code_is_shown_who_had_a_card_before(seen: Seen) -> None:
    counter = seen.counter
    counter.scan_goods("明前龙井")
    scan_member(counter)
    until(lambda: counter.session.basket.member is not None, "the member")
    counter.press(Qt.Key.Key_F10)
    seen.wait(Thanks, "thanks_member")
    thanks = seen.display.state
    assert isinstance(thanks, Thanks)
    assert thanks.card == ""


def _pixels(widget: QWidget) -> NDArray[np.uint8]:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return np.ascontiguousarray(rows[:, : image.width()])
