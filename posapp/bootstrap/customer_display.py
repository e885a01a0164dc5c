"""The customer's display: on the second screen where there is one, or as one more window where that is asked for."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from posapp.ui.app import TillApp
from posapp.ui.context import UiContext
from posapp.ui.customer_display.window import CustomerDisplay
from posapp.ui.customer_mirror import Mirror
from posapp.ui.i18n import Language, Translator
from posapp.ui.main_window import MainWindow


def open_display(app: TillApp, window: MainWindow, language: str | None) -> CustomerDisplay | None:
    """Open it in a language; without one, only on a second screen, in Chinese.  It closes with the till."""
    others = [screen for screen in QGuiApplication.screens() if screen is not window.screen()]
    if language is None and not others:
        return None
    display = CustomerDisplay(UiContext(translator=Translator(Language(language or "zh_CN"))))
    Mirror(app, display)
    app.closing.connect(display.close)
    if others:
        display.setGeometry(others[0].geometry())
        display.showFullScreen()
    else:
        display.show()
    return display
