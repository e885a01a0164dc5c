"""The window side of `bench.lookup_paint`: strikes `/` and waits until the list has been painted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView

from bench.waiting import undisturbed, waited
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.wiring import program_of
from posapp.ui.app import TillApp
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.session import LookupMode
from posapp.ui.context import UiContext
from posapp.ui.main_window import MainWindow

_PATIENCE_SECONDS = 20.0


@dataclass(slots=True)
class RunningWindow:
    """A till in its window."""

    window: MainWindow
    app: TillApp
    shops: Shops

    @property
    def presenter(self) -> CheckoutPresenter:
        """Who decides what is shown."""
        if not isinstance(self.app.presenter, CheckoutPresenter):
            raise TypeError("no shop is open")
        return self.app.presenter


class _ListPainted(QObject):
    """Notices the first paint of a list of members."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Listen to every paint; it goes on to its widget."""
        if event.type() is QEvent.Type.Paint and not self.seen:
            parent = watched.parent()
            self.seen = isinstance(parent, QListView) and parent.objectName() == "lookup_list"
        return False


def open_till_window(shops: Shops) -> RunningWindow:
    """The till of a folder at 1366×768, ready to scan."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    window = MainWindow(UiContext())
    window.show()
    window.activateWindow()
    app = TillApp(program_of(shops), window)
    app.start()
    _until(lambda: isinstance(app.presenter, CheckoutPresenter) and bool(app.presenter.session.quick))
    application.processEvents()
    return RunningWindow(window, app, shops)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Milliseconds from the key to the painted list: by the clock, of the processor, and of the search in it.

    `undisturbed` is by the clock less the time that the till waited for a processor.
    """

    paint: float
    undisturbed: float
    processor: float
    search: float


def look_up(running: RunningWindow, digits: str) -> Lookup:
    """Strike `/` after some digits and wait for the painted list; the list is closed again."""
    edit = running.window.view.findChild(QLineEdit, "omnibox")
    if edit is None:
        raise LookupError("the window has no input")
    edit.setFocus()
    edit.setText(digits)
    QTest.qWait(60)
    painted = _ListPainted()
    application = QApplication.instance()
    if application is None:
        raise RuntimeError("no application")
    application.installEventFilter(painted)
    before = waited()
    began, busy = time.perf_counter(), time.process_time()
    QTest.keyClick(edit, Qt.Key.Key_Slash)
    while not painted.seen:
        # Waits as a running program does, instead of spinning against the thread that searches.
        application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() - began > _PATIENCE_SECONDS:
            raise TimeoutError(f"{digits}: no list was painted")
    # The paint ends, with what was sent to the screen, before `processEvents` returns.
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    delayed = waited() - before
    application.removeEventFilter(painted)
    mode = running.presenter.session.mode
    if not isinstance(mode, LookupMode) or mode.query != digits or len(mode.members) < 2:
        raise AssertionError(f"{digits}: the list is not the one that was asked for")
    QTest.keyClick(QApplication.focusWidget() or running.window, Qt.Key.Key_Escape)
    _until(lambda: running.presenter.session.mode is None)
    return Lookup(seconds * 1000, undisturbed(seconds, delayed, busy) * 1000, busy * 1000, mode.microseconds / 1000)


def close(running: RunningWindow) -> None:
    """Close the till and its window."""
    running.app.close()
    running.shops.close()
    running.window.close()


def _until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + _PATIENCE_SECONDS
    while not true():
        if time.monotonic() > limit:
            raise TimeoutError("the till did not get there")
        QTest.qWait(5)
