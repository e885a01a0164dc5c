"""The person column while nobody is attached: how to attach, and what joining saves on this cart (ux.md §7)."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from posapp.ui import fonts
from posapp.ui.checkout.intents import FunctionKey
from posapp.ui.checkout.state import JoinOffer
from posapp.ui.checkout.view.part import Emit
from posapp.ui.context import UiContext
from posapp.ui.figures import money_text
from posapp.ui.painting import CENTER
from posapp.ui.theme import RADIUS_PANEL
from posapp.ui.widgets.box import Box, Icon
from posapp.ui.widgets.button import Button, ButtonStyle
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Amount, Paragraph, Text


class JoinPanel(Box):
    """Renders `JoinOffer`."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx)
        px = ctx.px
        self._scan_title = Text(ctx, 20, fonts.BOLD, align=CENTER)
        self._scan_detail = Text(ctx, 16, fonts.MEDIUM, "t2", CENTER)
        self._find = Button(ctx, ButtonStyle(height=52, px=17), icon="search", key="F2", name="find_member")
        self._find.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._find.setMinimumWidth(px(184))
        self._find.clicked.connect(lambda: emit(FunctionKey(2)))
        scan = Box(ctx, "sunken", "strong", RADIUS_PANEL, dashed=True)
        scan.setFixedHeight(px(232))
        column(
            None,
            row(None, Icon(ctx, "scan", 40), None),
            px(8),
            self._scan_title,
            px(6),
            self._scan_detail,
            px(14),
            row(None, self._find, None),
            None,
            margins=(px(12), px(8), px(12), px(8)),
            into=scan,
        )
        self._question = Text(ctx, 18, fonts.BOLD)
        self._promise = Text(ctx, 16, fonts.MEDIUM, "t2")
        self._saves = Amount(ctx, 40, "accent")
        self._detail = Paragraph(ctx, 14, fonts.MEDIUM, "t2")
        self._open = Button(ctx, ButtonStyle(height=60, px=18), icon="user-plus", key="F3", name="open_card")
        self._open.clicked.connect(lambda: emit(FunctionKey(3)))
        offer = Box(ctx, "accent_soft", "accent_line", RADIUS_PANEL)
        column(
            row(Icon(ctx, "user-plus", 24, "accent"), px(8), self._question, None),
            px(8),
            self._promise,
            px(4),
            row(self._saves, None),
            px(4),
            self._detail,
            px(14),
            self._open,
            margins=(px(16), px(16), px(16), px(16)),
            into=offer,
        )
        self._hint_icon = Icon(ctx, "device-mobile", 18)
        self._hint = Text(ctx, 14, fonts.MEDIUM, "t2", elastic=True)
        hint = row(self._hint_icon, px(8), (self._hint, 1))
        column(scan, offer, None, hint, spacing=px(12), margins=(px(12), px(12), px(12), px(14)), into=self)

    def render_state(self, offer: JoinOffer) -> None:
        """Show what a card would bring now."""
        ctx = self._ctx
        self._scan_title.set(ctx.tr("join.scan"))
        self._scan_detail.set(ctx.tr("join.scan_detail"))
        self._find.set(ctx.tr("join.find"))
        self._question.set(ctx.tr("join.question"))
        self._promise.set(ctx.tr("join.promise" if offer.saves_fen else "join.promise_later"))
        self._saves.set(money_text(offer.saves_fen))
        self._saves.setVisible(offer.saves_fen > 0)
        self._detail.set(ctx.text(offer.detail))
        self._open.set(ctx.tr("join.open"))
        self._hint.set(ctx.text(offer.hint))
        self._hint_icon.setVisible(offer.hint is not None)
