"""The window of the till: holds the checkout in the grid that fits its size, theme, language and scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from posapp.ui.checkout.view.grid import grid_for
from posapp.ui.context import UiContext
from posapp.ui.first_paint import FirstPaint
from posapp.ui.i18n import Language
from posapp.ui.keymap import Keymap
from posapp.ui.theme import THEMES, ThemeName

if TYPE_CHECKING:
    from posapp.ui.checkout.state import CheckoutState
    from posapp.ui.checkout.view.checkout_view import CheckoutView

_LOW_TO = 720
_MINIMUM = QSize(1024, 600)


class MainWindow(QMainWindow):
    """Render states with `render_state`; listen to `intent`. Rebuilds its view when the grid must change.

    Until the first state, or the first look at `view`, it shows empty panels, which cost next to nothing; `painted`
    says that they are on the screen.
    """

    intent = Signal(object)
    painted = Signal()

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx = ctx
        self._state: CheckoutState | None = None
        self._view: CheckoutView | None = None
        self.setObjectName("main_window")
        self.setMinimumSize(_MINIMUM)
        self.resize(1366, 768)
        first = FirstPaint(ctx)
        first.painted.connect(self.painted)
        self.setCentralWidget(first)

    @property
    def view(self) -> CheckoutView:
        """The checkout in its present grid, built if it was not yet."""
        return self._view or self._rebuild()

    def build(self) -> None:
        """Build the checkout ahead of the first state."""
        if self._view is None:
            self._rebuild()

    @property
    def ctx(self) -> UiContext:
        """Theme, words and scale."""
        return self._ctx

    def render_state(self, state: CheckoutState) -> None:
        """Show a state."""
        if self._state is None or self._state.top.shop != state.top.shop:
            self.setWindowTitle(state.top.shop or "POS")
        self._state = state
        self.view.render_state(state)

    def set_language(self, language: Language) -> None:
        """Switch the words, live."""
        self._ctx.translator.switch(language)
        self._refresh()

    def set_theme(self, name: ThemeName) -> None:
        """Switch the colours, live."""
        self._ctx.theme = THEMES[name]
        self._refresh()

    def set_keymap(self, keymap: Keymap) -> None:
        """Switch the keys that are shown, live."""
        if keymap != self._ctx.keymap:
            self._ctx.keymap = keymap
            self._refresh()

    def set_scale(self, percent: int) -> None:
        """Switch the size of everything; typed text is kept."""
        if percent != self._ctx.scale_percent:
            self._ctx.scale_percent = percent
            if self._view is not None:
                self._rebuild()

    def _low(self) -> bool:
        return self.height() * 100 // self._ctx.scale_percent < _LOW_TO

    def _refresh(self) -> None:
        if self._view is not None:
            self._view.refresh()
        else:
            self.update()

    def _rebuild(self) -> CheckoutView:
        # The checkout takes longer to import than all else together; the window is painted before.
        from posapp.ui.checkout.view.checkout_view import CheckoutView  # noqa: PLC0415

        typed = self._view.omnibox_text() if self._view is not None else ""
        view = CheckoutView(self._ctx, grid=grid_for(self.width(), self._ctx.scale_percent), low=self._low())
        view.intent.connect(self.intent)
        self._view = view
        before: QWidget | None = self.takeCentralWidget()
        self.setCentralWidget(view)
        if before is not None:
            before.hide()
            before.deleteLater()
        if self._state is not None:
            view.render_state(self._state)
            view.restore_omnibox(typed)
            view.focus_input()
        return view

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another grid when the width asks for it."""
        super().resizeEvent(event)
        if self._view is not None and not self._view.fits(self.width(), low=self._low()):
            self._rebuild()
