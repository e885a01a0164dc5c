"""Members that match, as a list model and a delegate; built for thousands of rows though few are wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

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
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem

from posapp.ui import fonts
from posapp.ui.checkout.intents import PickRow
from posapp.ui.checkout.sheets import LookupRow
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.figures import count_text, money_text
from posapp.ui.painting import CENTER, RIGHT, paint_box, paint_icon, paint_text, text_width
from posapp.ui.theme import RADIUS_CHIP

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
Row = TypeVar("Row")

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
ROW_STEP = 84
_CARD_HEIGHT = 76
_NUMBERED = 9
_HIDDEN = "••••"


class RowsModel(QAbstractListModel, Generic[Row]):
    """Frozen rows of one kind."""

    def __init__(self, describe: Callable[[Row], str]) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._describe = describe

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The row, or its words."""
        if not 0 <= index.row() < len(self._rows):
            return None
        if role == ROW_ROLE:
            return self._rows[index.row()]
        if role in (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)):
            return self._describe(self._rows[index.row()])
        return None

    def replace(self, rows: tuple[Row, ...]) -> None:
        """Show other rows."""
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()


class CardRowDelegate(QStyledItemDelegate):
    """A row as a card, with its number key where digits pick; a tap picks it.

    `height` of a card and `step` from one to the next are design sizes.
    """

    height, step = _CARD_HEIGHT, ROW_STEP

    def __init__(self, ctx: UiContext, emit: Emit, *, numbered: bool = True) -> None:
        super().__init__()
        self._ctx, self._emit, self._numbered = ctx, emit, numbered
        self.selected_row = 0

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Rows are all equally high."""
        return QSize(self._ctx.px(300), self._ctx.px(self.step))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, number and what the row says."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ctx, px = self._ctx, self._ctx.px
        rect: QRect = option.rect
        body = QRectF(rect.left(), rect.top(), rect.width(), px(self.height))
        selected = index.row() == self.selected_row
        fill, line = ("accent_soft", "accent") if selected else ("surface", "border")
        paint_box(painter, ctx, body, fill=fill, line=line, radius=10, width=2 if selected else 1)
        width = px(32) if self._numbered else 0
        box = QRectF(body.left() + px(14), body.center().y() - px(16), width, px(32))
        if self._numbered and index.row() < _NUMBERED:
            cap_fill, cap_ink, cap_line = ("accent", "on_accent", "accent") if selected else ("key_bg", "t1", "strong")
            paint_box(painter, ctx, box, fill=cap_fill, line=cap_line, radius=5)
            number = str(index.row() + 1)
            paint_text(painter, box, number, ctx.font(16, fonts.SEMIBOLD), ctx.hex(cap_ink), CENTER)
        left = box.right() + px(12 if self._numbered else 2)
        inner = QRectF(left, body.top(), body.right() - px(18) - left, body.height())
        self.paint_row(painter, inner, index.data(ROW_ROLE))
        painter.restore()

    def paint_row(self, painter: QPainter, rect: QRectF, data: object) -> None:
        """Paint what is particular to the kind of row."""
        raise NotImplementedError

    def editorEvent(
        self, event: QEvent, _model: QAbstractItemModel, _option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A tap picks the row."""
        if event.type() is not QEvent.Type.MouseButtonRelease:
            return False
        self._emit(PickRow(index.row()))
        return True


