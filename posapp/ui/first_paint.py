"""What stands on the screen before the checkout is built: grounds and panels only, so that it costs next to nothing."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from posapp.ui.context import UiContext
from posapp.ui.theme import RADIUS_PANEL

_TOP, _FOOT, _GUTTER, _PERSON, _MONEY = 49, 52, 8, 336, 364


class FirstPaint(QWidget):
    """The bars and the three empty panels of the standard grid."""

    painted = Signal()
    """It has been painted for the first time, and that has reached the screen."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx = ctx
        self._told = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint bars and panels."""
        self._paint()
        if not self._told:
            self._told = True
            # Not before the paint has ended and was sent to the screen.
            QTimer.singleShot(0, self, self.painted.emit)

    def _paint(self) -> None:
        px, colour = self._ctx.px, self._ctx.colour
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("bg"))
        painter.fillRect(0, 0, self.width(), px(_TOP), colour("surface"))
        painter.fillRect(0, self.height() - px(_FOOT), self.width(), px(_FOOT), colour("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour("border"))
        painter.setBrush(colour("surface"))
        top, gap = px(_TOP + _GUTTER), px(_GUTTER)
        height = self.height() - px(_FOOT) - gap - top
        right = self.width() - gap
        for width in (px(_MONEY), px(_PERSON), 0):
            left = right - width if width else gap
            panel = QRectF(left + 0.5, top + 0.5, right - left - 1, height - 1)
            painter.drawRoundedRect(panel, RADIUS_PANEL, RADIUS_PANEL)
            right = left - gap
