"""The lines of the cart: a list model over frozen lines and a delegate that paints them (ux.md §2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem

from posapp.ui import fonts
from posapp.ui.checkout.intents import LineSelected, LineStep
from posapp.ui.checkout.state import Adjustment, CartLine
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.figures import money_text, signed_money_text
from posapp.ui.painting import CENTER, RIGHT, paint_box, paint_icon, paint_text, text_width

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()

LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1

ROW_HEIGHT = 73
NUMBER_WIDTH = 24
QUANTITY_WIDTH = 124
PRICE_WIDTH = 60
AMOUNT_WIDTH = 86
GAP = 6
PAD_LEFT = 6
PAD_RIGHT = 14


class CartModel(QAbstractListModel):
    """Cart lines; `replace` tells the view only what changed."""

    def __init__(self, describe: Callable[[CartLine], str]) -> None:
        super().__init__()
        self._lines: tuple[CartLine, ...] = ()
        self._describe = describe

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many lines."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The line itself, or its words for display and accessibility."""
        if not 0 <= index.row() < len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._describe(line)
        return None

    def replace(self, lines: tuple[CartLine, ...]) -> None:
        """Show other lines: rows are inserted or removed at the end, changed rows are reported one by one."""
        before = self._lines
        common = min(len(before), len(lines))
        if len(lines) < len(before):
            self.beginRemoveRows(QModelIndex(), len(lines), len(before) - 1)
            self._lines = before[: len(lines)]
            self.endRemoveRows()
        elif len(lines) > len(before):
            self.beginInsertRows(QModelIndex(), len(before), len(lines) - 1)
            self._lines = before + lines[len(before) :]
            self.endInsertRows()
        self._lines = lines
        for position in range(common):
            if before[position] != lines[position]:
                index = self.index(position)
                self.dataChanged.emit(index, index)

    def row_of(self, line_id: str | None) -> int:
        """The row of a line, or -1."""
        for position, line in enumerate(self._lines):
            if line.line_id == line_id:
                return position
        return -1


