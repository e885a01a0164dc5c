"""A tick with its words; the whole line takes the tap."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from posapp.ui import fonts
from posapp.ui.context import UiContext
from posapp.ui.painting import LEFT, paint_box, paint_icon, paint_text, text_width


class CheckBox(QAbstractButton):
    """Unticked until somebody ticks it."""

    def __init__(self, ctx: UiContext, name: str) -> None:
        super().__init__()
        self._ctx, self._detail = ctx, ""
        self.setObjectName(name)
        self.setCheckable(True)
        self.setFixedHeight(ctx.px(44))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, text: str, detail: str = "") -> None:
        """Show other words."""
        if (text, detail) != (self.text(), self._detail):
            self._detail = detail
            self.setText(text)
            self.setAccessibleName(text)
            self.setAccessibleDescription(detail)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Box, words and detail."""
        ctx = self._ctx
        width = (
            ctx.px(46) + text_width(self.text(), ctx.font(15, fonts.MEDIUM)) + text_width(self._detail, ctx.font(14))
        )
        return QSize(ceil(width) + 2, self.height())

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint box, tick and words."""
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        on = self.isChecked()
        box = QRectF(1, (self.height() - px(26)) / 2, px(26), px(26))
        if self.hasFocus():
            paint_box(painter, ctx, box.adjusted(-1, -1, 1, 1), line="t1", radius=7, width=2)
            box = box.adjusted(3, 3, -3, -3)
        paint_box(painter, ctx, box, fill="accent" if on else None, line="accent" if on else "strong", radius=6)
        if on:
            middle = box.center()
            paint_icon(painter, ctx, middle.x() - px(9), middle.y() - px(9), "check", 18, "on_accent")
        left = px(37)
        rect = QRectF(left, 0, self.width() - left, self.height())
        used = paint_text(painter, rect, self.text(), ctx.font(15, fonts.MEDIUM), ctx.hex("t1"), LEFT)
        rest = rect.adjusted(used + px(8), 0, 0, 0)
        paint_text(painter, rest, self._detail, ctx.font(14), ctx.hex("t2"), LEFT)