class MemberRowDelegate(CardRowDelegate):
    """A member: name, tier, number with the part that was asked for, last visit, balances."""

    def paint_row(self, painter: QPainter, rect: QRectF, data: object) -> None:
        """Paint one member."""
        if not isinstance(data, LookupRow):
            return
        ctx, px = self._ctx, self._ctx.px
        right = rect.right()
        for key, value, width in (
            ("balance.stored_value", _shown(data.stored_value_fen, money_text), 96),
            ("balance.points", _shown(data.points, count_text), 88),
        ):
            upper = QRectF(right - px(width), rect.top() + px(16), px(width), px(20))
            paint_text(painter, upper, ctx.tr(key), ctx.font(14), ctx.hex("t2"), RIGHT)
            lower = QRectF(right - px(width), rect.top() + px(38), px(width), px(24))
            paint_text(painter, lower, value, ctx.font(17, fonts.SEMIBOLD), ctx.hex("t1"), RIGHT)
            right -= px(width)
        self._paint_head(painter, QRectF(rect.left(), rect.top() + px(8), right - rect.left(), px(28)), data)
        self._paint_phone(painter, QRectF(rect.left(), rect.top() + px(40), right - rect.left(), px(26)), data)

    def _paint_head(self, painter: QPainter, rect: QRectF, member: LookupRow) -> None:
        ctx, px = self._ctx, self._ctx.px
        font = ctx.font(19, fonts.BOLD)
        name = member.name or member.phone_masked
        width = min(text_width(name, font) + 1, rect.width() * 0.5)
        paint_text(painter, QRectF(rect.left(), rect.top(), width, rect.height()), name, font, ctx.hex("t1"))
        x = rect.left() + width + px(10)
        chip_font = ctx.font(14, fonts.SEMIBOLD)
        crowned = member.tier_style in {"gold", "diamond"}
        tier = ctx.text(member.tier_name)
        if tier:
            icon_width = px(21) if crowned else 0
            chip = QRectF(x, rect.top() + px(1), text_width(tier, chip_font) + icon_width + px(17), px(26))
            ink = "accent" if crowned else "t2"
            fill = "accent_soft" if crowned else "sunken"
            paint_box(painter, ctx, chip, fill=fill, radius=RADIUS_CHIP)
            if crowned:
                paint_icon(painter, ctx, chip.left() + px(8), chip.top() + px(5), "crown", 16, ink)
            words = chip.adjusted(px(8) + icon_width, 0, -px(8) + 1, 0)
            paint_text(painter, words, tier, chip_font, ctx.hex(ink))
            x = chip.right() + px(8)
        tag = ctx.text(member.tag)
        if tag:
            chip = QRectF(x, rect.top() + px(1), text_width(tag, chip_font) + px(17), px(26))
            paint_box(painter, ctx, chip, line="strong", radius=RADIUS_CHIP)
            paint_text(painter, chip.adjusted(px(8), 0, -px(8) + 1, 0), tag, chip_font, ctx.hex("t2"))

    def _paint_phone(self, painter: QPainter, rect: QRectF, member: LookupRow) -> None:
        ctx, px = self._ctx, self._ctx.px
        plain, bold = ctx.font(17, fonts.MEDIUM), ctx.font(17, fonts.BOLD)
        head, match, tail = (
            member.phone_masked.partition(member.phone_match)
            if member.phone_match
            else (
                member.phone_masked,
                "",
                "",
            )
        )
        x = rect.left()
        x += paint_text(painter, QRectF(x, rect.top(), rect.right() - x, rect.height()), head, plain, ctx.hex("t2"))
        if match:
            width = text_width(match, bold)
            paint_box(painter, ctx, QRectF(x, rect.top() + px(2), width + 2, px(22)), fill="accent_soft", radius=4)
            area = QRectF(x + 1, rect.top(), width + 1, rect.height())
            x += paint_text(painter, area, match, bold, ctx.hex("accent")) + 2
        x += paint_text(painter, QRectF(x, rect.top(), rect.right() - x, rect.height()), tail, plain, ctx.hex("t2"))
        visits = ctx.text(member.visits)
        if visits:
            area = QRectF(x + px(6), rect.top(), rect.right() - x - px(6), rect.height())
            paint_text(painter, area, f"· {visits}", ctx.font(15), ctx.hex("t2"))


def _shown(figure: int | None, text: Callable[[int], str]) -> str:
    """A balance, or dots where it is hidden."""
    return text(figure) if figure is not None else _HIDDEN


class CardList(QListView, Generic[Row]):
    """A list of card rows; keys are handled by the screen, so it takes no focus."""

    def __init__(self, delegate: CardRowDelegate, describe: Callable[[Row], str], name: str) -> None:
        super().__init__()
        self.rows: RowsModel[Row] = RowsModel(describe)
        self._delegate = delegate
        self.setObjectName(name)
        self.setModel(self.rows)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)

    def show_rows(self, rows: tuple[Row, ...], selected: int) -> None:
        """Show other rows and keep the selected one in sight."""
        self.rows.replace(rows)
        self._delegate.selected_row = selected
        self.viewport().update()
        if 0 <= selected < len(rows):
            self.scrollTo(self.rows.index(selected))
