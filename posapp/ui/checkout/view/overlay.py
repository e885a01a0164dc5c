"""A scrim over the whole checkout with one dialog in the middle (ux.md §3)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from posapp.ui.context import UiContext


class Overlay(QWidget):
    """Darkens what is below and centres its content; nothing below takes a tap meanwhile."""

    def __init__(self, ctx: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._content: QWidget | None = None

    def content(self) -> QWidget | None:
        """The dialog that is open."""
        return self._content

    def open_content(self, content: QWidget) -> None:
        """Show a dialog in place of what was open."""
        self.close_content()
        self._content = content
        content.setParent(self)
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        content.show()

    def close_content(self) -> None:
        """Take the dialog away."""
        if self._content is None:
            return
        self._content.hide()
        self._content.setParent(None)
        self._content.deleteLater()
        self._content = None
        self.hide()

    def fit(self) -> None:
        """Centre the dialog at its own size, or at what the window has."""
        if self._content is None:
            return
        wish = self._content.sizeHint()
        width, height = min(wish.width(), self.width()), min(wish.height(), self.height())
        left, top = (self.width() - width) // 2, (self.height() - height) // 2
        self._content.setGeometry(left, top, width, height)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own signature
        """Tab goes round in the dialog: what lies under the scrim is not to be reached."""
        here = QApplication.focusWidget()
        if here is None or not self.isAncestorOf(here):
            return super().focusNextPrevChild(next)
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        there: QWidget | None = here
        while there is not None:
            there = there.nextInFocusChain() if next else there.previousInFocusChain()
            if there is here:
                break
            if there is not None and self._stops(there):
                there.setFocus(reason)
                break
        return True

    def _stops(self, widget: QWidget) -> bool:
        takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        return takes_tab and widget.isEnabled() and widget.isVisible() and self.isAncestorOf(widget)

    def event(self, event: QEvent) -> bool:
        """The dialog asks for another size."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the scrim."""
        colour = QColor(self._ctx.theme.scrim)
        colour.setAlpha(self._ctx.theme.scrim_alpha)
        QPainter(self).fillRect(self.rect(), colour)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Taps beside the dialog do nothing."""
        event.accept()
