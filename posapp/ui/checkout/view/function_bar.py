"""The bar of function keys at the foot (ux.md §6)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from posapp.ui import fonts
from posapp.ui.checkout.intents import FunctionKey, Intent, KeyTapped
from posapp.ui.checkout.state import FunctionKeyState
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.painting import CapStyle, key_cap_width, paint_box, paint_key_cap, paint_text, text_width
from posapp.ui.widgets.box import Ground, Rule
from posapp.ui.widgets.layout import row

_COUNT = 12


class _Cell(QAbstractButton):
    """One key cap and its word."""

    def __init__(self, ctx: UiContext, number: int) -> None:
        super().__init__()
        self._ctx, self._cap, self._hot = ctx, f"F{number}", False
        self.setObjectName(f"f{number}")
        self.setFixedHeight(ctx.px(44))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, word: str, *, enabled: bool, hot: bool) -> None:
        if (word, enabled, hot) == (self.text(), self.isEnabled(), self._hot):
            return
        self._hot = hot
        self.setText(word)
        self.setAccessibleName(f"{self._cap} {word}")
        self.setEnabled(enabled)
        self.updateGeometry()
        self.update()

    def _width(self) -> float:
        font = self._ctx.font(15, fonts.BOLD if self._hot else fonts.MEDIUM)
        return key_cap_width(self._ctx, self._cap) + self._ctx.px(4) + text_width(self.text(), font)

    def sizeHint(self) -> QSize:
        return QSize(int(self._width()) + self._ctx.px(6), self._ctx.px(44))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx = self._ctx
        painter = QPainter(self)
        if self.isDown():
            paint_box(painter, ctx, QRectF(self.rect()), fill="accent_soft", radius=8)
        if not self.isEnabled():
            style, ink = CapStyle("strong", "border", None), "strong"
        elif self._hot:
            style, ink = CapStyle("on_accent", "accent", "accent"), "accent"
        else:
            style, ink = CapStyle(), "t1"
        x = max(0.0, (self.width() - self._width()) / 2)
        x += paint_key_cap(painter, ctx, x, self.height() / 2, self._cap, style) + ctx.px(4)
        font = ctx.font(15, fonts.BOLD if self._hot else fonts.MEDIUM)
        paint_text(painter, QRectF(x, 0, self.width() - x, self.height()), self.text(), font, ctx.hex(ink))


class FunctionBar(Ground):
    """Renders the twelve function keys."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx, "surface", line_above=True)
        self.setFixedHeight(ctx.px(52))
        self._ctx = ctx
        self._cells = [_Cell(ctx, number) for number in range(1, _COUNT + 1)]
        self._acts: dict[int, str] = {}
        for number, cell in enumerate(self._cells, start=1):
            cell.clicked.connect(lambda _checked=False, n=number: emit(self._intent(n)))
        groups = [(cell, 1) for cell in self._cells]
        first, second, third = groups[:4], groups[4:8], groups[8:]
        row(
            *first,
            Rule(ctx, vertical=True),
            *second,
            Rule(ctx, vertical=True),
            *third,
            margins=(ctx.px(8), ctx.px(5), ctx.px(8), ctx.px(3)),
            into=self,
        )

    def _intent(self, number: int) -> Intent:
        """What a tap on a cell asks for."""
        chord = self._acts.get(number, "")
        return KeyTapped(chord) if chord else FunctionKey(number)

    def render_state(self, keys: tuple[FunctionKeyState, ...]) -> None:
        """Show words, enabled and hot keys; a key that the state leaves out is disabled."""
        by_number = {key.number: key for key in keys}
        self._acts = {key.number: key.acts_as for key in keys}
        for number, cell in enumerate(self._cells, start=1):
            key = by_number.get(number)
            if key is None:
                cell.set("", enabled=False, hot=False)
            else:
                cell.set(self._ctx.text(key.label), enabled=key.enabled, hot=key.hot)
