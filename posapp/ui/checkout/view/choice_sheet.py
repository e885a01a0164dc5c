"""A list to pick one row from: parked sales (ux.md §6, F6), or goods that match what was typed."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import PickRow
from posapp.ui.checkout.sheets import ChoiceRow, ChoiceSheet
from posapp.ui.checkout.view.lookup_list import CardList, CardRowDelegate
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.sheet_parts import BackButton
from posapp.ui.context import UiContext
from posapp.ui.figures import money_text
from posapp.ui.painting import CENTER, RIGHT, paint_text
from posapp.ui.widgets.box import Box
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text


class ChoiceDelegate(CardRowDelegate):
    """What it is, what tells it apart, how much."""

    def paint_row(self, painter: QPainter, rect: QRectF, data: object) -> None:
        """Paint one choice."""
        if not isinstance(data, ChoiceRow):
            return
        ctx, px = self._ctx, self._ctx.px
        amount = QRectF(rect.right() - px(140), rect.top(), px(140), rect.height())
        aside = QRectF(amount.left() - px(112), rect.top(), px(104), rect.height())
        if data.amount_fen is None:
            aside = QRectF(aside.left(), rect.top(), rect.right() - aside.left(), rect.height())
        else:
            paint_text(painter, amount, money_text(data.amount_fen), ctx.font(20, fonts.BOLD), ctx.hex("t1"), RIGHT)
        beside = paint_text(painter, aside, ctx.text(data.aside), ctx.font(16, fonts.MEDIUM), ctx.hex("t2"), RIGHT)
        width = (aside.right() - beside if data.amount_fen is None else aside.left()) - rect.left() - px(8)
        title = QRectF(rect.left(), rect.top() + px(10), width, px(28))
        paint_text(painter, title, ctx.text(data.title), ctx.font(18, fonts.BOLD), ctx.hex("t1"))
        detail = QRectF(rect.left(), rect.top() + px(40), width, px(24))
        paint_text(painter, detail, ctx.text(data.detail), ctx.font(15, fonts.MEDIUM), ctx.hex("t2"))


class ChoiceSheetView(Box):
    """Renders `ChoiceSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx)
        self.setObjectName("choice_sheet")
        self._emit = emit
        self._sheet: ChoiceSheet | None = None
        px = ctx.px
        self._back = BackButton(ctx, emit)
        self._title = Text(ctx, 22, fonts.BOLD)
        self._found = Text(ctx, 15, fonts.SEMIBOLD, "t2", RIGHT)
        self.list: CardList[ChoiceRow] = CardList(ChoiceDelegate(ctx, emit), self._describe, "choice_list")
        self._none = Text(ctx, 20, fonts.BOLD, align=CENTER)
        self._none_detail = Text(ctx, 16, fonts.MEDIUM, "t2", CENTER)
        self._nobody = QWidget()
        column(None, self._none, px(6), self._none_detail, None, into=self._nobody)
        style = ButtonStyle(ButtonKind.PRIMARY, 56, 18, fonts.BOLD)
        self._take = Button(ctx, style, icon="check", key="Enter", name="choice_take")
        self._take.clicked.connect(self._take_selected)
        column(
            row(self._back, None, self._found, px(12), self._title, px(8)),
            (self.list, 1),
            (self._nobody, 1),
            self._take,
            spacing=px(10),
            margins=(px(14), px(8), px(14), px(14)),
            into=self,
        )

    def _describe(self, choice: ChoiceRow) -> str:
        value = self._ctx.text(choice.aside) if choice.amount_fen is None else money_text(choice.amount_fen)
        return f"{self._ctx.text(choice.title)} {value}"

    def _take_selected(self) -> None:
        if self._sheet is not None and self._sheet.rows:
            self._emit(PickRow(self._sheet.selected))

    def render_state(self, sheet: ChoiceSheet) -> None:
        """Show other rows, or another list."""
        ctx = self._ctx
        self._sheet = sheet
        self._back.set(ctx.tr("sheet.close"))
        self._title.set(ctx.text(sheet.title))
        self._found.set(ctx.text(sheet.found))
        self.list.show_rows(sheet.rows, sheet.selected)
        nothing = not sheet.rows
        self.list.setVisible(not nothing)
        self._none.set(ctx.text(sheet.nothing))
        self._none_detail.set(ctx.text(sheet.nothing_detail))
        self._nobody.setVisible(nothing)
        self._take.set(ctx.text(sheet.take), enabled=not nothing)
