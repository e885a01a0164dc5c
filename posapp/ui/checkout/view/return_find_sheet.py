"""Finding the sale that something comes back of: by receipt, by member, or in the list of a day."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import PickRow, ReturnDayMoved, ReturnEdited
from posapp.ui.checkout.sheets import ChoiceRow, ReturnFindSheet
from posapp.ui.checkout.view.choice_sheet import ChoiceDelegate
from posapp.ui.checkout.view.lookup_list import CardList
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.sheet_parts import BackButton
from posapp.ui.context import UiContext
from posapp.ui.figures import MINUS, money_text
from posapp.ui.painting import CENTER
from posapp.ui.widgets.box import Box
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.field import Field
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text


class ReturnFindView(Box):
    """Renders `ReturnFindSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx)
        self.setObjectName("return_find_sheet")
        self._emit = emit
        self._sheet: ReturnFindSheet | None = None
        px = ctx.px
        self._back = BackButton(ctx, emit)
        self._title = Text(ctx, 22, fonts.BOLD)
        self.first_field = Field(ctx, px=26, height=60, icon="receipt-refund", name="return_entry")
        self.first_field.edited.connect(lambda text: emit(ReturnEdited(text)))
        self._listed = Text(ctx, 16, fonts.SEMIBOLD)
        delegate = ChoiceDelegate(ctx, emit, numbered=False)
        self.list: CardList[ChoiceRow] = CardList(delegate, self._describe, "return_list")
        self._none = Text(ctx, 20, fonts.BOLD, align=CENTER)
        self._none_detail = Text(ctx, 16, fonts.MEDIUM, "t2", CENTER)
        self._nothing = QWidget()
        column(None, self._none, px(6), self._none_detail, None, into=self._nothing)
        self._notice = NoticeBar(ctx, emit, name="return_notice")
        self._earlier = Button(ctx, ButtonStyle(height=56, px=17), key=MINUS, name="return_earlier")
        self._earlier.clicked.connect(lambda: emit(ReturnDayMoved(-1)))
        self._later = Button(ctx, ButtonStyle(height=56, px=17), key="+", name="return_later")
        self._later.clicked.connect(lambda: emit(ReturnDayMoved(1)))
        style = ButtonStyle(ButtonKind.PRIMARY, 56, 18, fonts.BOLD)
        self._open = Button(ctx, style, icon="check", key="Enter", name="return_open")
        self._open.clicked.connect(self._open_selected)
        column(
            row(self._back, None, self._title, px(8)),
            self.first_field,
            self._notice,
            row(px(4), self._listed, None),
            (self.list, 1),
            (self._nothing, 1),
            row((self._earlier, 1), (self._later, 1), (self._open, 2), spacing=px(8)),
            spacing=px(10),
            margins=(px(14), px(8), px(14), px(14)),
            into=self,
        )

    def _describe(self, sale: ChoiceRow) -> str:
        text = self._ctx.text
        return f"{text(sale.title)} {text(sale.detail)} {text(sale.aside)} {money_text(sale.amount_fen or 0)}"

    def _open_selected(self) -> None:
        if self._sheet is not None and self._sheet.rows:
            self._emit(PickRow(self._sheet.selected))

    def render_state(self, sheet: ReturnFindSheet) -> None:
        """Show other sales."""
        ctx = self._ctx
        self._sheet = sheet
        self._back.set(ctx.tr("sheet.close"))
        self._title.set(ctx.tr("return.title"))
        self.first_field.set_hint(ctx.tr("return.find_hint"))
        self.first_field.take("", sheet.revision)
        self._listed.set(ctx.text(sheet.listed))
        self._notice.render_state(sheet.notice)
        self.list.show_rows(sheet.rows, sheet.selected)
        nothing = not sheet.rows
        self.list.setVisible(not nothing)
        self._none.set(ctx.tr("return.none"))
        self._none_detail.set(ctx.tr("return.none_detail"))
        self._nothing.setVisible(nothing)
        self._earlier.set(ctx.tr("return.earlier"))
        self._later.set(ctx.tr("return.later"))
        self._open.set(ctx.tr("return.open"), enabled=not nothing)
