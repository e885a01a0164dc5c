"""Pieces of the person column: a balance tile and a benefit row."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.state import BalanceTile, BenefitRow
from posapp.ui.context import UiContext
from posapp.ui.figures import signed_money_text
from posapp.ui.painting import LEFT, RIGHT, key_cap_width, paint_box, paint_icon, paint_key_cap, paint_text, text_width

_NOTE = 20
_TWO_LINES = 22


class TileView(QWidget):
    """One balance: icon and name, value, what this sale does with it."""

    def __init__(self, ctx: UiContext, *, height: int = 86) -> None:
        super().__init__()
        self._ctx, self._height = ctx, height
        self._tile: BalanceTile | None = None
        self._noted = True
        self.setFixedHeight(ctx.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, tile: BalanceTile, *, noted: bool) -> None:
        """Show another balance; without `noted`, no tile of its row has a note and none keeps room for one."""
        self._tile = tile
        if noted != self._noted:
            self._noted = noted
            self.setFixedHeight(self._ctx.px(self._height if noted else self._height - _NOTE))
        words = (self._ctx.text(tile.label), self._ctx.text(tile.value), self._ctx.text(tile.note))
        self.setAccessibleName(" ".join(word for word in words if word))
        self.update()

    def sizeHint(self) -> QSize:
        """Half a column."""
        return QSize(self._ctx.px(100), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the tile."""
        tile = self._tile
        if tile is None:
            return
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        paint_box(painter, ctx, QRectF(self.rect()), fill="sunken", radius=10)
        left, width = px(12), self.width() - px(12) - px(8)
        top = (self.height() - px(72 if self._noted else 72 - _NOTE)) // 2
        paint_icon(painter, ctx, left, top + px(1), tile.icon, 18, "t3")
        label = QRectF(left + px(24), top, width - px(24), px(20))
        paint_text(painter, label, ctx.text(tile.label), ctx.font(14, fonts.MEDIUM), ctx.hex("t2"))
        value = QRectF(left, top + px(22), width, px(28))
        paint_text(painter, value, ctx.text(tile.value), ctx.font(22, fonts.BOLD), ctx.hex("t1"))
        note = QRectF(left, top + px(52), width, px(20))
        ink = "accent" if tile.highlight else "t2"
        paint_text(painter, note, ctx.text(tile.note), ctx.font(14, fonts.MEDIUM), ctx.hex(ink))


