"""The first start, in a real window over a real folder with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from posapp.application.ports import SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.wiring import program_of
from posapp.ui.app import TillApp
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.staff_modes import OwnerMode
from posapp.ui.first_start import FirstStartPresenter
from posapp.ui.main_window import MainWindow
from tests.integration.tills import SteppingClock
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, until


@dataclass(slots=True)
class NewTill:
    """A till that nobody has set up, and its window."""

    window: MainWindow
    app: TillApp
    shops: Shops

    def press(self, key: Qt.Key) -> None:
        QTest.qWait(50)
        QTest.keyClick(QApplication.focusWidget() or self.window, key)

    def field(self) -> QLineEdit:
        found = self.window.view.findChild(QLineEdit, "shop_name")
        assert found is not None
        return found

    def error(self) -> str:
        bar = self.window.view.findChild(QWidget, "start_error")
        assert bar is not None
        return bar.accessibleName() if bar.isVisible() else ""

    def founded(self) -> bool:
        return isinstance(self.app.presenter, CheckoutPresenter)


@pytest.fixture
def new_till(tmp_path: Path, make_window: MakeWindow) -> Iterator[NewTill]:
    shops = Shops(TillFolder(tmp_path), SteppingClock(), SystemEntropy(), 10)
    window = make_window()
    app = TillApp(program_of(shops), window)
    app.start()
    until(lambda: isinstance(app.presenter, FirstStartPresenter), "the first start")
    window.activateWindow()
    QTest.qWait(20)
    yield NewTill(window, app, shops)
    app.close()
    shops.close()


def test_an_empty_shop_is_founded_under_its_name(new_till: NewTill) -> None:
    new_till.press(Qt.Key.Key_2)
    until(lambda: QApplication.focusWidget() is new_till.field(), "the field for the name")
    new_till.field().insert("  青禾 生活 ")
    new_till.press(Qt.Key.Key_Return)
    until(new_till.founded, "the shop")
    presenter = new_till.app.presenter
    assert isinstance(presenter, CheckoutPresenter)
    assert presenter.till.identity.shop_name == "青禾 生活"
    assert new_till.window.windowTitle() == "青禾 生活"
    until(lambda: isinstance(presenter.session.over, OwnerMode), "the owner is asked for a PIN, once")
    new_till.press(Qt.Key.Key_Escape)
    until(lambda: presenter.session.over is None, "and may set it later")
    new_till.window.activateWindow()
    QTest.qWait(20)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "omnibox"


@pytest.mark.parametrize(("name", "reason"), [("", "店名不能为空"), ("店" * 25, "店名超过 24 个字")])
def test_a_bad_name_is_refused_in_place_and_can_be_mended(new_till: NewTill, name: str, reason: str) -> None:
    new_till.press(Qt.Key.Key_2)
    until(new_till.field().isVisible, "the field for the name")
    new_till.field().insert(name)
    new_till.press(Qt.Key.Key_Return)
    until(lambda: reason in new_till.error(), "the refusal")
    assert new_till.field().isVisible()
    assert new_till.field().text() == name
    assert new_till.shops.open_till() is None
    new_till.field().setText("青禾生活")
    new_till.press(Qt.Key.Key_Return)
    until(new_till.founded, "the shop")


def test_esc_goes_back_to_the_three_ways_and_takes_the_refusal_away(new_till: NewTill) -> None:
    new_till.press(Qt.Key.Key_2)
    until(new_till.field().isVisible, "the field for the name")
    new_till.press(Qt.Key.Key_Return)
    until(lambda: bool(new_till.error()), "the refusal")
    new_till.press(Qt.Key.Key_Escape)
    tile = new_till.window.view.findChild(QWidget, "start_1")
    assert tile is not None
    until(tile.isVisible, "the three ways")
    assert new_till.error() == ""
    assert not new_till.founded()


def test_the_demo_shop_opens_with_one_key(new_till: NewTill) -> None:
    new_till.press(Qt.Key.Key_1)
    until(new_till.founded, "the demo shop")
    presenter = new_till.app.presenter
    assert isinstance(presenter, CheckoutPresenter)
    until(lambda: bool(presenter.session.quick), "its goods")


def joining(new_till: NewTill) -> tuple[QLineEdit, QLineEdit]:
    """Where the address and the code stand."""
    address, code = (new_till.window.view.findChild(QLineEdit, name) for name in ("join_address", "join_code"))
    assert address is not None
    assert code is not None
    return address, code


def test_a_scanned_code_opens_the_form_for_joining_and_waits_for_an_address(new_till: NewTill) -> None:
    Counter(new_till.window, new_till.app, new_till.shops).scan("M7BNWF-9KT2-GSGD")
    address, code = joining(new_till)
    until(code.isVisible, "the form for joining")
    assert code.text() == "M7BNWF-9KT2-GSGD"
    until(address.hasFocus, "the address is typed next")
    assert new_till.error() == ""
    QTest.qWait(350)  # an Enter right after a scan is the scanner's own
    new_till.press(Qt.Key.Key_Return)
    until(lambda: bool(new_till.error()), "without an address it is refused in place")
    assert code.text() == "M7BNWF-9KT2-GSGD"


def test_a_code_scanned_at_a_typed_address_is_sent_at_once(new_till: NewTill) -> None:
    counter = Counter(new_till.window, new_till.app, new_till.shops)
    new_till.press(Qt.Key.Key_3)
    address, code = joining(new_till)
    until(address.hasFocus, "the form for joining")
    QTest.keyClicks(address, "http://127.0.0.1:9", delay=50)
    new_till.press(Qt.Key.Key_Tab)
    counter.type("M7BNWF")
    QTest.qWait(350)
    assert new_till.error() == "", "a typed code waits for Enter"
    counter.scan("M7BNWF-9KT2-GSGD")
    until(lambda: bool(new_till.error()), "it was sent: nobody is there")
    assert (address.text(), code.text()) == ("http://127.0.0.1:9", "M7BNWF-9KT2-GSGD")
    counter.scan("K2B7HX-33PQ-TWDN")
    until(lambda: code.text() == "K2B7HX-33PQ-TWDN", "another code takes its place")
    until(lambda: bool(new_till.error()), "and is sent too")
