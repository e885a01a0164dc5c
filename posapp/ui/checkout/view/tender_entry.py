"""The amount being entered: ways to pay, field, quick cash and keypad, which all feed one text."""

from __future__ import annotations

from posapp.ui.checkout.intents import TenderEdited
from posapp.ui.checkout.state import MoneyPanel, TenderMethod, TenderState
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.tender_parts import Keypad, MethodTabs, QuickCash
from posapp.ui.context import UiContext
from posapp.ui.widgets.field import Field

_ENTRY_LENGTH = 10


class TenderEntry:
    """The four widgets and how they work together; the tender views only place them."""

    def __init__(self, ctx: UiContext, emit: Emit, *, upright: bool, key_height: int) -> None:
        self._ctx = ctx
        self.tabs = MethodTabs(ctx, emit, upright=upright)
        self.field = Field(ctx, px=28, height=60, name="tender_entry")
        self.field.edit.setMaxLength(_ENTRY_LENGTH)
        self.quick = QuickCash(ctx, emit)
        self.keypad = Keypad(ctx, key_height=key_height)
        self.field.edited.connect(lambda text: emit(TenderEdited(text)))
        self.keypad.pressed.connect(self.field.edit.insert)
        self.keypad.backspace.connect(self.field.edit.backspace)
        self.keypad.cleared.connect(self.field.edit.clear)

    def render_state(self, money: MoneyPanel, tender: TenderState) -> None:
        """Show another entry; the text only with a new revision."""
        self.tabs.render_state(money, tender)
        self.field.take(tender.entry, tender.revision)
        self.field.set_aside(self._ctx.text(tender.entry_hint))
        self.field.edit.setAccessibleName(self._ctx.text(tender.entry_hint))
        self.quick.render_state(
            tender.quick_cash_fen if tender.method is TenderMethod.CASH else (), self.field.edit.text()
        )
        self.keypad.render_words()
