"""The money column of a wide till: ladder, amount due and the paying step, always open (ux.md §4)."""

from __future__ import annotations

from PySide6.QtCore import QEvent

from posapp.ui import fonts
from posapp.ui.checkout.intents import TenderFinished
from posapp.ui.checkout.state import MoneyPanel, TenderState
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.price_ladder import FITTING_EVENTS, DueBlock, PriceLadder, fit_ladder
from posapp.ui.checkout.view.tender_entry import TenderEntry
from posapp.ui.checkout.view.tender_parts import ChangeBox, TenderLines
from posapp.ui.context import UiContext
from posapp.ui.figures import money_text
from posapp.ui.widgets.box import Box, Rule
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.layout import column, row


class TenderPanelView(Box):
    """Renders `MoneyPanel` and `TenderState` together."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx)
        px = ctx.px
        self._ladder = PriceLadder(ctx)
        self._due = DueBlock(ctx, digits=64)
        self._lines = TenderLines(ctx, emit, most=2, height=56)
        self._prompt = NoticeBar(ctx, emit, name="tender_prompt")
        self._entry = TenderEntry(ctx, emit, upright=False, key_height=50)
        self.first_field = self._entry.field
        self._change = ChangeBox(ctx, height=60, digits=30, flat=True)
        style = ButtonStyle(ButtonKind.PRIMARY, 72, 22, fonts.BOLD)
        self._finish = Button(ctx, style, icon="printer", key="Enter", name="finish")
        self._finish.clicked.connect(lambda: emit(TenderFinished(self._entry.field.edit.text())))
        column(
            self._ladder,
            px(8),
            Rule(ctx),
            px(12),
            self._due,
            px(12),
            Rule(ctx),
            px(12),
            self._lines,
            px(8),
            self._prompt,
            None,
            px(10),
            self._entry.tabs,
            px(10),
            row((self._entry.field, 1), (self._change, 1), spacing=px(8)),
            px(10),
            self._entry.quick,
            px(10),
            self._entry.keypad,
            px(10),
            self._finish,
            margins=(px(18), px(10), px(18), px(14)),
            into=self,
        )

    def render_state(self, money: MoneyPanel, tender: TenderState) -> None:
        """Show other sums and another step of paying."""
        ctx = self._ctx
        self._ladder.set(money.ladder)
        self._due.render_state(money)
        taken = tuple(line for line in tender.lines if not line.entering)
        self._lines.render_state(taken)
        self._prompt.render_state(tender.prompt)
        self._entry.render_state(money, tender)
        amount = "" if tender.change_fen is None else money_text(tender.change_fen)
        self._change.set(ctx.tr("tender.change"), amount)
        self._finish.set(ctx.text(tender.finish.label), enabled=tender.finish.enabled)

    def event(self, event: QEvent) -> bool:
        """The ladder takes what the other parts leave over, whenever the panel or a part of it changes size."""
        handled = super().event(event)
        if event.type() in FITTING_EVENTS:
            fit_ladder(self, self._ladder)
        return handled
