"""`posapp demo`: a member sale rung up in a real window with real keys; a picture and a receipt of it."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from posapp.application.goods import search
from posapp.application.looks import Looks
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.wiring import program_of
from posapp.hardware.receipt_text import render
from posapp.ui.app import TillApp
from posapp.ui.checkout.intents import EnterPressed, ScanReceived
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.session import CompleteMode, LookupMode
from posapp.ui.context import UiContext
from posapp.ui.main_window import MainWindow

_GOODS = (
    *("明前龙井", "燕麦拿铁 大杯", "燕麦拿铁 大杯", "手工黄油曲奇", "手工黄油曲奇"),
    *("有机全脂牛奶", "海盐苏打饼干", "环保购物袋"),
)
_MEMBER, _NAME, _CASH = "6021", "林晓梅", "300"
_PATIENCE_SECONDS = 20.0


def run_demo(picture: Path, language: str) -> int:
    """Ring up the sale, save the picture, print the receipt; 0 where the sale is complete."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="posapp-demo-") as folder:
        shops = Shops(TillFolder(Path(folder)), SystemClock(), SystemEntropy())
        till = shops.demo()
        shops.remember(till, Looks(language, "light"))
        window = MainWindow(UiContext())
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        app = TillApp(program_of(shops), window)
        try:
            app.start()
            presenter = _started(app)
            lines = _sell(presenter, window)
        finally:
            application.processEvents()
            saved = window.grab().save(str(picture))
            app.close()
            shops.close()
    print("\n".join(lines))
    print(f"\n{picture}" if saved else f"\n{picture}: the picture could not be written", file=sys.stderr)
    return 0 if saved else 1


def _started(app: TillApp) -> CheckoutPresenter:
    _until(lambda: isinstance(app.presenter, CheckoutPresenter) and bool(app.presenter.session.quick))
    if not isinstance(app.presenter, CheckoutPresenter):
        raise TypeError("the demo shop did not open")
    return app.presenter


def _sell(presenter: CheckoutPresenter, window: MainWindow) -> list[str]:
    """Scans, then the member by the last four digits, then cash: the keys of a real sale."""
    for name in _GOODS:
        product = search(presenter.till, name)[0]
        presenter.handle(ScanReceived(product.barcode) if product.barcode else EnterPressed(product.plu))
    _until(lambda: len(presenter.session.quote.lines) == len(set(_GOODS)))
    _type(window, _MEMBER + "/")
    _until(lambda: isinstance(presenter.session.mode, LookupMode))
    found = presenter.session.mode.members if isinstance(presenter.session.mode, LookupMode) else ()
    place = next(index for index, member in enumerate(found) if member.profile.name == _NAME)
    _type(window, str(place + 1))
    _until(lambda: presenter.session.basket.member is not None)
    _type(window, _CASH + "+")
    _until(lambda: isinstance(presenter.session.mode, CompleteMode))
    receipt = presenter.session.last_receipt
    if receipt is None:
        raise LookupError("the sale left no receipt")
    QTest.qWait(200)
    return render(receipt, presenter.shell.receipt_labels())


def _type(window: MainWindow, text: str) -> None:
    """Keys with the pauses of a hand: faster ones would be taken for a scanner's."""
    for character in text:
        QTest.keyClick(_focus(window), ord(character.upper()), Qt.KeyboardModifier.NoModifier, 60)


def _focus(window: MainWindow) -> QWidget:
    """Where keys go; a screen without a window manager gives no window the focus."""
    focus: QWidget | None = QApplication.focusWidget()
    inside: QWidget | None = window.focusWidget() if focus is None else focus
    return window if inside is None else inside


def _until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + _PATIENCE_SECONDS
    while not true():
        if time.monotonic() > limit:
            raise RuntimeError("the till did not get there")
        QTest.qWait(10)
