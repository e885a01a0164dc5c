"""The sale is done: change, then what became of the member's balances; the next scan starts the next sale."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import NextSale, ReprintReceipt, Undo
from posapp.ui.checkout.sheets import BalanceChange, CompleteSheet
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.tender_parts import ChangeBox
from posapp.ui.context import UiContext
from posapp.ui.figures import money_text
from posapp.ui.painting import LEFT, RIGHT, paint_icon, paint_text, text_width
from posapp.ui.widgets.box import Box, Icon
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text

_ROW, _LOW_ROW = 34, 27
_CHANGE_WIDTH = 96


class _Changes(QWidget):
    """Rows of before → after and the difference, on common edges."""

    def __init__(self, ctx: UiContext, row_height: int) -> None:
        super().__init__()
        self._ctx, self._height = ctx, ctx.px(row_height)
        self._rows: tuple[BalanceChange, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, rows: tuple[BalanceChange, ...]) -> None:
        self._rows = rows
        text = self._ctx.text
        self.setAccessibleName(", ".join(f"{text(r.label)} {text(r.before)} → {text(r.after)}" for r in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._ctx.px(300), self._height * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        bold = ctx.font(18, fonts.BOLD)
        for position, change in enumerate(self._rows):
            top, height = position * self._height, self._height
            area = QRectF(0, top, self.width(), height)
            ink = ctx.hex("accent" if change.gained else "t2")
            paint_text(painter, area, change.change, ctx.font(16, fonts.SEMIBOLD), ink, RIGHT)
            right = float(self.width() - px(_CHANGE_WIDTH))
            after = ctx.text(change.after)
            after_width = text_width(after, bold) + 1
            after_area = QRectF(right - after_width, top, after_width, height)
            paint_text(painter, after_area, after, bold, ctx.hex("t1"), RIGHT)
            right -= after_width + px(26)
            middle = top + (height - px(16)) / 2
            paint_icon(painter, ctx, right + px(4), middle, "arrow-right", 16, "t2")
            paint_icon(painter, ctx, 0, top + (height - px(20)) / 2, change.icon, 20, "t2")
            label_area = QRectF(px(28), top, right * 0.5, height)
            label_width = paint_text(
                painter, label_area, ctx.text(change.label), ctx.font(16, fonts.MEDIUM), ctx.hex("t1"), LEFT
            )
            before = QRectF(px(28) + label_width, top, right - px(34) - label_width, height)
            paint_text(painter, before, ctx.text(change.before), ctx.font(17), ctx.hex("t2"), RIGHT)


class CompleteSheetView(Box):
    """Renders `CompleteSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit, *, low: bool = False) -> None:
        super().__init__(ctx)
        self.setObjectName("complete_sheet")
        px = ctx.px
        self._paid = Text(ctx, 24, fonts.BOLD)
        self._receipt = Text(ctx, 14, fonts.MEDIUM, "t2", RIGHT)
        self._change = ChangeBox(ctx, height=72 if low else 190, digits=48 if low else 96, flat=low)
        self._notice = NoticeBar(ctx, emit, name="complete_notice")
        self._card = Box(ctx, "sunken", None)
        self._owner = Text(ctx, 16, fonts.BOLD, elastic=True)
        self._note = Text(ctx, 14, fonts.MEDIUM, "t2", RIGHT)
        self._changes = _Changes(ctx, _LOW_ROW if low else _ROW)
        column(
            row((self._owner, 1), self._note),
            px(4),
            self._changes,
            margins=(px(16), px(12), px(16), px(8)),
            into=self._card,
        )
        self._offer = NoticeBar(ctx, emit, name="complete_offer")
        self._hint = Text(ctx, 15, fonts.MEDIUM, "t2", elastic=True)
        self._reprint = Button(ctx, ButtonStyle(height=56, px=17), icon="printer", key="Ctrl P", name="reprint")
        style = ButtonStyle(ButtonKind.DANGER, 56, 17)
        self._undo = Button(ctx, style, icon="arrow-back-up", key="Ctrl Z", name="undo_sale")
        style = ButtonStyle(ButtonKind.PRIMARY, 56, 18, fonts.BOLD)
        self._next = Button(ctx, style, icon="scan", key="Enter", name="next_sale")
        self._reprint.clicked.connect(lambda: emit(ReprintReceipt()))
        self._undo.clicked.connect(lambda: emit(Undo()))
        self._next.clicked.connect(lambda: emit(NextSale()))
        hint = QWidget()
        row(Icon(ctx, "scan", 18), px(6), (self._hint, 1), into=hint)
        hint.setVisible(not low)
        column(
            row(Icon(ctx, "circle-check-filled", 28, "accent"), px(12), self._paid, None, self._receipt),
            self._change,
            self._notice,
            self._card,
            self._offer,
            None,
            hint,
            row((self._reprint, 1), (self._undo, 1), (self._next, 1), spacing=px(8)),
            spacing=px(6 if low else 12),
            margins=(px(20), px(10 if low else 18), px(20), px(10 if low else 14)),
            into=self,
        )

    def render_state(self, sheet: CompleteSheet) -> None:
        """Show another finished sale."""
        ctx = self._ctx
        self._paid.set(ctx.text(sheet.title) or ctx.tr("done.paid", amount=sheet.paid_fen))
        self._receipt.set(ctx.tr("done.receipt", number=sheet.receipt_number))
        self._change.setVisible(sheet.change_fen > 0)
        label = ctx.text(sheet.change_label) or ctx.tr("tender.change")
        self._change.set(label, money_text(sheet.change_fen), ctx.text(sheet.change_detail))
        self._notice.render_state(sheet.notice)
        self._card.setVisible(sheet.member_name is not None)
        self._owner.set(ctx.tr("done.card_of", name=sheet.member_name or ""))
        self._note.set(ctx.text(sheet.member_note))
        self._changes.set(sheet.balances)
        self._offer.render_state(sheet.offer)
        returned = sheet.can_undo is None
        self._hint.set(ctx.tr("return.next_hint" if returned else "done.next_hint"))
        self._reprint.set(ctx.tr("done.reprint"))
        self._undo.setVisible(not returned)
        self._undo.set(ctx.tr("done.undo"), enabled=bool(sheet.can_undo))
        self._next.set(ctx.tr("done.next"))
