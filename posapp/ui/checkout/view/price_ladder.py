"""From the list price to the amount due, a row a reason; and what was saved and earned (ux.md §1.4)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.state import LadderRow, MoneyPanel
from posapp.ui.context import UiContext
from posapp.ui.figures import money_text
from posapp.ui.messages import msg
from posapp.ui.painting import LEFT, RIGHT, paint_text, text_width
from posapp.ui.widgets.chip import Chip
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Amount, Text

_ROW = 32
_LOW_ROW = 24
_SHORT = 2

FITTING_EVENTS = (QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Show)
"""After these the height left over for a ladder may be another; the layout has been renewed by then."""


class PriceLadder(QWidget):
    """Rows of label, detail and amount, all amounts on one right edge."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx, self._row_height, self._most = ctx, ctx.px(_ROW), 99
        self._rows: tuple[LadderRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, rows: tuple[LadderRow, ...]) -> None:
        """Show other rows."""
        if rows != self._rows:
            resized = len(rows) != len(self._rows)
            self._rows = rows
            spoken = (f"{self._ctx.text(row.label)} {money_text(row.amount_fen)}" for row in rows)
            self.setAccessibleName(", ".join(spoken))
            if resized:
                self.updateGeometry()
        self.update()

    def fit(self, height: int) -> None:
        """Use at most this height: first lower rows, then one row for all savings, at last none."""
        ctx = self._ctx
        full, low = ctx.px(_ROW), ctx.px(_LOW_ROW)
        count = max(1, len(self._rows))
        row_height = full if full * count <= height else low
        most = count if low * count <= height else _SHORT if low * _SHORT <= height else 0
        if (row_height, most) != (self._row_height, self._most):
            self._row_height, self._most = row_height, most
            self.updateGeometry()
            self.update()

    def _shown(self) -> tuple[LadderRow, ...]:
        if self._most == 0:
            return ()
        if len(self._rows) <= self._most or len(self._rows) <= _SHORT:
            return self._rows
        rest = sum(row.amount_fen for row in self._rows[1:])
        return (self._rows[0], LadderRow(msg("ladder.all_savings"), rest))

    def sizeHint(self) -> QSize:
        """One line a row."""
        return QSize(self._ctx.px(240), self._row_height * len(self._shown()))

    def minimumSizeHint(self) -> QSize:
        """No row is hidden."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows; a detail without room for itself is left out rather than cut."""
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        amount_font, label_font, detail_font = ctx.font(16, fonts.SEMIBOLD), ctx.font(16, fonts.MEDIUM), ctx.font(14)
        for position, step in enumerate(self._shown()):
            top = position * self._row_height
            amount = money_text(step.amount_fen)
            amount_width = text_width(amount, amount_font)
            ink = "accent" if step.amount_fen < 0 else "t1"
            area = QRectF(0, top, self.width(), self._row_height)
            paint_text(painter, area, amount, amount_font, ctx.hex(ink), RIGHT)
            space = QRectF(0, top, self.width() - amount_width - px(8), self._row_height)
            used = paint_text(painter, space, ctx.text(step.label), label_font, ctx.hex("t1"), LEFT)
            detail = ctx.text(step.detail)
            left = used + px(8)
            if detail and text_width(detail, detail_font) <= space.right() - left:
                rest = QRectF(left, top, space.right() - left, self._row_height)
                paint_text(painter, rest, detail, detail_font, ctx.hex("t2"), LEFT)


class DueBlock(QWidget):
    """The amount due, what is saved and what is earned."""

    def __init__(self, ctx: UiContext, *, digits: int = 64) -> None:
        super().__init__()
        self._ctx = ctx
        self._label = Text(ctx, 20, fonts.SEMIBOLD)
        self._amount = Amount(ctx, digits)
        self._amount.setObjectName("due")
        self._saved = Chip(ctx, "accent", px=15, height=28)
        self._earn = Text(ctx, 14, fonts.MEDIUM, "t2", RIGHT, elastic=True)
        self._line = QWidget()
        px = ctx.px
        row(self._saved, px(8), (self._earn, 1), into=self._line)
        self._line.setFixedHeight(px(28))
        label = column(None, self._label, px(2))
        column(row(label, None, self._amount), px(10), self._line, into=self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def render_state(self, money: MoneyPanel) -> None:
        """Show another sum."""
        ctx = self._ctx
        self._label.set(ctx.tr("money.due"))
        self._amount.set(money_text(money.due_fen))
        self._saved.set(ctx.tr("money.saved", amount=money.saved_fen) if money.saved_fen else "")
        self._saved.setVisible(money.saved_fen > 0)
        self._earn.set(ctx.text(money.earn))


def fit_ladder(panel: QWidget, ladder: PriceLadder) -> None:
    """Give the ladder the height that the other parts of its panel leave over; call it after `FITTING_EVENTS` only."""
    layout = panel.layout()
    if layout is None or not panel.isVisible():
        return
    others = layout.totalMinimumSize().height() - ladder.minimumSizeHint().height()
    ladder.fit(panel.height() - others)
