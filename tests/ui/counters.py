"""A whole till in a real window on a real database, and a cashier whose keys are counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from posapp.application.goods import search
from posapp.application.phone_code import shown_now
from posapp.application.ports import SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.wiring import program_of
from posapp.domain.sale import Identification
from posapp.ui.app import TillApp
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.screen import screen_of
from posapp.ui.checkout.session import Session
from posapp.ui.main_window import MainWindow
from tests.integration.tills import SteppingClock

_PATIENCE_SECONDS = 60.0
_HAND_SECONDS = 0.05
_SCAN_MS = 4


def until(true: Callable[[], bool], why: str, seconds: float = _PATIENCE_SECONDS) -> None:
    """Let the window work until something is so."""
    limit = time.monotonic() + seconds
    while not true():
        if time.monotonic() > limit:
            raise AssertionError(f"it did not happen: {why}")
        QTest.qWait(5)


@dataclass(slots=True)
class Counter:
    """One counter: a window, its till, and a count of the keys that were pressed by hand."""

    window: MainWindow
    app: TillApp
    shops: Shops
    keys: int = 0
    clock: SteppingClock = field(default_factory=SteppingClock)

    @property
    def presenter(self) -> CheckoutPresenter:
        """Who decides what is shown."""
        if not isinstance(self.app.presenter, CheckoutPresenter):
            raise TypeError("no shop is open")
        return self.app.presenter

    @property
    def session(self) -> Session:
        """What the till is in the middle of."""
        return self.presenter.session

    @property
    def figures(self) -> list[str]:
        """What each line of the basket says of its quantity."""
        return [line.figure for line in screen_of(self.session, self.presenter.surroundings()).cart.lines]

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key by hand."""
        self.keys += 1
        QTest.qWait(round(_HAND_SECONDS * 1000))
        QTest.keyClick(self._target(), key, modifier)

    def type(self, text: str) -> None:
        """Characters by hand, each a key."""
        for character in text:
            self.keys += 1
            QTest.qWait(round(_HAND_SECONDS * 1000))
            QTest.keyClick(self._target(), ord(character.upper()))

    def scan(self, code: str) -> None:
        """A scanner's burst with its Enter; scanning is no key.

        Each key carries the time at which it was struck, as a system's events do, however late the window takes it.
        """
        lasts = len(code) * _SCAN_MS
        QTest.qWait(60 + lasts)
        struck = round(time.monotonic() * 1000) - lasts
        for place, character in enumerate((*code, "\r")):
            key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character.upper()))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
                event.setTimestamp(struck + place * _SCAN_MS)
                QCoreApplication.sendEvent(self._target(), event)

    def scan_goods(self, *names: str) -> None:
        """Scan goods by name (those without a barcode are keyed by PLU) and wait until they are in the basket."""
        for name in names:
            before = self._pieces()
            product = search(self.presenter.till, name)[0]
            if product.barcode:
                self.scan(product.barcode)
            else:
                self.type(product.plu)
                self.press(Qt.Key.Key_Return)
            until(lambda before=before: self._pieces() != before, f"{name} in the basket")  # type: ignore[misc]

    def paper(self, pattern: str) -> str:
        """The slip whose number this matches, as it was printed."""
        folder = self.shops.folder.receipts
        until(lambda: any(folder.glob(f"{pattern}.txt")), f"the slip {pattern}")
        (slip,) = folder.glob(f"{pattern}.txt")
        return slip.read_text("utf-8")

    def _pieces(self) -> int:
        return sum(line.quantity.milli for line in self.session.basket.cart.lines)

    def _target(self) -> QWidget:
        """Keys go where this window's focus is, also where another counter's window is in front."""
        if QApplication.activeWindow() is not self.window:
            self.window.activateWindow()
            QTest.qWait(10)
        focus: QWidget | None = QApplication.focusWidget()
        if focus is not None and focus.window() is self.window:
            return focus
        inside: QWidget | None = self.window.focusWidget()
        return self.window if inside is None else inside

    def close(self) -> None:
        """Close the till."""
        self.app.close()
        self.shops.close()


@cache
def _demo_shop(members: int) -> TemporaryDirectory[str]:
    """A folder in which the demo shop was founded; once a process, for it takes longer than most tests."""
    made = TemporaryDirectory(prefix="demo-")
    shops = Shops(TillFolder(Path(made.name)), SteppingClock(), SystemEntropy(), members)
    shops.demo()
    shops.close()
    return made


def open_counter(
    folder: Path,
    window: MainWindow,
    members: int = 60,
    *,
    early: str = "",
    founded: bool = False,
    clock: SteppingClock | None = None,
) -> Counter:
    """A demo shop in a window, ready to scan; `early` is scanned before it is; `founded` opens one that is there."""
    if not founded:
        copytree(_demo_shop(members).name, folder, dirs_exist_ok=True)
    clock = clock or SteppingClock()
    shops = Shops(TillFolder(folder), clock, SystemEntropy(), members)
    app = TillApp(program_of(shops), window)
    app.start()
    counter = Counter(window, app, shops, clock=clock)
    if early:
        counter.scan(early)
    until(lambda: isinstance(app.presenter, CheckoutPresenter) and bool(app.presenter.session.quick), "ready to scan")
    window.activateWindow()
    QTest.qWait(20)
    return counter


def scan_member(counter: Counter) -> None:
    """林晓梅 shows the code on her phone."""
    counter.clock.step(seconds=61)
    till = counter.presenter.till
    with till.database.read() as connection:
        number = connection.exec_driver_sql("SELECT card_number FROM member WHERE phone = '13857166021'").scalar_one()
    counter.scan(shown_now(till, int(number)))
    until(lambda: counter.session.basket.cart.identified_by is Identification.DYNAMIC_CODE, "the member's code")
    QTest.qWait(350)  # an Enter right after a scan is the scanner's own
