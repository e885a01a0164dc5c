"""The person as a band above the money, where the window is narrow (ux.md §4)."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QWidget

from posapp.ui import fonts
from posapp.ui.checkout.intents import FunctionKey
from posapp.ui.checkout.state import JoinOffer, MemberPanel
from posapp.ui.checkout.view.member_panel import card_words
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.widgets.box import Box
from posapp.ui.widgets.button import Button, ButtonStyle
from posapp.ui.widgets.card_face import CardFace
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Text


class MemberBand(QWidget):
    """The card face of the member, or the two ways to one."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__()
        self._ctx = ctx
        px = ctx.px
        self._card = CardFace(ctx, 96)
        empty = Box(ctx)
        self._title = Text(ctx, 16, fonts.BOLD, elastic=True)
        style = ButtonStyle(height=44, px=16)
        self._find = Button(ctx, style, icon="search", key="F2", name="band_find")
        self._open = Button(ctx, style, icon="user-plus", key="F3", name="band_open_card")
        for button, number in ((self._find, 2), (self._open, 3)):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked=False, n=number: emit(FunctionKey(n)))
        column(
            self._title,
            None,
            row((self._find, 1), (self._open, 1), spacing=px(8)),
            margins=(px(12), px(10), px(12), px(10)),
            into=empty,
        )
        self._empty = empty
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._card)
        self._stack.addWidget(empty)

    def render_state(self, member: MemberPanel | None, _offer: JoinOffer) -> None:
        """Show the member, or how to find one."""
        ctx = self._ctx
        self._title.set(ctx.tr("join.scan"))
        self._find.set(ctx.tr("fkey.member"))
        self._open.set(ctx.tr("join.open"))
        if member is not None:
            self._card.set(member.face, card_words(ctx, member))
        self._stack.setCurrentWidget(self._card if member is not None else self._empty)
