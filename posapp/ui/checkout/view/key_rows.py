"""Rows of keys in the overlay: caps and what they do; one may be chosen to get another key."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import KeyRowChosen
from posapp.ui.checkout.sheets import KeymapSheet
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.keymap import KeyRow
from posapp.ui.painting import RIGHT, CapStyle, paint_box, paint_key_cap, paint_text

_CAPS = {"Delete": "Del", "Insert": "Ins", "-": "−"}
_OWN = CapStyle("accent", "accent_line", "accent_soft")


class KeyRows(QWidget):
    """One column of keys and words; a click on a row asks for its new key."""

    def __init__(self, ctx: UiContext, emit: Emit, rows: tuple[KeyRow, ...], row_height: int) -> None:
        super().__init__()
        self._ctx, self._emit, self._rows, self._height = ctx, emit, rows, ctx.px(row_height)
        self._sheet = KeymapSheet()
        self.setFixedHeight(self._height * len(rows))

    def render_state(self, sheet: KeymapSheet) -> None:
        """Show the keys of this till, and which row is chosen."""
        self._sheet = sheet
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row, unless its key is the same everywhere."""
        place = int(event.position().y()) // self._height
        if event.button() is Qt.MouseButton.LeftButton and place < len(self._rows) and not self._rows[place].fixed:
            self._emit(KeyRowChosen(self._rows[place].chord))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows."""
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        for place, row in enumerate(self._rows):
            top = place * self._height
            chosen = row.chord == self._sheet.chord and not row.fixed
            if chosen:
                ground = QRectF(0, top, self.width(), self._height)
                paint_box(painter, ctx, ground, fill="accent_soft", radius=6)
            x = float(px(4))
            chord = row.chord if row.fixed and not row.before else self._sheet.keymap.shown(row.chord)
            style = _OWN if self._sheet.keymap.is_own(row.chord) else CapStyle()
            for cap in (*((row.before,) if row.before else ()), *chord.split(" ")):
                x += paint_key_cap(painter, ctx, x, top + self._height / 2, _CAPS.get(cap, cap), style) + px(4)
            rect = QRectF(x + px(4), top, self.width() - x - px(8), self._height)
            ink = "accent" if chosen else "t2"
            paint_text(painter, rect, ctx.tr(row.words), ctx.font(15, fonts.MEDIUM), ctx.hex(ink), RIGHT)
