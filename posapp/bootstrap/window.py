"""`posapp run`: the window first, everything else behind it."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication

from posapp.bootstrap.folders import TillFolder
from posapp.ui.context import UiContext
from posapp.ui.main_window import MainWindow


def run_window(folder: TillFolder) -> int:
    """Open the till's window and stay until it is closed."""
    application = QApplication(sys.argv[:1])
    window = MainWindow(UiContext())
    window.show()
    # Paint once before anything heavy is imported: the cashier sees the till at once.
    application.processEvents()

    from posapp.bootstrap.wiring import wire  # noqa: PLC0415 - start-up cost, see above

    till = wire(folder, window)
    application.aboutToQuit.connect(till.close)
    return application.exec()