class BenefitButton(QAbstractButton):
    """A benefit with a tick, its effect and its key; an unusable one says what is missing."""

    def __init__(self, ctx: UiContext, *, height: int = 48) -> None:
        super().__init__()
        self._ctx = ctx
        self.row: BenefitRow | None = None
        self.setFixedHeight(ctx.px(height))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCheckable(True)

    def set(self, row: BenefitRow) -> None:
        """Show another benefit."""
        self.row = row
        self.setObjectName(f"benefit_{row.benefit_id}")
        self.setText(self._ctx.text(row.label))
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(" · ".join(self._below()))
        self.setChecked(row.applied)
        self.setEnabled(row.usable)
        self.updateGeometry()
        self.update()

    def nextCheckState(self) -> None:
        """The tick follows the state that comes back, not the tap."""

    def _aside(self) -> str:
        if self.row is None:
            return ""
        if self.row.reason is not None:
            return self._ctx.text(self.row.reason)
        return signed_money_text(self.row.amount_fen) if self.row.amount_fen else ""

    def _below(self) -> list[str]:
        """What stands under the name of a benefit that has a second line: why it is not used, how long it is good."""
        row = self.row
        return [] if row is None else [self._ctx.text(words) for words in (row.reason, row.note) if words is not None]

    def sizeHint(self) -> QSize:
        """Word, effect and key."""
        ctx, px = self._ctx, self._ctx.px
        width = px(42) + text_width(self.text(), ctx.font(15, fonts.SEMIBOLD))
        width += px(8) + text_width(self._aside(), ctx.font(16, fonts.BOLD)) + px(10)
        return QSize(ceil(width), self.height())

    def minimumSizeHint(self) -> QSize:
        """Names of benefits are data and may be cut."""
        return QSize(self._ctx.px(160), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row."""
        if self.row is None:
            return
        ctx, px, on = self._ctx, self._ctx.px, self.row.applied
        painter = QPainter(self)
        line = "t1" if self.hasFocus() else ("accent_line" if on else "border")
        paint_box(painter, ctx, QRectF(self.rect()), fill="surface", line=line, width=2 if self.hasFocus() else 1)
        middle = self.height() / 2
        box = QRectF(px(12), middle - px(11), px(22), px(22))
        paint_box(painter, ctx, box, fill="accent" if on else None, line="accent" if on else "strong", radius=5)
        if on:
            paint_icon(painter, ctx, box.left() + px(3), box.top() + px(3), "check", 16, "on_accent")
        right = float(self.width() - px(10))
        if self.row.key_hint and self.row.usable:
            cap = ctx.cap(self.row.key_hint)
            right -= key_cap_width(ctx, cap)
            paint_key_cap(painter, ctx, right, middle, cap)
            right -= px(8)
        left = box.right() + px(8)
        self._paint_words(painter, QRectF(left, 0, right - left, self.height()), on=on)

    def _paint_words(self, painter: QPainter, room: QRectF, *, on: bool) -> None:
        """Name and effect on one line where both fit whole, else the reason below the name."""
        ctx, px = self._ctx, self._ctx.px
        aside = self._aside()
        plain = self.row is not None and self.row.reason is not None
        if self.row is not None and self.row.note is not None:
            self._paint_two_lines(painter, room, on=on, amount="" if plain else aside)
            return
        font = ctx.font(14, fonts.MEDIUM) if plain else ctx.font(16, fonts.BOLD)
        ink = ctx.hex("t2" if plain else "accent")
        label_font, label_ink = ctx.font(15, fonts.SEMIBOLD if on else fonts.MEDIUM), ctx.hex("t1" if on else "t2")
        width = text_width(aside, font) + 1 if aside else 0.0
        label_room = room.width() - width - (px(6) if aside else 0)
        if plain and text_width(self.text(), label_font) > label_room:
            upper = QRectF(room.left(), px(2), room.width(), px(_TWO_LINES))
            paint_text(painter, upper, self.text(), label_font, label_ink, LEFT)
            paint_text(painter, upper.translated(0, px(_TWO_LINES)), aside, font, ink, LEFT)
            return
        paint_text(painter, QRectF(room.right() - width, 0, width, room.height()), aside, font, ink, RIGHT)
        area = QRectF(room.left(), 0, label_room, room.height())
        paint_text(painter, area, self.text(), label_font, label_ink, LEFT)

    def _paint_two_lines(self, painter: QPainter, room: QRectF, *, on: bool, amount: str) -> None:
        """The name above, what there is to say of it below, and the effect beside them."""
        ctx, px = self._ctx, self._ctx.px
        font = ctx.font(16, fonts.BOLD)
        width = text_width(amount, font) + 1 if amount else 0.0
        label_font = ctx.font(15, fonts.SEMIBOLD if on else fonts.MEDIUM)
        upper = QRectF(room.left(), px(2), room.width(), px(_TWO_LINES))
        lower = upper.translated(0, px(_TWO_LINES))
        beside = room
        if text_width(self.text(), label_font) > room.width() - width - px(6):
            # A long name takes the whole line, and the effect goes below it.
            beside = lower
        elif amount:
            upper = upper.adjusted(0, 0, -width - px(6), 0)
        paint_text(painter, beside, amount, font, ctx.hex("accent"), RIGHT)
        paint_text(painter, upper, self.text(), label_font, ctx.hex("t1" if on else "t2"), LEFT)
        below = " · ".join(self._below())
        area = lower.adjusted(0, 0, -width - px(6) if amount else 0, 0)
        paint_text(painter, area, below, ctx.font(14, fonts.MEDIUM), ctx.hex("t2"), LEFT)
