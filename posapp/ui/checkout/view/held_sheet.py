"""Parked sales to take up again (ux.md §6, F6 and Shift+F6)."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import EscPressed, PickRow
from posapp.ui.checkout.sheets import HeldRow, HeldSheet
from posapp.ui.checkout.view.lookup_list import CardList, CardRowDelegate
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.figures import money_text
from posapp.ui.painting import CENTER, RIGHT, paint_text
from posapp.ui.widgets.box import Box
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text


class _HeldDelegate(CardRowDelegate):
    """Whose sale, how much, since when."""

    def paint_row(self, painter: QPainter, rect: QRectF, data: object) -> None:
        if not isinstance(data, HeldRow):
            return
        ctx, px = self._ctx, self._ctx.px
        amount = QRectF(rect.right() - px(140), rect.top(), px(140), rect.height())
        paint_text(painter, amount, money_text(data.amount_fen), ctx.font(20, fonts.BOLD), ctx.hex("t1"), RIGHT)
        time = QRectF(amount.left() - px(80), rect.top(), px(72), rect.height())
        paint_text(painter, time, data.time, ctx.font(16, fonts.MEDIUM), ctx.hex("t2"), RIGHT)
        width = time.left() - rect.left() - px(8)
        title = QRectF(rect.left(), rect.top() + px(10), width, px(28))
        paint_text(painter, title, ctx.text(data.title), ctx.font(18, fonts.BOLD), ctx.hex("t1"))
        detail = QRectF(rect.left(), rect.top() + px(40), width, px(24))
        paint_text(painter, detail, ctx.text(data.detail), ctx.font(15, fonts.MEDIUM), ctx.hex("t2"))


class HeldSheetView(Box):
    """Renders `HeldSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx)
        self.setObjectName("held_sheet")
        self._emit = emit
        self._sheet: HeldSheet | None = None
        px = ctx.px
        self._back = Button(ctx, ButtonStyle(ButtonKind.GHOST, 44, 16), icon="arrow-left", key="Esc", name="back")
        self._back.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._back.clicked.connect(lambda: emit(EscPressed()))
        self._title = Text(ctx, 22, fonts.BOLD)
        self.list: CardList[HeldRow] = CardList(_HeldDelegate(ctx, emit), self._describe, "held_list")
        self._none = Text(ctx, 20, fonts.BOLD, align=CENTER)
        self._none_detail = Text(ctx, 16, fonts.MEDIUM, "t2", CENTER)
        self._nobody = QWidget()
        column(None, self._none, px(6), self._none_detail, None, into=self._nobody)
        style = ButtonStyle(ButtonKind.PRIMARY, 56, 18, fonts.BOLD)
        self._take = Button(ctx, style, icon="check", key="Enter", name="held_take")
        self._take.clicked.connect(self._take_selected)
        column(
            row(self._back, None, self._title, px(8)),
            (self.list, 1),
            (self._nobody, 1),
            self._take,
            spacing=px(10),
            margins=(px(14), px(8), px(14), px(14)),
            into=self,
        )

    def _describe(self, held: HeldRow) -> str:
        return f"{self._ctx.text(held.title)} {money_text(held.amount_fen)}"

    def _take_selected(self) -> None:
        if self._sheet is not None and self._sheet.rows:
            self._emit(PickRow(self._sheet.selected))

    def render_state(self, sheet: HeldSheet) -> None:
        """Show other parked sales."""
        ctx = self._ctx
        self._sheet = sheet
        self._back.set(ctx.tr("sheet.close"))
        self._title.set(ctx.tr("held.title"))
        self.list.show_rows(sheet.rows, sheet.selected)
        nothing = not sheet.rows
        self.list.setVisible(not nothing)
        self._none.set(ctx.tr("held.none"))
        self._none_detail.set(ctx.tr("held.none_detail"))
        self._nobody.setVisible(nothing)
        self._take.set(ctx.tr("held.take"), enabled=not nothing)
