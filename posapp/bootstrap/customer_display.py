"""The customer's display: on the second screen where there is one, or as one more window where that is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from posapp.application.chosen_devices import DisplaySetup, DisplayWay, display_setup
from posapp.ui.app import TillApp
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.context import UiContext
from posapp.ui.customer_display.window import CustomerDisplay
from posapp.ui.customer_mirror import Mirror
from posapp.ui.i18n import Language, Translator
from posapp.ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class OpenDisplay:
    """A display, who keeps it at what the till does, and what it was opened for."""

    window: CustomerDisplay
    mirror: Mirror
    setup: DisplaySetup


class CustomerScreen(QObject):
    """Opens the display that this till was set up to have, and another one when that is changed.

    `asked` is the language of a window that was asked for on the command line, whatever was set up.
    """

    def __init__(self, app: TillApp, window: MainWindow, asked: str | None = None) -> None:
        super().__init__(window)
        self._app, self._window, self._asked = app, window, asked
        self.open: OpenDisplay | None = None
        app.equipment.display_changed.connect(self.follow)
        # A till that is only now being founded is ready twice.
        app.ready.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Read how it is set up now, and have that."""
        presenter = self._app.presenter
        if isinstance(presenter, CheckoutPresenter):
            presenter.shell.submit(lambda: display_setup(presenter.till), self._have, lambda _error: None)

    def _have(self, setup: DisplaySetup) -> None:
        if self._asked is not None:
            setup = DisplaySetup(DisplayWay.WINDOW, self._asked, setup.card)
        now, self.open = self.open, None
        if now is not None and now.setup == setup:
            self.open = now
            now.mirror.start()
            return
        if now is not None:
            now.window.close()
            now.window.deleteLater()
        self._app.equipment.has_display = False
        self.open = open_display(self._app, self._window, setup)


def open_display(app: TillApp, window: MainWindow, setup: DisplaySetup) -> OpenDisplay | None:
    """Open it, unless none is wanted, or it waits for a second screen.  It closes with the till."""
    others = [screen for screen in QGuiApplication.screens() if screen is not window.screen()]
    if setup.way is DisplayWay.OFF or (setup.way is DisplayWay.SECOND and not others):
        return None
    display = CustomerDisplay(UiContext(translator=Translator(Language(setup.language))))
    mirror = Mirror(app, display, shows_card=setup.card)
    app.closing.connect(display.close)
    if others:
        display.setGeometry(others[0].geometry())
        display.showFullScreen()
    else:
        display.show()
    return OpenDisplay(display, mirror, setup)
