"""`posapp run`: the window first, everything else behind it."""

from __future__ import annotations

import builtins
import gc
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from posapp.bootstrap.folders import TillFolder

if TYPE_CHECKING:
    from posapp.bootstrap.shops import Shops
    from posapp.bootstrap.wiring import RunningTill
    from posapp.ui.app import TillApp
    from posapp.ui.main_window import MainWindow

_UNPAINTED_MS = 500
"""A window that is opened minimised is never painted; the till starts all the same."""
_TITLE_BAR = 40
"""Pixels that a desktop's title bar takes at the most."""


class Opening(QObject):
    """From an empty window to a till that is ready to scan.

    What the database needs is imported, and the database opened, in a thread of its own, while the window stays alive;
    then the checkout is built.  One after the other: two threads that import at once are slower than one.
    """

    ready = Signal()
    _opened = Signal(object)

    def __init__(self, folder: TillFolder, window: MainWindow) -> None:
        super().__init__(window)
        self._folder, self._window = folder, window
        self._thread = threading.Thread(target=self._open, name="opening")
        self._till: RunningTill | None = None
        self._closed = False
        self._opened.connect(self._wire, Qt.ConnectionType.QueuedConnection)
        window.painted.connect(self._begin, Qt.ConnectionType.QueuedConnection)
        QTimer.singleShot(_UNPAINTED_MS, self, self._begin)

    def _begin(self) -> None:
        if self._closed or self._thread.ident is not None:
            return
        self._thread.start()

    def _open(self) -> None:
        """Run in the thread."""
        # SQLAlchemy and the storage take longer to import than all of the window, and the GUI thread needs none of it.
        from posapp.application.ports import SystemClock, SystemEntropy  # noqa: PLC0415
        from posapp.bootstrap.shops import Shops  # noqa: PLC0415

        shops = Shops(self._folder, SystemClock(), SystemEntropy())
        # A database that does not open says so again when the till asks for it, where the cashier can be told.
        with suppress(Exception):
            _ = shops.database
        self._opened.emit(shops)

    def _wire(self, shops: Shops) -> None:
        if self._closed:
            # Nobody would close what is wired now.
            shops.close()
            return
        # It stands on what the thread has imported.
        from posapp.bootstrap.wiring import wire  # noqa: PLC0415

        self._window.build()
        self._till = wire(shops, self._window)
        self._till.app.ready.connect(self._is_ready)

    def _is_ready(self) -> None:
        # What has been imported lives as long as the program: later collections need not look at it.
        gc.freeze()
        gc.enable()
        self.ready.emit()

    @property
    def app(self) -> TillApp | None:
        """The till, once it is wired."""
        return self._till.app if self._till is not None else None

    def close(self) -> None:
        """Stop, whatever has been reached."""
        gc.enable()
        # Else the decoder's module finds its objects uncollected at the very end, and complains on standard error.
        gc.unfreeze()
        self._closed = True
        if self._thread.ident is not None:
            self._thread.join()
        if self._till is not None:
            self._till.close()


def import_plainly() -> None:
    """Let imports be imports again after PySide, which costs a fifth of the till's start.

    PySide reads the source of every module that is imported after it, in case it asks for `snake_case` names or
    properties; nothing of ours does.  Does nothing where this PySide has no such hook.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def open_window(folder: TillFolder) -> tuple[QApplication, MainWindow, Opening]:
    """Show the till's window; the till starts behind it as soon as events are processed."""
    # Imports make hundreds of thousands of objects, and none of them is garbage that is worth looking for.
    gc.disable()
    import_plainly()
    # Ours come after that, and no more of them than the first paint needs.
    from posapp.ui.context import UiContext  # noqa: PLC0415 - start-up cost, see above
    from posapp.ui.main_window import MainWindow  # noqa: PLC0415 - start-up cost, see above

    application = QApplication(sys.argv[:1])
    window = MainWindow(UiContext())
    opening = Opening(folder, window)
    application.aboutToQuit.connect(opening.close)
    _show(window)
    return application, window, opening


def _show(window: MainWindow) -> None:
    """As large as the screen; a screen that has no room for a title bar above the whole till is filled altogether."""
    screen = window.screen()
    whole, room = screen.size(), screen.availableSize()
    if whole.width() < window.minimumWidth() or whole.height() < window.minimumHeight():
        window.show()
    elif room.height() < window.height() + _TITLE_BAR:
        window.showFullScreen()
    else:
        window.showMaximized()


def run_window(folder: TillFolder, customer: str | None = None) -> int:
    """Open the till's window and stay until it is closed; `customer` is the language of the customer's display.

    Without it the display is the one that the till was set up to have.
    """
    application, window, opening = open_window(folder)

    def display() -> None:
        # What the customer sees comes after the till is ready to scan.
        from posapp.bootstrap.customer_display import CustomerScreen  # noqa: PLC0415 - start-up cost, see above

        if opening.app is not None:
            CustomerScreen(opening.app, window, customer)

    opening.ready.connect(display)
    return application.exec()
