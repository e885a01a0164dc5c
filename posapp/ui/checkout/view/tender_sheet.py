"""The paying step on a till of ordinary width: one sheet over person and money; the cart stays in sight."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import TenderFinished
from posapp.ui.checkout.state import MoneyPanel, TenderMethod, TenderState
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.price_ladder import DueBlock
from posapp.ui.checkout.view.sheet_parts import BackButton
from posapp.ui.checkout.view.tender_entry import TenderEntry
from posapp.ui.checkout.view.tender_parts import ChangeBox, TenderLines
from posapp.ui.context import UiContext
from posapp.ui.figures import money_text
from posapp.ui.painting import RIGHT
from posapp.ui.widgets.box import Box, Icon, Rule
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text


class TenderSheetView(Box):
    """Renders `TenderState` beside what is due."""

    def __init__(self, ctx: UiContext, emit: Emit, *, low: bool = False) -> None:
        super().__init__(ctx)
        self._low = low
        self.setObjectName("tender_sheet")
        self._back = BackButton(ctx, emit)
        self._remaining = Text(ctx, 16, fonts.SEMIBOLD, "t1", RIGHT)
        self._due = DueBlock(ctx, digits=48)
        self._lines = TenderLines(ctx, emit, most=2 if low else 3, height=50 if low else 64)
        self._prompt = NoticeBar(ctx, emit, name="tender_prompt")
        self._shield = Icon(ctx, "shield-check", 18, "accent")
        self._authorisation = Text(ctx, 14, fonts.MEDIUM, "t2", elastic=True)
        self._change = ChangeBox(ctx, height=72 if low else 128, digits=44 if low else 60, flat=low)
        self._entry = TenderEntry(ctx, emit, upright=True, key_height=52 if low else 56)
        self.first_field = self._entry.field
        style = ButtonStyle(ButtonKind.PRIMARY, 56 if low else 68, 22, fonts.BOLD)
        self._finish = Button(ctx, style, icon="printer", key="Enter", name="finish")
        self._finish.clicked.connect(lambda: emit(TenderFinished(self._entry.field.edit.text())))
        self._lay_out(low=low)

    def _lay_out(self, *, low: bool) -> None:
        """Two columns; on a low window three, the keypad beside the amount, because there the sheet is wide."""
        ctx, px = self._ctx, self._ctx.px
        left = QWidget()
        left.setFixedWidth(px(324))
        gap = px(6 if low else 12)
        column(
            self._due,
            gap,
            Rule(ctx),
            gap,
            self._lines,
            px(6 if low else 10),
            self._prompt,
            None,
            row(self._shield, px(6), (self._authorisation, 1)),
            px(4 if low else 10),
            self._change,
            into=left,
        )
        entry = self._entry
        if low:
            amount = column(entry.tabs, entry.field, entry.quick, None, spacing=px(10))
            pad = column(entry.keypad, None)
            right = row((amount, 6), (pad, 5), spacing=px(12))
        else:
            column_of_all = column(entry.tabs, entry.field, entry.quick, entry.keypad, None, spacing=px(10))
            right = row((column_of_all, 1))
        column(
            row(self._back, None, self._remaining),
            Rule(ctx),
            (row(left, Rule(ctx, vertical=True), (right, 1), spacing=px(16)), 1),
            self._finish,
            spacing=px(6 if low else 10),
            margins=(px(14), px(4 if low else 8), px(14), px(10 if low else 14)),
            into=self,
        )

    def render_state(self, money: MoneyPanel, tender: TenderState) -> None:
        """Show another step of paying."""
        ctx = self._ctx
        cancel = tender.cancel
        self._back.set(
            ctx.text(cancel.label) if cancel else ctx.tr("tender.back"), enabled=cancel is None or cancel.enabled
        )
        self._remaining.set(ctx.tr("tender.remaining", amount=tender.remaining_fen))
        self._due.render_state(money)
        self._lines.render_state(tender.lines)
        self._prompt.render_state(tender.prompt)
        authorised = tender.authorisation is not None and not (self._low and len(tender.lines) > 1)
        self._shield.setVisible(authorised)
        self._authorisation.set(ctx.text(tender.authorisation) if authorised else "")
        self._authorisation.setVisible(authorised)
        amount = "" if tender.change_fen is None else money_text(tender.change_fen)
        self._change.setVisible(tender.method is TenderMethod.CASH)
        self._change.set(ctx.tr("tender.change"), amount, ctx.text(tender.change_detail))
        self._entry.render_state(money, tender)
        self._finish.set(ctx.text(tender.finish.label), enabled=tender.finish.enabled)
