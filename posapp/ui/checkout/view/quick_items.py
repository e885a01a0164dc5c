"""Products without a barcode, on tiles with Alt+1 … Alt+0 (ux.md §6)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import QuickItemChosen
from posapp.ui.checkout.state import QuickItem
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.painting import CapStyle, key_cap_width, paint_box, paint_key_cap, paint_text, paint_wrapped, text_width
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text


class _Tile(QAbstractButton):
    """Name and price of one quick item."""

    def __init__(self, ctx: UiContext, *, caps: bool, height: int) -> None:
        super().__init__()
        self._ctx, self._caps, self.slot, self._price = ctx, caps, 0, ""
        self.setFixedHeight(ctx.px(height))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, slot: int, name: str, price: str) -> None:
        self.slot, self._price = slot, price
        self.setText(name)
        self.setAccessibleName(f"{name} {price}".strip())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._ctx.px(96), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        line = "t1" if self.hasFocus() else None
        fill = "accent_soft" if self.isDown() else "sunken"
        paint_box(painter, ctx, QRectF(self.rect()), fill=fill, line=line, radius=8, width=2 if line else 1)
        left, right = px(12), float(self.width() - px(8))
        if self._caps:
            cap = f"Alt {self.slot % 10}"
            right -= key_cap_width(ctx, cap)
            paint_key_cap(painter, ctx, right, px(20), cap, CapStyle("t2", "border"))
            right -= px(4)
        font, ink = ctx.font(16, fonts.SEMIBOLD), ctx.hex("t1")
        if text_width(self.text(), font) <= right - left:
            paint_text(painter, QRectF(left, px(8), right - left, px(24)), self.text(), font, ink)
        else:
            two = QRectF(left, px(6), right - left, self.height() - px(38))
            paint_wrapped(painter, two, self.text(), ctx.font(14, fonts.SEMIBOLD), ink)
        below = QRectF(left, self.height() - px(29), self.width() - left - px(8), px(22))
        paint_text(painter, below, self._price, ctx.font(15, fonts.MEDIUM), ctx.hex("t2"))


class QuickItems(QWidget):
    """A grid of quick items: four by two beside the keypad-less till, five by two where there is room."""

    def __init__(self, ctx: UiContext, emit: Emit, *, columns: int, caps: bool) -> None:
        super().__init__()
        self._ctx, self._columns, self._caps, self._emit = ctx, columns, caps, emit
        self._title = Text(ctx, 16, fonts.BOLD)
        self._aside = Text(ctx, 14, token="t2")
        self._grid = QGridLayout()
        self._grid.setSpacing(ctx.px(8))
        self._tiles: list[_Tile] = []
        for position in range(columns * 2):
            tile = _Tile(ctx, caps=caps, height=96 if caps else 76)
            tile.setObjectName(f"quick_{position + 1}")
            tile.clicked.connect(lambda _checked=False, t=tile: emit(QuickItemChosen(t.slot)))
            self._tiles.append(tile)
            self._grid.addWidget(tile, position // columns, position % columns)
        for position in range(columns):
            self._grid.setColumnStretch(position, 1)
        head = row(self._title, ctx.px(8), None, self._aside)
        column(head, self._grid, spacing=ctx.px(8), margins=(ctx.px(12), 0, ctx.px(12), ctx.px(12)), into=self)

    def render_state(self, items: tuple[QuickItem, ...]) -> None:
        """Show the items that fit, in the order of their keys."""
        self.setVisible(bool(items))
        shown = items[: len(self._tiles)]
        self._title.set(self._ctx.tr("quick.title"))
        last = shown[-1].slot % 10 if shown else 0
        self._aside.set(self._ctx.tr("quick.kinds") if self._caps else self._ctx.tr("quick.keys", last=last))
        for position, tile in enumerate(self._tiles):
            tile.setVisible(position < len(shown))
            if position < len(shown):
                item = shown[position]
                tile.set(item.slot, self._ctx.text(item.name), item.price)