class CartDelegate(QStyledItemDelegate):
    """Paints one line and takes the taps on its stepper."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__()
        self._ctx, self._emit = ctx, emit
        self.selected_row = -1
        self.row_count = 0

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Rows are all equally high."""
        return QSize(self._ctx.px(300), self._ctx.px(ROW_HEIGHT))

    def stepper_rect(self, rect: QRect) -> QRect:
        """Where the stepper of the selected line stands, in the same coordinates as the row's rect."""
        px = self._ctx.px
        right = rect.right() + 1 - px(PAD_RIGHT) - px(AMOUNT_WIDTH) - px(PRICE_WIDTH) - 2 * px(GAP)
        height = px(48)
        return QRect(right - px(QUANTITY_WIDTH), rect.top() + (rect.height() - height) // 2, px(QUANTITY_WIDTH), height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Number, name with what changed the price, quantity, price, amount."""
        line = index.data(LINE_ROLE)
        if not isinstance(line, CartLine):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        selected = index.row() == self.selected_row
        self._paint_ground(painter, rect, index.row(), selected=selected)
        stepper = self.stepper_rect(rect)
        # Without the stepper the figure stands alone in the middle, and the words may come closer.
        figure = text_width(line.figure, self._ctx.font(18, fonts.SEMIBOLD))
        beside_figure = round(stepper.center().x() - figure / 2) - self._ctx.px(4)
        free = stepper.left() if selected and not line.weight else beside_figure
        self._paint_words(painter, rect, line, max(stepper.left(), free))
        self._paint_quantity(painter, stepper, line, selected=selected)
        self._paint_amounts(painter, rect, line, stepper.right() + 1)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, row: int, *, selected: bool) -> None:
        ctx = self._ctx
        body = QRectF(rect).adjusted(0, 0, 0, -1)
        if selected:
            path = QPainterPath()
            path.addRoundedRect(body, 8, 8)
            painter.fillPath(path, ctx.colour("accent_soft"))
            painter.save()
            painter.setClipPath(path)
            painter.fillRect(QRectF(body.left(), body.top(), ctx.px(4), body.height()), ctx.colour("accent"))
            painter.restore()
        elif row + 1 not in (self.selected_row, self.row_count):
            painter.fillRect(QRectF(rect.left(), rect.bottom(), rect.width(), 1), ctx.colour("border"))

    def _paint_words(self, painter: QPainter, rect: QRect, line: CartLine, right: int) -> None:
        ctx, px = self._ctx, self._ctx.px
        top, height = rect.top(), rect.height() - 1
        number = QRectF(rect.left() + px(PAD_LEFT), top, px(NUMBER_WIDTH), height)
        paint_text(painter, number, str(line.number), ctx.font(14, fonts.MEDIUM), ctx.hex("t3"), CENTER)
        left = number.right() + px(GAP)
        width = right - left - px(2)
        name_font = ctx.font(18, fonts.SEMIBOLD)
        if not line.adjustments and line.note is None:
            paint_text(painter, QRectF(left, top, width, height), line.name, name_font, ctx.hex("t1"))
            return
        paint_text(painter, QRectF(left, top + px(6), width, px(26)), line.name, name_font, ctx.hex("t1"))
        second = QRectF(left, top + px(40), width, px(24))
        if line.adjustments:
            self._paint_adjustments(painter, second, line.adjustments, line.more)
        else:
            paint_text(painter, second, ctx.text(line.note), ctx.font(14), ctx.hex("t3"))

    def _adjustment_width(self, words: str, amount: str) -> float:
        ctx = self._ctx
        width = ctx.px(18) + text_width(words, ctx.font(14, fonts.MEDIUM))
        return width + (ctx.px(5) + text_width(amount, ctx.font(14, fonts.BOLD)) if amount else 0)

    def _paint_adjustments(
        self, painter: QPainter, rect: QRectF, adjustments: tuple[Adjustment, ...], more: int
    ) -> None:
        """As many as fit whole; the rest as a count, because half a reason is none."""
        ctx, px = self._ctx, self._ctx.px
        word_font, amount_font = ctx.font(14, fonts.MEDIUM), ctx.font(14, fonts.BOLD)
        x = rect.left()
        for position, adjustment in enumerate(adjustments):
            words = ctx.text(adjustment.label)
            amount = signed_money_text(adjustment.amount_fen) if adjustment.amount_fen else ""
            width = self._adjustment_width(words, amount)
            last = position == len(adjustments) - 1 and not more
            reserve = 0 if last else px(30)
            if position and x + width > rect.right() - reserve + 1:
                self._paint_more(
                    painter, QRectF(x, rect.top(), px(30), rect.height()), len(adjustments) - position + more
                )
                return
            icon_top = rect.top() + (rect.height() - px(15)) / 2
            paint_icon(painter, ctx, x, icon_top, adjustment.icon, 15, "accent")
            x += px(18)
            space = rect.right() - x - (text_width(amount, amount_font) + px(5) if amount else 0)
            x += paint_text(painter, QRectF(x, rect.top(), space, rect.height()), words, word_font, ctx.hex("accent"))
            if amount:
                x += px(4)
                amount_rect = QRectF(x, rect.top(), rect.right() - x + 2, rect.height())
                x += paint_text(painter, amount_rect, amount, amount_font, ctx.hex("accent"))
            x += px(10)
        if more:
            self._paint_more(painter, QRectF(x, rect.top(), px(30), rect.height()), more)

    def _paint_more(self, painter: QPainter, rect: QRectF, count: int) -> None:
        ctx = self._ctx
        paint_text(painter, rect, f"+{count}", ctx.font(14, fonts.BOLD), ctx.hex("accent"))

    def _paint_quantity(self, painter: QPainter, rect: QRect, line: CartLine, *, selected: bool) -> None:
        ctx, px = self._ctx, self._ctx.px
        area = QRectF(rect)
        if line.weight or not selected:
            # What was weighed is not one more or less by a tap.
            paint_text(painter, area, line.figure, ctx.font(18, fonts.SEMIBOLD), ctx.hex("t1"), CENTER)
            return
        paint_box(painter, ctx, area, fill="surface", line="strong", radius=8)
        middle = area.center().y() - px(10)
        paint_icon(painter, ctx, area.left() + px(20), middle, "minus", 20, "t1")
        paint_icon(painter, ctx, area.right() - px(40), middle, "plus", 20, "t1")
        digits = ctx.font(20 if len(line.quantity) < 5 else 16, fonts.BOLD)
        inner = area.adjusted(px(38), 0, -px(38), 0)
        paint_text(painter, inner, line.quantity, digits, ctx.hex("t1"), CENTER)

    def _paint_amounts(self, painter: QPainter, rect: QRect, line: CartLine, left: int) -> None:
        ctx, px = self._ctx, self._ctx.px
        top, height = rect.top(), rect.height() - 1
        price = QRectF(left + px(GAP), top, px(PRICE_WIDTH), height)
        unit = money_text(line.unit_price_fen)
        unit_font = ctx.font(16 if text_width(unit, ctx.font(16)) <= price.width() else 14)
        paint_text(painter, price, unit, unit_font, ctx.hex("t2"), RIGHT)
        amount = QRectF(price.right() + px(GAP), top, px(AMOUNT_WIDTH), height)
        bold = ctx.font(20, fonts.BOLD)
        net = money_text(line.net_fen)
        if text_width(net, bold) > amount.width():
            bold = ctx.font(16, fonts.BOLD)
        if line.list_fen == line.net_fen:
            paint_text(painter, amount, net, bold, ctx.hex("t1"), RIGHT)
            return
        upper = QRectF(amount.left(), top + px(13), amount.width(), px(20))
        paint_text(painter, upper, money_text(line.list_fen), ctx.font(14, strike=True), ctx.hex("t3"), RIGHT)
        lower = QRectF(amount.left(), top + px(32), amount.width(), px(26))
        paint_text(painter, lower, net, bold, ctx.hex("t1"), RIGHT)

    def editorEvent(
        self, event: QEvent, _model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A tap on the stepper changes the quantity; anywhere else it selects the line."""
        if event.type() is not QEvent.Type.MouseButtonRelease or not isinstance(event, QMouseEvent):
            return False
        line = index.data(LINE_ROLE)
        if not isinstance(line, CartLine):
            return False
        rect: QRect = option.rect
        stepper = self.stepper_rect(rect)
        point = event.position().toPoint()
        if index.row() == self.selected_row and not line.weight and stepper.contains(point):
            self._emit(LineStep(-1 if point.x() < stepper.center().x() else 1, line.line_id))
        else:
            self._emit(LineSelected(line.line_id))
        return True


class CartList(QListView):
    """The list of lines; keys go to the omnibox, so it takes no focus by itself."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__()
        self._ctx = ctx
        self._model = CartModel(self._describe)
        self._delegate = CartDelegate(ctx, emit)
        self.setObjectName("cart_list")
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)

    def _describe(self, line: CartLine) -> str:
        reasons = ", ".join(self._ctx.text(adjustment.label) for adjustment in line.adjustments)
        return " ".join((line.name, line.figure, money_text(line.net_fen), reasons)).strip()

    def show_lines(self, lines: tuple[CartLine, ...], selected_line_id: str | None) -> None:
        """Show other lines and keep the selected one in sight."""
        if len(lines) != self._delegate.row_count:
            self._delegate.row_count = len(lines)
            self.viewport().update()
        self._model.replace(lines)
        row = self._model.row_of(selected_line_id)
        if row != self._delegate.selected_row:
            before, self._delegate.selected_row = self._delegate.selected_row, row
            for changed in (before - 1, before, row - 1, row):
                if 0 <= changed < len(lines):
                    self.update(self._model.index(changed))
        if row >= 0:
            self.scrollTo(self._model.index(row))

    def hidden_below(self) -> int:
        """How many lines lie below the visible part."""
        overflow = self.verticalScrollBar().maximum() - self.verticalScrollBar().value()
        return -(-overflow // self._ctx.px(ROW_HEIGHT)) if overflow > 0 else 0
