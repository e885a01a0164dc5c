"""The money column of the till: ladder, amount due, ways to pay, the one big button."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QGridLayout

from posapp.ui import fonts
from posapp.ui.checkout.intents import FunctionKey, PayKey, TenderMethodChosen
from posapp.ui.checkout.state import MoneyPanel, TenderButton, TenderMethod
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.price_ladder import FITTING_EVENTS, DueBlock, PriceLadder, fit_ladder
from posapp.ui.context import UiContext
from posapp.ui.widgets.box import Box, Rule
from posapp.ui.widgets.button import Button, ButtonKind, ButtonStyle
from posapp.ui.widgets.layout import column

METHOD_ICON = {
    TenderMethod.CASH: "cash",
    TenderMethod.STORED_VALUE: "wallet",
    TenderMethod.SCAN_PAY: "qrcode",
    TenderMethod.BANK_CARD: "credit-card",
}
METHOD_KEY = {
    TenderMethod.CASH: "F10",
    TenderMethod.STORED_VALUE: "F11",
    TenderMethod.SCAN_PAY: "F12",
    TenderMethod.BANK_CARD: "Alt K",
}
_FUNCTION_KEY = {TenderMethod.CASH: 10, TenderMethod.STORED_VALUE: 11, TenderMethod.SCAN_PAY: 12}


def method_words(ctx: UiContext, button: TenderButton) -> str:
    """The name of a way to pay, or what the state calls it just now."""
    return ctx.text(button.label) if button.label else ctx.tr(f"tender.{button.method.value}")


class MoneyPanelView(Box):
    """Renders `MoneyPanel` on a till without room for the tender step."""

    def __init__(self, ctx: UiContext, emit: Emit, *, low: bool = False) -> None:
        super().__init__(ctx)
        self._ladder = PriceLadder(ctx)
        self._due = DueBlock(ctx, digits=48 if low else 64)
        self._emit = emit
        self._methods: dict[TenderMethod, Button] = {}
        grid = QGridLayout()
        grid.setSpacing(ctx.px(8))
        for position, method in enumerate(TenderMethod):
            style = ButtonStyle(height=48 if low else 56, px=17)
            button = Button(ctx, style, icon=METHOD_ICON[method], key=METHOD_KEY[method], name=f"pay_{method.value}")
            button.clicked.connect(lambda _checked=False, m=method: self._choose(m))
            self._methods[method] = button
            grid.addWidget(button, position // 2, position % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        style = ButtonStyle(ButtonKind.PRIMARY, 64 if low else 80, 22, fonts.BOLD, leading=True)
        self._pay = Button(ctx, style, key="Enter", name="pay")
        self._pay.clicked.connect(lambda: emit(PayKey()))
        px = ctx.px
        column(
            self._ladder,
            px(8),
            Rule(ctx),
            px(8 if low else 18),
            self._due,
            None,
            grid,
            px(10),
            self._pay,
            margins=(px(16), px(12), px(16), px(14)),
            into=self,
        )

    def _choose(self, method: TenderMethod) -> None:
        number = _FUNCTION_KEY.get(method)
        self._emit(FunctionKey(number) if number else TenderMethodChosen(method.value))

    def render_state(self, money: MoneyPanel) -> None:
        """Show other sums and ways to pay."""
        ctx = self._ctx
        self._ladder.set(money.ladder)
        self._due.render_state(money)
        by_method = {button.method: button for button in money.tenders}
        for method, widget in self._methods.items():
            button = by_method.get(method, TenderButton(method, enabled=False))
            widget.set(method_words(ctx, button), enabled=button.enabled)
        primary = money.primary
        self._pay.set(ctx.text(primary.label), ctx.text(primary.detail), enabled=primary.enabled)

    def event(self, event: QEvent) -> bool:
        """The ladder takes what the other parts leave over, whenever the panel or a part of it changes size."""
        handled = super().event(event)
        if event.type() in FITTING_EVENTS:
            fit_ladder(self, self._ladder)
        return handled
