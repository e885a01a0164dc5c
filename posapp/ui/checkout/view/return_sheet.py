"""Choosing what comes back of a sale, with everything that this does beside it, before it is done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import (
    EnterPressed,
    ReprintReceipt,
    ReturnAll,
    ReturnEdited,
    ReturnReasonTurned,
)
from posapp.ui.checkout.sheets import ReturnFact, ReturnLineRow, ReturnSheet
from posapp.ui.checkout.view.lookup_list import CardList, CardRowDelegate
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.sheet_parts import BackButton
from posapp.ui.context import UiContext
from posapp.ui.figures import TIMES, money_text
from posapp.ui.messages import msg
from posapp.ui.painting import LEFT, RIGHT, paint_icon, paint_text
from posapp.ui.widgets.box import Box, Rule
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.field import Field
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Amount, Paragraph, Text

_FACT, _DETAIL = 28, 20
_PANE = 264


class _LineDelegate(CardRowDelegate):
    """What it is, how much was sold and is left, how much comes back and what that is worth."""

    def paint_row(self, painter: QPainter, rect: QRectF, data: object) -> None:
        if not isinstance(data, ReturnLineRow):
            return
        ctx, px = self._ctx, self._ctx.px
        ink = "t1" if data.open else "t3"
        name = QRectF(rect.left(), rect.top() + px(8), rect.width(), px(28))
        paint_text(painter, name, data.name, ctx.font(18, fonts.SEMIBOLD), ctx.hex(ink))
        below = QRectF(rect.left(), rect.top() + px(38), rect.width(), px(28))
        if data.coming:
            amount = money_text(data.amount_fen)
            width = paint_text(painter, below, amount, ctx.font(17, fonts.SEMIBOLD), ctx.hex("t1"), RIGHT)
            below.setRight(below.right() - width - px(14))
            width = paint_text(painter, below, data.coming, ctx.font(20, fonts.BOLD), ctx.hex("accent"), RIGHT)
            below.setRight(below.right() - width - px(8))
        paint_text(painter, below, ctx.text(data.detail), ctx.font(15, fonts.MEDIUM), ctx.hex("t2"))


class _Facts(QWidget):
    """Rows of icon, label and value on common edges; how a figure comes about stands below it."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx = ctx
        self._facts: tuple[ReturnFact, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, facts: tuple[ReturnFact, ...]) -> None:
        self._facts = facts
        text = self._ctx.text
        self.setAccessibleName(", ".join(f"{text(fact.label)} {text(fact.value)}" for fact in facts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        details = sum(1 for fact in self._facts if fact.detail is not None)
        px = self._ctx.px
        return QSize(px(200), px(_FACT) * len(self._facts) + px(_DETAIL) * details)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ctx, px = self._ctx, self._ctx.px
        painter = QPainter(self)
        top = 0
        for fact in self._facts:
            area = QRectF(px(26), top, self.width() - px(26), px(_FACT))
            paint_icon(painter, ctx, 0, top + (px(_FACT) - px(18)) / 2, fact.icon, 18, "t2")
            used = paint_text(painter, area, ctx.text(fact.label), ctx.font(15, fonts.MEDIUM), ctx.hex("t1"), LEFT)
            value = area.adjusted(used + px(6), 0, 0, 0)
            paint_text(painter, value, ctx.text(fact.value), ctx.font(16, fonts.SEMIBOLD), ctx.hex("t1"), RIGHT)
            top += px(_FACT)
            if fact.detail is not None:
                below = QRectF(px(26), top - px(4), self.width() - px(26), px(_DETAIL))
                paint_text(painter, below, ctx.text(fact.detail), ctx.font(14), ctx.hex("t2"), RIGHT)
                top += px(_DETAIL)


class ReturnView(Box):
    """Renders `ReturnSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit, *, low: bool = False) -> None:
        super().__init__(ctx)
        self.setObjectName("return_sheet")
        px = ctx.px
        self._back = BackButton(ctx, emit)
        self._title = Text(ctx, 22, fonts.BOLD)
        self._receipt = Text(ctx, 15, fonts.MEDIUM, "t2")
        self._member = Text(ctx, 15, fonts.SEMIBOLD, align=RIGHT, elastic=True)
        self.first_field = Field(ctx, px=24, height=56, icon="receipt-refund", name="return_quantity")
        self.first_field.edited.connect(lambda text: emit(ReturnEdited(text)))
        self._notice = NoticeBar(ctx, emit, name="return_notice")
        self.list: CardList[ReturnLineRow] = CardList(
            _LineDelegate(ctx, emit, numbered=False), self._describe, "return_lines"
        )
        self.total_label = Text(ctx, 16, fonts.SEMIBOLD)
        self._total = Amount(ctx, 40)
        self._facts = _Facts(ctx)
        self._sentences = Paragraph(ctx, 15, fonts.MEDIUM)
        self._choose = Paragraph(ctx, 16, fonts.BOLD, "t1")
        self._choose_detail = Paragraph(ctx, 15, fonts.MEDIUM)
        self._all = Button(ctx, ButtonStyle(height=56, px=17), key="*", name="return_all")
        self._all.clicked.connect(lambda: emit(ReturnAll()))
        self._reason = Button(ctx, ButtonStyle(height=56, px=17), key="/", name="return_reason")
        self._reason.clicked.connect(lambda: emit(ReturnReasonTurned()))
        self._print = Button(ctx, ButtonStyle(height=56, px=17), icon="printer", key="Ctrl P", name="return_reprint")
        self._print.clicked.connect(lambda: emit(ReprintReceipt()))
        style = ButtonStyle(ButtonKind.PRIMARY, 56, 20, fonts.BOLD)
        self._do = Button(ctx, style, icon="receipt-refund", key="Enter", name="return_do")
        self._do.clicked.connect(lambda: emit(EnterPressed(self.first_field.edit.text())))
        pane = self._pane(low=low)
        column(
            row(self._back, px(4), self._title, px(10), self._receipt, (self._member, 1), px(8)),
            self.first_field,
            self._notice,
            (row((self.list, 1), Rule(ctx, vertical=True), pane, spacing=px(14)), 1),
            row((self._print, 1), (self._reason, 1), (self._all, 1), (self._do, 2), spacing=px(8)),
            spacing=px(10),
            margins=(px(14), px(8), px(14), px(14)),
            into=self,
        )

    def _pane(self, *, low: bool) -> QWidget:
        """What it comes to: one below the other, or side by side where the window is low, because there it is wide."""
        px = self._ctx.px
        words = column(self._sentences, self._choose, px(4), self._choose_detail)
        total = column(self.total_label, self._total)
        pane = QWidget()
        if low:
            pane.setFixedWidth(px(2 * _PANE))
            left, right = column(total, px(6), words, None), column(self._facts, None)
            row((left, 1), (right, 1), spacing=px(20), into=pane)
        else:
            pane.setFixedWidth(px(_PANE))
            column(total, px(6), Rule(self._ctx), px(4), self._facts, px(6), words, None, into=pane)
        return pane

    def _describe(self, line: ReturnLineRow) -> str:
        return f"{line.name} {self._ctx.text(line.detail)} {line.coming or f'{TIMES}0'}"

    def render_state(self, sheet: ReturnSheet) -> None:
        """Show another choice and what it does."""
        ctx = self._ctx
        self._back.set(ctx.tr("start.back"))
        self._title.set(ctx.tr("return.title"))
        self._receipt.set(sheet.receipt_number)
        self._member.set(sheet.member_name)
        self.first_field.set_hint(ctx.text(sheet.hint))
        self.first_field.take("", sheet.revision)
        self._notice.render_state(sheet.notice)
        self.list.show_rows(sheet.rows, sheet.selected)
        chosen = sheet.total_fen is not None
        total = msg("return.total_less_fee", amount=sheet.fee_fen) if sheet.fee_fen else msg("return.total")
        self.total_label.set(ctx.text(total))
        self._total.set(money_text(sheet.total_fen or 0))
        self._facts.set(sheet.facts)
        self._sentences.set("\n".join(ctx.text(one) for one in sheet.sentences))
        self._sentences.setVisible(bool(sheet.sentences))
        self._choose.set(ctx.tr("return.choose"))
        self._choose_detail.set(ctx.tr("return.choose_detail"))
        for part in (self._choose, self._choose_detail):
            part.setVisible(not chosen)
        self._print.set(ctx.tr("done.reprint"))
        self._reason.set(ctx.text(sheet.reason))
        self._all.set(ctx.tr("return.all"))
        self._do.set(ctx.text(sheet.action), enabled=chosen)
